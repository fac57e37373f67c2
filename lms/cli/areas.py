"""Areas: add and list them."""

import re

import click

from courses.fact_rules import hidden
from lms import facts
from lms.cli.installation import installation
from lms.cli.telling import count, settings
from lms.db import db
from lms.models import Area
from markup.problems import nearest

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@click.group()
def areas() -> None:
    """Add and list the areas that this installation serves."""


@areas.command()
@click.argument("slug")
@click.argument("name")
@click.option("--default", is_flag=True, help="Show this area to everyone who has not chosen one.")
def add(slug: str, name: str, *, default: bool) -> None:
    """Add the area SLUG, its name in addresses, as NAME; or give it another name.

    The first area is the default, until another is.
    """
    _refuse(slug, name := " ".join(name.split()))
    with installation():
        before = facts.known().areas.get(slug)
        is_default = Area.keep(slug, name, default=default).is_default
        db.session.commit()
        done = "is added" if before is None else f"is kept, “{before}” before"
        click.echo(f"The area {slug}, “{name}”, {done}. Its link: {settings().url}/a/{slug}")
        if is_default:
            click.echo("It is the default: everyone who has not chosen an area sees it.")


def _refuse(slug: str, name: str) -> None:
    if not SLUG.fullmatch(slug) or len(slug) > 80:
        message = f"“{slug}” cannot be part of an address."
        raise click.ClickException(f"{message} Use small letters, numbers and hyphens: west-midlands")
    if not name or len(name) > 200 or hidden(name):
        raise click.ClickException("An area needs a name of at most 200 characters, none of them hidden.")


@areas.command("list")
def list_areas() -> None:
    """Each area: its name in addresses, its name, and how many facts are its own."""
    with installation():
        known = facts.known()
        for slug, name in known.areas.items():
            default = ", the default" if slug == known.default else ""
            click.echo(f"{slug}: {name}, {count(len(known.own.get(slug, {})), 'own fact')}{default}")
        if not known.areas:
            click.echo(NONE_YET)


NONE_YET = 'There are no areas yet. Add one: alongside areas add west-midlands "West Midlands"'


def check_area(slug: str | None) -> None:
    """End the command with a sentence where there is no such area. None is everywhere."""
    known = facts.known().areas
    if slug is None or slug in known:
        return
    near = nearest(slug, known)
    listed = f"The areas are: {', '.join(known)}." if known else NONE_YET
    raise click.ClickException(f"There is no area “{slug}”. {f'Did you mean {near}?' if near else listed}")
