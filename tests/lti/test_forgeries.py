"""Messages that no platform would send, or that were meant for somebody else: each is refused.

One Alongside takes them all, and nobody is ever signed in there.
"""

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask
from sqlalchemy import update

from lms.db import db, now
from lms.models import Platform as Row
from tests.conftest import Database, close
from tests.lms.test_learning import COURSE
from tests.lti.conftest import MakePlatform, over_https
from tests.lti.consumer import key
from tests.lti.launching import TOOL, aged, launch, log_in, register
from tests.lti.outcomes import refused
from tests.lti.platform import REMOVED, Platform
from tests.page_checks import CheckingClient


@pytest.fixture
def database_url(sqlite: Database) -> str:
    """One kind of database shows this as well as both: it is about messages, addresses and pages."""
    return sqlite.copy()


THEIRS = 7
"""The number of the attacker's key."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, fonts_folder: Path) -> Iterator[Flask]:
    """The same for all: making one takes longer than refusing a message."""
    held: Database = request.getfixturevalue(request.param)
    made = over_https(held.copy(), fonts_folder)
    yield made
    close(made)


@pytest.fixture(scope="module")
def platform(app: Flask) -> Iterator[Platform]:
    """The one that is registered there."""
    made = Platform(TOOL, lambda: {"keys": []})
    register(app, made)
    yield made
    made.stop()


def _public(number: int, form: str) -> bytes:
    kind = getattr(serialization.PublicFormat, form)
    return key(number).public_key().public_bytes(serialization.Encoding.PEM, kind)


def _jwk(number: int) -> dict[str, Any]:
    return dict(json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key(number).public_key())))


# who signed

SIGNED: dict[str, Callable[[], dict[str, Any]]] = {
    "alg-none": lambda: {"alg": "none"},
    "alg-None": lambda: {"header": {"alg": "None"}, "alg": "none"},
    "alg-nOnE-signed": lambda: {"header": {"alg": "nOnE"}},
    "alg-missing": lambda: {"header": {"alg": REMOVED}},
    "alg-a-list": lambda: {"header": {"alg": ["RS256"]}},
    "hs256-with-the-public-key": lambda: {"alg": "HS256", "signed_by": _public(0, "SubjectPublicKeyInfo")},
    "hs256-with-the-public-key-pkcs1": lambda: {"alg": "HS256", "signed_by": _public(0, "PKCS1")},
    "hs256-said-to-be-rs256": lambda: {
        "alg": "HS256",
        "header": {"alg": "RS256"},
        "signed_by": _public(0, "SubjectPublicKeyInfo"),
    },
    "hs256-with-the-client-id": lambda: {"alg": "HS256", "signed_by": b"client-1"},
    "rs512-with-the-right-key": lambda: {"alg": "RS512"},
    "ps256-with-the-right-key": lambda: {"alg": "PS256"},
    "right-kid-wrong-key": lambda: {"signed_by": key(THEIRS)},
    "foreign-kid": lambda: {"signed_by": key(THEIRS), "header": {"kid": "theirs"}},
    "kid-missing": lambda: {"header": {"kid": REMOVED}},
    "kid-empty": lambda: {"header": {"kid": ""}},
    "kid-a-path": lambda: {"header": {"kid": "../../../../dev/null"}},
    "kid-sql": lambda: {"header": {"kid": "key-0' OR '1'='1"}},
    "kid-a-list": lambda: {"header": {"kid": ["key-0"]}},
    "kid-an-object": lambda: {"header": {"kid": {"$ne": ""}}},
    "jwk-in-the-header": lambda: {"signed_by": key(THEIRS), "header": {"kid": REMOVED, "jwk": _jwk(THEIRS)}},
    "jwk-in-the-header-with-the-right-kid": lambda: {
        "signed_by": key(THEIRS),
        "header": {"jwk": _jwk(THEIRS)},
    },
    "signature-missing": lambda: {"signed_by": key(THEIRS), "alg": "none", "header": {"alg": "RS256"}},
    "critical-and-unknown": lambda: {"header": {"crit": ["exp"], "exp": 0}},
    "critical-and-not-encoded": lambda: {"header": {"crit": ["b64"], "b64": False}},
    "critical-and-nothing": lambda: {"header": {"crit": []}},
}


@pytest.mark.parametrize("case", SIGNED)
def test_what_the_platform_did_not_sign_is_refused(
    app: Flask, client: CheckingClient, platform: Platform, case: str
) -> None:
    """Only RS256 is taken, by a key that the platform publishes under the name that is given."""
    refused(app, launch(client, platform, COURSE, forged=SIGNED[case]()), "signature")


@pytest.mark.parametrize("damage", ["", "A", "é", "====", "A" * 342, "A" * 20_000], ids=lambda it: it[:9])
def test_a_damaged_signature_is_refused(
    app: Flask, client: CheckingClient, platform: Platform, damage: str
) -> None:
    """Whatever stands in its place: nothing, half a character, or as many as there were."""
    form = platform.answer(log_in(client, platform, COURSE).location)
    said = form["id_token"].rpartition(".")[0]
    refused(app, client.post("/lti/launch", data={**form, "id_token": f"{said}.{damage}"}), "signature")


def test_what_was_signed_is_what_is_read(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """The message names somebody else now: the signature was for what stood there before."""
    form = platform.answer(log_in(client, platform, COURSE).location)
    header, body, signature = form["id_token"].split(".")
    said = json.loads(jwt.utils.base64url_decode(body))
    other = jwt.utils.base64url_encode(json.dumps({**said, "sub": "somebody-else"}).encode()).decode()
    form["id_token"] = f"{header}.{other}.{signature}"
    refused(app, client.post("/lti/launch", data=form), "signature")


def test_a_short_key_is_refused(app: Flask, client: CheckingClient, make_platform: MakePlatform) -> None:
    """Who publishes a key that can be worked out might be anybody, though the signature is right."""
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505  on purpose
    careless = make_platform(client_id="client-3")
    register(app, careless)
    published = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(weak.public_key())) | {"kid": "key-0"}
    with app.app_context():
        careless_row = update(Row).where(Row.client_id == "client-3")
        db.session.execute(careless_row.values(keys=[published], keys_at=now()))
        db.session.commit()
    form = careless.answer(log_in(client, careless, COURSE).location)
    said = form["id_token"].rpartition(".")[0]
    signature = jwt.utils.base64url_encode(weak.sign(said.encode(), PKCS1v15(), SHA256())).decode()
    refused(app, client.post("/lti/launch", data={**form, "id_token": f"{said}.{signature}"}), "signature")


@pytest.mark.parametrize("where", ["jku", "x5u"])
@pytest.mark.parametrize("kid", ["key-0", "key-7", REMOVED], ids=["right-kid", "their-kid", "no-kid"])
def test_keys_are_not_fetched_from_where_a_message_says(
    app: Flask,
    client: CheckingClient,
    platform: Platform,
    make_platform: MakePlatform,
    where: str,
    kid: object,
) -> None:
    """An address in the header is asked by nobody, though it be one that we may ask."""
    attacker = make_platform()
    attacker._kids = [THEIRS]
    forged = {"signed_by": key(THEIRS), "header": {where: attacker.keys_url, "kid": kid}}
    refused(app, launch(client, platform, COURSE, forged=forged), "signature")
    assert not attacker.asked


def test_another_platform_signs_for_nobody_but_itself(
    app: Flask, client: CheckingClient, platform: Platform, make_platform: MakePlatform
) -> None:
    """One that is registered and approved cannot say who somebody is on another."""
    other = make_platform(client_id="client-2")
    register(app, other)
    login = log_in(client, platform, COURSE)
    form = platform.answer(login.location, signed_by=key(THEIRS), header={"kid": "key-7"})
    other._kids = [THEIRS]
    refused(app, client.post("/lti/launch", data=form), "signature")
    login = log_in(client, platform, COURSE)
    form = platform.answer(
        login.location, changes={"iss": other.issuer, "aud": "client-2", "azp": "client-2"}
    )
    refused(app, client.post("/lti/launch", data=form), "issuer")


# for whom, from where, when


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "client-2"},
        {"aud": REMOVED},
        {"aud": None},
        {"aud": []},
        {"aud": ["client-2", "client-3"]},
        {"aud": "client-1 client-2"},
        {"aud": "client-10"},
        {"aud": {"client-1": 1}},
        {"azp": "client-2"},
        {"azp": None},
        {"aud": ["client-1", "client-2"], "azp": "client-2"},
        {"aud": ["client-1", "client-2"], "azp": REMOVED},
    ],
    ids=str,
)
def test_a_message_for_another_tool_is_refused(
    app: Flask, client: CheckingClient, platform: Platform, changes: dict[str, Any]
) -> None:
    """Neither aud nor azp may name another; of several, azp has to say that it is ours."""
    refused(app, launch(client, platform, COURSE, forged={"changes": changes}), "audience")


@pytest.mark.parametrize("issuer", ["https://elsewhere.example", REMOVED, "", None, 7], ids=str)
def test_a_message_of_another_issuer_is_refused(
    app: Flask, client: CheckingClient, platform: Platform, issuer: object
) -> None:
    """The issuer is the platform that the launch was begun from."""
    refused(app, launch(client, platform, COURSE, forged={"changes": {"iss": issuer}}), "issuer")


def test_an_issuer_with_a_slash_more_is_another(
    app: Flask, client: CheckingClient, platform: Platform
) -> None:
    """Issuers are compared to the letter."""
    forged = {"changes": {"iss": f"{platform.issuer}/"}}
    refused(app, launch(client, platform, COURSE, forged=forged), "issuer")


@pytest.mark.parametrize(
    ("age", "lasts", "check"),
    [
        (36_000, 315_360_000, "old"),  # issued ten hours ago, good for ten years
        (700, 3600, "old"),
        (200, 60, "old"),
        (-120, 60, "clock"),
        (-86_400, 60, "clock"),
    ],
)
def test_a_message_from_another_time_is_refused(
    app: Flask, client: CheckingClient, platform: Platform, age: int, lasts: int, check: str
) -> None:
    """Whatever it says of how long it is good for."""
    refused(app, aged(client, platform, COURSE, age, lasts), check)


@pytest.mark.parametrize("name", ["iat", "exp"])
@pytest.mark.parametrize(
    "value",
    [REMOVED, None, "1", True, [], {}, math.nan, math.inf, -math.inf, 10**400, -(10**400), 1e308],
    ids=repr,
)
def test_a_message_without_its_times_is_refused(
    app: Flask, client: CheckingClient, platform: Platform, name: str, value: object
) -> None:
    """Both are required, and are numbers that a clock can show."""
    response = launch(client, platform, COURSE, forged={"changes": {name: value}})
    assert response.status_code == 403
    refused(app, response, "claims")


# where to

AWAY = [
    REMOVED,
    "",
    None,
    7,
    "/courses",
    "javascript:alert(1)",
    "http://localhost/",
    "https://elsewhere.example/",
    f"{TOOL}.elsewhere.example/",
    f"{TOOL}@elsewhere.example/",
    f"{TOOL}:8443/",
    "https://user@elsewhere.example/",
    "https://[",
    "https://localhost:port/",
    "//localhost/",
]


@pytest.mark.parametrize("target", AWAY, ids=str)
def test_a_link_to_another_site_is_refused(
    app: Flask, client: CheckingClient, platform: Platform, target: object
) -> None:
    """What is opened is a page of ours."""
    refused(app, launch(client, platform, COURSE, forged={"changes": {"target_link_uri": target}}), "target")


@pytest.mark.parametrize(
    "address",
    [
        REMOVED,
        "",
        None,
        7,
        ["https://a.example"],
        "javascript:alert(1)",
        "JavaScript://a.example/%0aalert(1)",
        "data:text/html,x",
        "http://moodle.example/return",
        "https:",
        "https://",
        "https://[",
        "//moodle.example/",
        "/return",
        " https://moodle.example/",
        "https://moodle.example/\n",
        "https://" + "a" * 3000 + ".example/",
    ],
    ids=lambda address: repr(address)[:40],
)
def test_nobody_is_sent_back_to_what_is_no_safe_address(
    app: Flask, client: CheckingClient, platform: Platform, address: object
) -> None:
    """What a teacher picks goes by https, to an address of a site."""
    settings = {"deep_link_return_url": address}
    response = launch(client, platform, "/", person="teacher-1", deep_linking=settings)
    refused(app, response, "return address")


# nonsense

TOKENS = {
    "nothing": "",
    "words": "hello",
    "two-parts": "a.b",
    "four-parts": "a.b.c.d",
    "no-base64": "é.é.é",
    "no-json": "aGVsbG8.aGVsbG8.aGVsbG8",
    "json-but-no-object": "W10.W10.W10",
    "json-null": "bnVsbA.bnVsbA.bnVsbA",
    "not-utf8": "_w._w._w",
    "nul": "\0.\0.\0",
    "deep": f"e30.{jwt.utils.base64url_encode(b'[' * 30_000).decode()}.e30",
    "long": "a" * 60_000,
    "numbers": f"e30.{jwt.utils.base64url_encode(b'1' * 6_000).decode()}.e30",
}


@pytest.mark.parametrize("case", TOKENS)
def test_what_is_no_message_is_refused(
    app: Flask, client: CheckingClient, platform: Platform, case: str
) -> None:
    """Whatever is posted in place of one."""
    login = log_in(client, platform, COURSE)
    form = platform.answer(login.location) | {"id_token": TOKENS[case]}
    refused(app, client.post("/lti/launch", data=form), "message")


@pytest.mark.parametrize("header", ["W10", "bnVsbA", "MQ", "Ing i"])
def test_a_header_that_is_none_is_refused(
    app: Flask, client: CheckingClient, platform: Platform, header: str
) -> None:
    """JSON that is no object, in front of a right message."""
    form = platform.answer(log_in(client, platform, COURSE).location)
    odd = f"{header}.{form['id_token'].partition('.')[2]}"
    refused(app, client.post("/lti/launch", data={**form, "id_token": odd}), "message")
