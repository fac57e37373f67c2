"""A person who learns. A guest has no name and no e-mail; only a come-back code brings them back."""

import datetime
import hashlib

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Model, Moment, db, now


class User(Model):
    """One person. `come_back_hash` is the fingerprint of the code they were shown, never the code."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    guest: Mapped[bool] = mapped_column(default=True)
    began_at: Mapped[datetime.datetime] = mapped_column(Moment, default=now)
    active_at: Mapped[datetime.datetime] = mapped_column(Moment, default=now, index=True)
    come_back_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    area: Mapped[str | None] = mapped_column(ForeignKey("area.slug"))

    is_authenticated = True

    def keep_code(self, code: str) -> None:
        """Keep the fingerprint of a new come-back code; an older code stops working."""
        self.come_back_hash = fingerprint(code)

    @classmethod
    def with_code(cls, code: str) -> "User | None":
        """The guest whose come-back code this is, or None."""
        return db.session.scalar(select(cls).where(cls.come_back_hash == fingerprint(code)))


def fingerprint(secret: str) -> str:
    """SHA-256 of a secret with at least 55 random bits, which needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
