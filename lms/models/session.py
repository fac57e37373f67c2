"""A signed-in browser. The browser holds a random token; the row holds only its fingerprint."""

import datetime
import secrets

from sqlalchemy import ForeignKey, String, bindparam, delete, select
from sqlalchemy.orm import Mapped, column_property, joinedload, mapped_column, relationship

from lms.db import Model, Moment, db, now
from lms.models.fact import NEWEST, Newest
from lms.models.user import User, fingerprint

LASTS = datetime.timedelta(days=30)


class Session(Model):
    """One browser's session, until it ends or has been idle for 30 days."""

    __tablename__ = "session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    ends_at: Mapped[datetime.datetime] = mapped_column(Moment, index=True)

    newest_fact: Mapped[int | None] = column_property(NEWEST[0])
    newest_area: Mapped[datetime.datetime | None] = column_property(NEWEST[1])

    user: Mapped[User] = relationship()

    @property
    def newest(self) -> Newest:
        """The newest fact and area as it was found: they come with the row, so that no page asks again."""
        return self.newest_fact, self.newest_area

    @classmethod
    def begin(cls, user: User) -> str:
        """A new session for `user`; returns the token for the browser, which is kept nowhere else."""
        token = secrets.token_urlsafe(32)
        db.session.add(cls(token_hash=fingerprint(token), user=user, ends_at=now() + LASTS))
        return token

    @classmethod
    def find(cls, token: str) -> "Session | None":
        """The live session of this token with its user, in one query."""
        return db.session.scalar(_LIVE, {"token": fingerprint(token), "now": now()})

    @classmethod
    def end(cls, token: str) -> None:
        """End the session of this token, if there is one."""
        db.session.execute(delete(cls).where(cls.token_hash == fingerprint(token)))

    @classmethod
    def end_all(cls, user: User) -> None:
        """End every session of a person, wherever they are signed in."""
        db.session.execute(delete(cls).where(cls.user_id == user.id))

    @property
    def idle_since_yesterday(self) -> bool:
        """Whether nothing was done in it for a day."""
        return self.ends_at < now() + LASTS - datetime.timedelta(days=1)

    def keep_alive(self) -> None:
        """Something was done: the 30 days begin again, for the session and for its user."""
        self.user.active_at = now()
        self.ends_at = now() + LASTS


_LIVE = (
    select(Session)
    .where(Session.token_hash == bindparam("token"), Session.ends_at > bindparam("now"))
    .options(joinedload(Session.user, innerjoin=True))
)
"""Built once, as are the other statements that every page needs: building one costs more than running it."""
