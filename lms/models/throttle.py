"""How often something was tried, so that guessing is slow."""

import datetime
import hmac

from flask import current_app
from sqlalchemy import Connection, String, bindparam, case, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Model, Moment, db, now, own_transaction

NO_TIME = datetime.timedelta()


class Throttle(Model):
    """Tries at one thing by one caller since `began_at`, or where tries are slowed, until then.

    The key is a fingerprint that only this installation's secret can make, so that nobody can tell from it
    which address it stands for.
    """

    __tablename__ = "throttle"
    LONGEST = datetime.timedelta(hours=1)
    """No count is kept longer than this."""
    SLOWEST = datetime.timedelta(minutes=15)
    """Nobody waits longer for the next try."""

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    tries: Mapped[int] = mapped_column(default=0)
    began_at: Mapped[datetime.datetime] = mapped_column(Moment, default=now)

    @classmethod
    def allows(cls, what: str, who: str, *, tries: int, within: datetime.timedelta) -> bool:
        """Count one try, whatever becomes of the request; whether it is still within the number allowed."""
        with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
            return cls.allows_in(connection, what, who, tries=tries, within=within)

    @classmethod
    def allows_in(
        cls, connection: Connection, what: str, who: str, *, tries: int, within: datetime.timedelta
    ) -> bool:
        """The same within a transaction that writes, and commits."""
        counted = {"which": _key(what, who), "moment": now(), "old": now() - within}
        return bool(connection.execute(_COUNT[connection.dialect.name], counted).scalar_one() <= tries)

    @classmethod
    def must_wait(
        cls, what: str, who: str, *, free: int, slowest: datetime.timedelta = SLOWEST
    ) -> datetime.timedelta:
        """Count one try, and no time to wait; or how long until the next try, and this one does not count.

        After the `free` tries each further one waits twice as long, up to `slowest`: slower, never locked.
        """
        key = _key(what, who)
        try:
            return cls._slow(key, free, slowest)
        except IntegrityError:
            return cls._slow(key, free, slowest)

    @classmethod
    def _slow(cls, key: str, free: int, slowest: datetime.timedelta) -> datetime.timedelta:
        with own_transaction() as session:
            row = session.get(cls, key, with_for_update=True)
            if row is None:
                session.add(row := cls(key=key, tries=0, began_at=now()))
            elif row.began_at < now() - cls.LONGEST:
                row.tries = 0
            left = row.began_at + min(cls._pause(row.tries - free), slowest) - now()
            if row.tries >= free and left > NO_TIME:
                return left
            row.tries, row.began_at = row.tries + 1, now()
            return NO_TIME

    @staticmethod
    def _pause(over: int) -> datetime.timedelta:
        """2, 4, 8 ... seconds for the first, second, third try over what is free."""
        return datetime.timedelta(seconds=2 ** (min(max(over, 0), 10) + 1))

    @classmethod
    def clear(cls, what: str, who: str) -> None:
        """Forget the tries: the right one was among them. The caller commits."""
        db.session.execute(delete(cls).where(cls.key == _key(what, who)))

    @classmethod
    def forgive(cls, what: str, who: str) -> None:
        """Take back the try just counted: it was no guess. The caller commits."""
        mine = update(cls).where(cls.key == _key(what, who), cls.tries > 0)
        db.session.execute(mine.values(tries=cls.tries - 1))

    @classmethod
    def purge(cls, before: datetime.datetime) -> None:
        """Forget what was counted before this moment."""
        db.session.execute(delete(cls).where(cls.began_at < before))


_MOMENT, _OLD = bindparam("moment", type_=Moment), bindparam("old", type_=Moment)
_COUNT = {
    name: insert(Throttle)
    .values(key=bindparam("which"), tries=1, began_at=_MOMENT)
    .on_conflict_do_update(
        index_elements=["key"],
        set_={
            "tries": case((Throttle.began_at < _OLD, 1), else_=Throttle.tries + 1),
            "began_at": case((Throttle.began_at < _OLD, _MOMENT), else_=Throttle.began_at),
        },
    )
    .returning(Throttle.tries)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
"""Counts one try more, or anew where those before are old, in one statement: so nobody's try is lost."""


def _key(what: str, who: str) -> str:
    secret = current_app.config["SECRET_KEY"].encode()
    return hmac.digest(secret, f"{what}\0{who}".encode(), "sha256").hex()
