"""A file of facts: what each says, where that was read, and when to look again."""

import datetime
import re
from typing import get_args

from markup import front_matter, headings
from markup.facts import As, Fact
from markup.problems import Problem
from markup.source import Source

_FIELD = re.compile(r"\s*([A-Za-z ]+?)\s*:\s*(.*?)\s*")
_ITEM = re.compile(r"\s*[-*+]\s+(.+?)\s*")


def read(source: Source) -> tuple[tuple[Fact, ...], tuple[Problem, ...]]:
    """Every fact of a file, and what is wrong with it. A fact that cannot be read is left out."""
    front, problems = front_matter.read(source, ("kind", "title", "area"))
    _, sections = headings.split(source.lines[front.body - 1 :], front.body)
    found = [_fact(source, section, front.value("area")) for section in sections]
    facts = tuple(fact for fact, _ in found if fact is not None)
    return facts, (*problems, *(problem for _, problem in found if problem is not None))


def _fact(source: Source, section: headings.Section, area: str) -> tuple[Fact | None, Problem | None]:
    fields = {m[1].casefold(): m[2] for line in section.lines if (m := _FIELD.fullmatch(line))}
    items = tuple(m[1] for line in section.lines if (m := _ITEM.fullmatch(line)))
    shown_as = fields.get("as", "text")
    dates = [_date(fields.get(key, "")) for key in ("checked", "review by")]
    value = items if shown_as == "list" else (fields["value"],) if fields.get("value") else ()
    message = _wrong(fields, value, shown_as, dates)
    if message:
        mend = "A fact needs Value:, Source:, Checked: 2026-11-20 and Review by: 2027-05-20, a line each."
        return None, source.problem(section.line, f"The fact “{section.words}” {message}", mend)
    return Fact(
        name=section.words.casefold(),
        value=value,
        shown_as=shown_as,  # type: ignore[arg-type]  # checked just above
        words=fields.get("words", ""),
        source=fields.get("source", ""),
        checked=dates[0] or datetime.date.min,
        review_by=dates[1] or datetime.date.min,
        area=area,
    ), None


def _wrong(
    fields: dict[str, str], value: tuple[str, ...], shown_as: str, dates: list[datetime.date | None]
) -> str:
    if not value:
        return "has no value."
    if shown_as not in get_args(As):
        return f"is shown as “{shown_as}”, which is none of: {', '.join(get_args(As))}."
    if None in dates:
        return "needs two dates, written like 2026-11-20."
    return "" if fields.get("source") else "does not say where it was read."


def _date(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None
