"""The keys that Alongside signs with towards platforms."""

import datetime

from sqlalchemy import JSON, LargeBinary, String, select
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Model, Moment, db, now


class ToolKey(Model):
    """A pair of keys, published from the day it is made, signing from `signs_from`, gone at `retires_at`.

    `private` is encrypted with this installation's secret key: a copy of the database alone cannot sign.
    """

    __tablename__ = "tool_key"

    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    public: Mapped[dict[str, str]] = mapped_column(JSON)
    private: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    made_at: Mapped[datetime.datetime] = mapped_column(Moment, default=now)
    signs_from: Mapped[datetime.datetime] = mapped_column(Moment, default=now)
    retires_at: Mapped[datetime.datetime | None] = mapped_column(Moment)

    @classmethod
    def published(cls) -> list["ToolKey"]:
        """Keys that a platform may still meet, newest first."""
        live = select(cls).where(cls.retires_at.is_(None) | (cls.retires_at > now()))
        return list(db.session.scalars(live.order_by(cls.made_at.desc())))

    @classmethod
    def signing(cls) -> str | None:
        """The id of the key that signs now, if there is one."""
        begun = select(cls.kid).where(cls.signs_from <= now())
        return db.session.scalars(begun.order_by(cls.signs_from.desc()).limit(1)).first()
