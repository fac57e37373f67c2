"""Facts: list, set, unset and load them, and say which are stale."""

import datetime
import json
import sys
from pathlib import Path
from typing import cast, get_args

import click

from courses import facts_file
from courses.fact_rules import faults
from courses.library import OPTIONAL
from lms import facts as ours
from lms.checking import ALLOWED, MORE_SLURS
from lms.cli.areas import check_area
from lms.cli.installation import installation
from lms.cli.showing import Showing, as_dict, describe, due, tell_changes, where_used
from lms.cli.telling import count, tell
from lms.db import db
from lms.models import FactVersion
from lms.models.award import today
from markup import source as sources
from markup import units
from markup.facts import As, Fact
from markup.problems import nearest

AREA = click.option("--area", help="The area, by its name in addresses.")
NEW = click.option("--new", is_flag=True, help="Allow names that are not known yet.")


def _day(_ctx: click.Context, _option: click.Parameter, value: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f"“{value}” is not a date written like 2026-11-20.") from None


def _span(_ctx: click.Context, _option: click.Parameter, value: str) -> datetime.timedelta:
    seconds = units.seconds(value)
    if seconds is None:
        raise click.BadParameter(f'“{value}” is not a time. Write it like "30 days".')
    return datetime.timedelta(seconds=seconds)


@click.group()
def facts() -> None:
    """Look after the facts that courses show: numbers, names and services of your area."""


@facts.command("list")
@AREA
@click.option("--json", "as_json", is_flag=True, help="Write them as JSON, for other programs.")
def list_facts(area: str | None, *, as_json: bool) -> None:
    """Every fact as an area shows it. Without --area: the default area."""
    with installation():
        check_area(area)
        area = area or ours.known().default
        shown, used = ours.known().facts(area), where_used()
        held = [Showing.of(area, fact, today(), used) for _, fact in sorted(shown.items())]
        if as_json:
            rows = [as_dict(each) for each in held]
            click.echo(json.dumps({"area": area, "facts": rows}, ensure_ascii=False, indent=2))
            return
        for each in held:
            click.echo(describe(each))


@facts.command("set")
@click.argument("name")
@click.argument("values", nargs=-1, metavar="[VALUE]...")
@AREA
@click.option("--source", help="Where you read it. Needed with a VALUE.")
@click.option("--checked", callback=_day, required=True, help="The day you checked it, such as 2026-11-20.")
@click.option("--review-by", callback=_day, required=True, help="The day by which to check it again.")
@click.option("--as", "shown_as", type=click.Choice(get_args(As)), help="How it is shown.")
@click.option("--words", default="", help="What a link shows instead of its address.")
@click.option("--owner", help="Who looks after it.")
@NEW
def set_fact(
    name: str,
    values: tuple[str, ...],
    *,
    area: str | None,
    source: str | None,
    checked: datetime.date,
    review_by: datetime.date,
    shown_as: str | None,
    words: str,
    owner: str | None,
    new: bool,
) -> None:
    """Say from now on that the fact NAME is VALUE, in an area or (without --area) everywhere.

    Several VALUEs make a list. Without a VALUE it says what it said, and you have checked it again.
    """
    with installation():
        check_area(area)
        name = _name(name)
        _refuse_unknown([name], new=new)
        before = ours.known().facts(area).get(name)
        if values and not source:
            raise click.ClickException("Say where you read it: --source example.org")
        if before is None and not values:
            raise click.ClickException(f"“{name}” has no value yet. Give one after its name.")
        usual = before.shown_as if before else "list" if len(values) > 1 else "text"
        fact = Fact(
            name=name,
            value=tuple(value.strip() for value in values) if values or not before else before.value,
            shown_as=cast("As", shown_as or usual),
            words=words.strip() or (before.words if before and not values else ""),
            source=(source or (before.source if before else "")).strip(),
            checked=checked,
            review_by=review_by,
            area=area or "",
            owner=(owner if owner is not None else before.owner if before else "").strip(),
        )
        _refuse_faulty(fact)
        _keep(area, [fact])


@facts.command()
@click.argument("name")
@AREA
def unset(name: str, area: str | None) -> None:
    """Take back what was set for NAME, so that what lies below it is shown again."""
    with installation():
        check_area(area)
        name, own = _name(name), ours.known().own.get(area, {})
        if name not in own:
            said = f"Nothing of that name is set {f'in {area}' if area else 'everywhere'}: “{name}”."
            near = nearest(name, own)
            raise click.ClickException(f"{said} Did you mean {near}?" if near else said)
        before = ours.known()
        FactVersion.take_back(area, name, today())
        db.session.commit()
        ours.forget()
        tell_changes(before, ours.known(), area, [name])


@facts.command()
@click.option("--within", callback=_span, default="none", help='Also those due within this time: "30 days".')
def stale(within: datetime.timedelta) -> None:
    """Facts that should have been checked again, in every area. Exits 1 when there are any."""
    with installation():
        found = due(ours.known(), today(), within)
        for each in found:
            click.echo(describe(each))
        if found:
            click.echo(f"{count(len(found), 'fact')} to check. When you have, use: alongside facts set")
            sys.exit(1)
        click.echo("Every fact is in date.")


@facts.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@NEW
def load(file: Path, *, new: bool) -> None:
    """Set every fact of FILE, all or none, for the area it names. What it does not name stays as it is."""
    with installation():
        area, found = _read(file)
        check_area(area)
        _refuse_unknown([fact.name for fact in found], new=new)
        own = ours.known().own.get(area, {})
        changed = [fact for fact in found if own.get(fact.name) != fact]
        _keep(area, changed)
        click.echo(f"{count(len(changed), 'fact')} set, {len(found) - len(changed)} the same as before.")


def _read(file: Path) -> tuple[str | None, tuple[Fact, ...]]:
    source, problems = sources.read(file.name, file.read_bytes())
    found, wrong = facts_file.read(source, today()) if source else ((), ())
    if problems or wrong:
        tell((*problems, *wrong))
        raise click.ClickException("Nothing was set: mend the file first.")
    if not found:
        raise click.ClickException(
            "There is no fact in this file. A fact begins with a line like: ## police name"
        )
    return found[0].area or None, found


def _keep(area: str | None, changed: list[Fact]) -> None:
    before = ours.known()
    for fact in changed:
        FactVersion.keep(area, fact)
    db.session.commit()
    ours.forget()
    tell_changes(before, ours.known(), area, [fact.name for fact in changed])


def _name(words: str) -> str:
    return " ".join(words.casefold().split())


def _refuse_unknown(names: list[str], *, new: bool) -> None:
    known = {fact.name for fact in ours.anywhere()} | OPTIONAL | {MORE_SLURS, ALLOWED}
    unknown = [] if new else [name for name in names if name not in known]
    for name in unknown:
        near = nearest(name, known)
        click.echo(
            f"There is no fact “{name}” yet. {f'Did you mean “{near}”?' if near else ''}".strip(), err=True
        )
    if unknown:
        raise click.ClickException("Nothing was set. To make a new fact, add --new.")


def _refuse_faulty(fact: Fact) -> None:
    found = faults(fact, today())
    for fault in found:
        click.echo(f"The fact “{fact.name}” {fault.message}\n  {fault.mend}", err=True)
    if found:
        raise click.ClickException("Nothing was set.")
