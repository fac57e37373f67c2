"""Facts that move: numbers, services, names. They are never prose, so they are kept apart.

A trainer writes `{{emergency number}}`; the reader leaves a gap; the gap is filled as a page is served.
"""

import datetime
import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec

As = Literal["text", "phone", "text message", "link", "list"]
Form = Literal["plain", "linked", "list"]


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One fact: what it says, where that was read, when it was checked and when to check it again.

    `value` holds one line, or one line for each item of a list. `words` is what a link shows instead
    of its address. `area` is empty for a national fact. `owner` is who looks after it.
    """

    name: str
    value: tuple[str, ...]
    shown_as: As = "text"
    words: str = ""
    source: str = ""
    checked: datetime.date
    review_by: datetime.date
    area: str = ""
    owner: str = ""


Facts = Mapping[str, Fact]


class FactGap(msgspec.Struct, frozen=True, tag="fact"):
    """A place in prose where a fact goes.

    `plain` inside a link's own words, `list` for a list fact alone on its line, `linked` elsewhere.
    """

    name: str
    form: Form = "linked"


class WhenFact(msgspec.Struct, frozen=True, tag="when"):
    """Parts that show only where a fact is known (`there`), or only where it is not."""

    name: str
    there: bool
    parts: tuple["Part", ...]


Part = str | FactGap | WhenFact


class Prose(msgspec.Struct, frozen=True, tag="prose"):
    """Safe HTML with gaps for facts. `words` is the same as plain text, facts as `{{name}}`."""

    parts: tuple[Part, ...] = ()
    words: str = ""

    def __bool__(self) -> bool:
        return bool(self.parts)


def named(*proses: Prose) -> frozenset[str]:
    """The names of all facts that these pieces of prose mention."""
    return frozenset(name for prose in proses for name in _names(prose.parts))


def needed(*proses: Prose) -> frozenset[str]:
    """The names of facts that show as a gap where they are not known: `::: if` does not stand around them."""
    return frozenset(name for prose in proses for name in _gaps(prose.parts))


def _gaps(parts: Iterable[Part]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, FactGap):
            yield part.name
        elif isinstance(part, WhenFact):
            yield from (name for name in _gaps(part.parts) if not (part.there and name == part.name))


def _names(parts: Iterable[Part]) -> Iterator[str]:
    for part in parts:
        if not isinstance(part, str):
            yield part.name
        if isinstance(part, WhenFact):
            yield from _names(part.parts)


def fill(prose: Prose, facts: Facts, *, linked: bool = True) -> str:
    """The HTML of `prose` with today's facts in its gaps, as links unless `linked` is False.

    A fact that is missing shows as its name in brackets: publishing refuses unknown names, so this
    is only seen when a fact is withdrawn later.
    """
    return "".join(_filled(part, facts, linked=linked) for part in prose.parts)


def _filled(part: Part, facts: Facts, *, linked: bool) -> str:
    match part:
        case str():
            return part
        case FactGap():
            return shown(part, facts, linked=linked)
        case WhenFact(name, there, parts):
            known = name in facts and bool(facts[name].value)
            return "".join(_filled(each, facts, linked=linked) for each in parts) if known == there else ""


def shown(gap: FactGap, facts: Facts, *, linked: bool = True) -> str:
    """One gap as HTML, escaped."""
    fact = facts.get(gap.name)
    if fact is None:
        return f"[{html.escape(gap.name)}]"
    if gap.form == "list" and fact.shown_as != "list":
        return f"<p>{as_html(fact, linked=linked)}</p>"
    if gap.form == "list":
        return "<ul>" + "".join(f"<li>{words_as_html(item)}</li>" for item in fact.value) + "</ul>"
    return as_html(fact, linked=linked and gap.form == "linked")


LONG_NUMBER = re.compile(r"\+?\d(?:[ \u00a0-]?\d){4,}")


def words_as_html(words: str) -> str:
    """Words as HTML, each long number left to right as it is rung: else its groups could change places."""
    return LONG_NUMBER.sub(r'<bdi dir="ltr">\g<0></bdi>', html.escape(words))


def as_html(fact: Fact, *, linked: bool = True) -> str:
    """A fact as HTML: numbers stay left to right, and can be rung, texted or followed."""
    text = html.escape(", ".join(fact.value))
    label = words_as_html(fact.words or ", ".join(fact.value))
    digits = re.sub(r"[^0-9+]", "", "".join(fact.value))
    match fact.shown_as:
        case "phone":
            number = f'<bdi dir="ltr">{text}</bdi>'
            return f'<a href="tel:{digits}">{number}</a>' if linked else number
        case "text message":
            number = f'<bdi dir="ltr">{text}</bdi>'
            return f'<a href="sms:{digits}">{number}</a>' if linked else number
        case "link" if linked and text.startswith("https://"):
            return f'<a href="{text}" rel="noreferrer">{label}</a>'
        case _:
            return label
