"""The outbox: mails are asked for with the deed that needs them, and sent by a worker afterwards."""

from collections.abc import Callable
from dataclasses import dataclass

from lms.db import db
from lms.models import Delivery, User


@dataclass(frozen=True)
class Mail:
    """One mail in plain text."""

    to: str
    subject: str
    text: str


MAILS: dict[str, Callable[[Delivery], Mail | None]] = {}
"""How each kind is worded, as it is sent: secrets are minted then. None: nothing needs sending any more."""


def enqueue(kind: str, *, to: str, user: User | None = None, **about: object) -> None:
    """Ask for a mail of this kind. `about` is what its words need, and no secret. The caller commits."""
    db.session.add(Delivery(kind=kind, user=user, about={"to": to, **about}))
