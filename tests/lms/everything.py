"""One of everything that a route can be about, and somebody it belongs to."""

from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select

from courses import starter
from courses.course import Lesson
from lms import library, publishing
from lms.awarding import award
from lms.db import db, now
from lms.learning import begin, begin_attempt, submit_attempt
from lms.models import (
    Area,
    Attempt,
    Blob,
    Delivery,
    Deployment,
    Identity,
    Platform,
    ResourceLink,
    Session,
    User,
)
from lms.models.user import Role
from lms.paths import finish_path
from quizzes.kinds import Question
from quizzes.rules import Refusal
from tests.page_checks import CheckingClient

COURSE, PATH, AREA, QUESTION = "together", "both", "west", 1
PATH_FILE = (
    f"---\nkind: path\ntitle: Both\nsummary: One.\ncertificate: yes\ncourses:\n  - {COURSE}\n---\n\nHello.\n"
)


@dataclass(frozen=True)
class Everything:
    """The values that a route's address can hold, by name, and whose the attempt and the award are."""

    holder: int
    values: dict[str, object]


def publish(app: Flask) -> None:
    """A course with a quiz, a check and a picture; a path; two areas."""
    with app.app_context():
        for slug, bundle in ((COURSE, starter.bundle()), (PATH, {"both.md": PATH_FILE.encode()})):
            published = publishing.publish(dict(bundle), slug)
            assert published.revision, published.problems
            db.session.commit()
        Area.keep(AREA, "West", default=True)
        Area.keep("east", "East", default=False)
        db.session.commit()


def of_somebody(app: Flask) -> Everything:
    """Somebody who finished all, holds a certificate that is past its date, and has an attempt open."""
    with app.app_context():
        holder, found = User(), library.live_course(COURSE)
        assert found
        course, revision = found
        db.session.add(holder)
        Session.begin(holder)
        db.session.commit()
        session = Session.of(holder)[0]
        enrolment, quiz = begin(holder, course), course.quizzes[0]
        submit_attempt(_begun(begin_attempt(enrolment, revision, quiz)))
        open_one = _begun(begin_attempt(enrolment, revision, quiz))
        enrolment.completed_at, enrolment.revision_id = now(), revision
        finish_path(holder, library.live_paths()[PATH])
        held = award(enrolment, revision, name="Somebody", issuer="Us")
        held.valid_until = held.awarded.replace(year=2020)
        picture = db.session.scalars(select(Blob.digest).where(Blob.media_type == "image/png")).first()
        lesson, check = next((lesson, check) for lesson in course.lessons for check in _checks(lesson))
        platform, deployment, delivery = _connected(holder)
        values: dict[str, object] = {
            "platform": platform,
            "deployment": deployment,
            "delivery": delivery,
            "area": AREA,
            "attempt": open_one.id,
            "award": held.id,
            "code": held.code_display,
            "course": COURSE,
            "digest": picture,
            "lesson": lesson.id,
            "name": "picture.png",
            "number": QUESTION,
            "path": PATH,
            "question": check.id,
            "quiz": quiz.id,
            "session": session.id,
            "token": "none-of-ours",
        }
        db.session.commit()
        return Everything(holder.id, values)


def _connected(person: User) -> tuple[int, int, int]:
    """A learning system, its deployment, and a mark of somebody's for it; their numbers."""
    place = f"https://127.0.0.1/{person.id}"  # which is never asked
    platform = Platform(
        name="Moodle", issuer=place, client_id="1", auth_url=place, token_url=place, keys_url=place
    )
    db.session.add(platform)
    db.session.flush()
    deployment = Deployment(platform_id=platform.id, deployment="1")
    link = ResourceLink(deployment=deployment, link="1", context="1")
    identity = Identity(platform_id=platform.id, tenant="", subject="1", user=person)
    db.session.add_all([link, identity])
    db.session.flush()
    mark = Delivery(
        kind="grade", user=person, resource_link_id=link.id, identity_id=identity.id, state="stalled"
    )
    db.session.add(mark)
    db.session.flush()
    return platform.id, deployment.id, mark.id


def _begun(attempt: Attempt | Refusal) -> Attempt:
    assert not isinstance(attempt, Refusal)
    return attempt


def _checks(lesson: Lesson) -> list[Question]:
    return [block for block in lesson.versions["standard"].blocks if isinstance(block, Question)]


def someone(app: Flask, role: Role = "learner", *, guest: bool = False) -> int:
    """Somebody else; their id."""
    with app.app_context():
        person = User(guest=guest, role=role, email=None if guest else f"{role}@example.org")
        db.session.add(person)
        db.session.commit()
        return person.id


def browser_of(app: Flask, user_id: int | None) -> CheckingClient:
    """A fresh browser in which this person, or (None) nobody, is signed in."""
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    if user_id is not None:
        with app.app_context():
            token = Session.begin(db.session.get_one(User, user_id))
            db.session.commit()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
    return client
