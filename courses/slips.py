"""Slips of the pen: what was meant as a fact, a link or a note, and what would be shown as it is typed."""

import re
from collections.abc import Callable, Collection, Iterator
from itertools import islice

from courses import tables
from courses.limits import MOST_TOLD
from markup.fences import code_lines
from markup.problems import Problem, nearest
from markup.source import Source

Lines = tuple[tuple[int, str], ...]
"""The lines that are no code, each with its number."""

_BRACES = re.compile(r"(\{+)([^{}]*)(\}*)")
_TAG = re.compile(
    r"<(!--|/?\s*(?:a|b|big|blockquote|br|center|code|div|em|font|h[1-6]|hr|i|iframe|img|li|ol|p|script|small"
    r"|span|strong|style|sub|sup|table|td|th|tr|u|ul|video)(?=[\s/>]))[^>]*",
    re.IGNORECASE,
)
_MENDS = {
    "!--": "Write a note to yourself as [//]: # (like this), on a line of its own.",
    "b": "Write **words** for bold words.",
    "strong": "Write **words** for bold words.",
    "i": "Write *words* for words that lean.",
    "em": "Write *words* for words that lean.",
    "br": "Leave an empty line to begin a new paragraph.",
    "p": "Leave an empty line to begin a new paragraph.",
    "a": "Write a link as [its words](its address).",
    "img": "Write a picture as ![what it shows](../media/its-name.png).",
}
_APART = re.compile(r"(?<!!)\[([^\[\]]*)\][ \t]+\(([^\s()]+)\)")
_ADDRESS = re.compile(r"https?://|.*\.md(?:#|\Z)")
LONGEST = 100
"""What is longer is no name of a fact and no words of a link."""

_NOTE = re.compile(r"\[\^([^\[\]\s]+)\](?!:)")
_NOTE_TEXT = re.compile(r"\s{0,3}\[\^([^\[\]\s]+)\]:")
_COMMENT = re.compile(r"\s*\[//\]:")


def slips(source: Source, body: int, facts: Collection[str]) -> Iterator[Problem]:
    """All slips in a text that begins on line `body`. `facts` are the names of those there are."""
    code, _ = code_lines(source.lines[body - 1 :])
    numbered = enumerate(source.lines[body - 1 :], body)
    lines = tuple((n, line) for n, line in numbered if n - body not in code and not _COMMENT.match(line))
    yield from islice(_facts(source, lines, facts), MOST_TOLD)
    plain = tuple((n, _without_code(line)) for n, line in lines)
    looks: tuple[Callable[[Source, Lines], Iterator[Problem]], ...] = (
        _tags,
        _links,
        _footnotes,
        tables.slips,
    )
    for look in looks:
        yield from islice(look(source, plain), MOST_TOLD)


def _without_code(line: str) -> str:
    """A line without what stands between backticks. Takes no longer than the line is long."""
    parts = re.split("(`+)", line)
    ends: dict[str, int] = {}
    end_of: dict[int, int] = {}
    for place in range(len(parts) - 2, 0, -2):
        end_of[place] = ends.get(parts[place], 0)
        ends[parts[place]] = place
    kept, place = [parts[0]], 1
    while place < len(parts):
        end = end_of[place]
        kept += [parts[end + 1]] if end else parts[place : place + 2]
        place = (end or place) + 2
    return "".join(kept)


def _facts(source: Source, lines: Lines, facts: Collection[str]) -> Iterator[Problem]:
    """Braces that were to hold a fact: without their end, or too many or too few of them."""
    for number, line in lines:
        for opened, words, closed in _BRACES.findall(line):
            if len(opened) < 2 and not _is_fact(words, facts):
                continue
            name = _fact_in(words[:LONGEST], facts)
            if len(opened) > 1 and not closed:
                mend = f"Write {{{{{name or 'its name'}}}}}, all of it on one line."
                yield source.problem(number, "This {{ has no }} on the same line.", mend)
            elif (len(opened), len(closed)) != (2, 2) and (len(opened) > 1 or _is_fact(words, facts)):
                mend = f"Write {{{{{name or words.strip()}}}}}"
                yield source.problem(number, "A fact has two braces before it and two after it.", mend)


def _is_fact(words: str, facts: Collection[str]) -> bool:
    return len(words) <= LONGEST and " ".join(words.casefold().split()) in facts


def _fact_in(words: str, facts: Collection[str]) -> str | None:
    """The fact that these words begin with, or nearly do."""
    written = words.casefold().split()[:6]
    begins = (" ".join(written[:count]) for count in range(len(written), 0, -1))
    found = next((name for name in begins if name in facts), None)
    return found or nearest(" ".join(written), facts)


def _tags(source: Source, lines: Lines) -> Iterator[Problem]:
    for number, line in lines:
        if found := _TAG.search(line):
            name = found[1].strip("/ ").casefold()
            mend = _MENDS.get(name, "Take it out: the words do well without it.")
            message = f"This is shown as it is typed: {found[0][:40]}{'>' if name != '!--' else ''}"
            yield source.problem(number, message, mend, "warning")


def _links(source: Source, lines: Lines) -> Iterator[Problem]:
    for number, line in lines:
        found = _APART.search(line)
        if found and len(found[1].strip()) > 1 and _ADDRESS.match(found[2]):
            mend = "Take the space between ] and ( out."
            yield source.problem(number, f"This is no link yet: {found[0][:60]}", mend, "warning")


def _footnotes(source: Source, lines: Lines) -> Iterator[Problem]:
    written = {found[1] for _, line in lines if (found := _NOTE_TEXT.match(line))}
    for number, line in lines:
        for name in _NOTE.findall(line):
            if name not in written:
                mend = f"Write it at the end of the file, on a line of its own: [^{name}]: Its words."
                yield source.problem(number, f"The footnote [^{name}] has no words.", mend, "warning")
