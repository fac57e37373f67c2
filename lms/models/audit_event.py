"""What was done with more than a learner's rights, for those who answer for this installation."""

import datetime
from typing import Literal

from flask import g, has_request_context
from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Model, Moment, db, now
from lms.models.user import User

Way = Literal["page", "command", "server", "invitation", ""]
"""How a deed was done: on a page, by a command, by the server itself, by whoever held an invitation.
Empty: before that was noted.
"""

WITHOUT_ACTOR = {
    "page": "somebody erased since",
    "command": "a command on the server",
    "server": "the server itself",
    "invitation": "whoever held the invitation",
    "": "not known",
}


def by_command() -> None:
    """What is noted in this application context is done by a command."""
    g.by_command = True


def _way_now() -> Way:
    if has_request_context():
        return "page"
    return "command" if g.get("by_command") else "server"


class AuditEvent(Model):
    """One deed: who did it, and in which way; what, and to what. No names, no addresses.

    A command has no `actor`: whoever may use the machine can run it, and only the machine knows who that was.
    """

    __tablename__ = "audit_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime.datetime] = mapped_column(Moment, default=now, index=True)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    way: Mapped[Way] = mapped_column(String(10), default=_way_now, server_default="")
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(200), default="")
    detail: Mapped[str] = mapped_column(String(500), default="")

    actor: Mapped[User | None] = relationship()

    @classmethod
    def note(
        cls, action: str, subject: str, *, detail: str = "", actor: User | None = None, way: Way | None = None
    ) -> None:
        """Note a deed in the deed's own transaction: neither stands without the other. The caller commits.

        People are written as `User.label`: no names, no addresses, no words that somebody typed freely.
        """
        said = {"action": action, "subject": subject[:200], "detail": detail[:500], "actor": actor}
        db.session.add(cls(**said, way=way or _way_now()))

    @classmethod
    def newest(cls, most: int | None = None, *, before: int | None = None) -> list["AuditEvent"]:
        """The newest first, at most so many; of those before an id, if one is given."""
        found = select(cls).order_by(cls.id.desc()).limit(most)
        return list(db.session.scalars(found if before is None else found.where(cls.id < before)))

    @property
    def by(self) -> str:
        """Who did it."""
        return f"person {self.actor_id}" if self.actor_id else WITHOUT_ACTOR[self.way]
