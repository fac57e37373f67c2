"""What can go wrong around a launch: each time a page that says what happened and what to do."""

import datetime
import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.wrappers import Request, Response

from lms.db import db, now
from lms.lti.outgoing import Outgoing
from lms.lti.refusals import WORDS
from lms.models import Deployment, LaunchTransaction
from lms.models import Platform as Registration
from lms.pages import launches
from tests.conftest import Database
from tests.lms.test_learning import COURSE
from tests.lti.conftest import MakePlatform
from tests.lti.endpoints import Endpoints
from tests.lti.launching import launch, log_in, register
from tests.lti.outcomes import arrived, refused
from tests.lti.platform import Platform
from tests.page_checks import CheckingClient


@pytest.fixture
def database_url(sqlite: Database) -> str:
    """One kind of database shows this as well as both: it is about messages, addresses and pages."""
    return sqlite.copy()


def test_every_refusal_says_what_happened_and_what_to_do() -> None:
    """In words of their own, which end as sentences do."""
    for happened, do in WORDS.values():
        assert str(happened).endswith(".") and str(do).endswith(".")
    assert len({str(happened) for happened, _ in WORDS.values()}) == len(WORDS)


# the login


@pytest.mark.parametrize("by", ["GET", "POST"])
@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"iss": "https://elsewhere.example"}, "issuer"),
        ({"iss": "https://elsewhere.example", "client_id": ""}, "issuer"),
        ({"client_id": "client-2"}, "client"),
        ({"iss": ""}, "incomplete"),
        ({"login_hint": ""}, "incomplete"),
        ({"iss": "a\0b"}, "incomplete"),
        ({"iss": "a" * 5000}, "incomplete"),
        ({"login_hint": "a" * 5000}, "incomplete"),
        ({"client_id": "\0"}, None),
        ({"lti_storage_target": "\0"}, None),
        ({"lti_message_hint": "a" * 5000}, None),
        ({"target_link_uri": "javascript:alert(1)"}, None),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_login_that_is_wrong_is_refused(
    app: Flask,
    client: CheckingClient,
    platform: Platform,
    changes: dict[str, str],
    check: str | None,
    by: str,
) -> None:
    """Unknown issuers and clients, and what was left out; what we need not know does no harm."""
    form = platform.launch_form(COURSE) | changes
    response = (
        client.get("/lti/login", query_string=form) if by == "GET" else client.post("/lti/login", data=form)
    )
    if check is None:
        assert response.status_code == 302
    else:
        refused(app, response, check)


def test_an_empty_login_is_refused(app: Flask, client: CheckingClient) -> None:
    """Somebody who types the address sees what it is for."""
    refused(app, client.get("/lti/login"), "incomplete")


def test_without_a_client_id_several_clients_of_an_issuer_are_not_guessed(
    app: Flask, client: CheckingClient, canvas: Platform, make_platform: MakePlatform
) -> None:
    """Where an issuer has two, a login has to say which; with one, it need not."""
    form = canvas.launch_form(COURSE) | {"client_id": "", "lti_storage_target": ""}
    assert client.post("/lti/login", data=form).status_code == 302
    register(app, make_platform(canvas.profile, client_id="client-2"))
    refused(app, client.post("/lti/login", data=form), "client")


def test_a_platform_that_waits_for_approval_opens_nothing(
    app: Flask, client: CheckingClient, make_platform: MakePlatform
) -> None:
    """Registered is not approved."""
    waiting = make_platform()
    register(app, waiting, approved=False)
    refused(app, log_in(client, waiting, COURSE), "not approved")


def test_approval_that_is_taken_back_ends_launches_that_were_begun(
    app: Flask, client: CheckingClient, platform: Platform
) -> None:
    """Between login and launch, too."""
    form = platform.answer(log_in(client, platform, COURSE).location)
    with app.app_context():
        db.session.scalars(select(Registration)).one().approved_at = None
        db.session.commit()
    refused(app, client.post("/lti/launch", data=form), "not approved")


