"""Forms sent again, addresses reloaded, codes pasted, and what is counted of who tries."""

import datetime
import hashlib

import pytest
from flask import Flask
from sqlalchemy import select, update

from certificates import code as codes
from lms import worker
from lms.db import db, now, own_transaction
from lms.learning import begin as begin_course
from lms.library import live_course
from lms.models import Heartbeat, Session, Throttle, User
from lms.pages import comebacks, loading
from tests.lms.test_learning import COURSE, SLUG, begin, get_award, pass_course, start_quiz
from tests.page_checks import CheckingClient


def test_addresses_of_forms_lead_to_their_page(client: CheckingClient, app: Flask) -> None:
    """Whoever reloads the address of a form, as after an error, gets the page the form is on."""
    attempt = start_quiz(client)
    lesson, quiz = f"{COURSE}/lessons/what-it-does", f"{COURSE}/quizzes/final"
    for address, page in {
        f"{lesson}/checks/what-it-does%23x": lesson,
        f"{lesson}/completion": lesson,
        f"{quiz}/attempts": quiz,
        f"{attempt}/questions/2/answer": f"{attempt}/questions/2",
        f"{attempt}/questions/2/answer?version=easy": f"{attempt}/questions/2?version=easy",
        f"{attempt}/submission": attempt,
        "/check/0000-0000-0000/name-matches": "/check/0000-0000-0000",
        "/enrolments": "/",
    }.items():
        answer = client.get(address)
        assert (answer.status_code, answer.location) == (302, page), address
    assert client.get("/check/%00/name-matches").status_code < 500
    assert client.put(f"{attempt}/submission").status_code in (400, 405)


@pytest.mark.parametrize(
    "typed",
    [
        "{code}",
        "  {code} ",
        "https://training.example/check/{code}",
        "https://training.example/check/{code}/?from=qr#top",
        "training.example/CHECK/{code}",
        "{spaced}",
        "{slashed}",
    ],
)
def test_codes_as_people_paste_them(client: CheckingClient, app: Flask, typed: str) -> None:
    """The whole address, or a code with spaces or slashes, is as good as the code."""
    code = codes.display(codes.make(bytes(codes.RANDOM_BYTES - 1) + b"7"))
    form = {"code": code, "spaced": code.replace("-", " "), "slashed": code.lower().replace("-", " / ")}
    answer = client.get("/check", query_string={"code": typed.format(**form)})
    assert answer.status_code == 302 and answer.location == f"/check/{code}"


@pytest.mark.parametrize(
    "typed", ["", "   ", "hello", "7K4M-9QXR-T2H", "http://[", "/", "check/", "\x00", "<b>" * 90]
)
def test_codes_that_cannot_be_ours(client: CheckingClient, typed: str) -> None:
    """The form is shown again with what is wrong and with what was typed."""
    answer = client.get("/check", query_string={"code": typed})
    assert answer.status_code == 422 and "There is a problem" in answer.text
    assert 'aria-invalid="true"' in answer.text and ("hello" in answer.text) is (typed == "hello")


def come_back_code(client: CheckingClient) -> str:
    client.get("/come-back/code")
    return client.send("/come-back/code").text.split('<bdi dir="ltr">')[1].split("</bdi>")[0]


def test_a_class_comes_back_from_behind_one_address(
    client: CheckingClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Codes that bring someone back are not counted as guesses; who guesses holds the others up for seconds only."""
    monkeypatch.setattr(comebacks, "FREE_TRIES", 5)
    begin(client)
    code = come_back_code(client)
    for _ in range(8):
        client.get("/come-back")
        assert client.send("/come-back", code=code).status_code == 302
    client.get("/come-back")
    answers = [client.send("/come-back", code="0000-0000-0000") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [422] * 5 + [429]
    waited = int(answers[-1].headers["Retry-After"])
    with app.app_context():
        for row in db.session.scalars(select(Throttle)):
            row.began_at -= datetime.timedelta(seconds=waited)
        db.session.commit()
    assert waited <= 2
    for _ in range(3):
        client.get("/come-back")
        assert client.send("/come-back", code=code).status_code == 302, "nobody waits again"


def test_counts_of_tries_name_nobody_and_do_not_last(client: CheckingClient, app: Flask) -> None:
    """What is counted cannot be traced to an address without our secret, and is forgotten after its hour."""
    client.get("/check/0000-0000-0000")
    plain = {
        hashlib.sha256(f"{what}\0127.0.0.1".encode()).hexdigest() for what in ("check", "", "name matches")
    }
    with app.app_context():
        keys = set(db.session.scalars(select(Throttle.key)))
        assert len(keys) == 1 and not keys & plain
        db.session.rollback()
        worker.tidy()
        assert db.session.scalars(select(Throttle)).all(), "it counts for an hour"
        db.session.rollback()
        db.session.execute(update(Throttle).values(began_at=now() - datetime.timedelta(minutes=61)))
        db.session.commit()
        worker.tidy()
        assert not db.session.scalars(select(Throttle)).all()
    assert "for an hour" in client.get("/check").text


def test_staying_alive_after_only_reading(client: CheckingClient, app: Flask) -> None:
    """A form that only reads notes that the learner was active, also when another request writes meanwhile."""
    meanwhile = []

    @app.after_request
    def another_writes(response):  # type: ignore[no-untyped-def]
        if meanwhile:
            with own_transaction() as session:
                session.add(Heartbeat(worker="another", beat_at=now()))
        return response

    begin(client)
    with app.app_context():
        db.session.execute(
            update(Session).values(
                used_at=now() - datetime.timedelta(days=10), ends_at=now() + datetime.timedelta(days=20)
            )
        )
        db.session.commit()
    client.get(f"{COURSE}/lessons/what-it-does")
    meanwhile.append(True)
    answer = client.send("/check/0000-0000-0000/name-matches", name="Sam")
    assert answer.status_code == 200
    with app.app_context():
        assert db.session.scalars(select(Session.ends_at)).one() > now() + datetime.timedelta(days=29)
        assert db.session.get(Heartbeat, "another")


def test_a_learner_deleted_meanwhile(
    client: CheckingClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deleted between two moments of one request, a learner begins anew and can be reached in this browser."""
    begin(client)
    real = loading.begin

    def deleted_first(user, course):  # type: ignore[no-untyped-def]
        with own_transaction() as session:
            session.execute(db.delete(User))
        return real(user, course)

    client.get(f"{COURSE}/lessons/what-it-does")
    monkeypatch.setattr(loading, "begin", deleted_first)
    assert client.send(f"{COURSE}/lessons/what-it-does/completion").status_code == 302
    monkeypatch.undo()
    assert "1 of 12" in client.get(COURSE).text


def test_the_newest_round_is_where_one_is(client: CheckingClient, app: Flask) -> None:
    """The home page leads to the newest round of a course, not to one that is over."""
    pass_course(client, app)
    award = get_award(client)
    with app.app_context():
        db.session.execute(db.text("UPDATE award SET valid_until = '2020-01-01'"))
        db.session.commit()
    client.get(award)
    client.send(f"{award}/renewal")
    assert "Carry on" in client.get("/").text
    with app.app_context():
        found, user = live_course(SLUG), db.session.scalars(select(User)).one()
        assert found and begin_course(user, found[0]).cycle == 2
