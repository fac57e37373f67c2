"""From the home page to a certificate that anyone can check, as a browser without JavaScript would."""

import re

import pytest
from flask import Flask

from courses.course import Lesson
from lms.db import db
from lms.learning import questions
from lms.library import live_course
from lms.models import Answer, Attempt, Award, Enrolment, User
from tests.page_checks import CheckingClient

SLUG = "understanding-hate-and-mate-crime"
COURSE = f"/courses/{SLUG}"


def begin(client: CheckingClient) -> None:
    client.get(f"{COURSE}/before")
    assert client.send("/enrolments", course=SLUG).status_code == 302


def read_lessons(client: CheckingClient, app: Flask) -> None:
    with app.app_context():
        found = live_course(SLUG)
        assert found
        lessons = [step.id for step in found[0].steps if isinstance(step, Lesson)]
    for lesson in lessons:
        client.get(f"{COURSE}/lessons/{lesson}")
        assert client.send(f"{COURSE}/lessons/{lesson}/completion").status_code == 302


def start_quiz(client: CheckingClient) -> str:
    client.get(f"{COURSE}/quizzes/final")
    return client.send(f"{COURSE}/quizzes/final/attempts").location


def right_answers(app: Flask, attempt: str) -> dict[int, list[int]]:
    """What to answer, by question number, from the pinned revision."""
    with app.app_context():
        held = db.session.get_one(Attempt, int(attempt.rpartition("/")[2]))
        return {
            number: [place for place, option in enumerate(question.options) if option.right]
            for number, question in enumerate(questions(held), 1)
        }


def answer_all(client: CheckingClient, app: Flask, attempt: str, *, right: bool = True) -> None:
    for number, places in right_answers(app, attempt).items():
        client.get(f"{attempt}/questions/{number}")
        wrong = [place for place in range(2) if place not in places] or [1]
        given = places if right else wrong[:1]
        assert client.send(f"{attempt}/questions/{number}/answer", answer=given).status_code == 302


def pass_course(client: CheckingClient, app: Flask) -> str:
    begin(client)
    read_lessons(client, app)
    attempt = start_quiz(client)
    answer_all(client, app, attempt)
    client.get(f"{attempt}/review")
    assert client.send(f"{attempt}/submission").status_code == 302
    return attempt


def get_award(client: CheckingClient, name: str = "Llŷr ŵyn") -> str:
    client.get(f"{COURSE}/certificate")
    return client.send(f"{COURSE}/certificate", name=name).location


def test_journey(client: CheckingClient, app: Flask) -> None:
    """A visitor without an account learns, passes, and holds a certificate that anyone can check."""
    assert "Start" in client.get(COURSE).text
    attempt = pass_course(client, app)
    assert "You passed" in client.get(f"{attempt}/result").text
    award = get_award(client)
    page = client.get(award).text
    assert "Llŷr ŵyn" in page
    pdf = client.get(f"{award}/certificate.pdf")
    assert pdf.data.startswith(b"%PDF") and pdf.mimetype == "application/pdf"
    assert client.get(f"{award}/certificate.pdf").data == pdf.data
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page)
    assert code
    anyone = app.test_client()
    checked = anyone.get(f"/check/{code[0]}")
    assert "valid" in checked.text and "Llŷr" not in checked.text
    assert isinstance(anyone, CheckingClient)
    assert "Yes, that is the name" in anyone.send(f"/check/{code[0]}/name-matches", name="llyr  WYN").text
    assert "No, that is not the name" in anyone.send(f"/check/{code[0]}/name-matches", name="Someone").text


def test_every_page_of_a_lesson(client: CheckingClient, app: Flask) -> None:
    """Every lesson can be read in both versions, before and after beginning."""
    for _ in range(2):
        with app.app_context():
            found = live_course(SLUG)
            assert found
            pages = [(lesson.id, version) for lesson in found[0].lessons for version in lesson.versions]
        for lesson, version in pages:
            assert client.get(f"{COURSE}/lessons/{lesson}?version={version}").status_code == 200
        begin(client)


def test_resume_at_the_same_question(client: CheckingClient, app: Flask) -> None:
    """Answers given are kept, and coming back leads to the first question without one."""
    begin(client)
    attempt = start_quiz(client)
    for number in (1, 2):
        client.get(f"{attempt}/questions/{number}")
        client.send(f"{attempt}/questions/{number}/answer", answer=[0])
    assert client.get(attempt).location == f"{attempt}/questions/3"
    assert start_quiz(client) == attempt
    assert "checked" in client.get(f"{attempt}/questions/1").text


def test_autosave(client: CheckingClient, app: Flask) -> None:
    """An answer saved in the background is kept, and answered with nothing to show."""
    begin(client)
    attempt = start_quiz(client)
    client.get(f"{attempt}/questions/1")
    saved = client.post(
        f"{attempt}/questions/1/answer",
        data={"csrf_token": client.token, "answer": "1"},
        headers={"X-Requested-With": "autosave"},
    )
    assert saved.status_code == 204
    with app.app_context():
        assert [answer.given for answer in db.session.query(Answer)] == [[1]]


