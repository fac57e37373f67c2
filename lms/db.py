"""The database: one session for each request, the pragmas SQLite needs, times in UTC."""

import contextlib
import datetime
import sqlite3
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Engine, ExceptionContext, MetaData, TypeDecorator, event
from sqlalchemy.orm import DeclarativeBase, Session

TIME_ZONE = ZoneInfo("Europe/London")
"""Where people are: days and clocks are shown as they are there."""


class Base(DeclarativeBase):
    """Constraint names are fixed, so that a migration can name them on either database."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:
    Model = Base  # what db.Model is made from; a type checker cannot see it made
else:
    Model = db.Model


class Moment(TypeDecorator[datetime.datetime]):
    """A moment in UTC. SQLite keeps no zone, so it is taken off on the way in and put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime.datetime | None, dialect: Any) -> datetime.datetime | None:  # noqa: ARG002
        if value is not None and value.tzinfo is None:
            raise ValueError("A moment needs a time zone.")
        return value and value.astimezone(datetime.UTC)

    def process_result_value(self, value: datetime.datetime | None, dialect: Any) -> datetime.datetime | None:  # noqa: ARG002
        return value and value.replace(tzinfo=value.tzinfo or datetime.UTC).astimezone(datetime.UTC)


def now() -> datetime.datetime:
    """The present moment, in UTC. Times always come from Python, never from SQL."""
    return datetime.datetime.now(datetime.UTC)


_PRAGMAS = (
    *("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"),
    "secure_delete=ON",  # what is deleted is overwritten; some builds of SQLite would leave it in free space
)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # we say BEGIN ourselves: see _begin
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN DEFERRED")


@event.listens_for(Engine, "handle_error")
def _tell_no_row(context: ExceptionContext) -> None:
    """PostgreSQL says which row it refused, with the names and addresses in it; what is logged must not."""
    told = getattr(context.original_exception, "diag", None)
    for error in (context.original_exception, context.sqlalchemy_exception):
        if told is not None and told.message_detail and error is not None:
            error.args = (told.message_primary,)


def begin_writing() -> None:
    """Begin a transaction that may write. Within one already begun, do nothing. What was read before must be
    read again.

    On SQLite a read that turns into a write is refused at once when another has written in between, so a
    writer ends its read and asks for its turn first. PostgreSQL reads what is newest anyway.
    """
    session = db.session()
    if session.in_transaction():
        reading = session.connection()
        if reading.get_execution_options().get("writes"):
            return
        if reading.dialect.name == "postgresql":
            reading.execution_options(writes=True)
            session.expire_all()
            return
        session.rollback()
    session.connection(execution_options={"writes": True})


def empty_log() -> None:
    """On SQLite, bring its log into the database and empty it: what was erased since still stands in there.

    While somebody reads or writes for long, it is left for another time.
    """
    path = db.engine.url.database
    db.session.rollback()  # a read of our own would be in the way
    if db.engine.dialect.name == "sqlite" and path:
        with contextlib.closing(sqlite3.connect(path, timeout=1)) as own:
            own.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextlib.contextmanager
def own_transaction() -> Iterator[Session]:
    """A short transaction of its own, committed whatever becomes of the request: counts, audit."""
    with Session(db.engine.execution_options(writes=True)) as session, session.begin():
        yield session
