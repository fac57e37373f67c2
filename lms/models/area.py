"""Areas: the patches a partnership serves. Local facts belong to one."""

import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Model, Moment, db, now


class Area(Model):
    """One area, such as a county. `slug` is its name in addresses; one may be the default."""

    __tablename__ = "area"

    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    is_default: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime.datetime] = mapped_column(Moment, default=now)

    @classmethod
    def all(cls) -> list["Area"]:
        """Every area by name."""
        return list(db.session.scalars(select(cls).order_by(cls.name)))
