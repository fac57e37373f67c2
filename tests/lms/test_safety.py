"""Pages for people at risk: how to leave, where to get help, and what comes before hard words."""

import datetime
import re

import msgspec
import pytest
from flask import Flask

from courses.library import facts
from lms import library
from lms.db import db
from lms.models import FactVersion, Session, User
from tests.lms import small_course
from tests.lms.test_learning import COURSE, SLUG, begin, start_quiz
from tests.lms.test_paths import FILE as PATH_FILE
from tests.lms.test_paths import PATH
from tests.lms.test_paths import publish as publish_path
from tests.page_checks import CheckingClient

SITUATIONS = (
    "danger", "not-urgent", "young", "deaf", "online", "transport", "no-name", "mate-crime", "worried", "talk",
)  # fmt: skip
BEFORE = f"{COURSE}/before"


def test_told_once_how_to_leave(client: CheckingClient, app: Flask) -> None:
    """The first course leads past how to leave quickly; the next one in this browser begins at once."""
    small_course.publish(app, small_course.bundle())
    assert f'href="{BEFORE}"' in client.get(COURSE).text
    page = client.get(BEFORE).text
    for promise in ("Shift key three times", "It does not delete your history", "only with a code"):
        assert promise in page
    assert client.send("/enrolments", course=SLUG).status_code == 302
    following = client.get(f"/courses/{small_course.SLUG}").text
    assert "Start the course" in following and "/before" not in following


def test_being_told_blocks_nobody(client: CheckingClient) -> None:
    """Lessons and quizzes open for who was never told, and telling begins nothing by itself."""
    assert client.get(f"{COURSE}/lessons/what-hate-crime-is").status_code == 200
    client.get(BEFORE)
    assert "Where you are" not in client.get(COURSE).text
    assert client.get("/courses/none/before").status_code == 404


def test_what_was_told_is_kept_for_a_person_and_forgotten_on_leaving(
    client: CheckingClient, app: Flask
) -> None:
    """A come-back code in the same browser does not tell again; Exit leaves no trace, so the next person is told."""
    begin(client)
    client.get("/come-back/code")
    code = client.send("/come-back/code").text.split('<bdi dir="ltr">')[1].split("</bdi>")[0]
    client.get("/come-back")
    client.send("/come-back", code=code)
    small_course.publish(app, small_course.bundle())
    assert "/before" not in client.get(f"/courses/{small_course.SLUG}").text
    client.get("/leave")
    assert BEFORE in client.get(COURSE).text


@pytest.mark.parametrize("way", ["/leave", "/left"])
def test_leaving_ends_the_visit(client: CheckingClient, app: Flask, way: str) -> None:
    """Either way out deletes the session and the cookie, and is never kept by a cache."""
    begin(client)
    answer = client.get(way)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "alongside=;" in answer.headers["Set-Cookie"]
    with app.app_context():
        assert db.session.query(Session).count() == 0 and db.session.query(User).count() == 1
    assert "Carry on" not in client.get("/").text


def test_exit_on_every_kind_of_page(client: CheckingClient) -> None:
    """Each page has both links out, which work without scripts and leave the whole window, and one to help."""
    for path in ("/", COURSE, BEFORE, "/help", "/safety", "/privacy", "/nope", "/check", "/come-back"):
        page = client.get(path).text
        ways = re.findall(r'<a class="(?:skip|exit)" href="/leave" data-exit ([^>]*)>', page)
        assert len(ways) == 2, path
        assert all('rel="nofollow noreferrer" target="_top"' in way for way in ways)
        assert 'href="/help"' in page and 'href="/safety"' in page


def test_the_neutral_address_is_in_each_page(client: CheckingClient, app: Flask) -> None:
    """The script goes where the settings say, as the link does."""
    page = client.get("/help").text
    assert page.count(f'data-away="{app.extensions["alongside"].leave_to}"') == 1


@pytest.mark.parametrize("situation", SITUATIONS)
def test_help_by_situation(client: CheckingClient, situation: str) -> None:
    """Each situation is a link on top of the page and a card with at least one way to act."""
    page = client.get("/help").text
    assert f'<a href="#{situation}">' in page
    card = page.partition(f'id="{situation}"')[2].partition("</li>")[0]
    assert re.search(r'href="(?:tel|sms|https):', card)


def test_when_the_numbers_were_checked(client: CheckingClient, app: Flask) -> None:
    """Help ends with the month in which the number on it was checked that nobody has looked at for longest."""
    assert "Numbers last checked: November 2026. If one does not work, call" in client.get("/help").text
    with app.app_context():
        old = msgspec.structs.replace(facts()["samaritans number"], checked=datetime.date(2025, 3, 9))
        FactVersion.keep(None, old)
        db.session.commit()
    assert "Numbers last checked: March 2025." in client.get("/help").text


def test_no_more_is_promised_than_is_known(client: CheckingClient) -> None:
    """A line whose funding was said to have ended comes with words that it may be closed."""
    galop = re.search(r"<p>Galop.*</p>", client.get("/help").text)
    assert galop and "We do not know if this line is open now." in galop[0]


def test_help_takes_no_report(client: CheckingClient) -> None:
    """There is no form on the page, nor on the safety page, and it says so."""
    page = client.get("/help").text
    assert "It never takes reports" in page
    assert "<form" not in page and "<form" not in client.get("/safety").text


def test_every_number_comes_from_facts(client: CheckingClient) -> None:
    """Whatever can be rung, texted or followed on pages of help is a fact, so that it can be set right at once."""
    known = {value.replace(" ", "") for fact in facts().values() for value in fact.value}
    for path in ("/help", "/safety", "/privacy"):
        ways = re.findall(r'href="(?:tel:|sms:|(?=https:))([^"]+)"', client.get(path).text)
        assert ways and set(ways) <= known, path


def test_support_beside_everything_that_is_taught(client: CheckingClient, app: Flask) -> None:
    """Every lesson, and every page of a quiz up to its result, says where to turn."""
    begin(client)
    attempt = start_quiz(client)
    quiz = f"{COURSE}/quizzes/final"
    with app.app_context():
        course = library.live_courses()[SLUG]
    lessons = [f"{COURSE}/lessons/{lesson.id}" for lesson in course.lessons]
    for path in (*lessons, quiz, f"{attempt}/questions/1", f"{attempt}/review"):
        assert "Is this happening to you?" in client.get(path).text, path
    client.send(f"{attempt}/submission")
    assert "Is this happening to you?" in client.get(f"{attempt}/result").text


def test_a_note_before_a_quiz(client: CheckingClient, app: Flask) -> None:
    """A quiz with a content note says it before its first question, with the way to leave it for later."""
    small_course.publish(app, small_course.bundle("counts: best\ncontent note: Someone is threatened."))
    page = client.get(small_course.QUIZ).text
    note, start = page.index("Someone is threatened."), page.index("Start the quiz")
    assert note < page.index("leave this quiz for later") < start
    small_course.publish(app, small_course.bundle())
    assert "leave this quiz" not in client.get(small_course.QUIZ).text


def test_a_note_before_a_path(client: CheckingClient, app: Flask) -> None:
    """A path with a content note says it before its courses, and that they can be skipped."""
    publish_path(app, PATH_FILE.replace("certificate: yes", "certificate: yes\ncontent note: Threats."))
    page = client.get(f"/paths/{PATH}").text
    assert page.index("Threats. You can skip a lesson") < page.index("The courses")
