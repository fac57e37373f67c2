"""Running an installation: serve, and the worker."""

import contextlib
import sys
from collections.abc import Iterator

import click
from flask_migrate import upgrade
from sqlalchemy import func, select

from courses.bundle import Bundle
from courses.library import bundles
from lms import library, publishing, serving
from lms import worker as work
from lms.app import create_app
from lms.cli.telling import settings, tell
from lms.db import db
from lms.lti import keys
from lms.settings import Settings

SHIPPED = "Shipped with Alongside"
PREPARING = 0x414C4F4E47  # any number that nobody else locks: ALONG


@click.command()
def serve() -> None:
    """Prepare the database, publish the shipped courses, and serve web and worker together."""
    ours = settings()
    try:
        serving.claim(ours.bind, ours.port)
        prepare(ours)
    except serving.CannotListen as error:
        raise click.ClickException(str(error)) from error
    click.secho(f"Alongside is at {ours.url}", bold=True)
    click.echo("Press Ctrl-C to stop.")
    sys.exit(serving.run(ours))


@click.command()
def worker() -> None:
    """Do the work that outlives a request. Run as many as you like on PostgreSQL."""
    work.run(create_app(settings()))


def prepare(ours: Settings) -> None:
    """Bring the database up to date and publish what ships with the product, saying each step."""
    app = create_app(ours)
    with app.app_context(), _one_at_a_time():
        click.echo("Bringing the database up to date.")
        upgrade()
        for slug, bundle in bundles().items():
            publish_shipped(slug, bundle)
        keys.make_first()
        db.session.commit()
        again = publishing.render_again()
        if again.done:
            click.echo(f"Rendered {again.done} earlier revisions again.")
        for revision, problems in again.refused.items():
            click.echo(f"Revision {revision} could not be rendered again, and is shown as it was:")
            tell(problems)


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Nodes that start together on PostgreSQL prepare their database one after the other."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(PREPARING)))  # until the connection closes
        yield


def publish_shipped(slug: str, bundle: Bundle) -> None:
    """Make a shipped course live, unless a trainer's own version is."""
    if library.live_note(slug) not in (None, SHIPPED):
        return  # a trainer has published a version of their own: it stays
    published = publishing.publish(bundle, slug, note=SHIPPED)
    db.session.commit()
    if published.revision is None:
        tell(published.problems)
        raise click.ClickException(f"The shipped course {slug} could not be published.")
    if published.new:
        click.echo(f"Published {slug}.")
