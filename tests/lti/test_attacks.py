"""What somebody who is no platform, or no honest one, sends to a launch."""

import io
import re
from typing import Any

import jwt
import pytest
from flask import Flask
from sqlalchemy import select

from lms.db import db
from lms.models import Deployment, Session, Throttle
from tests.lms.test_learning import COURSE
from tests.lti.conftest import MakePlatform
from tests.lti.consumer import key
from tests.lti.launching import aged, launch, log_in, next_of, register
from tests.lti.outcomes import arrived, refused
from tests.lti.platform import MOODLE, REMOVED, Platform
from tests.page_checks import CheckingClient

THEIRS = 7
"""The number of the attacker's key."""
TOP = {"Sec-Fetch-Dest": "document"}
FRAME = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"}


# so slowly that others wait


class Slow(io.RawIOBase):
    """A body that comes in pieces. While each is awaited, somebody else's try at something is counted."""

    pieces = 3

    def readable(self) -> bool:
        return True

    def readinto(self, piece: Any) -> int:
        if not self.pieces:
            return 0
        assert Throttle.allows("something", "somebody", tries=9, within=Throttle.LONGEST)
        self.pieces -= 1
        piece[:1] = b"s"
        return 1


@pytest.mark.parametrize(
    "path", ["/lti/login", "/lti/launch", "/lti/arrivals", "/lti/choices", "/lti/register/nothing"]
)
def test_nobody_waits_for_what_comes_slowly(client: CheckingClient, path: str) -> None:
    """Who needs no session may send as slowly as they like: nobody else's writing waits until all of it is here."""
    slow = Slow()
    coming = {"wsgi.input": slow, "CONTENT_LENGTH": "3"}
    client.post(path, content_type="application/x-www-form-urlencoded", environ_overrides=coming)
    assert not slow.pieces, "it was read"


# once, and in the browser that began


def test_a_replay_in_the_same_browser_is_refused(
    app: Flask, client: CheckingClient, platform: Platform
) -> None:
    """The same message opens nothing a second time."""
    form = platform.answer(log_in(client, platform, COURSE).location)
    assert arrived(client, client.post("/lti/launch", data=form))
    refused(app, client.post("/lti/launch", data=form), "used", people=1)


@pytest.mark.parametrize("headers", [TOP, FRAME, {}], ids=["window", "frame", "old-browser"])
def test_a_replay_in_another_browser_is_refused(
    app: Flask, client: CheckingClient, platform: Platform, headers: dict[str, str]
) -> None:
    """Whoever comes by a message that was used signs in as nobody."""
    form = platform.answer(log_in(client, platform, COURSE).location)
    assert arrived(client, client.post("/lti/launch", data=form))
    again = app.test_client().post("/lti/launch", data=form, headers=headers)
    refused(app, again, "browser" if headers is TOP else "used", people=1)


