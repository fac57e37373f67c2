"""Invitations to register a learning system: a link that works once."""

import datetime
import secrets

from sqlalchemy import ForeignKey, String, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Model, Moment, db, now, own_transaction
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

    @classmethod
    def known(cls, token: str) -> bool:
        """Whether there is one of this token, used and ended ones too."""
        return bool(db.session.scalar(select(cls.id).where(cls.token_hash == fingerprint(token))))

    @classmethod
    def claim(cls, token: str) -> int | None:
        """Use the invitation of this token up, before its platform is asked anything; its id.

        None when it was used before or has ended. Of two at once, one gets it. Commits by itself.
        """
        mine = update(cls).where(cls.token_hash == fingerprint(token), cls.used_at.is_(None))
        with own_transaction() as session:
            return session.scalar(mine.where(cls.ends_at > now()).values(used_at=now()).returning(cls.id))

    @classmethod
    def release(cls, invitation_id: int) -> None:
        """Nothing came of it: it may be used again until it ends. Commits by itself."""
        with own_transaction() as session:
            session.execute(update(cls).where(cls.id == invitation_id).values(used_at=None))

    @classmethod
    def purge(cls, before: datetime.datetime) -> None:
        """Forget those that ended before this moment."""
        db.session.execute(delete(cls).where(cls.ends_at < before))
