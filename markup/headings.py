"""Headings that hold something: questions of a quiz, terms of a glossary, facts of a facts file."""

import re
from collections.abc import Sequence

import msgspec

from markup.fences import code_lines
from markup.ids import slug

_HEADING = re.compile(r"\s{0,3}(#{1,6})(?!#)\s*(.*)")
_ID = re.compile(r"\{\s*#([^{}]*)\}$")
_NUMBER = re.compile(r"^\d+[.)]\s+")


class Section(msgspec.Struct, frozen=True):
    """A heading and the lines under it, up to the next of its level.

    `words` is the heading without its signs and id. `id` is its `{#id}` (then it is `written`), or else made
    from the words (a number before them does not count, so that questions can change places). `line` is
    the heading's.
    """

    words: str
    id: str
    line: int
    lines: tuple[str, ...]
    written: bool = False


def split(
    lines: Sequence[str], first: int, level: int | None = 2
) -> tuple[tuple[str, ...], tuple[Section, ...]]:
    """What stands before the first heading of `level` (None: of any), and a section for each heading.

    `first` is the line number of `lines[0]`. Headings inside fenced code are text.
    """
    code, _ = code_lines(lines)
    found = ((n, _heading(text, level)) for n, text in enumerate(lines) if n not in code)
    headings = [(n, heading) for n, heading in found if heading is not None]
    ends = [n for n, _ in headings[1:]] + [len(lines)]
    before = tuple(lines[: headings[0][0]] if headings else lines)
    return before, tuple(
        _section(heading, first + n, tuple(lines[n + 1 : end]))
        for (n, heading), end in zip(headings, ends, strict=False)
    )


def _heading(text: str, level: int | None) -> str | None:
    found = _HEADING.fullmatch(text)
    return found[2].strip() if found and level in (None, len(found[1])) else None


def _section(heading: str, line: int, lines: tuple[str, ...]) -> Section:
    written = _ID.search(heading)
    words = _without_closing((heading[: written.start()] if written else heading).strip())
    identity = slug(written[1]) if written else ""
    return Section(words, identity or slug(_NUMBER.sub("", words)), line, lines, bool(identity))


def _without_closing(words: str) -> str:
    """`Words ##` is `Words`; `C#` stays."""
    bare = words.rstrip("#")
    return bare.rstrip() if not bare or bare[-1].isspace() else words
