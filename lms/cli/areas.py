"""Areas: add and list them, and the examples that ship."""

import re

import click

from courses.fact_rules import hidden
from courses.library import Example, examples
from lms import facts
from lms.cli.installation import installation
from lms.cli.telling import count, settings
from lms.db import db
from lms.models import Area, FactVersion
from markup.facts import Facts
from markup.problems import nearest

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@click.group()
def areas() -> None:
    """Add and list the areas that this installation serves."""


@areas.command()
@click.argument("slug")
@click.argument("name", required=False)
@click.option("--default", is_flag=True, help="Show this area to everyone who has not chosen one.")
@click.option("--example", "is_example", is_flag=True, help="One of the examples, with its facts.")
def add(slug: str, name: str | None, *, default: bool, is_example: bool) -> None:
    """Add the area SLUG, its name in addresses, as NAME; or give it another name.

    The first area is the default, until another is.
    """
    example = _example(slug) if is_example else None
    name = " ".join((name or (example.name if example else "")).split())
    _refuse(slug, name)
    with installation():
        before = facts.known().areas.get(slug)
        if example and facts.known().own.get(slug):
            raise click.ClickException(
                f"{before} has facts of its own, and an example would take their place. Nothing was changed."
            )
        is_default = Area.keep(slug, name, default=default).is_default
        for fact in example.facts if example else ():
            FactVersion.keep(slug, fact)
        db.session.commit()
        done = "is added" if before is None else f"is kept, “{before}” before"
        click.echo(f"The area {slug}, “{name}”, {done}. Its link: {settings().url}/a/{slug}")
        if is_default:
            click.echo("It is the default: everyone who has not chosen an area sees it.")
        if example:
            _tell_example(example)


def _example(slug: str) -> Example:
    found = examples().get(slug)
    if found is None:
        raise click.ClickException(f"There is no example {slug}. The examples are: {', '.join(examples())}.")
    return found


def _tell_example(example: Example) -> None:
    click.echo(
        "It is an example. Learners there now see what old pages said, and nobody has checked it since:"
    )
    for fact in example.facts:
        click.echo(f"  {fact.name}: {', '.join(fact.value)} (of {fact.checked.year})")
    click.echo("Check each of them and set it anew. What is still to be checked: alongside facts stale")


@areas.command("examples")
def list_examples() -> None:
    """The example areas that can be added. Each shows how courses read in such a place."""
    for slug, example in examples().items():
        click.echo(f"{slug}: {example.name}, {count(len(example.facts), 'fact')} from old pages")
    click.echo("None is shown to anyone until you add it: alongside areas add essex --example")


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
            own = known.own.get(slug, {})
            click.echo(f"{slug}: {name}, {count(len(own), 'own fact')}{_unchecked(slug, own)}{default}")
        if not known.areas:
            click.echo(NONE_YET)


def _unchecked(slug: str, own: Facts) -> str:
    """How many facts of an area still are what an example said."""
    found = sum(own.get(fact.name) == fact for fact in examples()[slug].facts) if slug in examples() else 0
    return f" ({found} of them from an example, not checked)" if found else ""


NONE_YET = 'There are no areas yet. Add one: alongside areas add west-midlands "West Midlands"'


def check_area(slug: str | None) -> None:
    """End the command with a sentence where there is no such area. None is everywhere."""
    known = facts.known().areas
    if slug is None or slug in known:
        return
    near = nearest(slug, known)
    listed = f"The areas are: {', '.join(known)}." if known else NONE_YET
    raise click.ClickException(f"There is no area “{slug}”. {f'Did you mean {near}?' if near else listed}")
