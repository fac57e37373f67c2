"""Files that are put in place whole or not at all."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from lms.backups.errors import BackupError


@contextlib.contextmanager
def part_beside(target: Path) -> Iterator[Path]:
    """An empty file beside `target` that only its owner may read, gone in the end unless it was settled."""
    try:
        number, name = tempfile.mkstemp(
            dir=target.absolute().parent, prefix=f".{target.name}-", suffix=".part"
        )
    except OSError as error:
        raise BackupError(
            f"Nothing can be written in {target.absolute().parent}: {error.strerror}."
        ) from error
    os.close(number)
    part = Path(name)
    try:
        yield part
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):  # what SQLite may leave when it is interrupted
            with contextlib.suppress(FileNotFoundError):
                part.with_name(part.name + ending).unlink()


def settle(part: Path, target: Path) -> None:
    """Give a finished file its name, after it has reached the disk."""
    try:
        _to_disk(part)
        part.replace(target)
        _to_disk(target.absolute().parent)
    except OSError as error:
        raise BackupError(f"{target} could not be written: {error.strerror}.") from error


def _to_disk(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
