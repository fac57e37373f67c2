"""What is kept only for a while goes when its time is over, and not before."""

import dataclasses
import datetime
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms import retention
from lms.db import db, now
from lms.models import AuditEvent, Award, Delivery, Enrolment, Heartbeat, LessonDone, Session, Throttle, User
from lms.models.award import today
from lms.outbox import Mail, enqueue, send_next
from lms.retention import IDLE
from lms.settings import Settings, SettingsError
from lms.worker import tidy
from tests.conftest import settings_for
from tests.lms.test_learning import begin as begin_course
from tests.lms.test_learning import get_award, pass_course
from tests.page_checks import CheckingClient

EMAIL = "particular@example.org"


def days(number: float) -> datetime.timedelta:
    return datetime.timedelta(days=number)


@pytest.fixture
def purge(app: Flask, database_url: str, tmp_path: Path) -> Callable[..., None]:
    """Forget as a worker does, with the settings' own times or others."""

    def run(**settings: int) -> None:
        ours = dataclasses.replace(settings_for(database_url, tmp_path), **settings)
        with app.app_context():
            retention.purge(ours)

    return run


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def account(*, idle: float) -> User:
    """Somebody with an account who was last here that many days ago."""
    user = User(guest=False, email=EMAIL, name="Somebody", active_at=now() - days(idle))
    db.session.add(user)
    db.session.commit()
    return user


def count(model: type[User | Delivery | AuditEvent | Session | Heartbeat | LessonDone]) -> int:
    db.session.rollback()  # see what others have committed
    return len(db.session.scalars(select(model)).all())


def sent() -> list[Mail]:
    """Send what waits, as a worker would."""
    mails: list[Mail] = []
    while send_next(lambda mail, _reference: mails.append(mail)):
        pass
    return mails


def go_on(number: float) -> None:
    """Let so many days pass: all that was noted is that much older."""
    for column in (User.active_at, Delivery.made_at):
        for row in db.session.scalars(select(column.class_)):
            setattr(row, column.key, getattr(row, column.key) - days(number))
    db.session.commit()


def test_guests(client: CheckingClient, app: Flask, purge: Callable[..., None]) -> None:
    """Guests idle for 30 days go with all they did, unless they hold a certificate."""
    pass_course(client, app)
    get_award(client)
    idle = app.test_client()
    assert isinstance(idle, CheckingClient)
    begin_course(idle)
    with app.app_context():
        db.session.execute(update(User).values(active_at=now() - days(31)))
        db.session.commit()
    purge(keep_guests_days=32)
    with app.app_context():
        assert count(User) == 2
    purge()
    with app.app_context():
        assert [user.id for user in db.session.scalars(select(User))] == [1]
        assert [enrolment.user_id for enrolment in db.session.scalars(select(Enrolment))] == [1]


def test_sessions_and_signs_of_life(inside: None, purge: Callable[..., None]) -> None:
    """A session goes when it has ended, a sign of life after an hour, counts of tries when they slow nobody."""
    user = account(idle=0)
    for number, left in (("a", -1), ("b", 1)):
        db.session.add(
            Session(token_hash=number, user=user, began_at=now(), used_at=now(), ends_at=now() + days(left))
        )
    db.session.add(Heartbeat(worker="gone", beat_at=now() - days(1 / 12)))
    db.session.add(Heartbeat(worker="here", beat_at=now()))
    db.session.add(Throttle(key="old", tries=1, began_at=now() - Throttle.LONGEST - days(1)))
    db.session.commit()
    purge()
    tidy()
    assert (count(Session), count(Heartbeat)) == (1, 1)
    assert db.session.get(Throttle, "old") is None


