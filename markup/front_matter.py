"""The settings at the top of a file, `key: value` between two lines of `---`. Text, never typed YAML."""

import re
from collections.abc import Collection, Iterator

import msgspec

from markup.problems import Problem, nearest
from markup.source import Source

_ITEM = re.compile(r"[-*+–—•]\s+(.*)")


class Entry(msgspec.Struct, frozen=True):
    """One value as it was written, and its line."""

    value: str
    line: int


class FrontMatter(msgspec.Struct, frozen=True):
    """Settings by their key in lower case. `body` is the number of the first line after them."""

    entries: dict[str, Entry]
    lists: dict[str, tuple[Entry, ...]]
    body: int

    def value(self, key: str, default: str = "") -> str:
        """The words after `key:`, or `default` where the key is not there."""
        return self.entries[key].value if key in self.entries else default


def read(
    source: Source, known: Collection[str], lists: Collection[str] = ()
) -> tuple[FrontMatter, tuple[Problem, ...]]:
    """The front matter of a file that may have the keys `known` and, with `- items` under them, `lists`.

    A file without any is all body. A key that is unknown, doubled or empty is a problem.
    """
    start = next((place for place, line in enumerate(source.lines) if line.strip()), 0)
    bare = _without_start(source, start, known)
    if not bare and (not source.lines or not _is_fence(source.lines[start])):
        return FrontMatter({}, {}, 1), ()
    start -= len(bare)  # then its settings begin on the first line itself
    end, body, problems = (*_guessed_end(source, start), ()) if bare else _end(source, start)
    reader = _Reader(source, known, lists)
    for line in range(start + 1, end):
        reader.take(line + 1, source.lines[line])
    return reader.finish(body), (*bare, *problems, *reader.problems)


def _without_start(source: Source, start: int, known: Collection[str]) -> tuple[Problem, ...]:
    """A problem where the first line is a setting already, so that the --- above it is missing."""
    key, colon, _ = source.lines[start].partition(":") if source.lines else ("", "", "")
    if not colon or " ".join(key.casefold().split()) not in {*known, "title", "kind"}:
        return ()
    message = "This line is a setting, but there is no --- above it."
    return (source.problem(start + 1, message, "Write --- on a line above this one."),)


def _is_fence(line: str) -> bool:
    """`---`, also where a word processor has made long dashes of it."""
    signs = line.strip()
    return bool(signs) and set(signs) <= set("-–—") and (len(signs) > 2 or not signs.isascii())


def _end(source: Source, start: int) -> tuple[int, int, tuple[Problem, ...]]:
    """The place after the last setting, the line the body begins on, and whether the end is missing."""
    for place, line in enumerate(source.lines[start + 1 :], start + 1):
        if _is_fence(line):
            return place, place + 2, ()
    message = "The settings at the top of this file have no end."
    mend = "Write --- on a line of its own under the last setting."
    return (*_guessed_end(source, start), (source.problem(start + 1, message, mend),))


def _guessed_end(source: Source, start: int) -> tuple[int, int]:
    for place, line in enumerate(source.lines[start + 1 :], start + 1):
        if _is_fence(line):
            return place, place + 2
        if not line.strip() or line.lstrip().startswith("#"):
            return place, place + 1
    return len(source.lines), len(source.lines) + 1


class _Reader:
    """Takes the lines of the front matter one by one."""

    def __init__(self, source: Source, known: Collection[str], lists: Collection[str]) -> None:
        self.source = source
        self.known = sorted(known)
        self.lists = sorted(lists)
        self.values: dict[str, Entry] = {}
        self.items: dict[str, list[Entry]] = {}
        self.open = ""
        self.problems: list[Problem] = []

    def take(self, line: int, text: str) -> None:
        if not text.strip() or text.lstrip().startswith("#"):
            return
        item = _ITEM.fullmatch(text.strip())
        key, colon, value = text.partition(":")
        if item:
            self._item(line, item[1])
        elif colon and key.strip():
            self._setting(line, " ".join(key.casefold().split()), value.strip())
        else:
            message = "This line is not a setting."
            self._problem(line, message, "Write a setting as “key: value”, all of it on one line.")

    def _setting(self, line: int, key: str, value: str) -> None:
        self.open = ""
        if key not in self.known and key not in self.lists:
            self._unknown(line, key)
        elif key in self.values:
            message = f"“{key}:” is here twice. The first is on line {self.values[key].line}."
            self._problem(line, message, "Keep one of the two lines and take the other out.")
        else:
            self.values[key] = Entry(value, line)
            self.open = key if key in self.lists else ""
            if value and self.open:
                self._item(line, value)

    def _item(self, line: int, value: str) -> None:
        if self.open:
            self.items.setdefault(self.open, []).append(Entry(value, line))
            return
        where = " or ".join(f"“{key}:”" for key in self.lists)
        mend = f"Put it straight under {where}." if where else "Write it after its key, on the same line."
        self._problem(line, "This list does not belong to any setting.", mend)

    def _unknown(self, line: int, key: str) -> None:
        near = nearest(key, [*self.known, *self.lists])
        everything = ", ".join(sorted([*self.known, *self.lists]))
        mend = f"Did you mean “{near}:”?" if near else f"The settings this file can have are: {everything}."
        self._problem(line, f"“{key}:” is not a setting of this kind of file.", mend)

    def _problem(self, line: int, message: str, mend: str) -> None:
        self.problems.append(self.source.problem(line, message, mend))

    def finish(self, body: int) -> FrontMatter:
        for key, entry in self.values.items():
            if not entry.value and key not in self.items:
                mend = "Write what it should be, or take the line out."
                self._problem(entry.line, f"There is nothing after “{key}:”.", mend)
        entries = {key: entry for key, entry in self._filled() if key not in self.lists}
        return FrontMatter(entries, {key: tuple(items) for key, items in self.items.items()}, body)

    def _filled(self) -> Iterator[tuple[str, Entry]]:
        return ((key, entry) for key, entry in self.values.items() if entry.value)
