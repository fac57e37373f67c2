"""Courses: publish, list, go back, take out."""

import datetime
import sys
from pathlib import Path

import click
from babel.dates import format_datetime

from courses.bundle import Bundle, BundleError, write_folder, write_zip
from courses.changes import changes
from courses.course import Course
from courses.paths import LearningPath
from lms import library, publishing
from lms.cli.installation import installation
from lms.cli.sources import SOURCE, Source, published
from lms.cli.telling import count, settings, tell
from lms.db import TIME_ZONE, db
from lms.models import CourseState, Revision
from lms.settings import Settings


@click.group()
def courses() -> None:
    """Write, check and publish courses. SOURCE is a folder, a zip of one, or the file of a learning path."""


@courses.command()
@click.argument("source", type=SOURCE)
@click.option("--note", default="", help="What changed, in a few words, for the list of revisions.")
@click.option("--yes", is_flag=True, help="Do not ask, even where this looks like another course.")
def publish(source: Source, note: str, yes: bool) -> None:  # noqa: FBT001
    """Check the course in SOURCE and make it live."""
    with installation():
        before = _live_bundle(source.slug)
        if not yes and before and _is_another(before, source.bundle):
            click.confirm(
                f"A course called {source.slug} is live, and not one file of it is here. This looks like "
                "another course. Put it in its place?",
                abort=True,
            )
        made = publishing.publish(source.bundle, source.slug, note=note)
        db.session.commit()
    tell(made.problems)
    if made.revision is None:
        click.echo("Nothing was published: mend the errors above first. What was live still is.")
        sys.exit(1)
    said = "Published" if made.changed else "Live already, nothing changed"
    ours = settings()
    click.echo(f"{said}: {_where(ours)}/{made.kind}s/{source.slug}")
    if before and made.changed:
        click.echo(
            f"{count(len(list(changes(before, source.bundle))), 'file')} changed. What was live can be "
            f"made live again: alongside courses revisions {source.slug}"
        )
    click.echo(f"That is the Alongside whose data is in {ours.instance}")


def _is_another(before: Bundle, after: Bundle) -> bool:
    """Whether two courses share no file but course.md."""
    return "course.md" in before.keys() & after.keys() and before.keys() & after.keys() == {"course.md"}


def _live_bundle(slug: str) -> Bundle | None:
    """The files of what is live under this name, if anything is."""
    live = CourseState.live_revision(slug)
    return next((library.bundle_of(each) for each in library.revisions(slug) if each.id == live), None)


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
            click.echo(f"revision {revision.id}{'  live now' if revision.id == live else ''}")
            for each in revision.publications:
                click.echo(f"  {_when(each.live_from)}  {each.note or 'went live'}")


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
@click.option("--note", default="", help="Why, in a few words, for the list of revisions.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def withdraw(course: str, note: str, yes: bool) -> None:  # noqa: FBT001
    """Take COURSE, or a learning path, off the site. What people did, and their certificates, stay."""
    with installation():
        _known(course)
        if not yes and CourseState.live_revision(course):
            click.confirm(f"Nobody can go on with {course} then. Take it off the site?", abort=True)
        if not publishing.withdraw(course, note=note):
            click.echo(f"{course} is not on the site.")
            return
        db.session.commit()
        click.echo(f"{course} is off the site. To put it back: alongside courses revisions {course}")


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
