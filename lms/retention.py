"""What is kept, and for how long: the worker forgets the rest. How long is set by the settings."""

import datetime

from babel.dates import format_date
from flask import current_app
from flask_babel import get_locale, gettext
from sqlalchemy import ColumnElement, Exists, Select, and_, delete, exists, or_, select, update

from lms import links
from lms.db import TIME_ZONE, begin_writing, db, empty_log, now
from lms.erasing import erase
from lms.mail import forget_files
from lms.models import (
    AuditEvent,
    Award,
    Delivery,
    Enrolment,
    Heartbeat,
    Invitation,
    LaunchTransaction,
    Session,
    User,
)
from lms.models.award import today
from lms.outbox import KEPT, MAIL, MAILS, Mail, enqueue
from lms.settings import Settings

WARNED = datetime.timedelta(days=30)
"""How long before an idle account is erased its holder is told by mail."""
HEARTBEATS = datetime.timedelta(hours=1)
IDLE = "idle account"


def purge(settings: Settings) -> None:
    """Forget what is older than the settings keep it. Commits; safe to be killed in, and to repeat."""
    begin_writing()
    _forget_guests(ago(settings.keep_guests_days))
    _forget_mails(ago(settings.keep_mails_days))
    _forget(AuditEvent, AuditEvent.at < ago(settings.keep_audit_days))
    LaunchTransaction.purge(ago(settings.keep_launches_days))
    Invitation.purge(ago(settings.keep_launches_days))
    _forget(Session, Session.ends_at < now())
    _forget(Heartbeat, Heartbeat.beat_at < now() - HEARTBEATS)
    _blank_mails(now() - links.DAY)
    db.session.commit()
    forget_files(settings, ago(settings.keep_mails_days))
    if settings.keep_accounts_days:
        _warn_idle(ago(settings.keep_accounts_days) + WARNED)
        _erase_idle(ago(settings.keep_accounts_days))
        _erase_elsewhere(ago(settings.keep_accounts_days))
        _erase_guests(ago(settings.keep_accounts_days))
    empty_log()


def ago(days: int) -> datetime.datetime:
    """The moment that many days before now."""
    return now() - datetime.timedelta(days=days)


def _forget(
    model: type[AuditEvent | Delivery | Heartbeat | Session | User], *which: ColumnElement[bool]
) -> None:
    db.session.execute(delete(model).where(*which).execution_options(synchronize_session=False))


def _forget_guests(before: datetime.datetime) -> None:
    """Guests idle since then; who has a certificate is kept like an account, since others may check it."""
    holders = select(Enrolment.user_id).join(Award)
    _forget(User, User.guest.is_(True), User.active_at < before, User.id.not_in(holders))


def _forget_mails(before: datetime.datetime) -> None:
    """What was sent or given up, but for warnings that somebody has not answered yet by coming back."""
    unanswered = exists().where(User.id == Delivery.user_id, User.active_at < Delivery.made_at)
    done = MAIL, Delivery.state != "waiting", Delivery.made_at < before
    _forget(Delivery, *done, or_(Delivery.kind != IDLE, ~unanswered))


def _blank_mails(before: datetime.datetime) -> None:
    """Forget what mails sent before then were about: it was kept for their links, which work no more."""
    over = Delivery.kind.in_(KEPT), Delivery.state == "sent", Delivery.sent_at < before
    db.session.execute(update(Delivery).where(*over).values(about={}))


def _warn_idle(before: datetime.datetime) -> None:
    """Tell those who were last here before then, once, that their account will be erased."""
    begin_writing()
    idle = _idle(before).where(~_warned(Delivery.made_at > User.active_at))
    for user in db.session.scalars(idle.with_for_update(skip_locked=True)):  # another worker has the others
        enqueue(IDLE, to=str(user.email), user=user, unasked=True)
    db.session.commit()


def _erase_idle(before: datetime.datetime) -> None:
    """Erase those who were last here before then and were told in time; a mail that waits tells nobody."""
    told = _warned(
        Delivery.made_at > User.active_at, Delivery.made_at < now() - WARNED, Delivery.state != "waiting"
    )
    _erase_each(_idle(before).where(told), before)


def _erase_guests(before: datetime.datetime) -> None:
    """Erase guests with a certificate who were last here before then; they have no address to tell it to."""
    begin_writing()
    still_says = or_(Award.name != "", Award.revoked_at.is_(None))  # one of somebody erased says nothing
    holders = select(Enrolment.user_id).join(Award)
    over = User.id.in_(holders.where(still_says)), User.id.not_in(holders.where(_counts()))
    _erase_each(select(User).where(User.guest.is_(True), *over, User.active_at < before), before)


def _erase_each(which: Select[User], before: datetime.datetime) -> None:
    for user_id in [user.id for user in db.session.scalars(which)]:
        user = User.locked(user_id)
        if user is not None and user.active_at < before:  # they may have come back just now
            label = user.label
            erase(user)
            AuditEvent.note("person erased", label, detail="not here for long")
        db.session.commit()


def _counts() -> ColumnElement[bool]:
    """Certificates that others may check and find valid, or replaced by one that is."""
    in_date = or_(Award.valid_until.is_(None), Award.valid_until >= today())
    return and_(Award.revoked_at.is_(None), Award.name != "", in_date)


def _idle(before: datetime.datetime) -> Select[User]:
    """Accounts last used before then, but for those whose certificate still counts."""
    accounts = User.guest.is_(False), User.email.is_not(None), User.active_at < before
    return _with_nothing_to_check(*accounts)


def _with_nothing_to_check(*which: ColumnElement[bool]) -> Select[User]:
    """These people, but for those whose certificate still counts."""
    holders = select(Enrolment.user_id).join(Award).where(_counts())
    return select(User).where(*which, User.id.not_in(holders))


def _erase_elsewhere(before: datetime.datetime) -> None:
    """Erase whom only a learning system knows, after as long: they have no address to be warned at."""
    known_there = User.guest.is_(False), User.email.is_(None), User.password_hash.is_(None)
    gone = _with_nothing_to_check(*known_there, User.active_at < before)
    _erase_each(gone, before)


def _warned(*when: ColumnElement[bool]) -> Exists:
    return exists().where(Delivery.user_id == User.id, Delivery.kind == IDLE, *when)


def _warning(delivery: Delivery) -> Mail | None:
    """Say until when they can come back; nothing to those who have."""
    user, url = delivery.user, current_app.extensions["alongside"].url
    if user is None or user.active_at > delivery.made_at:
        return None
    last_day = (delivery.made_at + WARNED).astimezone(TIME_ZONE)
    day = format_date(last_day, "long", locale=get_locale())
    paragraphs = (
        gettext("Hello,"),
        gettext("You have an account at %(url)s, and have not used it for a long time.", url=url),
        gettext("To keep it, sign in before %(day)s.", day=day),
        gettext("If you do nothing, your account and everything in it will be removed after that day."),
    )
    return Mail(delivery.about["to"], gettext("Your account will be removed"), "\n\n".join(paragraphs) + "\n")


MAILS[IDLE] = _warning
