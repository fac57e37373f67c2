"""The outbox: mails and grades are asked for with the deed that needs them, and sent by a worker afterwards.

Claim with a lease, commit, send while no transaction is open, mark, commit. Whoever is killed in between
leaves the claim to run out; then it is sent again: perhaps twice, never not at all.
Mails are sent from here; grades by `lms.lti.grades`.
"""

import datetime
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import JSON, ColumnElement, bindparam, case, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from lms.db import Moment, begin_writing, db, now
from lms.language import SOURCE, offered, speaking, tag
from lms.models import Delivery, User

LEASE = datetime.timedelta(minutes=15)
"""Longer than a mail server or a learning system may keep us waiting."""
TRY_FOR = datetime.timedelta(days=3)
FIRST_WAIT, LONGEST_WAIT = datetime.timedelta(seconds=30), datetime.timedelta(hours=1)

GRADE = "grade"
"""The kind of delivery that is a grade; every other is a mail."""
MAIL = Delivery.kind != GRADE


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


@dataclass(frozen=True)
class Claim:
    """A delivery that is ours to send until then, in the version that was wanted when we took it.

    `tries` counts this one, too.
    """

    id: int
    until: datetime.datetime
    wanted: int
    tries: int

    @property
    def ours(self) -> dict[str, object]:
        """What `OURS` asks for."""
        return {"claimed": self.id, "until": self.until}


OURS = (Delivery.id == bindparam("claimed"), Delivery.leased_until == bindparam("until", type_=Moment))
"""What holds of a claimed delivery as long as nobody has taken it from us."""


def claiming(which: ColumnElement[bool]) -> ReturningUpdate[int, int, int]:
    """The statement that takes for ourselves what has been due longest of these; it is built once."""
    moment = bindparam("moment", type_=Moment)
    free = or_(Delivery.leased_until.is_(None), Delivery.leased_until < moment)
    due = select(Delivery.id).where(Delivery.state == "waiting", Delivery.due_at <= moment, free, which)
    first = due.order_by(Delivery.due_at, Delivery.id).limit(1).with_for_update(skip_locked=True)
    held = {"leased_until": bindparam("until", type_=Moment), "tries": Delivery.tries + 1}
    taken = update(Delivery).where(Delivery.id == first.scalar_subquery()).values(held)
    return taken.returning(Delivery.id, Delivery.wanted, Delivery.tries).execution_options(**_BY_SQL)


_BY_SQL: Any = {"synchronize_session": False}
_MAIL = claiming(MAIL)
_SENT = (
    update(Delivery)
    .where(*OURS)
    .values(
        state=case((Delivery.wanted == bindparam("version"), "sent"), else_="waiting"),
        sent=bindparam("version"),
        sent_at=bindparam("moment", type_=Moment),
        about=bindparam("kept", type_=JSON),
        leased_until=None,
        last_error="",
    )
    .execution_options(**_BY_SQL)
)


def claim(taking: ReturningUpdate[int, int, int]) -> Claim | None:
    """Take one for ourselves; None when none is due. Commits."""
    begin_writing()
    moment = now()
    found = db.session.execute(taking, {"moment": moment, "until": moment + LEASE}).first()
    db.session.commit()
    return Claim(found.id, moment + LEASE, found.wanted, found.tries) if found else None


def sent(claimed: Claim, about: dict[str, object]) -> None:
    """Note that it was sent. Where something newer was wanted meanwhile, that still is to be. Commits."""
    begin_writing()
    became = {"version": claimed.wanted, "moment": now(), "kept": about}
    db.session.execute(_SENT, {**claimed.ours, **became})
    db.session.commit()


def put_off(
    claimed: Claim,
    why: str,
    *,
    try_for: datetime.timedelta = TRY_FOR,
    after: datetime.timedelta | None = None,
    hopeless: bool = False,
) -> None:
    """Try again later, or give up and let it be shown: at once what is hopeless. Commits."""
    begin_writing()
    delivery = db.session.scalar(select(Delivery).where(*OURS).with_for_update(), claimed.ours)
    if delivery is not None:
        in_vain = hopeless and delivery.wanted == claimed.wanted
        given_up = in_vain or delivery.made_at < now() - try_for
        delivery.state = "stalled" if given_up else "waiting"
        delivery.due_at, delivery.leased_until = now() + (after or wait(delivery.tries)), None
        delivery.last_error = why[:500]
        current_app.logger.warning("Delivery %s could not be sent: %s.", claimed.id, why.rstrip("."))
    db.session.commit()


def send_next(send: Send) -> bool:
    """Send the mail that has been due longest; False when none is due. Commits."""
    claimed = claim(_MAIL)
    if claimed is None:
        return False
    try:
        _send(claimed, send)
    except Exception as error:  # noqa: BLE001  whatever it is, it is tried again; its words may hold an address
        db.session.rollback()
        put_off(claimed, f"{type(error).__name__} {getattr(error, 'smtp_code', '')}".strip())
    return True


def _send(claimed: Claim, send: Send) -> None:
    delivery = db.session.get(Delivery, claimed.id)
    if delivery is None:
        return  # erased with the person it was for
    mail, reference = worded(delivery), delivery.reference
    about = delivery.about if delivery.kind in KEPT else {}
    db.session.commit()
    if mail is not None:
        send(mail, reference)
    sent(claimed, about)


def wait(tries: int) -> datetime.timedelta:
    """How long until the next try: about twice as long each time, never the same for all, an hour at most."""
    longest: datetime.timedelta = min(FIRST_WAIT * 2 ** min(max(tries - 1, 0), 10), LONGEST_WAIT)
    return longest * random.SystemRandom().uniform(0.5, 1)


def retry_stalled() -> int:
    """Begin again with all mails that were given up; how many. The caller commits."""
    begin_writing()
    stalled = db.session.scalars(select(Delivery).where(MAIL, Delivery.state == "stalled")).all()
    for delivery in stalled:
        delivery.begin_again()
    return len(stalled)
