"""One try at opening Alongside from a platform, from its first request to its end."""

import datetime
from typing import Any, cast

from sqlalchemy import (
    CursorResult,
    ForeignKey,
    String,
    Update,
    and_,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from lms.db import Model, Moment, db, now, own_transaction
from lms.models.platform import Platform
from lms.models.user import fingerprint

OPEN_FOR = datetime.timedelta(minutes=10)
"""How long a person may take to sign in at the platform."""
ANSWERED_WITHIN = datetime.timedelta(days=1)
"""How long it is shown that a launch was begun and never came back: anybody can begin one."""


class LaunchTransaction(Model):
    """Binds the state, the nonce, the registration and the browser of one launch, which can be used once.

    What became of it stays for the administrator: `failed` names the check that failed, `detail` says more,
    without names; `skew` is how many seconds the platform's clock is ahead of ours, `rung` what carried the
    session.
    """

    __tablename__ = "launch_transaction"

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[int | None] = mapped_column(ForeignKey("platform.id", ondelete="CASCADE"))
    state_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    nonce_hash: Mapped[str] = mapped_column(String(64), default="")
    browser_hash: Mapped[str] = mapped_column(String(64), default="")
    storage: Mapped[str] = mapped_column(String(255), default="")
    began_at: Mapped[datetime.datetime] = mapped_column(Moment, default=now, index=True)
    consumed_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    arrived_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    failed: Mapped[str] = mapped_column(String(60), default="")
    detail: Mapped[str] = mapped_column(String(300), default="")
    skew: Mapped[int | None]
    rung: Mapped[str] = mapped_column(String(20), default="")

    platform: Mapped[Platform | None] = relationship()

    @classmethod
    def begin(cls, platform_id: int, *, state: str, nonce: str, browser: str, storage: str) -> None:
        """Keep what a launch is to come back with, as fingerprints. The caller commits."""
        began = {
            "platform_id": platform_id,
            "state_hash": fingerprint(state),
            "nonce_hash": fingerprint(nonce),
            "browser_hash": fingerprint(browser),
            "storage": storage,
            "began_at": now(),
        }
        db.session.connection().execute(_BEGIN, began)

    @classmethod
    def of_state(cls, state: str) -> "LaunchTransaction | None":
        """The launch that was begun with this state, with its platform and keys, whatever became of it."""
        return db.session.scalar(_OF_STATE, {"state": fingerprint(state)})

    @classmethod
    def consume(cls, transaction_id: int, *, rung: str, skew: int | None) -> bool:
        """Use a launch up: what carries its session, how far off the platform's clock is. False when it was
        used before, or was begun too long ago. The caller commits.
        """
        moment = now()
        which = {"which": transaction_id, "began_after": moment - OPEN_FOR, "moment": moment}
        done = db.session.connection().execute(_CONSUME, {**which, "by": rung, "off": skew})
        return done.rowcount == 1

    @classmethod
    def arrive(cls, transaction_id: int) -> bool:
        """Go on with a launch in a window of its own: once. The caller commits."""
        first = update(cls).where(cls.id == transaction_id, cls.arrived_at.is_(None))
        return _changed(first.values(arrived_at=now(), rung="window"))

    @classmethod
    def note(cls, transaction_id: int | None, **became: object) -> bool:
        """Keep why a launch was refused, which uses it up. False where there is none, or something became of
        it before: that stays.
        """
        if transaction_id is None:
            return False
        unused = update(cls).where(cls.id == transaction_id, cls.consumed_at.is_(None))
        with own_transaction() as session:
            done = session.execute(unused.values(consumed_at=now(), **became))
            return cast("CursorResult[Any]", done).rowcount == 1

    @classmethod
    def note_again(cls, transaction_id: int | None, **became: object) -> None:
        """Keep why another try with a launch was refused, or one that never began."""
        with own_transaction() as session:
            used = session.get(cls, transaction_id) if transaction_id else None
            session.add(cls(platform_id=used and used.platform_id, **became))

    @classmethod
    def newest(
        cls, most: int, *, before: int | None = None, platform_id: int | None = None
    ) -> list["LaunchTransaction"]:
        """The newest first with their platforms, at most so many; before an id, or of one platform."""
        found = select(cls).options(joinedload(cls.platform)).order_by(cls.id.desc()).limit(most)
        found = found if before is None else found.where(cls.id < before)
        return list(
            db.session.scalars(found if platform_id is None else found.filter_by(platform_id=platform_id))
        )

    @classmethod
    def purge(cls, before: datetime.datetime) -> None:
        """Forget the launches begun before this moment, and those that were not answered within a day."""
        unanswered = and_(cls.consumed_at.is_(None), cls.failed == "", cls.began_at < now() - ANSWERED_WITHIN)
        db.session.execute(delete(cls).where(or_(cls.began_at < before, unanswered)))


def _changed(statement: Update) -> bool:
    done = cast(
        "CursorResult[Any]", db.session.execute(statement.execution_options(synchronize_session=False))
    )
    return done.rowcount == 1


_TABLE = LaunchTransaction.metadata.tables[LaunchTransaction.__tablename__]
"""In place of the class where nothing of it is held in memory: that costs half."""
_BEGIN = insert(_TABLE)
_CONSUME = (
    update(_TABLE)
    .where(LaunchTransaction.id == bindparam("which"), LaunchTransaction.consumed_at.is_(None))
    .where(LaunchTransaction.began_at > bindparam("began_after", type_=Moment))
    .values(consumed_at=bindparam("moment", type_=Moment), rung=bindparam("by"), skew=bindparam("off"))
)
_OF_STATE = (
    select(LaunchTransaction)
    .where(LaunchTransaction.state_hash == bindparam("state"))
    .options(joinedload(LaunchTransaction.platform).undefer(Platform.keys))
)
