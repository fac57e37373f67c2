"""The outbox: what has to leave this installation, written with the deed that asks for it and sent later."""

import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Model, Moment, db, now
from lms.models.user import User


class Delivery(Model):
    """One thing to send: a mail or a grade. `kind` says what; `about` holds what it needs, and no secret.

    `state` is waiting, sent or stalled (given up, and shown). Whoever sends it holds it until `leased_until`.
    A grade is a state and not an event: there is one for each link and person, sent again whenever `wanted`,
    which counts what was asked for, is ahead of `sent`.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_due", "state", "due_at"),
        UniqueConstraint("resource_link_id", "identity_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    resource_link_id: Mapped[int | None] = mapped_column(ForeignKey("resource_link.id", ondelete="CASCADE"))
    identity_id: Mapped[int | None] = mapped_column(ForeignKey("identity.id", ondelete="CASCADE"), index=True)
    wanted: Mapped[int] = mapped_column(default=1, server_default="1")
    sent: Mapped[int] = mapped_column(default=0, server_default="0")
    about: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    made_at: Mapped[datetime.datetime] = mapped_column(Moment, default=now)
    due_at: Mapped[datetime.datetime] = mapped_column(Moment, default=now)
    leased_until: Mapped[datetime.datetime | None] = mapped_column(Moment)
    tries: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(String(500), default="")
    sent_at: Mapped[datetime.datetime | None] = mapped_column(Moment)

    user: Mapped[User | None] = relationship()

    @classmethod
    def stalled(cls, kind: str) -> int:
        """How many of a kind were given up."""
        given_up = select(func.count(cls.id)).where(cls.kind == kind, cls.state == "stalled")
        return db.session.scalar(given_up) or 0

    def begin_again(self) -> None:
        """Try it anew from now on, as if it had been asked for just now; whoever sends it now may finish."""
        self.state, self.tries, self.wanted = "waiting", 0, self.wanted + 1
        self.made_at = self.due_at = now()

    @property
    def reference(self) -> str:
        """What its mail is known by, wherever it went, however often it was sent."""
        return f"{self.id}.{self.made_at:%Y%m%d%H%M%S}"
