"""Courses: publish, list, go back, take out."""

import datetime
import sys
from pathlib import Path

import click
from babel.dates import format_datetime

from courses.bundle import BundleError, write_folder, write_zip
from courses.course import Course
from courses.paths import LearningPath
from lms import library, publishing
from lms.cli.installation import installation
from lms.cli.sources import SOURCE, Source, published
from lms.cli.telling import settings, tell
from lms.db import TIME_ZONE, db
from lms.models import CourseState, Revision
from lms.settings import Settings


@click.group()
def courses() -> None:
    """Write, check and publish courses. SOURCE is a folder, a zip of one, or the file of a learning path."""


@courses.command()
@click.argument("source", type=SOURCE)
@click.option("--note", default="", help="What changed, in a few words, for the list of revisions.")
def publish(source: Source, note: str) -> None:
    """Check the course in SOURCE and make it live."""
    with installation():
        made = publishing.publish(source.bundle, source.slug, note=note)
        db.session.commit()
    tell(made.problems)
    if made.revision is None:
        click.echo("Nothing was published: mend the errors above first. What was live still is.")
        sys.exit(1)
    said = "Published" if made.changed else "Live already, nothing changed"
    click.echo(f"{said}: {_where(settings())}/{made.kind}s/{source.slug}")


@courses.command("list")
def list_() -> None:
    """Every live course, and since when."""
    with installation():
        live: dict[str, Course | LearningPath] = {**library.live_courses(), **library.live_paths()}
        if not live:
            click.echo("No course is live yet. Publish one: alongside courses publish FOLDER")
        for slug, course in live.items():
            newest = max(library.revisions(slug), key=lambda each: each.publications[0].live_from)
            since = _when(newest.publications[0].live_from)
            click.echo(f"{slug}: {course.title} (revision {newest.id}, live since {since})")


@courses.command()
@click.argument("course")
def revisions(course: str) -> None:
    """Every revision of COURSE, the newest first, and which is live."""
    with installation():
        live = CourseState.live_revision(course)
        for revision in _known(course):
            mark = "  live" if revision.id == live else ""
            note = f"  {revision.note}" if revision.note else ""
            click.echo(f"revision {revision.id}  {_when(revision.published_at)}{mark}{note}")


@courses.command()
@click.argument("course")
@click.argument("revision", type=int)
@click.option("--note", default="", help="Why, in a few words, for the list of revisions.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def rollback(course: str, revision: int, note: str, yes: bool) -> None:  # noqa: FBT001
    """Make an earlier REVISION of COURSE live again. Nobody loses what they did."""
    with installation():
        if revision not in {each.id for each in _known(course)}:
            raise click.ClickException(
                f"{course} has no revision {revision}. See: alongside courses revisions {course}"
            )
        if revision == CourseState.live_revision(course):
            click.echo(f"Revision {revision} of {course} is live already.")
            return
        if not yes:
            click.confirm(
                f"Learners will see revision {revision} of {course} from now on. Go on?", abort=True
            )
        publishing.roll_back(course, revision, note=note)
        db.session.commit()
        click.echo(f"Revision {revision} of {course} is live. Attempts that are open go on as they began.")


@courses.command()
@click.argument("course")
@click.argument("target", type=click.Path(path_type=Path))
def export(course: str, target: Path) -> None:
    """Write the files of COURSE into a new folder, or a zip if TARGET ends with .zip.

    COURSE@12 is its revision 12; without a number, what is live.
    """
    with installation():
        source = published(course)
    try:
        if target.suffix.casefold() == ".zip":
            _write_new(target, write_zip(source.bundle, source.slug))
        else:
            write_folder(source.bundle, target)
    except BundleError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Wrote {len(source.bundle)} files to {target}.")


def _write_new(path: Path, data: bytes) -> None:
    try:
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError as error:
        raise click.ClickException(f"{path} is there already. Choose another name.") from error
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}.") from error


def _known(course: str) -> tuple[Revision, ...]:
    found = library.revisions(course)
    if not found:
        raise click.ClickException(f"There is no course {course} here. See: alongside courses list")
    return found


def _when(moment: datetime.datetime) -> str:
    return format_datetime(moment, "d MMMM y, HH:mm", tzinfo=TIME_ZONE, locale="en_GB")


def _where(ours: Settings) -> str:
    """The public address, or nothing when only the command that serves knows its port."""
    return "" if ours.url_is_a_guess else ours.url
