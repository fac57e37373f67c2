"""The database: does it answer, is it whole and up to date, does a worker work on it, is our clock right?"""

import datetime
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from lms.app import MIGRATIONS
from lms.db import db, now
from lms.doctor.finding import Finding, ok, take_care, wrong
from lms.models import Attempt, Delivery, Heartbeat, Revision, User
from lms.outbox import TRY_FOR
from lms.settings import Settings

NETWORK = {"9p", "afs", "ceph", "cifs", "fuse.sshfs", "glusterfs", "nfs", "nfs4", "smb3", "smbfs"}
LATE = datetime.timedelta(hours=1)
OFF_BY = datetime.timedelta(minutes=1)
_MAIL = Delivery.kind != "grade"


def answers(settings: Settings) -> Iterator[Finding]:
    """The database answers, and is not on a file system that SQLite cannot lock."""
    if settings.sqlite and not (place := Path(str(db.engine.url.database))).is_file():
        yield wrong("database", f"There is no database at {place}.", "`alongside serve` makes one.")
        return
    try:
        yield ok("database", f"The database answers: {_name()}.")
    except SQLAlchemyError as error:
        told = str(getattr(error, "orig", error)).strip().splitlines()
        yield wrong(
            "database",
            f"The database does not answer: {told[-1] if told else 'it did not say why'}",
            "Look whether it runs, and whether ALONGSIDE_DATABASE_URL is right.",
        )
        return
    if settings.sqlite and (kind := _file_system(place)) in NETWORK:
        yield wrong(
            "database",
            f"The SQLite file is on a network file system ({kind}), which will damage it sooner or later.",
            "Move it to a disk of this machine, or use PostgreSQL (docs/operating.md).",
        )


def _name() -> str:
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")  # opening alone reads nothing
            return f"SQLite {sqlite3.sqlite_version}"
        return f"PostgreSQL {connection.exec_driver_sql('SHOW server_version').scalar()}"


def _file_system(place: Path) -> str:
    """The kind of file system a file is on; nothing where the machine does not tell."""
    try:
        lines = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    mounts = [(Path(line.split()[1]), line.split()[2]) for line in lines]
    over = [(mount, kind) for mount, kind in mounts if place.resolve().is_relative_to(mount)]
    return max(over, key=lambda each: len(each[0].parts))[1] if over else ""


def migrations(_settings: Settings) -> Iterator[Finding]:
    """The database has every change this version knows, and none that it does not."""
    scripts = ScriptDirectory(str(MIGRATIONS))
    known = {script.revision for script in scripts.walk_revisions()}
    with db.engine.connect() as connection:
        held = MigrationContext.configure(connection).get_current_revision()
    if held == scripts.get_current_head():
        yield ok("migrations", "The database is up to date.")
    elif held is None or held in known:
        yield wrong(
            "migrations",
            "The database is older than this version of Alongside.",
            "Make a backup, then start `alongside serve`, which brings it up to date.",
        )
    else:
        yield wrong(
            "migrations",
            f"The database was changed by a newer version of Alongside (it is at {held}).",
            "Install that version again, or restore the backup made before the upgrade.",
        )


def integrity(settings: Settings) -> Iterator[Finding]:
    """SQLite's file is whole and its links lead somewhere. PostgreSQL sees to that itself."""
    if not settings.sqlite:
        return
    with db.engine.connect() as connection:
        whole = connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if whole and not broken:
        yield ok("integrity", "The database is whole.")
    else:
        yield wrong(
            "integrity",
            "The database is damaged." if not whole else "Some rows point to rows that are not there.",
            "Stop Alongside, keep the file for whoever helps you, and restore the last good backup.",
        )


def worker(_settings: Settings) -> Iterator[Finding]:
    """Someone does the work that outlives a request. One that stopped in good order leaves no trace."""
    seen = db.session.scalars(select(Heartbeat)).all()
    if alive := sum(beat.alive for beat in seen):
        yield ok("worker", "A worker is at work." if alive == 1 else f"{alive} workers are at work.")
    elif seen:
        last = max(beat.beat_at for beat in seen)
        yield wrong(
            "worker",
            f"No worker has shown a sign of life since {last:%H:%M on %-d %B} UTC.",
            "Start `alongside serve` or `alongside worker`, and read its log.",
        )
    else:
        yield take_care(
            "worker", "No worker is running.", "If learners should be here now: `alongside serve`."
        )


def outbox(_settings: Settings) -> Iterator[Finding]:
    """Mails are on their way, or it is known why they are not."""
    given_up = db.session.scalars(select(Delivery.last_error).where(_MAIL, Delivery.state == "stalled")).all()
    if given_up:
        why = ", ".join(sorted(set(given_up)))
        yield wrong(
            "outbox",
            f"Mails given up after {TRY_FOR.days} days of trying: {len(given_up)} ({why}).",
            "Mend ALONGSIDE_SMTP_URL or ALONGSIDE_MAIL_FROM, then: alongside mails retry",
        )
    late = select(func.count(Delivery.id)).where(
        _MAIL, Delivery.state == "waiting", Delivery.made_at < now() - LATE
    )
    if waiting := db.session.scalar(late):
        yield take_care(
            "outbox",
            f"Mails that wait for more than an hour: {waiting}.",
            "Look whether a worker runs and the mail server answers. They are tried again by themselves.",
        )
    elif not given_up:
        yield ok("outbox", "No mail is late.")


def clock(_settings: Settings) -> Iterator[Finding]:
    """Nothing in the database is from the future."""
    columns = (User.active_at, Attempt.began_at, Revision.published_at, Heartbeat.beat_at)
    newest = max(
        filter(None, (db.session.scalar(select(func.max(column))) for column in columns)), default=None
    )
    if newest and newest > now() + OFF_BY:
        yield wrong(
            "clock",
            f"The clock of this machine is behind: something was saved at {newest:%H:%M on %-d %B %Y} UTC.",
            "Let the clock be set from the network (timedatectl set-ntp true), here and on every other node.",
        )
    else:
        yield ok("clock", "The clock agrees with what was saved.")


CHECKS = (migrations, integrity, worker, outbox, clock)


def let_go() -> None:
    """Leave no connection open."""
    db.session.remove()
    db.engine.dispose()
