"""Making a backup: whole or not at all, and never in another's place by accident."""

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL

from lms.backups.errors import BackupError
from lms.backups.kinds import kind_of
from lms.backups.parts import part_beside, settle

LAST = "last-backup"
"""An empty file in the instance folder: its date is that of the last backup."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """A backup that was made: its size in bytes, and how long it took."""

    size: int
    seconds: float


def make(url: URL, target: Path, *, force: bool = False) -> Made:
    """Back up the database at `url` to the file `target`, and read it again to be sure.

    Others may go on writing meanwhile. A file that is there stays, unless `force`.
    """
    kind, began = kind_of(url), time.monotonic()
    _refuse_taken(target, force=force)
    with part_beside(target) as part:
        kind.save(url, part)
        kind.version(part)
        _refuse_taken(target, force=force)  # it may have come meanwhile
        settle(part, target)
    return Made(size=target.stat().st_size, seconds=time.monotonic() - began)


def _refuse_taken(target: Path, *, force: bool) -> None:
    if target.is_dir() or (target.exists() and not target.is_file()):
        raise BackupError(f"{target} is not a file. Name the file that the backup should be.")
    if target.exists() and not force:
        raise BackupError(f"{target} is there already. Name another file, or add --force to replace it.")


def note(instance: Path) -> None:
    """Note that a backup was made just now. Where that cannot be written, all is still well."""
    with contextlib.suppress(BackupError), part_beside(instance / LAST) as part:
        settle(part, instance / LAST)
