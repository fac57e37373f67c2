"""Invitations to register a learning system: a link that works once."""

import datetime
import secrets

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Model, Moment, db, now
from lms.models.user import fingerprint

OPEN_FOR = datetime.timedelta(days=7)


class Invitation(Model):
    """Lets whoever has its link register one platform, until `ends_at`. The link is kept nowhere."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime.datetime] = mapped_column(Moment, default=now)
    ends_at: Mapped[datetime.datetime] = mapped_column(Moment)
    used_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    platform_id: Mapped[int | None] = mapped_column(ForeignKey("platform.id", ondelete="SET NULL"))

    @classmethod
    def make(cls, name: str) -> tuple["Invitation", str]:
        """A new invitation and the token for its link. The caller commits."""
        token = secrets.token_urlsafe(32)
        made = cls(name=name, token_hash=fingerprint(token), ends_at=now() + OPEN_FOR)
        db.session.add(made)
        return made, token

    @classmethod
    def open(cls, token: str) -> "Invitation | None":
        """The invitation of this token while it may be used, or None."""
        mine = select(cls).where(cls.token_hash == fingerprint(token), cls.used_at.is_(None))
        return db.session.scalar(mine.where(cls.ends_at > now()))
