"""Facts as the commands show them: what each says, from where, until when, and which courses show it."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import click

from courses.fact_checks import is_stale
from courses.mentions import mentions
from lms.facts import Known
from lms.facts import known as known_now
from lms.library import live_courses
from markup.facts import Fact

Used = Mapping[str, Mapping[str, list[str]]]
"""The files that mention a fact, by its name and the slug of their course."""


class Showing(NamedTuple):
    """A fact, where it comes from, whether it is stale, and the files that show it, by course."""

    fact: Fact
    origin: str
    stale: bool
    courses: Mapping[str, list[str]]

    @classmethod
    def of(cls, area: str | None, fact: Fact, today: datetime.date, used: Used) -> "Showing":
        """As an area shows it today."""
        origin = known_now().origin(area, fact.name)
        return cls(fact, origin, is_stale(fact, today), used.get(fact.name, {}))


def where_used() -> Used:
    """Where live courses mention facts."""
    used: dict[str, dict[str, list[str]]] = {}
    for slug, course in live_courses().items():
        for mention in mentions(course):
            files = used.setdefault(mention.fact, {}).setdefault(slug, [])
            if mention.path not in files:
                files.append(mention.path)
    return used


def due(known: Known, today: datetime.date, within: datetime.timedelta) -> list[Showing]:
    """The facts that someone is shown and that are stale by then, the longest overdue first."""
    used = where_used()
    found = {
        (known.origin(area, fact.name), fact): Showing.of(area, fact, today, used)
        for area in known.areas or (None,)
        for fact in known.facts(area).values()
        if is_stale(fact, today + within)
    }
    return sorted(found.values(), key=lambda each: (each.fact.review_by, each.fact.name, each.origin))


def describe(each: Showing) -> str:
    """A few lines for people."""
    fact = each.fact
    lines = [
        f"{fact.name}: {', '.join(fact.value)}",
        f"  {each.origin}; checked {fact.checked}, "
        + (f"STALE since {fact.review_by}" if each.stale else f"review by {fact.review_by}"),
        f"  source: {fact.source}",
    ]
    if fact.owner:
        lines.append(f"  looked after by {fact.owner}")
    return "\n".join([*lines, *_courses(each.courses)])


def _courses(courses: Mapping[str, list[str]]) -> list[str]:
    return [f"  shown by {slug}: {', '.join(files)}" for slug, files in courses.items()]


def as_dict(each: Showing) -> dict[str, Any]:
    """The same for programs. `value` is a list of one, or of each item of a list."""
    fact = each.fact
    return {
        "name": fact.name,
        "value": list(fact.value),
        "as": fact.shown_as,
        "words": fact.words,
        "source": fact.source,
        "checked": fact.checked.isoformat(),
        "review_by": fact.review_by.isoformat(),
        "owner": fact.owner,
        "from": each.origin,
        "stale": each.stale,
        "courses": each.courses,
    }


def tell_changes(before: Known, after: Known, area: str | None, names: Iterable[str]) -> None:
    """For each fact set in an area or (None) everywhere: what it said, says now, and who shows it."""
    used = where_used()
    for name in names:
        for each in (area,) if area else after.areas or (None,):
            click.echo(_change(before, after, each, name))
        for line in _courses(used.get(name, {})) or ["  No live course mentions it."]:
            click.echo(line)


def _change(before: Known, after: Known, area: str | None, name: str) -> str:
    old, new = before.facts(area).get(name), after.facts(area).get(name)
    said = f"{name}, in {after.areas[area]}: {_says(new)}" if area else f"{name}: {_says(new)}"
    if new is None:
        said += "\n  Pages that mention it show its name in brackets, but for text that depends on it."
    if old is not None and old == new:
        return f"{said}\n  as before, because this stands nearer: {after.origin(area, name)}"
    return said if _says(old) == _says(new) else f"{said}\n  before: {_says(old)}"


def _says(fact: Fact | None) -> str:
    return ", ".join(fact.value) if fact else "nothing"
