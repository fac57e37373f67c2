"""How often launches and grades ask the database: counted here, since milliseconds depend on the machine."""

from flask import Flask

from lms.db import db
from lms.learning import submit_attempt
from tests.lms import small_course
from tests.lti.earning import COURSE, arrive, begin, come, deliveries, earn, enrolment_of, send_all
from tests.lti.launching import launch
from tests.lti.platform import Platform

LAUNCH, ASKING, GRADE = 11, 2, 5


def counted(statements: list[str]) -> int:
    return len(
        [each for each in statements if not each.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "PRAGMA"))]
    )


def test_a_launch(app: Flask, platform: Platform, statements: list[str]) -> None:
    """Who opens a link again is known, and in their course, in at most eleven statements, login included."""
    small_course.publish(app, small_course.bundle())
    platform.gradebook.add(label="Small", scoreMaximum=100)
    for _ in range(2):
        arrive(app, platform, line_item=1)
    statements.clear()
    launch(app.test_client(), platform, COURSE, line_item=1)
    assert counted(statements) <= LAUNCH, "\n".join(statements)


def test_grades(app: Flask, platform: Platform, statements: list[str]) -> None:
    """Each grade takes at most five statements, and all of them one token."""
    small_course.publish(app, small_course.bundle())
    platform.gradebook.add(label="Small", scoreMaximum=100)
    arrive(app, platform, line_item=1)
    people = [f"person-{number}" for number in range(5)]
    with app.app_context():
        come(platform, *people)
        for person in people:
            earn(3, person=person)
        statements.clear()
        send_all()
        asked = counted(statements)
        assert {each.state for each in deliveries()} == {"sent"}
    assert asked <= GRADE * len(people) + 3, "\n".join(statements)
    assert platform.count("token") == 1 and platform.count("scores") == len(people)


def test_asking(app: Flask, platform: Platform, statements: list[str]) -> None:
    """To ask for a grade takes two statements more, and none where nobody came from a learning system."""
    small_course.publish(app, small_course.bundle())
    platform.gradebook.add(label="Small", scoreMaximum=100)
    arrive(app, platform, line_item=1)
    counts = []
    with app.app_context():
        for _ in range(2):
            attempt = begin()
            statements.clear()
            submit_attempt(attempt)
            db.session.commit()
            counts.append(counted(statements))
            enrolment_of("learner-1").context = ""
            db.session.commit()
    asked, alone = counts
    assert asked - alone == ASKING
