"""A file of facts: what each says, where that was read, and when to look again."""

import datetime
import re
from collections.abc import Iterator
from typing import get_args

from courses.fact_rules import faults
from markup import front_matter, headings
from markup.facts import As, Fact
from markup.problems import Problem, nearest
from markup.source import Source

FIELDS = ("as", "value", "words", "source", "checked", "review by", "owner")
_KEY = re.compile(r"[A-Za-z ]+")
_ITEM = re.compile(r"\s*[-*+]\s+(\S.*)")


def read(
    source: Source, today: datetime.date = datetime.date.max
) -> tuple[tuple[Fact, ...], tuple[Problem, ...]]:
    """Every fact of a file, and what is wrong with it. A fact with something wrong is left out.

    No fact can have been checked after `today`.
    """
    front, problems = front_matter.read(source, ("kind", "title", "area"))
    _, sections = headings.split(source.lines[front.body - 1 :], front.body)
    reader = _Reader(source, front.value("area"), today)
    facts = tuple(fact for section in sections if (fact := reader.fact(section)) is not None)
    return facts, (*problems, *reader.problems)


class _Reader:
    """Reads one section after the other."""

    def __init__(self, source: Source, area: str, today: datetime.date) -> None:
        self.source = source
        self.area = area
        self.today = today
        self.lines: dict[str, int] = {}
        self.problems: list[Problem] = []

    def fact(self, section: headings.Section) -> Fact | None:
        before = len(self.problems)
        fields = self._fields(section)
        items = tuple(m[1].strip() for line in section.lines if (m := _ITEM.fullmatch(line)))
        shown_as = fields.get("as", "text")
        dates = [_date(fields.get(key, "")) for key in ("checked", "review by")]
        value = items if shown_as == "list" else (fields["value"],) if fields.get("value") else ()
        message = _missing(fields, value, shown_as, dates)
        if message:
            mend = "A fact needs Value:, Source:, Checked: 2026-11-20 and Review by: 2027-05-20, a line each."
            self._problem(section, message, mend)
            return None
        fact = Fact(
            name=" ".join(section.words.casefold().split()),
            value=value,
            shown_as=shown_as,  # type: ignore[arg-type]  # checked just above
            words=fields.get("words", ""),
            source=fields.get("source", ""),
            checked=dates[0] or datetime.date.min,
            review_by=dates[1] or datetime.date.min,
            area=self.area,
            owner=fields.get("owner", ""),
        )
        self._check(section, fact)
        return fact if len(self.problems) == before else None

    def _check(self, section: headings.Section, fact: Fact) -> None:
        for fault in faults(fact, self.today):
            self._problem(section, fault.message, fault.mend)
        if fact.name in self.lines:
            message = f"is here twice. The first is on line {self.lines[fact.name]}."
            self._problem(section, message, "Keep one of the two and take the other out.")
        self.lines.setdefault(fact.name, section.line)

    def _fields(self, section: headings.Section) -> dict[str, str]:
        fields = dict(self._pairs(section))
        for key in fields.keys() - set(FIELDS):
            near = nearest(key, FIELDS)
            everything = ", ".join(f"{field.capitalize()}:" for field in FIELDS)
            mend = f"Did you mean {near.capitalize()}:?" if near else f"A fact can have {everything}."
            self._problem(section, f"has a line “{key}:”, which Alongside does not know.", mend)
        return fields

    def _pairs(self, section: headings.Section) -> Iterator[tuple[str, str]]:
        for line in section.lines:
            key, colon, value = line.partition(":")
            if colon and _KEY.fullmatch(key.strip()) and not _ITEM.fullmatch(line):
                yield " ".join(key.casefold().split()), value.strip()

    def _problem(self, section: headings.Section, message: str, mend: str) -> None:
        said = f"The fact “{section.words}” {message}"
        self.problems.append(self.source.problem(section.line, said, mend))


def _missing(
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
