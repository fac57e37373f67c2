"""Facts as they were set on this installation: append-only, so that what was shown when can be told."""

import datetime
from typing import cast

from sqlalchemy import JSON, ForeignKey, Index, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Model, Moment, db, now
from lms.models.area import Area, take_turn
from lms.models.audit_event import AuditEvent
from markup.facts import As, Fact

LANGUAGE = "en-GB"


class FactVersion(Model):
    """What a fact says from `made_at` on, for one area or (`area` None) for all.

    The newest version of an area, name and language counts. One without a value takes the fact back, so
    that what ships with the product stands again. `value` is a list of lines, as in `markup.facts.Fact`.
    """

    __tablename__ = "fact"
    __table_args__ = (Index("ix_fact_area_name", "area", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    area: Mapped[str | None] = mapped_column(ForeignKey("area.slug"))
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(35), default=LANGUAGE)
    value: Mapped[list[str]] = mapped_column(JSON)
    shown_as: Mapped[str] = mapped_column(String(20), default="text")
    words: Mapped[str] = mapped_column(String(300), default="")
    source: Mapped[str] = mapped_column(String(1000), default="")
    checked: Mapped[datetime.date]
    review_by: Mapped[datetime.date]
    owner: Mapped[str] = mapped_column(String(200), default="")
    made_at: Mapped[datetime.datetime] = mapped_column(Moment, default=now)

    @classmethod
    def standing(cls) -> list["FactVersion"]:
        """The newest version of each fact of each area, without those taken back."""
        newest = select(func.max(cls.id)).where(cls.language == LANGUAGE).group_by(cls.area, cls.name)
        versions = db.session.scalars(select(cls).where(cls.id.in_(newest)).order_by(cls.id))
        return [version for version in versions if version.value]

    @classmethod
    def keep(cls, area: str | None, fact: Fact) -> None:
        """Say `fact` from now on, in `area` or (None) everywhere. The caller commits."""
        take_turn()
        fields = ("name", "shown_as", "words", "source", "checked", "review_by", "owner")
        kept = {field: getattr(fact, field) for field in fields}
        db.session.add(cls(area=area, value=list(fact.value), **kept))
        AuditEvent.note("fact set", fact.name, detail=area or "everywhere")
        db.session.flush()

    @classmethod
    def take_back(cls, area: str | None, name: str, today: datetime.date) -> None:
        """Say nothing of our own from now on, so that what lies below stands again. The caller commits."""
        take_turn()
        db.session.add(cls(area=area, name=name, value=[], checked=today, review_by=today))
        AuditEvent.note("fact taken back", name, detail=area or "everywhere")
        db.session.flush()

    @property
    def fact(self) -> Fact:
        """The same as a value."""
        return Fact(
            name=self.name,
            value=tuple(self.value),
            shown_as=cast("As", self.shown_as),
            words=self.words,
            source=self.source,
            checked=self.checked,
            review_by=self.review_by,
            area=self.area or "",
            owner=self.owner,
        )


NEWEST = (
    select(func.max(FactVersion.id)).scalar_subquery().label("newest_fact"),
    select(func.max(Area.made_at)).scalar_subquery().label("newest_area"),
)
"""Two columns for a query that is made anyway: they change whenever a fact or an area does."""

Newest = tuple[int | None, datetime.datetime | None]
