"""Signs of life: a worker writes one each few seconds, so that others can tell that it runs."""

import datetime
from typing import ClassVar

from sqlalchemy import String, delete
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Model, Moment, db, now


class Heartbeat(Model):
    """When a worker was last seen at work."""

    __tablename__ = "heartbeat"
    STALE: ClassVar = datetime.timedelta(seconds=30)

    worker: Mapped[str] = mapped_column(String(40), primary_key=True)
    beat_at: Mapped[datetime.datetime] = mapped_column(Moment)

    @classmethod
    def beat(cls, worker: str) -> None:
        """Say that `worker` is alive."""
        db.session.merge(cls(worker=worker, beat_at=now()))

    @classmethod
    def end(cls, worker: str) -> None:
        """Say that `worker` has stopped in good order, so that nobody waits for it."""
        db.session.execute(delete(cls).where(cls.worker == worker))

    @property
    def alive(self) -> bool:
        """Whether it was seen within the last half minute."""
        return self.beat_at > now() - self.STALE