def test_audit_trail(inside: None, purge: Callable[..., None]) -> None:
    """What was done here is kept for a year, or as long as the settings say."""
    purge()
    before = count(AuditEvent)
    db.session.add(AuditEvent(action="fact set", at=now() - days(366)))
    db.session.add(AuditEvent(action="fact set", at=now() - days(364)))
    db.session.commit()
    purge(keep_audit_days=400)
    assert count(AuditEvent) == before + 2
    purge()
    assert count(AuditEvent) == before + 1


def test_mails(inside: None, purge: Callable[..., None], tmp_path: Path) -> None:
    """Mails that were sent or given up go after 30 days, those that wait stay; files too."""
    for state in ("sent", "stalled", "waiting"):
        for age in (29, 31):
            db.session.add(Delivery(kind="reset", state=state, made_at=now() - days(age)))
    db.session.commit()
    (tmp_path / "mails").mkdir()
    (old := tmp_path / "mails" / "1.eml").touch()
    os.utime(old, ((now() - days(31)).timestamp(),) * 2)
    purge()
    left = sorted(each.state for each in db.session.scalars(select(Delivery)))
    assert left == ["sent", "stalled", "waiting", "waiting"] and not old.exists()


def test_what_links_were_about(inside: None, purge: Callable[..., None]) -> None:
    """The address that a link leads to is forgotten once the link works no more, a day after it was sent."""
    for kind in ("sign up", "reset"):
        enqueue(kind, to=EMAIL, take=True)
    db.session.commit()
    assert len(sent()) == 1
    purge()
    assert [each.about.get("to") for each in db.session.scalars(select(Delivery))] == [EMAIL, None]
    db.session.execute(update(Delivery).values(sent_at=now() - days(1.1)))
    db.session.commit()
    purge()
    assert [each.about for each in db.session.scalars(select(Delivery))] == [{}, {}]


def test_an_idle_account(inside: None, purge: Callable[..., None]) -> None:
    """Who was not here for two years is told 30 days before by one mail, and then erased."""
    account(idle=699)
    purge()
    assert sent() == []
    go_on(2)
    purge()
    purge()
    (mail,) = sent()
    assert mail.to == EMAIL and "Somebody" not in mail.text
    assert "sign in before" in mail.text and "http://localhost" in mail.text
    go_on(29)
    purge()
    assert count(User) == 1 and sent() == []
    go_on(2)
    purge()
    assert (count(User), count(Delivery)) == (0, 0)
    (event,) = [each for each in AuditEvent.newest() if each.action == "person erased"]
    assert event.subject.startswith("person ") and event.by == "the server itself"


def test_who_comes_back_stays(inside: None, purge: Callable[..., None]) -> None:
    """Who comes back after the warning keeps their account, and is warned anew should they go again."""
    account(idle=701)
    purge()
    assert len(sent()) == 1
    go_on(20)
    db.session.execute(update(User).values(active_at=now()))
    db.session.commit()
    go_on(40)
    purge()
    assert count(User) == 1 and sent() == []
    go_on(670)
    purge()
    assert count(User) == 1 and len(sent()) == 1


def test_who_came_back_is_not_warned(inside: None, purge: Callable[..., None]) -> None:
    """A warning that waited while its reader came back is not sent."""
    account(idle=701)
    purge()
    db.session.execute(update(User).values(active_at=now() + days(0.001)))
    db.session.commit()
    assert sent() == []


def test_nobody_goes_untold(inside: None, purge: Callable[..., None]) -> None:
    """While the warning waits to be sent nobody is erased; once it was given up, and shown, they are."""
    account(idle=800)
    purge()
    go_on(60)
    purge()
    assert count(User) == 1
    db.session.execute(update(Delivery).values(state="stalled"))
    db.session.commit()
    purge()
    assert count(User) == 0


def test_accounts_for_ever(inside: None, purge: Callable[..., None]) -> None:
    """The setting 0 keeps accounts, however long nobody came; one with a password and no address is kept as well."""
    account(idle=5000)
    purge(keep_accounts_days=0)
    assert sent() == []
    db.session.execute(update(User).values(email=None, password_hash="kept"))
    db.session.commit()
    purge()
    assert count(User) == 1 and sent() == []


