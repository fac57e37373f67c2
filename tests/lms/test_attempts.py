"""Attempts nothing can lose: deadlines, repeated requests, late and lost answers, versions, new revisions."""

import datetime
import threading

import pytest
from flask import Flask
from sqlalchemy import select

from lms import worker
from lms.db import db, now
from lms.learning import save_answer, submit_attempt
from lms.models import Answer, Attempt
from tests.lms.small_course import (
    OWN,
    QUIZ,
    SLUG,
    attempt_row,
    bank,
    bundle,
    inputs,
    move_deadline,
    publish,
    start,
    token,
)
from tests.page_checks import CheckingClient

LIMIT = "time limit: 20 minutes\ngrace: 2 minutes"
TAKEN_PART = "---\nkind: quiz\ntitle: Without a pass mark\n---\n\n"
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def small(app: Flask) -> Flask:
    """The small course, without a time limit."""
    publish(app, bundle())
    return app


@pytest.fixture
def timed(app: Flask) -> Flask:
    """The small course with 20 minutes for its quiz and two of grace."""
    publish(app, bundle(LIMIT))
    return app


def answer_rightly(client: CheckingClient, attempt: str) -> None:
    for number in (1, 2, 3):
        page = client.get(f"{attempt}/questions/{number}").text
        right = [str(place) for place, words in inputs(page) if "right" in words]
        assert client.send(f"{attempt}/questions/{number}/answer", answer=right).status_code == 302


def begin(client: CheckingClient) -> None:
    client.get(f"/courses/{SLUG}/before")
    client.send("/enrolments", course=SLUG)


def autosave(client: CheckingClient, attempt: str, answer: str, given_at: str = "", number: int = 1) -> int:
    data = {"csrf_token": client.token, "answer": answer, "given_at": given_at}
    path = f"{attempt}/questions/{number}/answer"
    return client.post(path, data=data, headers={"X-Requested-With": "autosave"}).status_code


def kept(app: Flask) -> list[list[int]]:
    with app.app_context():
        return [answer.given for answer in db.session.scalars(select(Answer).order_by(Answer.question))]


# beginning


def test_a_form_begins_one_attempt(client: CheckingClient, small: Flask) -> None:
    """Sent twice, or sent again by the back button after handing in, a form begins one attempt and leads to it."""
    begin(client)
    page = client.get(QUIZ).text
    sent = [client.send(f"{QUIZ}/attempts", token=token(page)).location for _ in range(2)]
    assert sent[0] == sent[1]
    client.get(f"{sent[0]}/questions/1")
    client.send(f"{sent[0]}/submission")
    assert client.send(f"{QUIZ}/attempts", token=token(page)).location == sent[0]
    assert client.get(sent[0]).location.endswith("/result")
    again = start(client)
    assert again != sent[0], "a new page begins a new attempt"


def test_try_again_carries_a_token_of_its_own(client: CheckingClient, small: Flask) -> None:
    """The button on the result begins one attempt, however often it is pressed."""
    attempt = start(client)
    client.get(f"{attempt}/review")
    client.send(f"{attempt}/submission")
    page = client.get(f"{attempt}/result").text
    first = client.send(f"{QUIZ}/attempts", token=token(page)).location
    client.get(f"{first}/review")
    client.send(f"{first}/submission")
    assert client.send(f"{QUIZ}/attempts", token=token(page)).location == first != attempt


def test_odd_tokens(client: CheckingClient, small: Flask) -> None:
    """A token that is too long or not there breaks nothing."""
    begin(client)
    client.get(QUIZ)
    first = client.send(f"{QUIZ}/attempts", token="x" * 5000).location
    assert client.send(f"{QUIZ}/attempts").location == first


# time


