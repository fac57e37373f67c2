"""A signed-in browser. The browser holds a random token; the row holds only its fingerprint."""

import datetime
import secrets

from flask import current_app
from sqlalchemy import ForeignKey, String, bindparam, delete, false, insert, or_, select
from sqlalchemy.orm import Mapped, column_property, joinedload, mapped_column, relationship

from lms.db import Model, Moment, db, now
from lms.models.fact import NEWEST, Newest
from lms.models.platform import Deployment, Platform
from lms.models.resource_link import ResourceLink
from lms.models.user import User, fingerprint
from lms.settings import Settings

LASTS = datetime.timedelta(days=30)
"""How long a session may be idle."""
NOTED_EVERY = datetime.timedelta(hours=1)
CARRIED_LASTS = datetime.timedelta(minutes=30)
"""How long one that stands in addresses may be idle: an address can be read over a shoulder."""
CARRIED_NOTED_EVERY = datetime.timedelta(minutes=3)


class Session(Model):
    """One browser's session, until it is ended, was idle for 30 days, or has reached its longest life.

    One that a learning system began came by a resource link, from its course `context`; who is `staff`
    teaches there, `language` is what it speaks. What is `carried` in addresses, where cookies are blocked,
    has a short life, and holds how pages `display` there.
    """

    __tablename__ = "session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    began_at: Mapped[datetime.datetime] = mapped_column(Moment)
    used_at: Mapped[datetime.datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime.datetime] = mapped_column(Moment, index=True)
    resource_link_id: Mapped[int | None] = mapped_column(ForeignKey("resource_link.id", ondelete="CASCADE"))
    context: Mapped[str] = mapped_column(String(320), default="", server_default="")
    staff: Mapped[bool] = mapped_column(default=False, server_default=false())
    carried: Mapped[bool] = mapped_column(default=False, server_default=false())
    language: Mapped[str] = mapped_column(String(35), default="", server_default="")
    display: Mapped[str] = mapped_column(String(300), default="", server_default="")

    newest_fact: Mapped[int | None] = column_property(NEWEST[0])
    newest_area: Mapped[datetime.datetime | None] = column_property(NEWEST[1])

    user: Mapped[User] = relationship()

    @property
    def newest(self) -> Newest:
        """The newest fact and area as it was found: they come with the row, so that no page asks again."""
        return self.newest_fact, self.newest_area

    @classmethod
    def begin(cls, user: User, **launched: object) -> str:
        """A new session for `user`; returns the token for the browser, which is kept nowhere else.

        `launched` says by which link it came from a learning system, and how.
        """
        if user.id is None:
            db.session.flush()
        token, moment = secrets.token_urlsafe(32), now()
        kept = {"token_hash": fingerprint(token), "began_at": moment, "used_at": moment, **launched}
        held = cls(user=user, **kept)
        db.session.connection().execute(_BEGIN, {**kept, "user_id": user.id, "ends_at": held._end()})
        return token

    @classmethod
    def find(cls, token: str) -> "Session | None":
        """The live session of this token with its user, in one query."""
        return db.session.scalar(_LIVE, {"token": fingerprint(token), "now": now()})

    @classmethod
    def of(cls, user: User) -> list["Session"]:
        """Every live session of a person, the one used last first."""
        mine = select(cls).where(cls.user_id == user.id, cls.ends_at > now())
        return list(db.session.scalars(mine.order_by(cls.used_at.desc(), cls.id.desc())))

    @classmethod
    def owned(cls, session_id: int, user: User) -> "Session | None":
        """A session of this person; None for anyone else's."""
        return db.session.scalar(select(cls).filter_by(id=session_id, user_id=user.id))

    @classmethod
    def end(cls, token: str) -> None:
        """End the session of this token, if there is one."""
        db.session.execute(delete(cls).where(cls.token_hash == fingerprint(token)))

    @classmethod
    def end_begun(cls, user: User, link_id: int, since: datetime.datetime) -> None:
        """End what somebody began by a link since then: they go on in another window."""
        mine = delete(cls).where(cls.user_id == user.id, cls.resource_link_id == link_id)
        db.session.execute(mine.where(cls.began_at >= since))

    @classmethod
    def end_all(cls, user: User, *, but: str = "") -> None:
        """End every session of a person, wherever they are signed in; all `but` that of one token."""
        theirs = delete(cls).where(cls.user_id == user.id)
        db.session.execute(theirs.where(cls.token_hash != fingerprint(but)) if but else theirs)

    @classmethod
    def end_stopped(cls) -> None:
        """End every session that came by a link whose platform, or place there, is not approved any more."""
        stopped = or_(Platform.approved_at.is_(None), Deployment.approved_at.is_(None))
        links = select(ResourceLink.id).join(ResourceLink.deployment).join(Deployment.platform)
        db.session.flush()
        db.session.execute(delete(cls).where(cls.resource_link_id.in_(links.where(stopped))))

    @property
    def idle(self) -> bool:
        """Whether nothing was noted in it for a while."""
        return self.used_at < now() - (CARRIED_NOTED_EVERY if self.carried else NOTED_EVERY)

    def holds(self, token: str) -> bool:
        """Whether it is the session of this token."""
        return self.token_hash == fingerprint(token)

    def keep_alive(self) -> None:
        """Something was done: the 30 days begin again, for the session and for its user."""
        self.used_at = self.user.active_at = now()
        self.ends_at = self._end()

    def _end(self) -> datetime.datetime:
        """When it ends if nothing more is done. A guest's has no longest life: they cannot sign in again.

        Who came from a learning system can open it again there.
        """
        settings: Settings = current_app.extensions["alongside"]
        idle = self.used_at + (CARRIED_LASTS if self.carried else LASTS)
        if self.resource_link_id is not None:
            return min(idle, self.began_at + datetime.timedelta(hours=settings.role_session_hours))
        if self.user.guest:
            return idle
        learns = self.user.role in (None, "learner")  # None: a row that was not written yet
        life = {"days": settings.session_days} if learns else {"hours": settings.role_session_hours}
        return min(idle, self.began_at + datetime.timedelta(**life))


_BEGIN = insert(Session.metadata.tables[Session.__tablename__])
_LIVE = (
    select(Session)
    .where(Session.token_hash == bindparam("token"), Session.ends_at > bindparam("now"))
    .options(joinedload(Session.user, innerjoin=True))
)
"""Built once, as are the other statements that every page needs: building one costs more than running it."""
