"""Erasing a person leaves nothing that tells who they were."""

import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.db import Base, db, empty_log, now
from lms.erasing import erase
from lms.mail import FOLDER, sender
from lms.models import Answer, Attempt, AuditEvent, Award, Delivery, Enrolment, LessonDone, Session, User
from lms.outbox import Mail
from tests.lms.test_learning import COURSE, begin, get_award, pass_course, start_quiz
from tests.page_checks import CheckingClient

EMAIL, NAME = "particular@example.org", "Somebody Particular"


def become_somebody(app: Flask) -> int:
    """Give the only person all that an account can have; returns their id."""
    with app.app_context():
        user = db.session.scalars(select(User)).one()
        user.guest, user.role, user.email, user.name = False, "trainer", EMAIL, NAME
        user.password_hash, user.come_back_hash = f"hash of {EMAIL}", f"code of {EMAIL}"
        db.session.add(Delivery(kind="reset", user=user, about={"to": EMAIL}))
        db.session.add(Delivery(kind="sign up", about={"to": EMAIL}))
        db.session.add(AuditEvent(actor=user, action="course published", subject="a-course"))
        db.session.commit()
        return user.id


def erase_in(app: Flask, user_id: int) -> None:
    with app.app_context():
        erase(db.session.get_one(User, user_id))
        db.session.commit()


CONTENT = {"blob", "rendering", "revision"}
"""What is taught, not what people did."""


def everything(app: Flask) -> str:
    """All that the database holds of people, as text."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in CONTENT]
    with app.app_context():
        return repr([db.session.execute(select(table)).all() for table in tables])


def count(model: type[Base]) -> int | None:
    """How many rows there are, within an app context."""
    return db.session.scalar(select(func.count()).select_from(model))


def test_nothing_is_left_of_who_they_were(client: CheckingClient, app: Flask) -> None:
    """Name and address stand nowhere afterwards; the certificate's code answers that it was withdrawn."""
    attempt = pass_course(client, app)
    award = get_award(client, NAME)
    get_award(client, f"{NAME} Again")
    code = client.get(award).text.split('<bdi dir="ltr">')[1].split("</bdi>")[0]
    user_id = become_somebody(app)
    assert "articular" in everything(app)
    erase_in(app, user_id)
    assert "articular" not in everything(app)
    assert client.get(attempt).status_code == 403
    with app.app_context():
        gone = (Attempt, Answer, LessonDone, Session, Delivery)
        assert [count(model) for model in gone] == [0] * len(gone)
        assert count(Enrolment) == 1
        assert {(each.name, each.state) for each in db.session.scalars(select(Award))} == {("", "revoked")}
    page = client.get(f"/check/{code}").text
    assert "was withdrawn" in page and "Understanding" in page
    assert "We hold no name for it any more" in page and 'name="name"' not in page
    answer = client.send(f"/check/{code}/name-matches", name=NAME).text
    assert "was withdrawn" in answer and "that is not the name" not in answer


def test_mails_in_files_go_too(client: CheckingClient, app: Flask) -> None:
    """Without a mail server mails are files: those to a person are deleted with them, to an old address too."""
    begin(client)
    user_id, settings = become_somebody(app), app.extensions["alongside"]
    with app.app_context():
        theirs = db.session.scalars(select(Delivery.id).filter_by(user_id=user_id)).one()
        reference = db.session.get_one(Delivery, theirs).reference
    send = sender(settings)
    send(Mail("old@example.org", "Hello", "Sent to the address before."), reference)
    send(Mail(EMAIL, "Hello", "Asked for before there was an account."), "98.1")
    send(Mail("other@example.org", "Hello", "Somebody else’s."), "99.1")
    erase_in(app, user_id)
    assert [path.name for path in (settings.instance / FOLDER).iterdir()] == ["99.1.eml"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # PostgreSQL tidies up by itself
def test_nothing_is_left_in_the_files(client: CheckingClient, app: Flask) -> None:
    """Once the worker has tidied up, SQLite's files hold nothing of somebody erased, not even in free space."""
    begin(client)
    user_id = become_somebody(app)
    with app.app_context():
        path = Path(str(db.engine.url.database))
    assert b"articular" in on_disk(path)
    erase_in(app, user_id)
    with app.app_context():
        empty_log()
    assert b"articular" not in on_disk(path)


def on_disk(path: Path) -> bytes:
    """The database and its log, as whoever has the disk reads them."""
    return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))


def test_without_a_certificate_nothing_stays(client: CheckingClient, app: Flask) -> None:
    """Who holds no certificate leaves no row at all; what they did as a trainer stays without them."""
    begin(client)
    start_quiz(client)
    user_id = become_somebody(app)
    erase_in(app, user_id)
    with app.app_context():
        gone = (User, Enrolment, Attempt, Answer, LessonDone, Session, Delivery)
        assert [count(model) for model in gone] == [0] * len(gone)
        assert {event.actor_id for event in AuditEvent.newest()} == {None}


def test_only_theirs(client: CheckingClient, app: Flask) -> None:
    """Nobody else loses anything."""
    begin(client)
    user_id = become_somebody(app)
    other = app.test_client()
    assert isinstance(other, CheckingClient)
    attempt = pass_course(other, app)
    award = get_award(other, "Someone Else")
    with app.app_context():
        db.session.add(Delivery(kind="sign up", about={"to": "other@example.org"}))
        db.session.commit()
    erase_in(app, user_id)
    assert other.get(f"{attempt}/result").status_code == 200
    assert "Someone Else" in other.get(award).text
    with app.app_context():
        assert db.session.scalars(select(Delivery)).one().about == {"to": "other@example.org"}


def test_twice_is_once(client: CheckingClient, app: Flask) -> None:
    """Erasing who is erased already changes nothing, and they can begin anew as somebody else."""
    pass_course(client, app)
    get_award(client)
    user_id = become_somebody(app)
    erase_in(app, user_id)
    with app.app_context():
        before = db.session.scalars(select(Award)).one().revoked_at
    erase_in(app, user_id)
    with app.app_context():
        assert db.session.scalars(select(Award)).one().revoked_at == before
        assert before and now() - before < datetime.timedelta(minutes=1)
    assert "Start" in client.get(COURSE).text
    begin(client)
