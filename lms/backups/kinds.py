"""The kinds of database, each a module with the same few functions, and how to tell their backups apart."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from sqlalchemy import URL

from lms.backups import postgresql, sqlite
from lms.backups.errors import BackupError


class Kind(Protocol):
    """What a kind of database can do with backups."""

    NAME: str
    MAGIC: bytes

    def save(self, url: URL, path: Path) -> None:
        """Write the database at `url` to `path`."""

    def version(self, path: Path) -> str:
        """The migration a backup stands at, after making sure that all of it can be read."""

    def put_back(
        self, url: URL, source: Path, instance: Path, bring_up_to_date: Callable[[URL], None]
    ) -> Path | None:
        """Put a backup in the place of the database at `url`; where the old one is kept."""


KINDS: dict[str, Kind] = {"sqlite": sqlite, "postgresql": postgresql}


def kind_of(url: URL) -> Kind:
    """The kind of the database at this address."""
    name = url.get_backend_name()
    if name not in KINDS:
        raise BackupError(f"Alongside runs on SQLite and PostgreSQL, and knows no backups of {name}.")
    return KINDS[name]


def kind_of_file(path: Path) -> Kind:
    """The kind of database a backup is of, by how it begins."""
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}.") from error
    for kind in KINDS.values():
        if start.startswith(kind.MAGIC):
            return kind
    raise BackupError(f"{path} is not a backup made by `alongside backup`.")
