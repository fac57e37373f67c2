"""The cases that tools are certified by (1EdTech's certification guide for LTI 1.3), by their names."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms.db import db
from lms.models import Enrolment, Identity, Session
from tests.conftest import Database
from tests.lms.test_learning import COURSE, SLUG
from tests.lti.launching import launch, log_in
from tests.lti.outcomes import arrived, everybody, refused
from tests.lti.platform import MEMBERSHIP, REMOVED, Person, Platform
from tests.page_checks import CheckingClient


@pytest.fixture
def database_url(sqlite: Database) -> str:
    """One kind of database shows this as well as both: it is about messages, addresses and pages."""
    return sqlite.copy()


BAD: dict[str, tuple[str, dict[str, Any]]] = {
    "no-kid": ("signature", {"header": {"kid": REMOVED}}),
    "incorrect-kid": ("signature", {"header": {"kid": "imstester_66067"}}),
    "wrong-lti-version": ("claims", {"changes": {"version": "11.3"}}),
    "no-lti-version": ("claims", {"changes": {"version": REMOVED}}),
    "not-an-lti-message": ("claims", {"instead": {"name": "badltilaunch"}}),
    "required-claims-missing": (
        "claims",
        {"changes": dict.fromkeys(("message_type", "version", "deployment_id", "roles", "sub"), REMOVED)},
    ),
    "timestamps-incorrect": ("old", {"changes": {"iat": 11111, "exp": 22222}}),
    "message-type-missing": ("claims", {"changes": {"message_type": REMOVED}}),
    "roles-missing": ("claims", {"changes": {"roles": REMOVED}}),
    "deployment-id-missing": ("claims", {"changes": {"deployment_id": REMOVED}}),
    "resource-link-missing": ("claims", {"changes": {"resource_link": REMOVED}}),
    "resource-link-id-missing": ("claims", {"changes": {"resource_link": {"title": "A"}}}),
    "sub-missing": ("claims", {"changes": {"sub": REMOVED}}),
}
WHO = {"teacher": "teacher-1", "student": "learner-1"}


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("case", BAD)
def test_a_bad_payload_is_refused(
    app: Flask, client: CheckingClient, platform: Platform, case: str, who: str
) -> None:
    """The message is turned away on a page that says why, and nobody is signed in."""
    check, forged = BAD[case]
    refused(app, launch(client, platform, COURSE, person=WHO[who], forged=forged), check)


GOOD: dict[str, dict[str, Any]] = {
    "plain": {},
    "multiple-roles": {
        "roles": [f"{MEMBERSHIP}{{}}", "http://purl.imsglobal.org/vocab/lis/v2/institution/person#{}"]
    },
    "short-role": {"roles": ["{}"]},
    "unknown-role": {"roles": ["http://purl.imsglobal.org/vocab/lis/v2/uknownrole/unknown#Unknown"]},
    "no-role": {"roles": [""]},
    "no-role-at-all": {"roles": []},
    "only-email": {"name": REMOVED},
    "only-names": {"email": REMOVED},
    "no-personal-data": {"name": REMOVED, "email": REMOVED},
    "email-without-context": {"name": REMOVED, "context": REMOVED},
    "only-a-resource-link": dict.fromkeys(
        ("name", "email", "context", "endpoint", "namesroleservice", "tool_platform", "launch_presentation"),
        REMOVED,
    ),
}
KNOWN = {"plain", "multiple-roles", "short-role", "only-email", "only-names", "no-personal-data"}
KNOWN |= {"email-without-context", "only-a-resource-link"}
"""Where the roles say who somebody is; anybody else is a learner."""


@pytest.mark.parametrize(("role", "person"), [("Instructor", "teacher-1"), ("Learner", "learner-1")])
@pytest.mark.parametrize("case", GOOD)
def test_a_valid_launch_is_accepted(
    app: Flask, client: CheckingClient, platform: Platform, case: str, role: str, person: str
) -> None:
    """The person is known by their id alone, and comes to what they opened, or to their class."""
    said = dict(GOOD[case])
    if "roles" in said:
        said["roles"] = [each.format(role) for each in said["roles"]]
    where = arrived(client, launch(client, platform, COURSE, person=person, **said))
    teaches = role == "Instructor" and case in KNOWN
    assert where.startswith("/lti/" if teaches else COURSE), where
    (user,) = everybody(app)
    shares_a_name = said.get("name") is not REMOVED
    assert user.name == (platform.people[person].name if shares_a_name else None)
    assert not user.guest and user.email is None
    with app.app_context():
        identity = db.session.scalars(select(Identity)).one()
        assert (identity.subject, identity.user_id, identity.tenant) == (person, user.id, "")
        assert db.session.scalars(select(Session)).one().staff == teaches
        begun = db.session.scalars(select(Enrolment)).all()
        assert [each.course for each in begun] == ([] if teaches else [SLUG])


@pytest.mark.parametrize("by", ["GET", "POST"])
def test_login_is_begun_either_way(app: Flask, client: CheckingClient, platform: Platform, by: str) -> None:
    """Platforms begin by GET or by POST."""
    assert arrived(client, launch(client, platform, COURSE, by=by))


def test_a_platform_need_not_say_client_and_deployment_at_login(
    client: CheckingClient, platform: Platform
) -> None:
    """Only issuer, hint and target are required of the first request."""
    form = platform.launch_form(COURSE)
    kept = {name: form[name] for name in ("iss", "login_hint", "target_link_uri", "lti_message_hint")}
    login = client.post("/lti/login", data=kept)
    assert arrived(client, client.post("/lti/launch", data=platform.answer(login.location)))


def test_the_hint_is_sent_back_unchanged(client: CheckingClient, platform: Platform) -> None:
    """Whatever it holds; nothing is made up where there is none."""
    form = platform.launch_form(COURSE) | {"lti_message_hint": '{"cmid":7,"launchid":"ltilaunch1_é+&= %"}'}
    assert "lti_message_hint=%7B%22cmid%22%3A7" in client.post("/lti/login", data=form).location
    form.pop("lti_message_hint")
    assert "hint=" in (location := client.post("/lti/login", data=form).location)
    assert "lti_message_hint" not in location


def test_an_anonymous_launch_is_a_guest(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """Somebody whom the platform does not name at all is welcome, and is nobody known."""
    assert arrived(client, launch(client, platform, COURSE, person=None))
    (user,) = everybody(app)
    assert user.guest and user.name is None
    with app.app_context():
        assert not db.session.scalars(select(Identity)).all()


def test_a_deep_linking_request_is_understood(client: CheckingClient, platform: Platform) -> None:
    """A teacher who looks for something to link to gets the page to choose from."""
    response = launch(client, platform, "/", person="teacher-1", deep_linking={})
    assert response.status_code in (200, 302), response.get_data(as_text=True)[-500:]


def test_the_key_set_can_be_fetched(client: CheckingClient, platform: Platform) -> None:
    """What the platform checks our signatures with: RSA keys with a name, and nothing private."""
    answer = client.get("/lti/jwks.json")
    assert answer.status_code == 200 and answer.mimetype == "application/json"
    for each in answer.get_json()["keys"]:
        assert each["kty"] == "RSA" and each["alg"] == "RS256" and each["use"] == "sig" and each["kid"]
        assert not {"d", "p", "q", "dp", "dq", "qi"} & each.keys()


def test_everybody_is_somebody_else(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """The same e-mail address makes nobody the same person; the same id does."""
    platform.enrol(Person("learner-9", ("Learner",), "Lee Learner", "lee@example.org"))
    for person in ("learner-1", "learner-9", "learner-1"):
        launch(app.test_client(), platform, COURSE, person=person)
    assert len(everybody(app)) == 2


def test_login_asks_for_the_launch_of_this_site(client: CheckingClient, platform: Platform) -> None:
    """The platform sends people back to us, whatever host the request named."""
    login = log_in(client, platform, COURSE)
    assert "redirect_uri=https%3A%2F%2Flocalhost%2Flti%2Flaunch" in login.location
