"""A trainer's own folder: begin one, check it, see it as learners will, compare it with what is live."""

import contextlib
import shlex
import sys
from pathlib import Path

import click
from flask import has_app_context

from courses import starter
from courses.bundle import BundleError, write_folder
from courses.changes import Change, changes
from courses.files import slug_of
from courses.library import examples
from courses.reading_ages import reading_ages
from courses.writing_ids import with_ids
from lms import preview as previews
from lms import publishing
from lms.cli.installation import installation, installation_if_any
from lms.cli.sources import SOURCE, Source, published, read
from lms.cli.telling import count, program, tell
from lms.models import CourseState
from lms.serving import CannotListen
from markup import source as sources

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FREE_PORTS = range(8100, 8120)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def new(folder: Path) -> None:
    """Write a small course into a new FOLDER: it shows each thing you can write, and is yours to change."""
    bundle = starter.bundle()
    try:
        write_folder(bundle, folder)
    except BundleError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Wrote {len(bundle)} files to {folder}. Now see them as learners would:")
    click.echo(f"  {program()} courses preview {shlex.quote(str(folder))}")


@click.command()
@click.argument("source", type=SOURCE)
@click.option("--json", "as_json", is_flag=True, help="Write the problems as JSON, for other programs.")
@click.option("--write-ids", is_flag=True, help="First give every question an id of its own, in its file.")
@click.option(
    "--reading", "ages", is_flag=True, help="Also say each lesson’s reading age and hardest sentence."
)
def check(source: Source, as_json: bool, write_ids: bool, ages: bool) -> None:  # noqa: FBT001
    """Say everything that is wrong with the course in SOURCE. Exits 1 when there are errors."""
    if write_ids:
        source = _with_ids(source, quiet=as_json)
    with installation_if_any():
        reading = publishing.check(source.bundle, source.slug)
    read_at = reading_ages(reading.course, source.bundle) if ages and reading.course else None
    tell(reading.problems, as_json=as_json, ages=read_at)
    if reading.taught is None or any(problem.is_error for problem in reading.problems):
        sys.exit(1)


def _with_ids(source: Source, *, quiet: bool) -> Source:
    """The same course with `{#id}` after every question, so that its words can change and it stays itself."""
    if source.path.is_file():
        raise click.UsageError("Ids are written into a folder, not into a zip. Unpack it first.")
    changed = with_ids(source.bundle)
    write_folder(changed, source.path, replace=True)
    if not quiet:
        click.echo(f"Wrote ids into {', '.join(changed)}." if changed else "Every question has its id.")
    return source._replace(bundle={**source.bundle, **changed})


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--port", type=click.IntRange(1, 65535), help="Where to show it, on this computer.")
@click.option("--facts", "files", type=FILE, multiple=True, help="A file with the facts of an area.")
@click.option(
    "--example", "named", type=click.Choice([*examples()]), multiple=True, help="As in this example area."
)
def preview(folder: Path, port: int | None, files: tuple[Path, ...], named: tuple[str, ...]) -> None:
    """Show FOLDER as learners will see it, on this computer only, and again whenever you save."""
    folder, local = folder.resolve(), local_facts(files, named)
    try:
        port = previews.free_port([port] if port else FREE_PORTS)
    except CannotListen as error:
        wanted = f"Port {port} is" if port else "All our ports are"
        raise click.ClickException(f"{wanted} in use. Choose another, such as: --port 8190") from error
    slug = _slug(folder)
    with previews.showing(folder, slug, port, local) as server:
        click.secho(f"Your course is at http://{previews.ADDRESS}:{port}/courses/{slug}", bold=True)
        click.echo(
            "Leave this running, change a file and save: the page changes with it. Press Ctrl-C to stop."
        )
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()


def local_facts(files: tuple[Path, ...], named: tuple[str, ...] = ()) -> list[previews.Local]:
    """The areas and facts of the installation that is here, if one is, of files, and of examples by name."""
    with installation_if_any():
        local = [previews.Local.of_installation()] if has_app_context() else []
    for path in files:
        source, problems = sources.read(path.name, path.read_bytes())
        read, in_facts = previews.Local.of_file(source) if source else (previews.Local(), ())
        if problems or in_facts:
            tell((*problems, *in_facts))
        local.append(read)
    return local + [previews.Local.of_example(name) for name in named]


def _slug(folder: Path) -> str:
    """The name of the course in addresses, even while its folder cannot be read."""
    with contextlib.suppress(BundleError):
        return read(folder).slug
    return slug_of({}, folder.name)


@click.command()
@click.argument("old")
@click.argument("new", required=False)
def diff(old: str, new: str | None) -> None:
    """Say what differs. With one SOURCE: between what is live and it. With two: between them.

    Each may be a folder, a zip, a COURSE that is live, or COURSE@12, its revision 12.
    """
    with installation():
        after = _found(new or old)
        if not new and CourseState.live_revision(after.slug) is None:
            click.echo(f"{after.slug} is not live yet, so there is nothing to compare it with.")
            return
        before = _found(old) if new else published(after.slug)
    differing = list(changes(before.bundle, after.bundle))
    for change in differing:
        _tell_change(change)
    click.echo(count(len(differing), "file") + " differ." if differing else "Nothing differs.")


def _found(written: str) -> Source:
    path = Path(written)
    if not path.exists():
        return published(written)
    try:
        return read(path)
    except BundleError as error:
        raise click.ClickException(str(error)) from error


def _tell_change(change: Change) -> None:
    click.secho(f"{change.path}: {change.what}", bold=True)
    colours = {"+": "green", "-": "red", "@": "cyan"}
    for line in change.lines:
        click.secho(f"  {line}", fg=colours.get(line[:1]))
