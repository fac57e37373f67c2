"""What tests of a teacher's pages share, where no platform is there to ask."""

from typing import Any

from flask import Flask

from lms.db import db, now
from lms.library import live_course
from lms.lti import keys
from lms.lti.content_items import Asked
from lms.models import (
    Attempt,
    Delivery,
    Deployment,
    Enrolment,
    Identity,
    Platform,
    ResourceLink,
    Session,
    ToolKey,
    User,
)
from tests.page_checks import CheckingClient

BACK = "https://lms.example/back?course=1&sesskey=2"


def known(app: Flask) -> int:
    """A platform that is approved with one deployment, and our own key; its id. Twice is once."""
    with app.app_context():
        if not ToolKey.published():
            keys.rotate()
        found = Platform.registered("https://lms.example", "tool")
        if found is None:
            found = Platform(
                name="The council",
                issuer="https://lms.example",
                client_id="tool",
                auth_url="https://lms.example/auth",
                token_url="https://lms.example/token",
                keys_url="https://lms.example/keys",
                approved_at=now(),
            )
            found.deployments.append(Deployment(deployment="1", approved_at=now()))
            db.session.add(found)
        db.session.commit()
        return found.id


def asked(app: Flask, **asks: Any) -> str:
    """What a page to choose on carries; `asks` are fields of `Asked`."""
    usual: dict[str, Any] = {"platform": known(app), "deployment": "1", "back": BACK, "several": True}
    with app.app_context():
        return Asked(**usual | asks).sealed


GRADES: tuple[dict[str, Any], ...] = (
    {"state": "waiting"},
    {"state": "waiting", "last_error": "The learning system cannot be reached."},
    {"state": "stalled", "last_error": "The learning system refused the grade. (400)"},
    {"state": "sent"},
)
"""What may become of a grade."""


def link(app: Flask, course: str, name: str = "", **columns: Any) -> int:
    """A link to a course, with a class in it: some have not passed, some have, each with another grade; its id.

    People are called `name` and a number; without one, nothing.
    """
    platform = known(app)
    with app.app_context():
        found = live_course(course)
        deployment = db.session.get_one(Platform, platform).deployments[0]
        columns = {"line_items_url": "https://lms.example/items", "context": f"{deployment.id}:c"} | columns
        usual = {"link": f"link to {course}", "opens": course} | columns
        made = ResourceLink(deployment=deployment, **usual)
        db.session.add(made)
        db.session.flush()
        for number, grade in enumerate(GRADES if found else ()):
            _learner(made, platform, f"{name} {number}" if name else "", number, grade)
        db.session.commit()
        return made.id


def _learner(held: ResourceLink, platform: int, name: str, number: int, grade: dict[str, Any]) -> None:
    course, revision_id = live_course(held.course) or (None, 0)
    user = User(guest=False, name="None of your business")
    here = Enrolment(user=user, course=held.course, context=held.context, launched_at=now())
    person = Identity(platform_id=platform, tenant="", subject=f"p{held.id}.{number}", name=name, user=user)
    db.session.add_all((here, person))
    db.session.flush()
    here.completed_at = now() if number else None
    if course and course.quizzes:
        marked = {"earned": number * 1.0, "possible": 3, "percent": number * 33, "passed": number > 1}
        quiz, began = course.quizzes[-1].id, {"drawn": [], "facts": {}, "submitted_at": now()}
        db.session.add(
            Attempt(enrolment_id=here.id, quiz=quiz, number=1, revision_id=revision_id, **began, **marked)
        )
    sent_at = now() if grade["state"] == "sent" else None
    db.session.add(
        Delivery(
            kind="grade", resource_link_id=held.id, identity_id=person.id, user=user, sent_at=sent_at, **grade
        )
    )


def teach(app: Flask, client: CheckingClient, held: int) -> None:
    """Sign somebody in who teaches where a link stands."""
    with app.app_context():
        user = User(guest=False)
        db.session.add(user)
        token = Session.begin(user, resource_link_id=held, staff=True)
        db.session.commit()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
