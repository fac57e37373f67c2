"""What is put into the outbox is sent, whatever happens in between, and no address is kept for long."""

import datetime
import logging
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms import outbox, worker
from lms.db import db, now
from lms.models import Delivery, User
from lms.outbox import MAILS, Mail, enqueue, retry_stalled, send_next, wait

TO = "particular@example.org"


@pytest.fixture(autouse=True)
def kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind of mail for tests."""
    monkeypatch.setitem(MAILS, "test", lambda held: Mail(held.about["to"], held.about["word"], "Words."))


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    """Within the application, on both databases."""
    with app.app_context():
        yield


def put(*words: str) -> None:
    for word in words:
        enqueue("test", to=TO, word=word)
    db.session.commit()


def the_only() -> Delivery:
    db.session.expire_all()
    return db.session.scalars(select(Delivery)).one()


class Post:
    """Takes mails, unless it is told to fail."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error, self.sent = error, Counter[str]()

    def __call__(self, mail: Mail, reference: str) -> None:
        assert not db.session().in_transaction(), "no transaction is open across the network"
        if self.error:
            raise self.error
        self.sent[mail.subject] += 1


def send_all(post: Post) -> None:
    while send_next(post):
        pass


def test_sent_once_and_blanked(inside: None) -> None:
    """Each mail is sent once, in the order asked for; its row keeps no address."""
    put("one", "two")
    post = Post()
    send_all(post)
    assert list(post.sent.items()) == [("one", 1), ("two", 1)]
    rows = db.session.scalars(select(Delivery)).all()
    assert {row.state for row in rows} == {"sent"} and all(row.about == {} and row.sent_at for row in rows)


def test_not_without_the_deed(inside: None) -> None:
    """A mail asked for by a request that fails is never sent."""
    enqueue("test", to=TO, word="one")
    db.session.rollback()
    assert not send_next(Post())


def test_nothing_to_say_any_more(inside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a mail has become pointless, nothing is sent and its row is done with."""
    monkeypatch.setitem(MAILS, "test", lambda _held: None)
    put("one")
    post = Post()
    send_all(post)
    assert not post.sent and the_only().state == "sent"


def test_failure_is_tried_again(inside: None, caplog: pytest.LogCaptureFixture) -> None:
    """A mail that fails waits longer each time, is sent in the end, and no address is logged or kept as an error."""
    put("one")
    for tries in (1, 2, 3):
        assert send_next(Post(ValueError(f"550 no such user {TO}")))
        held = the_only()
        assert (held.state, held.tries, held.last_error) == ("waiting", tries, "ValueError")
        assert held.due_at > now() and not send_next(Post())
        held.due_at = now()
        db.session.commit()
    assert "could not be sent: ValueError" in caplog.text and TO not in caplog.text
    post = Post()
    send_all(post)
    assert post.sent == {"one": 1} and the_only().last_error == ""


def test_an_unknown_kind_is_kept(inside: None) -> None:
    """What this version does not know how to word stays, and holds up nothing else."""
    enqueue("of a newer version", to=TO)
    put("one")
    post = Post()
    send_all(post)
    assert post.sent == {"one": 1}
    assert {each.state for each in db.session.scalars(select(Delivery))} == {"sent", "waiting"}


def test_back_off() -> None:
    """The wait doubles, is never the same for all, and is never longer than an hour."""
    waits = [[wait(tries) for _ in range(50)] for tries in range(1, 100)]
    assert all(len(set(each)) > 1 for each in waits)
    assert max(waits[0]) <= datetime.timedelta(seconds=30) < min(waits[3])
    assert max(max(each) for each in waits) <= datetime.timedelta(hours=1)
    assert min(waits[-1]) >= datetime.timedelta(minutes=30)


def test_given_up_and_begun_again(inside: None) -> None:
    """After three days a mail is parked, not lost, and not tried until somebody says so."""
    put("one")
    db.session.execute(update(Delivery).values(made_at=now() - datetime.timedelta(days=3, minutes=1)))
    db.session.commit()
    assert send_next(Post(OSError()))
    assert (the_only().state, the_only().about["to"]) == ("stalled", TO)
    db.session.execute(update(Delivery).values(due_at=now()))
    db.session.commit()
    assert not send_next(Post())
    assert retry_stalled() == 1
    db.session.commit()
    post = Post()
    send_all(post)
    assert post.sent == {"one": 1}


def test_claimed_by_another(inside: None) -> None:
    """What somebody is sending is nobody else's, until their lease is over."""
    put("one")
    db.session.execute(update(Delivery).values(leased_until=now() + datetime.timedelta(minutes=1)))
    db.session.commit()
    assert not send_next(Post())
    db.session.execute(update(Delivery).values(leased_until=now() - datetime.timedelta(seconds=1)))
    db.session.commit()
    assert send_next(Post())


def test_erased_meanwhile(inside: None) -> None:
    """Who is erased while their mail is on its way does not come back as a row."""
    person = User(guest=False, email=TO)
    enqueue("test", to=TO, user=person, word="one")
    db.session.commit()

    def send(_mail: Mail, _reference: str) -> None:
        db.session.delete(db.session.scalars(select(User)).one())
        db.session.commit()
        raise OSError

    assert send_next(send)
    assert db.session.scalars(select(Delivery)).all() == []


def test_many_workers(app: Flask) -> None:
    """Workers beside each other send every mail, and none twice."""
    words = [f"mail {n}" for n in range(24)]
    with app.app_context():
        put(*words)
    post, gate = Post(), threading.Barrier(4)

    def work() -> None:
        with app.app_context():
            gate.wait()
            send_all(post)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert post.sent == dict.fromkeys(words, 1)


@pytest.mark.slow
def test_workers_that_are_killed(app: Flask, database_url: str, tmp_path: Path) -> None:
    """Killed before sending or before it is noted, a mail is sent by the next worker; none is lost."""
    with app.app_context():
        put("one", "two", "three")
    letters = tmp_path / "letters"

    def work(dies: str) -> int:
        command = [sys.executable, "-m", "tests.lms.postman", database_url, str(tmp_path), str(letters), dies]
        return subprocess.run(command, check=False).returncode

    assert work("before") == -signal.SIGKILL and not letters.exists()
    assert work("after") == -signal.SIGKILL and letters.read_text() == "one\n"
    assert work("never") == 0
    assert Counter(letters.read_text().split()) == {"one": 2, "two": 1, "three": 1}
    with app.app_context():
        assert {each.state for each in db.session.scalars(select(Delivery))} == {"sent"}


def test_the_worker_sends(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The worker's round sends what is due, carries on after an error, and stops when told to."""
    post, stop, broken = Post(), threading.Event(), [RuntimeError("the database is away")]

    def send_or_break(send: outbox.Send) -> bool:
        if broken:
            raise broken.pop()
        return send_next(send) or bool(post.sent and stop.set())

    monkeypatch.setattr(worker, "sender", lambda _settings: post)
    monkeypatch.setattr(worker, "send_next", send_or_break)
    monkeypatch.setattr(worker, "SEND_EVERY", 0.01)
    with app.app_context():
        put("one", "two")
    with caplog.at_level(logging.ERROR):
        worker.send_mails(app, stop)
    assert post.sent == {"one": 1, "two": 1}
    assert "Mails could not be sent" in caplog.text
