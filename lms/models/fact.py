"""Facts as they were set on this installation: append-only, so that what was shown when can be told."""

import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Model, Moment, now


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
    language: Mapped[str] = mapped_column(String(35), default="en-GB")
    value: Mapped[list[str]] = mapped_column(JSON)
    shown_as: Mapped[str] = mapped_column(String(20), default="text")
    words: Mapped[str] = mapped_column(String(300), default="")
    source: Mapped[str] = mapped_column(String(1000), default="")
    checked: Mapped[datetime.date]
    review_by: Mapped[datetime.date]
    owner: Mapped[str] = mapped_column(String(200), default="")
    made_at: Mapped[datetime.datetime] = mapped_column(Moment, default=now)