@pytest.mark.parametrize(
    ("choice", "minutes", "extra"), [("", 20, 0), ("half", 30, 50), ("twice", 40, 100), ("no limit", None, 0)]
)
def test_time_of_ones_own_choice(
    client: CheckingClient, timed: Flask, choice: str, minutes: int | None, extra: int
) -> None:
    """The quiz page says the time before it begins; the learner may choose more, without giving a reason."""
    page = client.get(QUIZ).text
    assert "20 minutes for all of them" in page and "30 minutes" in page and "40 minutes" in page
    attempt = start(client, time=choice)
    with timed.app_context():
        row = attempt_row(attempt)
        left = row.deadline_at and row.deadline_at - row.began_at
        assert (left, row.extra_time) == (minutes and minutes * MINUTE, extra)
    page = client.get(f"{attempt}/questions/1").text
    assert ("You have until" in page) is (minutes is not None)
    assert ("There is no time limit." in page) is (minutes is None)


def test_without_a_limit_nobody_is_asked(client: CheckingClient, small: Flask) -> None:
    """A quiz without a time limit says so and asks nothing about time."""
    page = client.get(QUIZ).text
    assert "no time limit" in page and "How much time" not in page


def test_the_time_left_in_words(client: CheckingClient, timed: Flask) -> None:
    """Question and review say until when answers count: before the deadline, at its end and in the grace."""
    attempt = start(client)
    for to_come, said in (
        (12.5 * MINUTE, "about 12 minutes"),
        (0.5 * MINUTE, "less than a minute"),
        (-1 * MINUTE, "Your time is up. Hand in now"),
    ):
        move_deadline(timed, attempt, to_come=to_come)
        assert said in client.get(f"{attempt}/questions/1").text
        assert said in client.get(f"{attempt}/review").text


def test_within_the_grace_everything_counts(client: CheckingClient, timed: Flask) -> None:
    """After the deadline and before the grace is over, answers are taken and handing in passes."""
    attempt = start(client)
    move_deadline(timed, attempt, to_come=-1 * MINUTE)
    answer_rightly(client, attempt)
    client.send(f"{attempt}/submission")
    assert "You passed" in client.get(f"{attempt}/result").text


@pytest.mark.parametrize("how", ["button", "worker", "new attempt"])
def test_after_the_grace(client: CheckingClient, timed: Flask, how: str) -> None:
    """Answers after the grace are refused kindly; what was saved is marked, as of the moment of closing."""
    attempt = start(client)
    answer_rightly(client, attempt)
    before = kept(timed)
    move_deadline(timed, attempt, to_come=-3 * MINUTE)
    late = client.send(f"{attempt}/questions/1/answer", answer=["1"])
    assert late.location == attempt and "Your time is up" in client.get(attempt).text
    assert autosave(client, attempt, "1") == 410
    assert (
        client.get(f"{attempt}/questions/1").location == client.get(f"{attempt}/review").location == attempt
    )
    assert "Your time is up" in client.get(QUIZ).text
    if how == "button":
        client.send(f"{attempt}/submission")
    elif how == "worker":
        with timed.app_context():
            worker.tidy()
    else:
        assert start_again(client) != attempt
    assert kept(timed) == before
    with timed.app_context():
        row = attempt_row(attempt)
        assert row.passed and row.deadline_at and row.submitted_at == row.deadline_at + 2 * MINUTE
    page = client.get(f"{attempt}/result").text
    assert "Your time was up" in page and "You passed" in page


def start_again(client: CheckingClient) -> str:
    """As from a quiz page that was open since before."""
    return client.send(f"{QUIZ}/attempts", token="another page").location


def test_the_worker_leaves_others_alone(client: CheckingClient, timed: Flask) -> None:
    """Attempts that have time left, or are in their grace, are not handed in for anyone."""
    attempt = start(client)
    for to_come in (5 * MINUTE, -1 * MINUTE):
        move_deadline(timed, attempt, to_come=to_come)
        with timed.app_context():
            worker.tidy()
            assert attempt_row(attempt).submitted_at is None


