"""Courses: check and publish."""

import sys
from pathlib import Path

import click
from flask_migrate import upgrade

from courses.bundle import Bundle, BundleError, read_folder
from lms import library
from lms.app import create_app
from lms.cli.telling import settings, tell
from lms.db import db
from lms.settings import Settings

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def courses() -> None:
    """Check and publish courses."""


@courses.command()
@click.argument("folder", type=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Write the problems as JSON, for other programs.")
def check(folder: Path, as_json: bool) -> None:  # noqa: FBT001
    """Say everything that is wrong with the course in FOLDER. Exits 1 when there are errors."""
    reading = library.check(_bundle(folder), _slug(folder))
    tell(reading.problems, as_json=as_json)
    if reading.course is None or any(problem.is_error for problem in reading.problems):
        sys.exit(1)


@courses.command()
@click.argument("folder", type=FOLDER)
@click.option("--note", default="", help="What changed, in a few words, for the list of revisions.")
def publish(folder: Path, note: str) -> None:
    """Check the course in FOLDER and make it live."""
    ours = settings()
    app = create_app(ours)
    with app.app_context():
        upgrade()
        published = library.publish(_bundle(folder), _slug(folder), note=note)
        db.session.commit()
        tell(published.problems)
        if published.revision is None:
            click.echo("Nothing was published: mend the errors above first. What was live still is.")
            sys.exit(1)
        said = "Published" if published.new else "Live already, nothing changed"
        click.echo(f"{said}: {_where(ours)}/courses/{_slug(folder)}")


def _bundle(folder: Path) -> Bundle:
    try:
        return read_folder(folder)
    except BundleError as error:
        raise click.ClickException(str(error)) from error


def _slug(folder: Path) -> str:
    return folder.resolve().name


def _where(ours: Settings) -> str:
    """The public address, or nothing when only the command that serves knows its port."""
    return "" if ours.url_is_a_guess else ours.url
