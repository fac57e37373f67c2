"""Learning systems that open Alongside, and the sites within them."""

import contextlib
import datetime

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from lms.db import Model, Moment, begin_writing, db, now, own_transaction


class Platform(Model):
    """A learning system that is registered: who it says it is, and where it answers.

    `shared`: many customers have the same issuer and client id, so that a person is only known together with
    the deployment. `audience` is what the token service wants to be called where that is not `token_url`.
    `frames` are the origins that may show us in a frame, with spaces between, as a policy lists them; `area`
    is that of everyone who comes from there. `keys` is its key set as last fetched, at `keys_at`;
    it was last asked for them at `asked_at`, whether it gave any or not. They are long, and read only where a
    signature is checked.
    """

    __tablename__ = "platform"
    __table_args__ = (UniqueConstraint("issuer", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    issuer: Mapped[str] = mapped_column(String(500))
    client_id: Mapped[str] = mapped_column(String(255))
    auth_url: Mapped[str] = mapped_column(String(1000))
    token_url: Mapped[str] = mapped_column(String(1000))
    keys_url: Mapped[str] = mapped_column(String(1000))
    audience: Mapped[str] = mapped_column(String(1000), default="")
    frames: Mapped[str] = mapped_column(String(2000), default="")
    area: Mapped[str | None] = mapped_column(ForeignKey("area.slug"))
    shared: Mapped[bool] = mapped_column(default=False)
    approved_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    made_at: Mapped[datetime.datetime] = mapped_column(Moment, default=now)
    keys: Mapped[list[dict[str, object]] | None] = mapped_column(JSON, deferred=True)
    keys_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    asked_at: Mapped[datetime.datetime | None] = mapped_column(Moment)

    deployments: Mapped[list["Deployment"]] = relationship(
        passive_deletes=True, back_populates="platform", order_by="Deployment.id"
    )

    @property
    def label(self) -> str:
        """How the audit trail calls it: names are typed freely."""
        return f"platform {self.id}"

    @property
    def waiting(self) -> list["Deployment"]:
        """The deployments that nobody approved yet."""
        return [each for each in self.deployments if each.approved_at is None]

    @classmethod
    def all(cls) -> list["Platform"]:
        """Every platform by name, with its deployments."""
        return list(
            db.session.scalars(select(cls).options(selectinload(cls.deployments)).order_by(cls.name, cls.id))
        )

    @classmethod
    def locked(cls, platform_id: int) -> "Platform | None":
        """The platform, read again for changing it; None when it is gone."""
        begin_writing()
        return db.session.get(cls, platform_id, populate_existing=True, with_for_update=True)

    def approve(self) -> None:
        """Let it open what is here; also where it is already set up, unless others have its issuer too."""
        self.approved_at = self.approved_at or now()
        for each in () if self.shared else self.waiting:
            each.approve()

    def stop(self) -> None:
        """Nothing can be opened from it until it is approved again. What people did stays."""
        self.approved_at = None

    @classmethod
    def registered(cls, issuer: str, client_id: str | None) -> "Platform | None":
        """The platform with this issuer and client id; without a client id, the only one of the issuer."""
        which = _REGISTERED if client_id else _ISSUED
        found = db.session.scalars(which, {"issuer": issuer, "client": client_id}).all()
        return found[0] if len(found) == 1 else None

    @classmethod
    def framers(cls, issuer: str = "") -> str:
        """Every origin that may show us in a frame: those of approved platforms, and this issuer's."""
        may = select(cls.frames).where(cls.approved_at.is_not(None) | (cls.issuer == issuer))
        return " ".join(sorted({each for row in db.session.scalars(may) for each in row.split()}))

    @classmethod
    def issues(cls, issuer: str) -> bool:
        """Whether anything is registered for an issuer."""
        return db.session.scalar(select(cls.id).where(cls.issuer == issuer).limit(1)) is not None


class Deployment(Model):
    """One place where a platform offers Alongside. One that nobody approved can open nothing."""

    __tablename__ = "deployment"
    __table_args__ = (UniqueConstraint("platform_id", "deployment"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id", ondelete="CASCADE"))
    deployment: Mapped[str] = mapped_column(String(255))
    approved_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    seen_at: Mapped[datetime.datetime] = mapped_column(Moment, default=now)

    platform: Mapped[Platform] = relationship(back_populates="deployments")

    @property
    def label(self) -> str:
        """How the audit trail calls it."""
        return f"deployment {self.id} of platform {self.platform_id}"

    @classmethod
    def locked(cls, deployment_id: int) -> "Deployment | None":
        """The deployment, read again for changing it; None when it is gone."""
        begin_writing()
        return db.session.get(cls, deployment_id, populate_existing=True, with_for_update=True)

    def approve(self) -> None:
        """Let it open what is here, once its platform may."""
        self.approved_at = self.approved_at or now()

    def stop(self) -> None:
        """Nothing can be opened from there until it is approved again."""
        self.approved_at = None

    @property
    def tenant(self) -> str:
        """What a person's id is unique in, besides the platform."""
        return self.deployment if self.platform.shared else ""

    @classmethod
    def named(cls, platform: Platform, deployment: str) -> "Deployment | None":
        """The deployment of this name, or None. Its platform is this one, which is not read again."""
        found = db.session.scalar(_NAMED, {"platform": platform.id, "deployment": deployment})
        if found:
            set_committed_value(found, "platform", platform)
        return found

    @classmethod
    def note(cls, platform_id: int, deployment: str) -> None:
        """Keep one that is not known, so that an administrator can approve it. Commits by itself."""
        with contextlib.suppress(IntegrityError), own_transaction() as session:
            session.add(cls(platform_id=platform_id, deployment=deployment))


_ISSUED = select(Platform).where(Platform.issuer == bindparam("issuer"))
_REGISTERED = _ISSUED.where(Platform.client_id == bindparam("client"))
_NAMED = select(Deployment).where(
    Deployment.platform_id == bindparam("platform"), Deployment.deployment == bindparam("deployment")
)