def test_a_refused_message_is_not_tried_again(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """A launch is used up whatever became of it: forging is no guessing game."""
    login = log_in(client, platform, COURSE)
    form = platform.answer(login.location, signed_by=key(THEIRS))
    refused(app, client.post("/lti/launch", data=form), "signature")
    honest = {**form, "id_token": _with_key(form["id_token"], 0)}
    refused(app, client.post("/lti/launch", data=honest), "used")


def _with_key(token: str, number: int) -> str:
    """The same message, signed by another key."""
    text = token.rpartition(".")[0].encode()
    signature = jwt.get_algorithm_by_name("RS256").sign(text, key(number))
    return f"{text.decode()}.{jwt.utils.base64url_encode(signature).decode()}"


def test_a_new_message_with_an_old_state_and_nonce_is_refused(
    app: Flask, client: CheckingClient, platform: Platform
) -> None:
    """State and nonce are good for one message."""
    form = platform.answer(log_in(client, platform, COURSE).location)
    assert arrived(client, client.post("/lti/launch", data=form))
    said = jwt.decode(form["id_token"], options={"verify_signature": False})
    other = {**form, "id_token": platform.message(said, changes={"sub": "learner-2"})}
    refused(app, client.post("/lti/launch", data=other), "used", people=1)


def test_state_and_nonce_of_two_launches_do_not_go_together(
    app: Flask, client: CheckingClient, platform: Platform
) -> None:
    """The nonce of one with the state of another is refused, both begun in the same browser."""
    first = platform.answer(log_in(client, platform, COURSE).location)
    second = platform.answer(log_in(client, platform, COURSE).location)
    mixed = {"id_token": first["id_token"], "state": second["state"]}
    refused(app, client.post("/lti/launch", data=mixed), "nonce")


@pytest.mark.parametrize("nonce", [REMOVED, "", 7, None, ["n"]], ids=str)
def test_without_its_nonce_a_message_is_refused(
    app: Flask, client: CheckingClient, platform: Platform, nonce: object
) -> None:
    """A nonce is required, and is words."""
    refused(app, launch(client, platform, COURSE, forged={"changes": {"nonce": nonce}}), "claims")


@pytest.mark.parametrize("state", ["", "made-up", "state-" + "a" * 43, "\0", "a" * 5000], ids=len)
def test_a_state_that_is_none_of_ours_is_refused(
    app: Flask, client: CheckingClient, platform: Platform, state: str
) -> None:
    """Nothing that was not begun here can be ended here."""
    form = platform.answer(log_in(client, platform, COURSE).location) | {"state": state}
    refused(app, client.post("/lti/launch", data=form), "state")


def test_nobody_is_signed_in_as_the_attacker_in_a_window(
    app: Flask, client: CheckingClient, platform: Platform
) -> None:
    """A launch that an attacker began cannot be ended in somebody else's browser."""
    form = platform.answer(log_in(client, platform, COURSE, person="learner-2").location)
    victim = app.test_client()
    refused(app, victim.post("/lti/launch", data=form, headers=TOP), "browser")


@pytest.mark.parametrize("headers", [TOP, TOP | {"Sec-Fetch-Site": "cross-site"}, FRAME], ids=str)
@pytest.mark.parametrize("keeps", [False, True], ids=["moodle", "canvas"])
def test_an_attackers_own_proof_is_none(
    app: Flask,
    client: CheckingClient,
    platform: Platform,
    canvas: Platform,
    headers: dict[str, str],
    keeps: bool,
) -> None:
    """The secret of a launch that an attacker began, posted by somebody else's browser, signs nobody in by cookie."""
    learns = canvas if keeps else platform
    login = log_in(client, learns, COURSE, person="learner-2")
    secret = re.search(r'data-value="([^"]+)"', login.text)
    own = secret[1] if secret else next(iter(client._cookies.values())).value
    form = learns.answer(login.location or next_of(login)) | {"proof": own}
    victim = app.test_client()
    assert isinstance(victim, CheckingClient)
    shown = victim.post("/lti/launch", data=form, headers=headers)
    assert not shown.headers.getlist("Set-Cookie")
    with app.app_context():
        assert not db.session.scalars(select(Session).where(~Session.carried)).all()


def test_in_a_frame_an_attacker_takes_nobodys_session(
    app: Flask, client: CheckingClient, platform: Platform
) -> None:
    """Where an attacker's launch is shown to somebody who is signed in, they stay who they were."""
    victim = app.test_client()
    assert isinstance(victim, CheckingClient)
    assert arrived(victim, launch(victim, platform, COURSE))
    before = victim.get("/account", headers=FRAME | {"Sec-Fetch-Site": "same-origin"})
    form = platform.answer(log_in(client, platform, COURSE, person="learner-2").location)
    shown = victim.post("/lti/launch", data=form, headers=FRAME)
    assert not shown.headers.getlist("Set-Cookie")
    after = victim.get("/account", headers=FRAME | {"Sec-Fetch-Site": "same-origin"})
    assert after.status_code == before.status_code == 200
    with app.app_context():
        carried = db.session.scalars(select(Session).where(Session.carried)).all()
        assert [each.staff for each in carried] == [False]


# honest, and odd


@pytest.mark.parametrize(
    "changes",
    [{"aud": ["client-1"]}, {"aud": ["client-2", "client-1"], "azp": "client-1"}, {"azp": REMOVED}],
    ids=str,
)
def test_our_client_id_may_stand_second(
    client: CheckingClient, platform: Platform, changes: dict[str, Any]
) -> None:
    """A list is taken as the standard has it."""
    assert arrived(client, launch(client, platform, COURSE, forged={"changes": changes}))


def test_a_deployment_that_nobody_approved_opens_nothing(
    app: Flask, client: CheckingClient, platform: Platform
) -> None:
    """It is kept, once, so that an administrator can approve it; until then it is refused."""
    for _ in range(2):
        refused(
            app, launch(client, platform, COURSE, forged={"changes": {"deployment_id": "2"}}), "deployment"
        )
    with app.app_context():
        held = db.session.scalars(select(Deployment).where(Deployment.deployment == "2")).one()
        assert held.approved_at is None


def test_a_deployment_of_another_platform_is_none_here(
    app: Flask, client: CheckingClient, platform: Platform, make_platform: MakePlatform
) -> None:
    """That it is approved there says nothing."""
    register(app, make_platform(client_id="client-2", deployment="theirs"))
    forged = {"changes": {"deployment_id": "theirs"}}
    refused(app, launch(client, platform, COURSE, forged=forged), "deployment")


@pytest.mark.parametrize(("age", "lasts"), [(-2, 60), (-50, 60), (100, 60), (500, 3600), (0, 315_360_000)])
def test_clocks_may_differ_a_little(client: CheckingClient, platform: Platform, age: int, lasts: int) -> None:
    """By a minute; and whoever signs in at the platform may take some."""
    assert arrived(client, aged(client, platform, COURSE, age, lasts))


# nonsense

ODD: list[object] = [
    None,
    True,
    7,
    -1.5,
    "",
    "x",
    "a\0b",
    "\ud800",
    [],
    ["x"],
    [None],
    [[]],
    {},
    {"id": None},
    {"x": []},
]
ODD += [{"id": "a\0b"}, {"id": "\ud800"}, {"id": {}}, {"title": 7}, "y" * 300, {"id": "y" * 300}]
CLAIMS = ["sub", "roles", "resource_link", "context", "custom", "launch_presentation", "endpoint"]
CLAIMS += [
    "namesroleservice",
    "name",
    "given_name",
    "locale",
    "email",
    "version",
    "message_type",
    "tool_platform",
]


@pytest.mark.parametrize("name", CLAIMS)
def test_no_claim_breaks_us(app: Flask, client: CheckingClient, platform: Platform, name: str) -> None:
    """Whatever stands in a claim that a platform signed: a launch goes on without it, or is refused on a page."""
    for value in ODD:
        response = launch(client, platform, COURSE, forged={"changes": {name: value}})
        assert response.status_code in (200, 302, 403), (name, value, response.status_code)


def test_a_moodle_and_a_canvas_person_are_two(
    app: Flask, client: CheckingClient, platform: Platform, canvas: Platform
) -> None:
    """The same id on two platforms is two people."""
    assert platform.profile is MOODLE
    arrived(client, launch(client, platform, COURSE))
    other = app.test_client()
    assert isinstance(other, CheckingClient)
    arrived(other, launch(other, canvas, COURSE))
    with app.app_context():
        assert len(db.session.scalars(select(Session.user_id).distinct()).all()) == 2


@pytest.mark.parametrize(("which", "people"), [("canvas", 2), ("platform", 1)])
def test_an_id_is_good_within_the_customer_of_a_shared_issuer(
    request: pytest.FixtureRequest, app: Flask, which: str, people: int
) -> None:
    """The same id in two deployments is two people where customers share an issuer, and one where they do not."""
    platform: Platform = request.getfixturevalue(which)
    with app.app_context():
        held = db.session.scalars(select(Deployment)).one()
        db.session.add(Deployment(platform_id=held.platform_id, deployment="2", approved_at=held.approved_at))
        db.session.commit()
    for deployment in ("1", "2", "1"):
        client = app.test_client()
        assert isinstance(client, CheckingClient)
        arrived(client, launch(client, platform, COURSE, forged={"changes": {"deployment_id": deployment}}))
    with app.app_context():
        assert len(db.session.scalars(select(Session.user_id).distinct()).all()) == people
