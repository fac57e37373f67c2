"""What tests of grades share: people who came by a link, and marks that they earn."""

import datetime
from typing import Any

from flask import Flask
from sqlalchemy import select, update

from lms.db import db, now
from lms.grades import catch_up_next
from lms.learning import begin_attempt, questions, save_answer, submit_attempt
from lms.learning import launch as launch_course
from lms.library import live_course
from lms.lti.grades import Postbag
from lms.models import Attempt, Delivery, Enrolment, Identity, ResourceLink, User
from tests.lms import small_course
from tests.lti.launching import launch
from tests.lti.platform import Person, Platform

COURSE = f"/courses/{small_course.SLUG}"
TEACHER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"


def arrive(app: Flask, platform: Platform, opens: str = COURSE, **said: Any) -> None:
    """Somebody opens a link, in a browser of their own."""
    answer = launch(app.test_client(), platform, opens, **said)
    assert answer.status_code in (200, 302), answer.get_data(as_text=True)
    with app.app_context():
        catch_up()


def catch_up() -> None:
    """Let the worker ask for what links still want."""
    while catch_up_next():
        pass


def come(platform: Platform, *names: str) -> None:
    """More people, of whom the platform knows, came by the only link. Within the application."""
    link = db.session.scalars(select(ResourceLink)).one()
    for name in names:
        platform.enrol(Person(name))
        user = User(guest=False)
        deployment = link.deployment
        known = {"platform_id": deployment.platform_id, "tenant": deployment.tenant, "subject": name}
        db.session.add(Identity(user=user, **known))
        db.session.flush()
        launch_course(user, link.course, link.context)
    db.session.commit()


def begin(*, person: str = "learner-1", quiz: str = "check") -> Attempt:
    """Begin an attempt in the newest cycle. Within the application."""
    enrolment = enrolment_of(person)
    found = live_course(enrolment.course)
    assert found
    course, revision_id = found
    asked = next(each for each in course.quizzes if each.id == quiz)
    attempt = begin_attempt(enrolment, revision_id, asked)
    assert isinstance(attempt, Attempt)
    db.session.commit()
    return attempt


def earn(right: int = 3, *, person: str = "learner-1", quiz: str = "check") -> Attempt:
    """Hand in an attempt with so many right answers of three, in the newest cycle. Within the application."""
    attempt = begin(person=person, quiz=quiz)
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
    while bag.send_next() or catch_up_next():
        pass
    return bag


def later(platform: Platform, **passed: float) -> None:
    """Let time pass: what waits is due, leases are over, and the platform's grades are as much older.

    Two hours, unless something else is said.
    """
    moment = datetime.timedelta(**(passed or {"hours": 2}))
    for each in deliveries():
        each.due_at, each.made_at = each.due_at - moment, each.made_at - moment
        if each.leased_until and each.leased_until - moment < now():
            each.leased_until = now() - datetime.timedelta(seconds=1)
    db.session.execute(update(ResourceLink).values(seeking_until=None))
    db.session.commit()
    for item in platform.gradebook.items.values():
        for grade in item.grades.values():
            grade.kept_at -= moment.total_seconds()


def deliveries() -> list[Delivery]:
    """All grades, as they are now."""
    db.session.expire_all()
    return list(db.session.scalars(select(Delivery).where(Delivery.kind == "grade").order_by(Delivery.id)))


def given(platform: Platform, person: str = "learner-1", item: int = 1) -> float | None:
    """What the gradebook says of somebody."""
    grade = platform.grade(person, item)
    return grade and grade.given
