"""The outbox: mails are asked for with the deed that needs them, and sent by a worker afterwards.

Claim with a lease, commit, send while no transaction is open, mark, commit. Whoever is killed in between
leaves the claim to run out; then it is sent again: perhaps twice, never not at all.
"""

import datetime
import random
from collections.abc import Callable
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import or_, select, update

from lms.db import begin_writing, db, now
from lms.language import SOURCE, offered, speaking, tag
from lms.models import Delivery, User

LEASE = datetime.timedelta(minutes=10)
"""Longer than a mail server may keep us waiting."""
TRY_FOR = datetime.timedelta(days=3)
FIRST_WAIT, LONGEST_WAIT = datetime.timedelta(seconds=30), datetime.timedelta(hours=1)


@dataclass(frozen=True)
class Mail:
    """One mail in plain text."""

    to: str
    subject: str
    text: str


MAILS: dict[str, Callable[[Delivery], Mail | None]] = {}
"""How each kind is worded, as it is sent: secrets are minted then. None: nothing needs sending any more."""

KEPT = ("sign up", "e-mail change", "new e-mail")
"""Kinds whose link leads to a page that needs what they are about: an address, which no link tells."""

Send = Callable[[Mail, str], None]
"""Hands a mail on, with a reference that stays the same should it be sent twice. Raises what went wrong."""


def enqueue(kind: str, *, to: str, user: User | None = None, unasked: bool = False, **about: object) -> None:
    """Ask for a mail of this kind. `about` is what its words need, and no secret. The caller commits.

    It is worded in the language of the page that asks: nothing else is kept of how a person reads. One that
    came `unasked`, by a command or by the server itself, is worded in each language that is offered.
    """
    language = None if unasked else tag()
    db.session.add(Delivery(kind=kind, user=user, about={"to": to, "language": language, **about}))


def worded(delivery: Delivery) -> Mail | None:
    """The mail as it would be sent now; None when nothing needs sending any more."""
    asked_in = delivery.about.get("language", SOURCE)
    said = []
    for language in offered() if asked_in is None else (asked_in,):
        with speaking(language):
            said.append(MAILS[delivery.kind](delivery))
    return _one_after_the_other([mail for mail in said if mail is not None])


def _one_after_the_other(mails: list[Mail]) -> Mail | None:
    """One mail that says the same in several languages."""
    if not mails:
        return None
    subjects = dict.fromkeys(mail.subject for mail in mails)  # some are alike
    return Mail(mails[0].to, " / ".join(subjects), "\n* * *\n\n".join(mail.text for mail in mails))


def send_next(send: Send) -> bool:
    """Send what has been due longest; False when nothing is due. Commits."""
    claimed = _claim()
    if claimed is None:
        return False
    try:
        _send(claimed, send)
    except Exception as error:  # noqa: BLE001  whatever it is, it is tried again; its words may hold an address
        db.session.rollback()
        _failed(claimed, f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".strip())
    return True


def _claim() -> int | None:
    """Take one that is due for ourselves, until the lease runs out; its id."""
    begin_writing()
    moment = now()
    free = or_(Delivery.leased_until.is_(None), Delivery.leased_until < moment)
    due = select(Delivery.id).where(Delivery.state == "waiting", Delivery.due_at <= moment, free)
    first = due.order_by(Delivery.due_at, Delivery.id).limit(1).with_for_update(skip_locked=True)
    taken = update(Delivery).where(Delivery.id == first.scalar_subquery()).returning(Delivery.id)
    claimed = db.session.scalar(taken.values(leased_until=moment + LEASE, tries=Delivery.tries + 1))
    db.session.commit()
    return claimed


def _send(claimed: int, send: Send) -> None:
    delivery = db.session.get(Delivery, claimed)
    if delivery is None:
        return  # erased with the person it was for
    mail, reference = worded(delivery), delivery.reference
    about = delivery.about if delivery.kind in KEPT else {}
    db.session.commit()
    if mail is not None:
        send(mail, reference)
    begin_writing()
    done = {"state": "sent", "sent_at": now(), "about": about, "leased_until": None, "last_error": ""}
    db.session.execute(update(Delivery).where(Delivery.id == claimed).values(done))
    db.session.commit()


def _failed(claimed: int, why: str) -> None:
    """Try again later, or give up and let it be shown."""
    begin_writing()
    delivery = db.session.get(Delivery, claimed)
    if delivery is not None:
        given_up = delivery.made_at < now() - TRY_FOR
        delivery.state = "stalled" if given_up else "waiting"
        delivery.due_at, delivery.leased_until = now() + wait(delivery.tries), None
        delivery.last_error = why
        current_app.logger.warning("Delivery %s could not be sent: %s.", claimed, why)
    db.session.commit()


def wait(tries: int) -> datetime.timedelta:
    """How long until the next try: about twice as long each time, never the same for all, an hour at most."""
    longest: datetime.timedelta = min(FIRST_WAIT * 2 ** min(tries - 1, 10), LONGEST_WAIT)
    return longest * random.SystemRandom().uniform(0.5, 1)


def retry_stalled() -> int:
    """Begin again with all that was given up; how many. The caller commits."""
    begin_writing()
    stalled = db.session.scalars(select(Delivery).where(Delivery.state == "stalled")).all()
    for delivery in stalled:
        delivery.state, delivery.tries = "waiting", 0
        delivery.made_at = delivery.due_at = now()
    return len(stalled)