def test_a_query_in_the_address_of_the_platform_stays(
    app: Flask, client: CheckingClient, platform: Platform
) -> None:
    """Some platforms have one there."""
    with app.app_context():
        db.session.scalars(select(Registration)).one().auth_url += "?tenant=a%26b"
        db.session.commit()
    assert log_in(client, platform, COURSE).location.startswith(f"{platform.auth_url}?tenant=a%26b&")


# what the platform answers


@pytest.mark.parametrize(
    "error",
    ["access_denied", "login_required", "", "<script>alert(1)</script>", "a\0b", "e" * 5000],
    ids=repr,
)
def test_a_platform_that_refuses_is_understood(
    app: Flask, client: CheckingClient, platform: Platform, error: str
) -> None:
    """It posts an error in place of a message: the page says so, and the administrator sees which."""
    state = dict(
        pair.split("=") for pair in log_in(client, platform, COURSE).location.split("?")[1].split("&")
    )
    form = {"error": error, "error_description": "Your session has ended.", "state": state["state"]}
    response = client.post("/lti/launch", data=form)
    refused(app, response, "platform")
    assert "<script>alert" not in response.get_data(as_text=True)
    with app.app_context():
        held = db.session.scalars(select(LaunchTransaction)).one()
        assert held.detail == error[:60].replace("\0", "")


def test_an_error_without_a_state_is_understood(app: Flask, client: CheckingClient) -> None:
    """Some platforms send none."""
    refused(app, client.post("/lti/launch", data={"error": "invalid_request"}), "platform")


def test_an_empty_launch_is_refused(app: Flask, client: CheckingClient) -> None:
    """Nothing was begun."""
    refused(app, client.post("/lti/launch"), "state")


def test_a_launch_that_took_too_long_is_refused(
    app: Flask, client: CheckingClient, platform: Platform
) -> None:
    """Who signs in at the platform has ten minutes."""
    form = platform.answer(log_in(client, platform, COURSE).location)
    with app.app_context():
        db.session.scalars(select(LaunchTransaction)).one().began_at -= datetime.timedelta(minutes=11)
        db.session.commit()
    refused(app, client.post("/lti/launch", data=form), "state")


def test_a_probe_of_the_launch_address_is_answered(client: CheckingClient) -> None:
    """Moodle looks there when an activity is saved."""
    assert client.get("/lti/launch").status_code == 200


# keys

