"""The certification cases of LTI Advantage's services: deep linking, names and roles, assignments and grades.

Each is a whole way through the product, of which every name looks at one thing.
"""

import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from flask import Flask
from werkzeug.wrappers import Request

from tests.lms import small_course
from tests.lti import strict
from tests.lti.earning import COURSE, arrive, earn, send_all
from tests.lti.launching import TOOL, launch
from tests.lti.outcomes import arrived
from tests.lti.platform import CANVAS, MOODLE, Platform
from tests.lti.strict import DL, LTI
from tests.lti.test_deep_linking import asks, choose, sent
from tests.page_checks import CheckingClient

PROFILES = {"moodle": MOODLE, "canvas": CANVAS}


@pytest.fixture(autouse=True)
def small(app: Flask) -> None:
    """A course of one lesson and one quiz."""
    small_course.publish(app, small_course.bundle())


def asked(platform: Platform, place: str) -> Request:
    """The newest request at a place, which went well."""
    found = [(status, request) for where, status, request in platform.asked if where == place]
    assert found and found[-1][0] in (200, 201), found
    return found[-1][1]


# deep linking

DEEP: dict[str, Callable[[dict[str, Any], str, Platform], object]] = {
    "is-a-deep-linking-response": lambda said, *_: said[f"{LTI}message_type"] == "LtiDeepLinkingResponse",
    "version": lambda said, *_: said[f"{LTI}version"] == "1.3.0",
    "timestamps-valid": lambda said, *_: abs(said["iat"] - time.time()) < 60 and said["exp"] > time.time(),
    "signature-valid": lambda _, token, platform: strict.signed(token, platform._tool_key),
    "issuer-is-the-client": lambda said, *_: said["iss"] == "client-1",
    "audience-is-the-platform": lambda said, _, platform: said["aud"] in (platform.issuer, [platform.issuer]),
    "deployment-id": lambda said, *_: said[f"{LTI}deployment_id"] == "1",
    "nonce": lambda said, *_: len(said["nonce"]) >= 16,
    "data-is-echoed": lambda said, *_: said[f"{DL}data"] == "opaque: é&=%\"'",
    "the-item-is-what-was-shown": lambda said, *_: (
        [(each["type"], each["title"], each["url"]) for each in said[f"{DL}content_items"]]
        == [("ltiResourceLink", "Small", f"{TOOL}/courses/small")]
    ),
    "the-line-item-has-a-maximum": lambda said, *_: (
        said[f"{DL}content_items"][0]["lineItem"]["scoreMaximum"] > 0
    ),
    "read-by-a-strict-platform": lambda _, token, platform: platform.picked(token, data="opaque: é&=%\"'"),
}


@pytest.mark.parametrize("case", DEEP)
def test_deep_linking(app: Flask, client: CheckingClient, platform: Platform, case: str) -> None:
    """A teacher picks a course, and the message that goes back says what the standard wants."""
    page = asks(client, platform, deep_linking={"data": "opaque: é&=%\"'"})
    address, token = sent(choose(client, page, "small"))
    assert address == f"{platform.url}/deep-link?course=1"
    assert DEEP[case](jwt.decode(token, options={"verify_signature": False}), token, platform)


def test_the_link_that_was_returned_can_be_launched(
    app: Flask, client: CheckingClient, platform: Platform
) -> None:
    """What was picked opens for a learner, by its address and its own parameters."""
    (item,) = platform.picked(sent(choose(client, asks(client, platform), "small"))[1])
    learner = app.test_client()
    assert isinstance(learner, CheckingClient)
    where = arrived(learner, launch(learner, platform, item["url"], link="new", custom=item["custom"]))
    assert where.startswith("/courses/small")


# names and roles

NAMES: dict[str, Callable[[Request, Request], object]] = {
    "request-received": lambda request, _: request.method == "GET",
    "accept-header": lambda request, _: request.headers["Accept"] == strict.CLASS,
    "bearer-token": lambda request, _: request.headers["Authorization"].startswith("Bearer "),
    "scope": lambda _, token: strict.MEMBERS in token.form["scope"].split(),
    "user-agent": lambda request, _: request.headers["User-Agent"],
}


@pytest.mark.parametrize("case", NAMES)
@pytest.mark.parametrize("who", ["platform", "canvas"])
def test_names_and_roles(
    request: pytest.FixtureRequest, app: Flask, client: CheckingClient, who: str, case: str
) -> None:
    """A teacher looks at their class, for which the platform is asked who learns there."""
    platform: Platform = request.getfixturevalue(who)
    show_class(client, platform)
    assert NAMES[case](asked(platform, "members"), asked(platform, "token"))


def show_class(client: CheckingClient, platform: Platform) -> str:
    """The page with the class, once a teacher has opened their link."""
    form = platform.launch_form(COURSE, person="teacher-1") | {"lti_storage_target": ""}
    login = client.post("/lti/login", data=form)
    opened = client.post("/lti/launch", data=platform.answer(login.location))
    assert opened.status_code == 302, opened.text
    return client.get(opened.location).text


def test_the_class_is_shown(client: CheckingClient, platform: Platform) -> None:
    """Everybody who learns there, by the name that the platform tells."""
    page = show_class(client, platform)
    assert "Lee Learner" in page and "Robin Reader" in page


# assignments and grades

GRADES: dict[str, Callable[[Platform], object]] = {
    "line-item-is-made": lambda platform: asked(platform, "line_items").method == "POST",
    "line-item-content-type": lambda platform: asked(platform, "line_items").mimetype == strict.ONE,
    "line-item-has-label-and-maximum": lambda platform: (
        platform.gradebook.items[1].said["label"] and platform.gradebook.items[1].said["scoreMaximum"] > 0
    ),
    "line-item-belongs-to-the-link": lambda platform: (
        platform.gradebook.items[1].said["resourceLinkId"] == "link-1"
    ),
    "score-is-posted": lambda platform: asked(platform, "scores").method == "POST",
    "score-content-type": lambda platform: asked(platform, "scores").mimetype == strict.SCORES,
    "score-address": lambda platform: (
        asked(platform, "scores").full_path == "/context/course-1/lineitems/1/scores?type_id=1"
    ),
    "score-of-the-learner": lambda platform: platform.gradebook.items[1].scores[0]["userId"] == "learner-1",
    "score-is-graded": lambda platform: (
        platform.gradebook.items[1].scores[0]["gradingProgress"] == "FullyGraded"
    ),
    "score-timestamp": lambda platform: strict.moment(platform.gradebook.items[1].scores[0]["timestamp"]),
    "scopes-asked-for": lambda platform: (
        set(asked(platform, "token").form["scope"].split()) <= {strict.SCORE, strict.LINE_ITEM, strict.RESULT}
    ),
    "one-token": lambda platform: platform.count("token") == 1,
    "the-result-is-the-mark": lambda platform: (
        (grade := platform.grade("learner-1")) and grade.given == grade.most == 100
    ),
}


@pytest.mark.parametrize("case", GRADES)
def test_assignments_and_grades(app: Flask, platform: Platform, case: str) -> None:
    """A learner opens a link that has no column yet and passes: a column is made, and their mark stands in it."""
    arrive(app, platform)
    with app.app_context():
        earn(3)
        send_all()
    assert GRADES[case](platform)
