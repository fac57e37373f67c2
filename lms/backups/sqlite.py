"""Backups of an SQLite file. A plain copy of a live one is often torn, so SQLite itself writes it."""

import contextlib
import datetime
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import URL

from lms.backups.errors import BackupError
from lms.backups.parts import part_beside, settle

NAME = "SQLite"
MAGIC = b"SQLite format 3\0"


def save(url: URL, path: Path) -> None:
    """Write all of the database as it is at one moment to `path`, which is empty. Others go on writing.

    What was deleted is not copied, not even in the file's unused pages.
    """
    if not _file(url).is_file():
        raise BackupError(f"There is no database at {_file(url)}, so there is nothing to back up.")
    with _open(_file(url), "rw") as live:
        live.execute("VACUUM INTO ?", (str(path),))


def version(path: Path) -> str:
    """The migration that a backup stands at. One that is damaged or not ours is refused."""
    with _open(path, "ro") as held:
        whole = held.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if not whole or held.execute("PRAGMA foreign_key_check").fetchone():
            raise BackupError(f"{path} is damaged. Use another backup.")
        if not held.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
            raise BackupError(f"{path} is an SQLite file, but not a backup of Alongside.")
        (found,) = held.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
    return str(found)


def put_back(url: URL, source: Path, instance: Path, bring_up_to_date: Callable[[URL], None]) -> Path | None:  # noqa: ARG001
    """Put a backup in the database's place. Returns where the old database is kept, if there was one.

    The new one is made whole and brought up to date beside the old one, which is touched last.
    """
    place = _file(url)
    with part_beside(place) as part:
        with _open(source, "ro") as backup:
            backup.execute("VACUUM INTO ?", (str(part),))
        bring_up_to_date(url.set(database=str(part)))
        _give_to_owner(part, place)
        kept = _keep(place)
        settle(part, place)
    return kept


def _keep(place: Path) -> Path | None:
    """Give the old database, with all that waits to be written into it, a second name beside."""
    if not place.exists():
        return None
    try:
        _fold(place)
    except sqlite3.OperationalError as error:
        raise BackupError(
            f"Something is still using {place}. Stop Alongside and whatever else has it open, then try again."
        ) from error
    except sqlite3.DatabaseError:
        pass  # too damaged to be read: kept as it is
    kept = place.with_name(
        f"{place.name}.before-restore-{datetime.datetime.now(datetime.UTC):%Y%m%d-%H%M%S-%f}"
    )
    os.link(place, kept)
    for ending in ("-wal", "-shm"):  # only of a damaged one; they would be taken for the new one's
        with contextlib.suppress(FileNotFoundError):
            place.with_name(place.name + ending).rename(kept.with_name(kept.name + ending))
    return kept


def _give_to_owner(part: Path, place: Path) -> None:
    """When root restores, the database must still belong to the user who runs Alongside."""
    owner = (place if place.exists() else place.parent).stat()
    if os.geteuid() == 0:
        os.chown(part, owner.st_uid, owner.st_gid)


def _fold(place: Path) -> None:
    """Fold the write-ahead log into the file. SQLite refuses while anyone else has it open."""
    with contextlib.closing(sqlite3.connect(place, timeout=0, isolation_level=None)) as old:
        old.execute("PRAGMA journal_mode=DELETE").fetchall()


def _file(url: URL) -> Path:
    if not url.database or url.database == ":memory:":
        raise BackupError("A database that is only in memory cannot be backed up or restored.")
    return Path(url.database)


@contextlib.contextmanager
def _open(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    """SQLite's own connection; what it finds wrong is said as ours. A missing file is never made."""
    try:
        address = f"{path.resolve().as_uri()}?mode={mode}"
        with contextlib.closing(
            sqlite3.connect(address, uri=True, timeout=10, isolation_level=None)
        ) as connection:
            yield connection
    except sqlite3.Error as error:
        raise BackupError(f"SQLite could not read {path} or write its copy: {error}.") from error
