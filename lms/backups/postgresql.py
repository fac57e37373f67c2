"""Backups of a PostgreSQL database, by PostgreSQL's own pg_dump, pg_restore and psql."""

import datetime
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
from psycopg import conninfo
from sqlalchemy import URL, NullPool, create_engine, inspect
from sqlalchemy.exc import SQLAlchemyError

from lms.backups import programs
from lms.backups.errors import BackupError
from lms.backups.parts import part_beside, settle

NAME = "PostgreSQL"
MAGIC = b"PGDMP"
_VERSION_ROW = re.compile(r"^COPY \S*alembic_version \(version_num\) FROM stdin;\n(\w+)$", re.MULTILINE)


def save(url: URL, path: Path) -> None:
    """Write all of the database as it is at one moment to `path`. Others go on writing."""
    dump = programs.find("pg_dump", _server(url))
    _run(dump, "--format=custom", "--no-owner", "--no-privileges", f"--file={path}", url=url)


def version(path: Path) -> str:
    """The migration that a dump stands at. All of it is read, so that one cut short is found."""
    pg_restore = programs.find("pg_restore")
    _run(pg_restore, f"--file={os.devnull}", str(path))
    told = _run(pg_restore, "--data-only", "--table=alembic_version", "--file=-", str(path))
    if (row := _VERSION_ROW.search(told)) is None:
        raise BackupError(f"{path} is a dump of PostgreSQL, but not a backup of Alongside.")
    return row[1]


def put_back(url: URL, source: Path, instance: Path, bring_up_to_date: Callable[[URL], None]) -> Path | None:
    """Put a dump in the place of all that the database holds. Returns where the old database is kept.

    The change is one transaction: it is made wholly, or the database stays as it was.
    """
    tables = _tables(url)
    kept = _keep(url, instance) if tables else None
    psql, pg_restore = programs.find("psql", _server(url)), programs.find("pg_restore")
    with part_beside(instance / "restore.sql") as script, part_beside(instance / "drop.sql") as drop:
        _run(pg_restore, "--no-owner", "--no-privileges", f"--file={script}", str(source))
        drop.write_text("".join(f"DROP TABLE {table} CASCADE;\n" for table in tables), encoding="utf-8")
        quietly = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output", os.devnull)
        _run(psql, *quietly, "--single-transaction", f"--file={drop}", f"--file={script}", url=url)
    bring_up_to_date(url)
    return kept


def _tables(url: URL) -> list[str]:
    """Every table that is there, quoted. A database that belongs to something else is refused."""
    engine = create_engine(url, poolclass=NullPool)
    try:
        names = inspect(engine).get_table_names()
    except SQLAlchemyError as error:
        raise BackupError(f"PostgreSQL did not answer: {_last_line(str(error.__cause__))}") from error
    if names and "alembic_version" not in names:
        raise BackupError(
            "This database holds tables of something else. Set ALONGSIDE_DATABASE_URL to a database that is "
            "Alongside’s alone: restoring replaces all of it."
        )
    return [engine.dialect.identifier_preparer.quote_identifier(name) for name in names]


def _keep(url: URL, instance: Path) -> Path:
    """The database as it is, in a dump of its own."""
    kept = instance / f"before-restore-{datetime.datetime.now(datetime.UTC):%Y%m%d-%H%M%S-%f}.backup"
    with part_beside(kept) as part:
        save(url, part)
        settle(part, kept)
    return kept


def _server(url: URL) -> int:
    """The main version of the server, such as 15."""
    try:
        with psycopg.connect(_where(url), password=url.password) as connection:
            return connection.info.server_version // 10_000
    except psycopg.Error as error:
        raise BackupError(f"PostgreSQL did not answer: {_last_line(str(error))}") from error


def _where(url: URL) -> str:
    """The database's address without the password, which other users of a machine could see in a command."""
    _, parts = url.get_dialect()().create_connect_args(url)
    parts.pop("password", None)
    return conninfo.make_conninfo("", **parts)


def _run(program: Path, *arguments: str, url: URL | None = None) -> str:
    """What a program of PostgreSQL writes; its complaint is said as ours. It waits ten seconds for a lock."""
    environment = {**os.environ, "PGOPTIONS": f"{os.environ.get('PGOPTIONS', '')} -c lock_timeout=10s"}
    if url is not None:
        arguments = (f"--dbname={_where(url)}", *arguments)
        environment |= {"PGPASSWORD": str(url.password)} if url.password else {}
    done = subprocess.run(  # noqa: S603  found by us, and no shell between
        [program, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupError(f"{program.name} could not do its work: {_last_line(done.stderr)}")
    return done.stdout


def _last_line(text: str) -> str:
    """The last line of what a program said that is not a hint or a place."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.casefold()]
    return (errors or lines or ["it did not say why"])[-1]