def test_one_that_cannot_be_marked_holds_up_no_other(
    client: CheckingClient, timed: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker goes on when one overdue attempt meets an error."""
    first, other = start(client), timed.test_client()
    assert isinstance(other, CheckingClient)
    second = start(other)
    for attempt in (first, second):
        move_deadline(timed, attempt, to_come=-3 * MINUTE)
    real = submit_attempt

    def fails_once(attempt: Attempt) -> Attempt:
        if attempt.id == int(first.rpartition("/")[2]):
            raise RuntimeError("for the test")
        return real(attempt)

    monkeypatch.setattr(worker, "submit_attempt", fails_once)
    with timed.app_context():
        worker.tidy()
        assert attempt_row(first).submitted_at is None and attempt_row(second).submitted_at is not None


# answers


def test_a_late_retry_never_beats_a_newer_answer(client: CheckingClient, small: Flask) -> None:
    """An answer given earlier that arrives later is told so and changes nothing, whatever else the clock says."""
    attempt = start(client)
    client.get(f"{attempt}/questions/1")
    earlier, later = (now() + datetime.timedelta(seconds=s) for s in (0, 0.001))
    assert autosave(client, attempt, "1", later.isoformat()) == 204
    assert autosave(client, attempt, "0", earlier.isoformat()) == 409
    assert kept(small) == [[1]]
    assert autosave(client, attempt, "0", "2999-01-01T00:00:00Z") == 204, "a wrong clock counts as now"
    assert autosave(client, attempt, "1") == 204, "and never outlives the next answer"
    assert kept(small) == [[1]]


@pytest.mark.parametrize("said", ["yesterday", "2026-11-21T10:00:00", "0001-01-01T00:00:00+14:00"])
def test_odd_moments(client: CheckingClient, small: Flask, said: str) -> None:
    """A moment that cannot be read, has no zone or is before all time breaks nothing."""
    attempt = start(client)
    client.get(f"{attempt}/questions/1")
    assert autosave(client, attempt, "1", said) == 204
    assert kept(small) == [[1]]


def test_handed_in_elsewhere(client: CheckingClient, small: Flask) -> None:
    """A page whose quiz was handed in is told so, also for an empty answer, and nothing changes."""
    attempt = start(client)
    client.get(f"{attempt}/questions/1")
    client.send(f"{attempt}/submission")
    assert autosave(client, attempt, "1") == 410
    for answer in ([], ["1"]):
        sent = client.send(f"{attempt}/questions/1/answer", answer=answer)
        assert sent.status_code == 302 and "already handed in" in client.get(sent.location).text
    assert kept(small) == []


def test_handing_in_waits_for_an_answer_on_its_way(client: CheckingClient, small: Flask) -> None:
    """An answer that is being saved while the attempt is handed in is marked, or else refused; never neither."""
    attempt = start(client)
    saved, may_commit = threading.Event(), threading.Event()

    def save() -> None:
        with small.app_context():
            row = attempt_row(attempt)
            asked = row.paper[0].question
            assert save_answer(row, asked, (0, 2) if "own" not in asked else (0,)) == "kept"
            db.session.flush()
            saved.set()
            may_commit.wait(30)
            db.session.commit()

    def hand_in() -> None:
        with small.app_context():
            submit_attempt(attempt_row(attempt))
            db.session.commit()

    threads = [threading.Thread(target=save), threading.Thread(target=hand_in)]
    threads[0].start()
    assert saved.wait(30)
    threads[1].start()
    threads[1].join(0.5)
    may_commit.set()
    for thread in threads:
        thread.join(30)
    with small.app_context():
        assert attempt_row(attempt).earned == 1


def test_two_devices(client: CheckingClient, small: Flask) -> None:
    """On two devices the last answer stands, and both show it once they are loaded again."""
    attempt = start(client)
    client.get("/come-back/code")
    code = client.send("/come-back/code").text.split('<bdi dir="ltr">')[1].split("</bdi>")[0]
    phone = small.test_client()
    assert isinstance(phone, CheckingClient)
    phone.get("/come-back")
    phone.send("/come-back", code=code)
    page = f"{attempt}/questions/1"
    for device, answer in ((client, "0"), (phone, "1"), (client, "0"), (phone, "1")):
        device.get(page)
        assert device.send(f"{page}/answer", answer=[answer]).status_code == 302
    assert kept(small) == [[1]]
    for device in (client, phone):
        assert 'value="1" checked' in device.get(page).text
    client.get(f"{attempt}/review")
    client.send(f"{attempt}/submission")
    assert phone.get(page).location == attempt
    assert phone.get(attempt).location == f"{attempt}/result"


@pytest.mark.parametrize("how", ["left in another tab", "ended by the server"])
def test_a_session_that_ended_in_mid_quiz(client: CheckingClient, small: Flask, how: str) -> None:
    """Without JavaScript too, the answer stays on the page until the learner is back, and is then saved."""
    attempt = start(client)
    client.get("/come-back/code")
    code = client.send("/come-back/code").text.split('<bdi dir="ltr">')[1].split("</bdi>")[0]
    client.get(f"{attempt}/questions/1")
    if how == "left in another tab":
        client.get("/leave")
    else:
        with small.app_context():
            db.session.execute(db.text("DELETE FROM session"))
            db.session.commit()
    told = client.send(f"{attempt}/questions/1/answer", answer=["1"])
    assert told.status_code in (400, 403) and "Your answer is not saved yet" in told.text
    assert 'name="answer" value="1"' in told.text and kept(small) == []
    page_token = client.token
    client.get("/come-back")
    assert client.send("/come-back", code=code).status_code == 302
    client.token = page_token
    told = client.send(f"{attempt}/questions/1/answer", answer=["1"])
    if told.status_code == 400:
        assert "Press the button" in told.text
        told = client.send(f"{attempt}/questions/1/answer", answer=["1"])
    assert told.location == f"{attempt}/questions/2" and kept(small) == [[1]]


# versions


def test_a_quiz_in_easy_read(client: CheckingClient, app: Flask) -> None:
    """A learner switches between versions on every page, the choice stays along the way, and no answer moves."""
    easy = {
        "02-check.easy.md": "---\nkind: quiz\ntitle: Easy check\n---\n\nEasy opening.\n\n"
        "## Easy own? {#own}\n\n- (x) Easy right\n- ( ) Easy wrong\n  > Easy feedback.\n",
        "banks/all.easy.md": bank("Easy"),
    }
    publish(app, bundle(**easy))
    page = client.get(f"{QUIZ}?version=easy").text
    assert "Easy check" in page and "Easy opening." in page and "Easy Read" in page
    assert "Easy" not in client.get(QUIZ).text.replace("Easy Read", "")
    attempt = client.send(f"{QUIZ}/attempts?version=easy", token=token(page)).location
    assert attempt.endswith("?version=easy")
    following, attempt = client.get(attempt).location, attempt.partition("?")[0]
    assert following == f"{attempt}/questions/1?version=easy"
    for number in (1, 2, 3):
        page, other = client.get(following).text, client.get(following.partition("?")[0]).text
        assert [place for place, _ in inputs(page)] == [place for place, _ in inputs(other)]
        assert all("Easy" in words for _, words in inputs(page))
        assert not any("Easy" in words for _, words in inputs(other))
        assert f'action="{attempt}/questions/{number}/answer?version=easy"' in page
        right = [str(place) for place, words in inputs(page) if "right" in words]
        # every second answer is given in the other version
        query = "?version=easy" if number % 2 else ""
        sent = client.send(f"{attempt}/questions/{number}/answer{query}", answer=right).location
        following = sent if query else f"{sent}?version=easy"
    assert following == f"{attempt}/review?version=easy"
    page = client.get(following).text
    assert "Easy right" in page and "Bank right" not in page and f"{attempt}/submission?version=easy" in page
    assert "Bank right" in client.get(f"{attempt}/review").text
    result = client.send(f"{attempt}/submission?version=easy").location
    assert result == f"{attempt}/result?version=easy"
    page = client.get(result).text
    assert "100%" in page and "Easy right" in page and "Own right" not in page
    assert "Own right" in client.get(f"{attempt}/result").text


def test_feedback_and_errors_in_easy_read(client: CheckingClient, app: Flask) -> None:
    """A wrong answer's feedback comes in the version chosen; an empty answer keeps it too."""
    twin = (
        "---\nkind: quiz\ntitle: Easy check\n---\n\n## Easy own? {#own}\n\n"
        "- (x) Easy right\n- ( ) Easy wrong\n  > Easy feedback.\n"
    )
    publish(app, bundle(**{"02-check.easy.md": twin}))
    attempt = start(client)
    page = client.get(f"{attempt}/questions/1?version=easy").text
    empty = client.send(f"{attempt}/questions/1/answer?version=easy")
    assert empty.status_code == 422 and "Easy own?" in empty.text
    client.send(f"{attempt}/questions/1/answer?version=easy", answer=["1"])
    client.send(f"{attempt}/submission")
    assert "Easy own?" in page and "Easy feedback." in client.get(f"{attempt}/result?version=easy").text
    assert "Own feedback." in client.get(f"{attempt}/result").text


def test_a_question_without_a_twin_stays_as_it_stands(client: CheckingClient, app: Flask) -> None:
    """In a version that lacks a question, it is asked in the original's words and marked as English."""
    welsh = "---\nkind: quiz\ntitle: Prawf\n---\n\n## Cwestiwn? {#own}\n\n- (x) Cywir\n- ( ) Anghywir\n"
    publish(app, bundle(**{"02-check.cy.md": welsh}))
    attempt = start(client)
    pages = [client.get(f"{attempt}/questions/{number}?version=cy").text for number in (1, 2)]
    assert 'lang="cy"' in pages[0] and "Cywir" in pages[0] and "Cymraeg" in pages[0]
    assert 'lang="cy"' not in pages[1] and "Bank question" in pages[1]


def test_a_version_outlasts_a_quiz_without_it(client: CheckingClient, app: Flask) -> None:
    """Who reads in Easy Read comes to the lesson after a quiz in Easy Read, also when the quiz has none."""
    lesson = "---\ntitle: Easy lesson\n---\n\nEasy words.\n"
    publish(app, bundle(**{"01-lesson.easy.md": lesson, "02-check.md": TAKEN_PART + OWN}))
    client.get(f"/courses/{SLUG}/lessons/lesson?version=easy")
    page = client.get(f"{QUIZ}?version=easy").text
    attempt = client.send(f"{QUIZ}/attempts?version=easy", token=token(page)).location.partition("?")[0]
    client.get(f"{attempt}/review?version=easy")
    page = client.get(client.send(f"{attempt}/submission?version=easy").location).text
    assert f'href="/courses/{SLUG}/lessons/lesson?version=easy"' in page


@pytest.mark.parametrize("version", ["", "klingon", "../easy", "x" * 3000])
def test_versions_that_are_not_there(client: CheckingClient, small: Flask, version: str) -> None:
    """A version that was not written shows the standard one."""
    attempt = start(client)
    for path in (QUIZ, f"{attempt}/questions/1", f"{attempt}/review"):
        assert client.get(path, query_string={"version": version}).status_code == 200


def test_statements(client: CheckingClient, timed: Flask, statements: list[str]) -> None:
    """The pages of a quiz ask the database little."""
    attempt = start(client)
    counts = {}

    def count(path: str) -> None:
        client.get(path)
        statements.clear()
        assert client.get(path).status_code == 200
        counts[path] = len([each for each in statements if not each.startswith("BEGIN")])

    count(QUIZ)
    count(f"{attempt}/questions/1")
    count(f"{attempt}/review")
    client.send(f"{attempt}/submission")
    count(f"{attempt}/result")
    assert max(counts.values()) <= 6, counts
