"""A certificate that was awarded: what it said on the day, frozen."""

import datetime
from typing import Any, Literal

from sqlalchemy import JSON, ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from certificates.code import display
from lms.db import TIME_ZONE, Model, Moment, db, now
from lms.models.enrolment import Enrolment
from lms.models.user import User

State = Literal["valid", "expired", "revoked", "replaced"]


class Award(Model):
    """Everything the certificate says is kept here, so that it says the same for ever: in `words` what stands
    around names and titles, and its dates written out. None, in an old one: as it would be said today.

    A correction is a new award that this one points to by `replaced_by_id`; who looks this one up is
    told only that it was replaced. One without a name is one whose holder took it off, or was erased.
    """

    __tablename__ = "award"

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    code: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    name_given_by_learner: Mapped[bool] = mapped_column(default=True)
    course: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(300))
    summary: Mapped[str] = mapped_column(String(1000))
    issuer: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(35))
    words: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    awarded: Mapped[datetime.date]
    valid_until: Mapped[datetime.date | None]
    made_at: Mapped[datetime.datetime] = mapped_column(Moment, default=now)
    revoked_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("award.id"), unique=True)

    enrolment: Mapped[Enrolment] = relationship()

    @classmethod
    def with_code(cls, code: str) -> "Award | None":
        """The award with this code, or None."""
        return db.session.scalar(select(cls).where(cls.code == code))

    @classmethod
    def of(cls, enrolment: Enrolment) -> "Award | None":
        """The award that stands for an enrolment, or None."""
        mine = select(cls).where(cls.enrolment_id == enrolment.id, cls.replaced_by_id.is_(None))
        return db.session.scalar(mine)

    @classmethod
    def owned(cls, award_id: int, user: User) -> "Award | None":
        """The award, if it is this person's; else None."""
        mine = select(cls).join(Enrolment).where(cls.id == award_id, Enrolment.user_id == user.id)
        return db.session.scalar(mine)

    @classmethod
    def all_of(cls, user: User) -> list["Award"]:
        """Every award of a person, replaced ones too, the newest first."""
        mine = select(cls).join(Enrolment).where(Enrolment.user_id == user.id)
        return list(db.session.scalars(mine.order_by(cls.id.desc())))

    @property
    def state(self) -> State:
        """What anyone may know of it. Without a name it shows nothing that counts."""
        if self.revoked_at:
            return "revoked"
        if self.replaced_by_id:
            return "replaced"
        if self.valid_until and self.valid_until < today():
            return "expired"
        return "valid" if self.name else "revoked"

    @property
    def can_be_made_anew(self) -> bool:
        """Whether it was its holder who withdrew it, and who may therefore have another."""
        return self.state == "revoked" and self.revoked_at is None

    @property
    def code_display(self) -> str:
        """The code in three groups, as printed."""
        return display(self.code)


def today() -> datetime.date:
    """Today in the United Kingdom: certificates carry its dates."""
    return now().astimezone(TIME_ZONE).date()
