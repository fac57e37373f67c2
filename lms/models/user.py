"""A person who learns. A guest has no name and no e-mail; only a come-back code brings them back."""

import datetime
import hashlib
from typing import Literal

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Model, Moment, begin_writing, db, now

Role = Literal["learner", "trainer", "coordinator", "admin"]
"""What someone may do here; each but the first is given by an administrator."""


class User(Model):
    """One person. `come_back_hash` is the fingerprint of the code they were shown, never the code.

    Only who has an account has an `email` (in small letters) and a password. `name` is for certificates.
    """

    __tablename__ = "user"
    __table_args__ = {
        "sqlite_autoincrement": True
    }  # the audit trail names people by number: none comes again

    id: Mapped[int] = mapped_column(primary_key=True)
    guest: Mapped[bool] = mapped_column(default=True)
    began_at: Mapped[datetime.datetime] = mapped_column(Moment, default=now)
    active_at: Mapped[datetime.datetime] = mapped_column(Moment, default=now, index=True)
    come_back_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    area: Mapped[str | None] = mapped_column(ForeignKey("area.slug"))
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    name: Mapped[str | None] = mapped_column(String(100))
    role: Mapped[Role] = mapped_column(String(20), default="learner", server_default="learner")

    is_authenticated = True
    here = ""
    """The learning system's course that this request's session came from: never kept with the person."""

    @property
    def label(self) -> str:
        """How lists for those who run this installation call them: by number, never by name."""
        return f"person {self.id}"

    @property
    def elsewhere(self) -> bool:
        """Whether only a learning system knows who they are: neither a guest nor someone with an account."""
        return not self.guest and self.email is None

    def may_as(self, role: str) -> bool:
        """Whether they may do what is for people with this role."""
        return self.role in (role, "admin")

    @property
    def is_last_admin(self) -> bool:
        """Whether there would be no administrator without them."""
        others = select(User.id).where(User.role == "admin", User.id != self.id).limit(1)
        return self.role == "admin" and db.session.scalar(others) is None

    def keep_code(self, code: str) -> None:
        """Keep the fingerprint of a new come-back code; an older code stops working."""
        self.come_back_hash = fingerprint(code)

    @classmethod
    def with_code(cls, code: str) -> "User | None":
        """The guest whose come-back code this is, or None."""
        return db.session.scalar(select(cls).where(cls.come_back_hash == fingerprint(code)))

    @classmethod
    def with_email(cls, email: str) -> "User | None":
        """The person whose account has this address, however it was typed; or None."""
        return db.session.scalar(select(cls).where(cls.email == email.strip().lower()))

    @classmethod
    def locked(cls, user_id: int) -> "User | None":
        """The person as they are now, ours alone until the request ends; None when they are gone."""
        begin_writing()
        return db.session.get(cls, user_id, with_for_update=True, populate_existing=True)


def fingerprint(secret: str) -> str:
    """SHA-256 of a secret with at least 55 random bits, which needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
