"""Areas: the patches a partnership serves. Local facts belong to one."""

import datetime

from sqlalchemy import String, func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Model, Moment, begin_writing, db, now
from lms.models.audit_event import AuditEvent

NEXT_MOMENT = datetime.timedelta(microseconds=1)


class Area(Model):
    """One area, such as a county. `slug` is its name in addresses; one may be the default.

    `made_at` is when it was made or last changed: the newest of all tells a process that areas changed.
    """

    __tablename__ = "area"

    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    is_default: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime.datetime] = mapped_column(Moment, default=now)

    @classmethod
    def all(cls) -> list["Area"]:
        """Every area by name."""
        return list(db.session.scalars(select(cls).order_by(cls.name)))

    @classmethod
    def keep(cls, slug: str, name: str, *, default: bool) -> "Area":
        """The area of this slug, made or renamed. The first of all is the default. The caller commits."""
        take_turn()
        newest = db.session.scalar(select(func.max(cls.made_at)))
        area = db.session.get(cls, slug, populate_existing=True) or cls(slug=slug, is_default=newest is None)
        area.name = name
        area.made_at = max(now(), newest + NEXT_MOMENT) if newest else now()  # also where a clock went back
        db.session.add(area)
        if default:
            for each in (area, *cls.all()):
                each.is_default = each is area
        AuditEvent.note("area kept", slug, detail="the default" if area.is_default else "")
        return area


def take_turn() -> None:
    """Ask for the turn to change areas or facts, until the transaction ends.

    One at a time: a process learns of changes by the newest of each, so an older one must never be
    committed after a newer. Reading goes on meanwhile.
    """
    begin_writing()
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("LOCK TABLE area, fact IN SHARE ROW EXCLUSIVE MODE"))