BROKEN: dict[str, object] = {
    "no-keys": {},
    "keys-null": {"keys": None},
    "keys-an-object": {"keys": {"kid": "key-0"}},
    "keys-of-words": {"keys": ["key-0"]},
    "a-list": [],
    "null": None,
    "a-number": 7,
    "too-many": {"keys": [{"kid": str(number)} for number in range(500)]},
    "half-a-key": {"keys": [{"kid": "key-0", "kty": "RSA"}]},
    "a-key-of-nonsense": {"keys": [{"kid": "key-0", "kty": "RSA", "n": "!", "e": "AQAB"}]},
    "a-key-of-numbers": {"keys": [{"kid": "key-0", "kty": "RSA", "n": 7, "e": 3}]},
    "nul": {"keys": [{"kid": "key-0", "kty": "RSA", "n": "a\0", "e": "AQAB"}]},
    "half-a-character": {"keys": [{"kid": "key-0", "kty": "RSA", "n": "\ud800", "e": "AQAB"}]},
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_key_set_is_no_error_of_ours(
    app: Flask, client: CheckingClient, platform: Platform, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    """Whatever stands at the address of the keys, the launch is refused on a page."""
    body = json.dumps(BROKEN[case])
    answer = Response(body, mimetype="application/json")
    monkeypatch.setattr(Endpoints, "keys", lambda *_: answer)
    refused(app, launch(client, platform, COURSE), "keys")


@pytest.mark.parametrize(
    "body",
    [b"", b"<h1>It works</h1>", b"\xff\xfe", b"[" * 100_000, b'{"keys": [' + b"1" * 5000 + b"]}", b"{"],
    ids=lambda body: repr(body[:12]),
)
def test_what_is_no_key_set_at_all(
    app: Flask, client: CheckingClient, platform: Platform, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    """Nor is what is no JSON."""
    monkeypatch.setattr(Endpoints, "keys", lambda *_: Response(body, mimetype="application/json"))
    refused(app, launch(client, platform, COURSE), "keys")


@pytest.mark.parametrize("failure", [404, 500, 503, "drop", "half", "garbage", "redirect", "big"])
def test_keys_that_cannot_be_fetched(
    app: Flask, client: CheckingClient, platform: Platform, failure: Any
) -> None:
    """The platform answers otherwise, or not at all: it is asked again after a minute, and then all goes well."""
    platform.fails("keys", [failure])
    for _ in range(3):
        refused(app, launch(client, platform, COURSE), "keys")
    assert platform.count("keys") == 1
    age(app, minutes=2)
    assert arrived(client, launch(client, platform, COURSE))


@pytest.mark.parametrize("what", [Registration, Deployment], ids=["platform", "deployment"])
def test_what_is_stopped_while_keys_come(
    app: Flask, client: CheckingClient, platform: Platform, monkeypatch: pytest.MonkeyPatch, what: Any
) -> None:
    """Asking for keys takes a while: what an administrator stops meanwhile opens nothing any more."""
    answer = Endpoints.keys

    def stopped(endpoints: Endpoints, asked: Request) -> Response:
        with app.app_context():
            db.session.execute(update(what).values(approved_at=None))
            db.session.commit()
        return answer(endpoints, asked)

    monkeypatch.setattr(Endpoints, "keys", stopped)
    response = launch(client, platform, COURSE)
    refused(app, response, "not approved" if what is Registration else "deployment")


def test_keys_where_nobody_is(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """A platform that is down is said to be."""
    login = log_in(client, platform, COURSE)
    form = platform.answer(login.location)
    platform.stop()
    refused(app, client.post("/lti/launch", data=form), "keys")
    platform.start()


def test_keys_inside_our_network_are_not_fetched(
    app: Flask, client: CheckingClient, platform: Platform
) -> None:
    """Unless an administrator allows the host by name."""
    app.extensions["outgoing"] = Outgoing()
    refused(app, launch(client, platform, COURSE), "keys")
    assert platform.count("keys") == 0


def test_keys_are_fetched_once(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """For all launches of a day."""
    for person in ("learner-1", "learner-2", "learner-1"):
        arrived(client, launch(client, platform, COURSE, person=person))
    assert platform.count("keys") == 1
    age(app, hours=25)
    arrived(client, launch(client, platform, COURSE))
    assert platform.count("keys") == 2


@pytest.mark.parametrize("keep", [True, False], ids=["old-one-stays", "old-one-goes"])
def test_a_new_key_is_fetched_when_it_signs(
    app: Flask, client: CheckingClient, platform: Platform, keep: bool
) -> None:
    """A platform may turn its keys over at any time: nobody waits until ours have expired."""
    arrived(client, launch(client, platform, COURSE))
    age(app, minutes=2)
    platform.rotate_key(keep=keep)
    assert arrived(client, launch(client, platform, COURSE))
    assert platform.count("keys") == 2


def test_names_of_keys_that_are_made_up_do_not_make_us_ask(
    app: Flask, client: CheckingClient, platform: Platform
) -> None:
    """At most once a minute, however many messages name one."""
    for number in range(5):
        launch(client, platform, COURSE, forged={"header": {"kid": f"made-up-{number}"}})
    assert platform.count("keys") == 1
    age(app, minutes=2)
    for number in range(5):
        launch(client, platform, COURSE, forged={"header": {"kid": f"made-up-{number}"}})
    assert platform.count("keys") == 2


def test_old_keys_are_good_while_one_launch_asks(
    app: Flask, client: CheckingClient, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A class that opens a link at the same moment comes in, though the platform is asked once."""
    arrived(client, launch(client, platform, COURSE))
    age(app, hours=25)
    keys = Endpoints.keys
    others: list[str] = []

    def slow(*given: Any) -> Response:
        if not others:
            others.append("asks")
            others.append(arrived(client, launch(app.test_client(), platform, COURSE, person="learner-2")))
        return keys(*given)

    monkeypatch.setattr(Endpoints, "keys", slow)
    assert arrived(client, launch(client, platform, COURSE))
    assert len(others) == 2 and platform.count("keys") == 2


def test_old_keys_are_good_for_nobody_where_the_platform_is_down(
    app: Flask, client: CheckingClient, platform: Platform
) -> None:
    """After a day, what it no longer publishes may be anybody's."""
    arrived(client, launch(client, platform, COURSE))
    age(app, hours=25)
    platform.fails("keys", always=500)
    for _ in range(3):
        refused(app, launch(client, platform, COURSE), "keys", people=1)
    assert platform.count("keys") == 2


def age(app: Flask, **ago: int) -> None:
    """Let it be longer ago that the platform was asked, and gave the keys that we hold."""
    with app.app_context():
        held, then = db.session.scalars(select(Registration)).one(), now() - datetime.timedelta(**ago)
        held.asked_at, held.keys_at = then, held.keys_at and then
        db.session.commit()


def test_refusals_that_are_not_noted_are_refusals(
    app: Flask, client: CheckingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many there were in an hour: the page stays the same, only the administrator's list does not grow."""
    monkeypatch.setattr(launches, "REFUSALS", 2)
    for _ in range(4):
        refused(app, client.post("/lti/launch"), "state")
    with app.app_context():
        assert len(db.session.scalars(select(LaunchTransaction)).all()) == 2


# who may show us


def test_a_refusal_can_be_read_in_the_frame(
    app: Flask, client: CheckingClient, make_platform: MakePlatform
) -> None:
    """The page that says what went wrong may be shown where it went wrong."""
    moodle = make_platform()
    register(app, moodle, frames=moodle.url)
    response = launch(client, moodle, COURSE, forged={"changes": {"roles": None}})
    refused(app, response, "claims")
    assert f"frame-ancestors {moodle.url}" in response.headers["Content-Security-Policy"]


def test_that_approval_is_missing_can_be_read_in_the_frame(
    app: Flask, client: CheckingClient, make_platform: MakePlatform
) -> None:
    """Before it is approved, and after that was taken back while somebody was on their way; by no other system."""
    moodle = make_platform()
    held = register(app, moodle, frames=moodle.url)
    form = moodle.answer(log_in(client, moodle, COURSE).location)
    with app.app_context():
        db.session.get_one(Registration, held).approved_at = None
        db.session.commit()
    answers = [client.post("/lti/launch", data=form), log_in(client, moodle, COURSE)]
    for page in answers:
        refused(app, page, "not approved")
        assert f"frame-ancestors {moodle.url}" in page.headers["Content-Security-Policy"]
    other = client.post("/lti/login", data=moodle.launch_form(COURSE) | {"iss": "https://elsewhere.example"})
    assert "frame-ancestors 'none'" in other.headers["Content-Security-Policy"]


def test_an_error_of_ours_can_be_read_in_the_frame(
    app: Flask, client: CheckingClient, make_platform: MakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the database is away: by those who could show us when it was last asked."""
    moodle = make_platform()
    register(app, moodle, frames=moodle.url)
    client.get("/lti/launch")
    monkeypatch.setattr(LaunchTransaction, "of_state", lambda _: 1 / 0)
    monkeypatch.setattr(Registration, "framers", lambda *_: 1 / 0)
    page = client.post("/lti/launch", data={"state": "x"})
    assert page.status_code == 500 and "Something went wrong on our side" in page.text
    assert f"frame-ancestors {moodle.url}" in page.headers["Content-Security-Policy"]


def test_what_is_noted_names_nobody(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """The administrator's note of a launch holds the check that failed, and nothing of the person."""
    for forged in ({"changes": {"aud": "x"}}, {"changes": {"sub": 7}}, {"changes": {"iat": 11111}}):
        launch(client, platform, COURSE, person="teacher-1", forged=forged)
    with app.app_context():
        noted = json.dumps(
            [
                [held.failed, held.detail, held.storage]
                for held in db.session.scalars(select(LaunchTransaction))
            ]
        )
    assert not [word for word in ("Terry", "terry@", "teacher-1") if word in noted], noted
