"""What is wrong with a trainer's file, said so that the trainer can mend it."""

import difflib
from collections.abc import Iterable
from typing import Literal

import msgspec

Severity = Literal["error", "warning"]


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to mend: where it is, what was read there and what to do.

    `line` counts from 1; 0 means the file or folder as a whole. `shown` is the line as it was read.
    An error stops a course from being published; a warning does not.
    """

    path: str
    line: int = 0
    message: str
    mend: str
    shown: str = ""
    severity: Severity = "error"

    @property
    def is_error(self) -> bool:
        return self.severity == "error"


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems by file, then line; errors before warnings on one line; each told once."""
    return tuple(sorted(set(problems), key=lambda p: (p.path, p.line, not p.is_error, p.message)))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like `word`, or None when nothing is near."""
    found = difflib.get_close_matches(word.casefold()[:80], list(known), n=1, cutoff=0.6)
    return found[0] if found else None
