"""Fenced code: lines in which nothing is a heading, an option or a block."""

import re
from collections.abc import Sequence

from markup.problems import Problem
from markup.source import Source

_FENCE = re.compile(r"\s*(?P<run>`{3,}(?=[^`]*$)|~{3,})(?P<info>.*)")


def code_lines(lines: Sequence[str]) -> tuple[frozenset[int], tuple[int, ...]]:
    """The places (from 0) of all lines of fenced code, and those of fences that are never closed.

    A fence that is never closed counts as ordinary text, so that one slip does not hide the
    rest of the file from its checks.
    """
    fences = [(place, found) for place, line in enumerate(lines) if (found := _FENCE.match(line))]
    longest = _longest_closers([found for _, found in fences])
    code: set[int] = set()
    unclosed = []
    opened: tuple[int, re.Match[str]] | None = None
    for (place, fence), closers in zip(fences, longest, strict=True):
        if opened is None and len(fence["run"]) > closers[fence["run"][0]]:
            unclosed.append(place)
        elif opened is None:
            opened = place, fence
        elif _closes(fence, opened[1]):
            code.update(range(opened[0], place + 1))
            opened = None
    return frozenset(code), tuple(unclosed)


def unclosed(source: Source, first: int, lines: Sequence[str]) -> tuple[Problem, ...]:
    """A problem for each fence among `lines` (of which the first is line `first`) that never ends."""
    message = "The code that begins on this line never ends."
    mend = "Write the same signs once more, on a line of their own, where the code ends."
    return tuple(source.problem(first + place, message, mend) for place in code_lines(lines)[1])


def _closes(fence: re.Match[str], opening: re.Match[str]) -> bool:
    same = fence["run"][0] == opening["run"][0] and len(fence["run"]) >= len(opening["run"])
    return same and not fence["info"].strip()


def _longest_closers(fences: list[re.Match[str]]) -> list[dict[str, int]]:
    """For each fence, the longest closing run of each sign after it: hostile files stay linear."""
    longest = {"`": 0, "~": 0}
    after = []
    for fence in reversed(fences):
        after.append(dict(longest))
        if not fence["info"].strip():
            sign = fence["run"][0]
            longest[sign] = max(longest[sign], len(fence["run"]))
    return after[::-1]
