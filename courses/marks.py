"""What takes the place of a mark in rendered text, and the parts of prose that come of it."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from markup.facts import FactGap, Part, Prose, WhenFact

_TERM = re.compile(r'<a (?=[^>]*class="term")[^>]*href="([^"]*)"[^>]*>(.*?)</a>')


@dataclass(frozen=True)
class Begin:
    """Where text begins that shows only where a fact is known (`there`), or only where it is not."""

    name: str
    there: bool


class End:
    """Where such text ends."""


Mark = FactGap | Prose | Begin | End | str
"""What is put in for a mark: a fact, prose rendered before, our own HTML, or the ends of a dependent text."""


def nested(parts: Iterable[Part | Begin | End]) -> list[Part]:
    """Text that depends on a fact, from the marks of its beginning and its end.

    One of the two is missing where it could not be placed, which is a problem of its own.
    """
    open_at: list[Begin] = []
    levels: list[list[Part]] = [[]]
    for part in parts:
        if isinstance(part, Begin):
            open_at.append(part)
            levels.append([])
        elif isinstance(part, End):
            if open_at:
                begun, inside = open_at.pop(), levels.pop()
                levels[-1].append(WhenFact(begun.name, begun.there, joined(inside)))
        else:
            levels[-1].append(part)
    return [part for level in levels for part in level]


def joined(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Neighbouring strings as one, empty ones left out."""
    kept: list[Part] = []
    for part in parts:
        if isinstance(part, str) and kept and isinstance(kept[-1], str):
            kept[-1] += part
        elif part != "":
            kept.append(part)
    return tuple(kept)


def words_of(parts: Iterable[Part]) -> str:
    """Prose as plain text, facts as `{{name}}`, with what depends on a fact."""
    text = "".join(_text_of(part) for part in parts)
    spaced = re.sub(r"</(?:p|li|h[1-6]|t[dh]|div|blockquote|figcaption|summary)>", " ", text)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", spaced)).split())


def terms_once(parts: Iterable[Part], seen: set[str]) -> tuple[Part, ...]:
    """Only the first use of each glossary word linked, also where a file was included that uses it too."""

    def once(found: re.Match[str]) -> str:
        again = found[1] in seen
        seen.add(found[1])
        return found[2] if again else found[0]

    def kept(part: Part) -> Part:
        if isinstance(part, str):
            return _TERM.sub(once, part)
        if isinstance(part, WhenFact):
            return WhenFact(part.name, part.there, terms_once(part.parts, seen))
        return part

    return tuple(kept(part) for part in parts)


def _text_of(part: Part) -> str:
    match part:
        case str():
            return part
        case FactGap(name):
            return f"{{{{{name}}}}}"
        case WhenFact():
            return "".join(_text_of(inner) for inner in part.parts)


def in_link(text: str, *, inside: bool) -> bool:
    """Whether a link is open at the end of `text`, which began `inside` one or not."""
    opened, closed = text.rfind("<a "), text.rfind("</a>")
    return inside if opened == closed else opened > closed
