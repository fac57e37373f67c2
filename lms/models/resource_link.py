"""Links in a platform's courses that open something here."""

import datetime

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Model, Moment, db, now
from lms.models.platform import Deployment


class ResourceLink(Model):
    """A link that a platform launches from, and what it opens.

    `opens` is a course, or a module, lesson or quiz of one: `SLUG`, `SLUG/modules/ID` and so on; empty until
    somebody chose. `asked` is what the platform asked for last: whoever chose last, here or there, is right.
    `context` is the platform's course that it stands in, unique here: deployment and id there. `scopes` are
    what the grade service lets us do; `members_url` is where the class is listed, where that is shared. While
    a place for its grades is looked for, or made, nobody else does: until `seeking_until`. Since
    `catch_up_at` all its grades are wanted; they were asked for up to the identity `caught_up`.
    """

    __tablename__ = "resource_link"
    __table_args__ = (UniqueConstraint("deployment_id", "link"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id", ondelete="CASCADE"))
    link: Mapped[str] = mapped_column(String(255))
    title: Mapped[str] = mapped_column(String(500), default="")
    context: Mapped[str] = mapped_column(String(300), index=True)
    context_title: Mapped[str] = mapped_column(String(500), default="")
    opens: Mapped[str] = mapped_column(String(500), default="")
    asked: Mapped[str] = mapped_column(String(500), default="")
    line_item_url: Mapped[str] = mapped_column(String(2000), default="")
    line_items_url: Mapped[str] = mapped_column(String(2000), default="")
    seeking_until: Mapped[datetime.datetime | None] = mapped_column(Moment)
    catch_up_at: Mapped[datetime.datetime | None] = mapped_column(Moment, index=True)
    caught_up: Mapped[int] = mapped_column(default=0)
    scopes: Mapped[list[str]] = mapped_column(JSON, default=list)
    members_url: Mapped[str] = mapped_column(String(2000), default="")
    seen_at: Mapped[datetime.datetime] = mapped_column(Moment, default=now)

    deployment: Mapped[Deployment] = relationship()

    @property
    def course(self) -> str:
        """The course that it opens, or a part of; empty when nobody chose yet."""
        return self.opens.partition("/")[0]

    @property
    def approved(self) -> bool:
        """Whether it may open anything now: so may its platform, and the place there that it stands in."""
        return bool(self.deployment.approved_at and self.deployment.platform.approved_at)

    @classmethod
    def known(cls, deployment: Deployment, link: str) -> "ResourceLink | None":
        """The link of this id in a deployment, or None."""
        return db.session.scalar(_KNOWN, {"deployment": deployment.id, "link": link})


_KNOWN = select(ResourceLink).where(
    ResourceLink.deployment_id == bindparam("deployment"), ResourceLink.link == bindparam("link")
)