def test_an_answer_can_be_taken_back(client: CheckingClient, app: Flask) -> None:
    """Unticking every box is saved too, and a question without an answer is what one comes back to."""
    begin(client)
    attempt = start_quiz(client)
    client.get(f"{attempt}/questions/1")
    for given in (["1"], []):
        saved = client.post(
            f"{attempt}/questions/1/answer",
            data={"csrf_token": client.token, "answer": given},
            headers={"X-Requested-With": "autosave"},
        )
        assert saved.status_code == 204
    with app.app_context():
        total = len(db.session.query(Attempt).one().drawn)
        assert [answer.given for answer in db.session.query(Answer)] == [[]]
    for number in range(1, total + 1):
        client.get(f"{attempt}/questions/{number}")
        client.send(f"{attempt}/questions/{number}/answer", go="skip")
    assert client.get(attempt).location == f"{attempt}/questions/1"


def test_failing_shows_no_right_answers(client: CheckingClient, app: Flask) -> None:
    """After a failed attempt, a learner sees what was wrong with what they chose, never the right answers."""
    begin(client)
    read_lessons(client, app)
    attempt = start_quiz(client)
    answer_all(client, app, attempt, right=False)
    client.get(f"{attempt}/review")
    client.send(f"{attempt}/submission")
    page = client.get(f"{attempt}/result").text
    assert "Not yet" in page and "right answer" not in page.casefold()
    assert client.get(f"{COURSE}/certificate").location == COURSE, "which says what is left to do"


def test_submitting_twice_is_once(client: CheckingClient, app: Flask) -> None:
    """Handing in again changes nothing, and answers after handing in are refused."""
    attempt = pass_course(client, app)
    assert client.send(f"{attempt}/submission").status_code == 302
    assert client.send(f"{attempt}/questions/1/answer", answer=[0]).location.endswith("/result?late=1")
    with app.app_context():
        assert [held.number for held in db.session.query(Attempt)] == [1]


@pytest.mark.parametrize(
    ("field", "status"), [({"answer": ["99"]}, 400), ({"answer": ["x"]}, 400), ({"answer": []}, 422)]
)
def test_odd_answers(client: CheckingClient, app: Flask, field: dict[str, list[str]], status: int) -> None:
    """An option that is not there, or none, gets a page that says what to do; nothing is kept."""
    begin(client)
    attempt = start_quiz(client)
    client.get(f"{attempt}/questions/1")
    assert client.send(f"{attempt}/questions/1/answer", **field).status_code == status
    with app.app_context():
        assert db.session.query(Answer).count() == 0


def test_quick_check_keeps_nothing(client: CheckingClient, app: Flask) -> None:
    """A quick check gives feedback to anyone and writes nothing."""
    page = client.get(f"{COURSE}/lessons/what-it-does").text
    action = re.search(r'action="([^"#]*/checks/[^"#]*)', page)
    assert action
    assert client.send(action[1], answer=["0"]).status_code == 200
    assert "Choose an answer" in client.send(action[1]).text
    with app.app_context():
        assert db.session.query(User).count() == 0


@pytest.mark.parametrize("first", ["lesson", "quiz"])
def test_newcomers_may_start_anywhere(client: CheckingClient, app: Flask, first: str) -> None:
    """Someone who follows a link to a lesson or quiz begins the course by using it, and nothing is lost."""
    if first == "quiz":
        attempt = start_quiz(client)
        assert client.get(f"{attempt}/questions/1").status_code == 200
    else:
        client.get(f"{COURSE}/lessons/what-it-does")
        client.send(f"{COURSE}/lessons/what-it-does/completion")
        assert "1 of 12" in client.get(COURSE).text
    with app.app_context():
        assert db.session.query(Enrolment).count() == 1


def test_two_beginnings_are_one(client: CheckingClient, app: Flask) -> None:
    """Beginning a course twice enrols once."""
    begin(client)
    client.get("/come-back")
    assert client.send("/enrolments", course=SLUG).status_code == 302
    with app.app_context():
        assert db.session.query(Enrolment).count() == 1


def test_changed_name_replaces(client: CheckingClient, app: Flask) -> None:
    """A new name is a new certificate; the old one says replaced and never leads to the new one."""
    pass_course(client, app)
    get_award(client, "Old Name")
    get_award(client, "New Name")
    with app.app_context():
        old, new = db.session.query(Award).order_by(Award.id).all()
        codes = old.code_display, new.code_display
    page = app.test_client().get(f"/check/{codes[0]}").text
    assert "replaced" in page and codes[1] not in page and "New Name" not in page


@pytest.mark.parametrize("name", ["", "   ", "\u202e", "x" * 101, "தமிழ் 🙂"])
def test_names_that_cannot_be_printed(client: CheckingClient, app: Flask, name: str) -> None:
    """A name that is empty, too long or beyond our fonts is asked for again, with the reason."""
    pass_course(client, app)
    client.get(f"{COURSE}/certificate")
    answer = client.send(f"{COURSE}/certificate", name=name)
    if answer.status_code == 302:
        assert name == "தமிழ் 🙂"
        pytest.fail("emoji should not be printed")
    assert answer.status_code == 422 and "There is a problem" in answer.text


def test_statements(client: CheckingClient, app: Flask, statements: list[str]) -> None:
    """Pages ask the database little: no page more than six statements."""
    begin(client)
    attempt = start_quiz(client)
    counts = {}
    for path in (
        "/",
        COURSE,
        f"{COURSE}/lessons/what-it-does",
        f"{attempt}/questions/1",
        f"{attempt}/review",
    ):
        client.get(path)
        statements.clear()
        client.get(path)
        counts[path] = len([each for each in statements if not each.startswith("BEGIN")])
    assert max(counts.values()) <= 6, counts
