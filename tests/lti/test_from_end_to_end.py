"""The whole way, as an administrator, a teacher and a learner go it: register, choose, open, pass, be graded."""

import datetime
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from lms.db import db, now
from lms.lti.grades import Postbag
from lms.models import Delivery
from tests.lms.everything import browser_of, someone
from tests.lms.test_learning import COURSE, answer_all, read_lessons, start_quiz
from tests.lti.conftest import MakePlatform
from tests.lti.launching import launch
from tests.lti.platform import Platform
from tests.lti.registrations import form_of
from tests.lti.test_deep_linking import choose, picked
from tests.page_checks import CheckingClient

SLUG = COURSE.rpartition("/")[2]
TOP = {"Sec-Fetch-Dest": "document"}


@pytest.mark.slow
def test_from_an_invitation_to_a_grade(app: Flask, make_platform: MakePlatform) -> None:
    """Everything an administrator, a teacher and a learner do, on both sides, and the platform away for two days."""
    moodle, admin = make_platform(), browser_of(app, someone(app, "admin"))
    register(app, admin, moodle)
    (item,) = chosen(app, moodle)
    column = moodle.gradebook.add(**item["lineItem"]).number
    passes(app, moodle, item, column)
    moodle.stop()
    assert not delivered(app)
    assert "cannot be reached" in admin.get("/platforms/grades").text
    moodle.start()
    two_days_later(app)
    assert delivered(app)
    grade = moodle.grade("learner-1", column)
    assert grade is not None
    assert grade.given == 100 and "Lee Learner" in teacher(app, moodle, item).text


def register(app: Flask, admin: CheckingClient, moodle: Platform) -> None:
    """Invite, register there, approve here."""
    admin.get("/platforms")
    page = admin.send("/platforms/invitations", name="Council Moodle").text
    found = re.search(r"/lti/register/[\w-]+", page)
    assert found
    address = moodle.registrations.address(found[0])
    assert app.test_client().post(found[0], data=form_of(address)).status_code == 200
    admin.get("/platforms/1")
    assert admin.send("/platforms/1/approvals").status_code == 302


def chosen(app: Flask, moodle: Platform) -> list[dict[str, Any]]:
    """What a teacher chose to put into their course."""
    browser = app.test_client()
    page = launch(browser, moodle, person="teacher-1", deep_linking={})
    return picked(moodle, choose(browser, page, SLUG))


def passes(app: Flask, moodle: Platform, item: dict[str, Any], column: int) -> None:
    """A learner opens the link, reads all lessons and passes."""
    browser = app.test_client()
    assert isinstance(browser, CheckingClient)
    arrived = launch(browser, moodle, item["url"], line_item=column, custom=item["custom"], headers=TOP)
    assert arrived.location == f"{COURSE}/before"
    read_lessons(browser, app)
    attempt = start_quiz(browser)
    answer_all(browser, app, attempt)
    browser.get(f"{attempt}/review")
    assert browser.send(f"{attempt}/submission").status_code == 302
    assert "You passed" in browser.get(f"{attempt}/result").text


def teacher(app: Flask, moodle: Platform, item: dict[str, Any]) -> Any:
    """The page of a teacher's class."""
    browser = app.test_client()
    launch(browser, moodle, item["url"], person="teacher-1", headers=TOP)
    return browser.get("/lti/link")


def delivered(app: Flask) -> bool:
    """Whether a worker sends all that is due."""
    with app.app_context():
        bag = Postbag()
        while bag.send_next():
            pass
        return not Delivery.query.filter_by(kind="grade", state="waiting").count()


def two_days_later(app: Flask) -> None:
    """As if all that waits had been put off until now."""
    with app.app_context():
        ago = now() - datetime.timedelta(days=2)
        db.session.execute(update(Delivery).values(made_at=ago, due_at=ago))
        db.session.commit()
