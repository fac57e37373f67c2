"""The `alongside` command."""

import json
import sys
from pathlib import Path

import click
from flask_migrate import upgrade

from courses.bundle import Bundle, BundleError, read_folder
from courses.library import bundles
from lms import library, serving, worker
from lms.app import create_app
from lms.db import db
from lms.settings import Settings, SettingsError
from markup.problems import Problem

SHIPPED = "Shipped with Alongside"


@click.group()
@click.version_option(package_name="alongside", message="Alongside %(version)s")
def main() -> None:
    """Training to recognise hate crime and mate crime."""


@main.group()
def courses() -> None:
    """Check and publish courses."""


@courses.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write the problems as JSON, for other programs.")
def check(folder: Path, as_json: bool) -> None:  # noqa: FBT001
    """Say everything that is wrong with the course in FOLDER. Exits 1 when there are errors."""
    reading = library.check(_bundle(folder), _slug(folder))
    _tell(reading.problems, as_json=as_json)
    if reading.course is None or any(problem.is_error for problem in reading.problems):
        sys.exit(1)


@courses.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--note", default="", help="What changed, in a few words, for the list of revisions.")
def publish(folder: Path, note: str) -> None:
    """Check the course in FOLDER and make it live."""
    settings = _settings()
    app = create_app(settings)
    with app.app_context():
        upgrade()
        published = library.publish(_bundle(folder), _slug(folder), note=note)
        db.session.commit()
        _tell(published.problems, as_json=False)
        if published.revision is None:
            click.echo("Nothing was published: mend the errors above first. What was live still is.")
            sys.exit(1)
        said = "Published" if published.new else "Live already, nothing changed"
        click.echo(f"{said}: {settings.url}/courses/{_slug(folder)}")


@main.command()
def serve() -> None:
    """Prepare the database, publish the shipped courses, and serve web and worker together."""
    settings = _settings()
    try:
        serving.claim(settings.port)
        prepare(settings)
    except serving.PortInUse as error:
        raise click.ClickException(str(error)) from error
    click.secho(f"Alongside is at {settings.url}", bold=True)
    click.echo("Press Ctrl-C to stop.")
    sys.exit(serving.run(settings))


@main.command(name="worker")
def run_worker() -> None:
    """Do the work that outlives a request. Run as many as you like on PostgreSQL."""
    worker.run(create_app(_settings()))


def prepare(settings: Settings) -> None:
    """Bring the database up to date and publish what ships with the product, saying each step."""
    app = create_app(settings)
    with app.app_context():
        click.echo("Bringing the database up to date.")
        upgrade()
        for slug, bundle in bundles().items():
            publish_shipped(slug, bundle)
        if again := library.render_again():
            click.echo(f"Rendered {again} earlier revisions again.")
        db.session.commit()


def publish_shipped(slug: str, bundle: Bundle) -> None:
    """Make a shipped course live, unless a trainer's own version is."""
    if library.live_note(slug) not in (None, SHIPPED):
        return  # a trainer has published a version of their own: it stays
    published = library.publish(bundle, slug, note=SHIPPED)
    db.session.commit()
    if published.revision is None:
        _tell(published.problems, as_json=False)
        raise click.ClickException(f"The shipped course {slug} could not be published.")
    if published.new:
        click.echo(f"Published {slug}.")


def _settings() -> Settings:
    try:
        return Settings.from_env()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def _bundle(folder: Path) -> Bundle:
    try:
        return read_folder(folder)
    except BundleError as error:
        raise click.ClickException(str(error)) from error


def _slug(folder: Path) -> str:
    return folder.resolve().name


def _tell(problems: tuple[Problem, ...], *, as_json: bool) -> None:
    if as_json:
        fields = ("path", "line", "severity", "message", "mend", "shown")
        rows = [{field: getattr(problem, field) for field in fields} for problem in problems]
        click.echo(json.dumps({"problems": rows}, ensure_ascii=False, indent=2))
        return
    for problem in problems:
        click.echo(_told(problem))
    errors = sum(problem.is_error for problem in problems)
    if problems:
        click.echo(f"{_count(errors, 'error')}, {_count(len(problems) - errors, 'warning')}.")
    else:
        click.echo("No problems found.")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _told(problem: Problem) -> str:
    """One problem as people read it."""
    place = f"{problem.path}, line {problem.line}" if problem.line else problem.path
    kind = "" if problem.is_error else "warning: "
    shown = f"\n  {problem.line:>3} |  {problem.shown}" if problem.shown else ""
    return f"{place}: {kind}{problem.message}{shown}\n  {problem.mend}\n"


if __name__ == "__main__":
    main()
