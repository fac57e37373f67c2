"""Keyword lines: `Why: ...`, `Marks: 2`. A line that begins with a known keyword starts afresh."""

import re
from collections.abc import Collection
from difflib import SequenceMatcher

_KEYWORD = re.compile(
    r"\s*(?:\*\*|__)?([^\W\d_]+(?:\s{1,3}[^\W\d_]+){0,2})\s{0,3}(?:\*\*|__)?\s{0,3}:(?:\*\*|__)?\s*(.*)"
)
_CLOSE = 0.75
LONGEST = 24


def keyword(line: str, known: Collection[str]) -> tuple[str, str] | None:
    """The keyword a line begins with, in lower case, and what follows it; None for any other line.

    `known` holds the keywords in lower case. Bold keywords and spaces before the colon are taken.
    """
    found = _KEYWORD.match(line)
    name = _plain(found[1]) if found else ""
    return (name, found[2].strip()) if found and name in known else None


def near_miss(line: str, known: Collection[str]) -> str | None:
    """The keyword that a line such as `Wy: ...` probably meant, or None."""
    found = _KEYWORD.match(line)
    name = _plain(found[1]) if found else ""
    if not name or name in known:
        return None
    return next((word for word in sorted(known) if _close(name, word)), None)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _close(name: str, word: str) -> bool:
    """Near in spelling, or the same letters in another order."""
    if len(name) > LONGEST:
        return False
    return sorted(name) == sorted(word) or SequenceMatcher(None, name, word).ratio() >= _CLOSE
