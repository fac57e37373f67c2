"""Who someone is on a platform."""

from sqlalchemy import ForeignKey, String, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from lms.db import Model, db
from lms.models.platform import Deployment
from lms.models.user import User


class Identity(Model):
    """A person as a platform knows them. Never matched by an e-mail address, which anyone may type there.

    `name` is what the platform called them last, if it did: who teaches there knows them by it.
    """

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("platform_id", "tenant", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id", ondelete="CASCADE"))
    tenant: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(100), default="")
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)

    user: Mapped[User] = relationship()

    @classmethod
    def known(cls, deployment: Deployment, subject: str) -> "Identity | None":
        """The person with this id where a launch came from, or None."""
        mine = {"platform": deployment.platform_id, "tenant": deployment.tenant, "subject": subject}
        return db.session.scalar(_KNOWN, mine)


_KNOWN = (
    select(Identity)
    .where(
        Identity.platform_id == bindparam("platform"),
        Identity.tenant == bindparam("tenant"),
        Identity.subject == bindparam("subject"),
    )
    .options(joinedload(Identity.user, innerjoin=True))
    .with_for_update(of=Identity)  # two launches of one person at once come one after the other
)
