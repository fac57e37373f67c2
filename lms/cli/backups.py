"""Backups: make one, put one back."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy import URL

from lms import backups
from lms.app import create_app
from lms.cli.telling import settings
from lms.db import db
from lms.settings import Settings

FILE = click.Path(path_type=Path)


@click.command()
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
def backup(file: Path, force: bool) -> None:  # noqa: FBT001
    """Write the whole database to FILE, while everyone goes on learning.

    The secret key is not in it: keep a copy of that apart.
    """
    ours = settings(make=False)
    with said_plainly():
        made = backups.make(address(ours), file, force=force)
    backups.note(ours.instance)
    click.echo(f"Backed up to {file}: {size(made.size)} in {made.seconds:.1f} seconds, read again and whole.")
    click.echo("The secret key is not in it: keep a copy of that in another place.")


@click.command()
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Even if Alongside seems to run, because it ended suddenly.")
def restore(file: Path, force: bool) -> None:  # noqa: FBT001
    """Put the backup in FILE in the place of the database. What was there is kept beside."""
    ours = settings()
    with said_plainly():
        kept = backups.restore(ours, address(ours), file, force=force)
    click.echo(f"Restored {file}, and brought it up to date.")
    if kept:
        click.echo(f"The database that was there is kept in {kept}. Delete it once all is well.")


@contextlib.contextmanager
def said_plainly() -> Iterator[None]:
    """What goes wrong with a backup ends the command with a sentence."""
    try:
        yield
    except backups.BackupError as error:
        raise click.ClickException(str(error)) from error


def address(ours: Settings) -> URL:
    """Where the database is, as the application sees it."""
    with create_app(ours).app_context():
        return db.engine.url


def size(number: int) -> str:
    """`812 kB`, `3.4 MB`: bytes as people say them."""
    return f"{number / 1e6:.1f} MB" if number >= 1e6 else f"{number / 1e3:.0f} kB"