def test_a_certificate_that_stands(client: CheckingClient, app: Flask, purge: Callable[..., None]) -> None:
    """An idle account stays while others may check its certificate, and goes once that is past its date."""
    pass_course(client, app)
    get_award(client)
    with app.app_context():
        db.session.execute(update(User).values(guest=False, email=EMAIL, active_at=now() - days(800)))
        db.session.commit()
        purge()
        assert sent() == []
        db.session.execute(update(Award).values(valid_until=today() - days(1)))
        db.session.commit()
        purge()
        assert len(sent()) == 1
        go_on(31)
        purge()
        assert db.session.scalars(select(Award)).one().name == ""
        assert db.session.scalars(select(User)).one().email is None


def test_a_guest_with_a_certificate(client: CheckingClient, app: Flask, purge: Callable[..., None]) -> None:
    """A guest is kept while others may check their certificate, then for as long as an account, and erased once."""
    pass_course(client, app)
    get_award(client)
    with app.app_context():
        db.session.execute(update(User).values(active_at=now() - days(800)))
        db.session.commit()
        purge()
        assert db.session.scalars(select(Award)).one().name
        db.session.execute(update(Award).values(valid_until=today() - days(1)))
        db.session.commit()
        purge(keep_accounts_days=900)
        purge(keep_accounts_days=0)
        assert db.session.scalars(select(Award)).one().name
        purge()
        purge()
        assert count(LessonDone) == 0
        award = db.session.scalars(select(Award)).one()
        assert (award.name, award.state) == ("", "revoked")
        assert [each.action for each in AuditEvent.newest(2)] == ["person erased", "certificate withdrawn"]
        assert [each.action for each in AuditEvent.newest()].count("person erased") == 1


def test_a_guest_who_took_every_name_off(
    client: CheckingClient, app: Flask, purge: Callable[..., None]
) -> None:
    """A certificate that counts no more, since its holder took the name off, keeps nobody's answers."""
    pass_course(client, app)
    get_award(client)
    with app.app_context():
        db.session.execute(update(Award).values(name=""))
        db.session.execute(update(User).values(active_at=now() - days(800)))
        db.session.commit()
        purge()
        assert count(LessonDone) == 0


def test_a_mail_of_another_kind_is_no_warning(inside: None, purge: Callable[..., None]) -> None:
    """Only the warning counts as one."""
    user = account(idle=800)
    enqueue("reset", to=EMAIL, user=user)
    db.session.commit()
    go_on(40)
    purge()
    assert count(User) == 1
    assert [each.kind for each in db.session.scalars(select(Delivery).order_by(Delivery.id))] == [
        "reset",
        IDLE,
    ]


def from_env(**environ: str) -> Settings:
    return Settings.from_env({"ALONGSIDE_SECRET_KEY": "x", "ALONGSIDE_INSTANCE": ".", **environ}, make=False)


def test_settings() -> None:
    """The times have safe defaults, can be set, and cannot be set so short that people lose what they need."""
    kept = from_env()
    times = (kept.keep_guests_days, kept.keep_accounts_days, kept.keep_mails_days, kept.keep_audit_days)
    assert times == (30, 730, 30, 365)
    assert from_env(ALONGSIDE_KEEP_ACCOUNTS_DAYS="0").keep_accounts_days == 0
    assert from_env(ALONGSIDE_KEEP_GUESTS_DAYS="60").keep_guests_days == 60
    for name, value in (
        ("GUESTS", "0"),
        ("MAILS", "-1"),
        ("AUDIT", "7"),
        ("ACCOUNTS", "31"),
        ("ACCOUNTS", "x"),
    ):
        with pytest.raises(SettingsError, match=f"ALONGSIDE_KEEP_{name}_DAYS should be"):
            from_env(**{f"ALONGSIDE_KEEP_{name}_DAYS": value})
