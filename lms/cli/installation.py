"""The installation that a command is about."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import click
from flask_migrate import upgrade
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from lms import facts, publishing
from lms.app import create_app
from lms.cli.telling import settings
from lms.db import db
from lms.models.audit_event import by_command
from lms.settings import Settings, SettingsError


@contextlib.contextmanager
def installation() -> Iterator[None]:
    """Its database and courses, brought up to date. What a command does not commit is not kept."""
    ours = settings()
    if ours.sqlite and not _file(ours).exists():
        click.echo(
            f"There is no Alongside here yet, so a new one begins in {ours.instance}. If yours is elsewhere, "
            "go to its folder, or set ALONGSIDE_INSTANCE.",
            err=True,
        )
    app = create_app(ours)
    with app.app_context():
        try:
            upgrade()
            publishing.render_again()
            db.session.commit()
            by_command()
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


@contextlib.contextmanager
def installation_if_any() -> Iterator[None]:
    """The installation of this folder, for its facts and courses, if there is one that this version can read.

    A command that only looks neither makes one nor brings one up to date.
    """
    with contextlib.ExitStack() as held:
        with contextlib.suppress(SettingsError, SQLAlchemyError):
            ours = Settings.from_env(make=False)
            if not ours.sqlite or _file(ours).is_file():
                app = create_app(ours)
                with app.app_context():
                    facts.known()
                held.enter_context(app.app_context())
        yield


def _file(ours: Settings) -> Path:
    """The file of an SQLite database."""
    return Path(make_url(ours.database_url).database or "")
