"""What tests of grades share: a person who came by a link, and marks that they earn."""

from typing import Any

from flask import Flask
from sqlalchemy import select

from lms.db import db
from lms.learning import begin_attempt, questions, save_answer, submit_attempt
from lms.library import live_course
from lms.lti.grades import Postbag
from lms.models import Attempt, Delivery, Enrolment, Identity
from tests.lms import small_course
from tests.lti.launching import launch
from tests.lti.platform import Platform

COURSE = f"/courses/{small_course.SLUG}"


def arrive(app: Flask, platform: Platform, opens: str = COURSE, **said: Any) -> None:
    """Somebody opens a link, in a browser of their own."""
    answer = launch(app.test_client(), platform, opens, **said)
    assert answer.status_code in (200, 302), answer.get_data(as_text=True)


def earn(platform: Platform, right: int = 3, *, person: str = "learner-1", quiz: str = "check") -> Attempt:
    """Hand in an attempt with so many right answers of three, in the newest cycle. Within the application."""
    enrolment = enrolment_of(person)
    course, revision_id = live_course(enrolment.course) or (None, 0)
    assert course
    asked = next(each for each in course.quizzes if each.id == quiz)
    attempt = begin_attempt(enrolment, revision_id, asked)
    assert isinstance(attempt, Attempt)
    for question in questions(attempt)[:right]:
        places = tuple(place for place, option in enumerate(question.options) if option.right)
        assert save_answer(attempt, question.id, places) == "kept"
    submit_attempt(attempt)
    db.session.commit()
    return attempt


def enrolment_of(person: str) -> Enrolment:
    """The newest cycle of whoever the platform knows by that name."""
    theirs = select(Enrolment).join(Identity, Identity.user_id == Enrolment.user_id)
    theirs = theirs.where(Identity.subject == person).order_by(Enrolment.cycle.desc()).limit(1)
    return db.session.scalars(theirs).one()


def send_all(bag: Postbag | None = None) -> Postbag:
    """Send whatever is due now."""
    bag = bag or Postbag()
    while bag.send_next():
        pass
    return bag


def deliveries() -> list[Delivery]:
    """All grades, as they are now."""
    db.session.expire_all()
    return list(db.session.scalars(select(Delivery).where(Delivery.kind == "grade").order_by(Delivery.id)))
