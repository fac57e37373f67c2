"""What differs between two bundles, and which twins an original has left behind."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from courses.bundle import Bundle
from courses.files import original_of
from markup.problems import Problem

MOST_LINES = 400
"""Lines of one file's difference that are shown; comparing much longer ones takes very long."""


class Change(NamedTuple):
    """A file that differs. `lines` are as in a unified diff, for text that is short enough to compare."""

    path: str
    what: Literal["new", "gone", "changed"]
    lines: tuple[str, ...] = ()


def changes(old: Bundle, new: Bundle) -> Iterator[Change]:
    """Every file that is not the same in both, by path."""
    for path in sorted(old.keys() | new.keys()):
        if path not in old:
            yield Change(path, "new")
        elif path not in new:
            yield Change(path, "gone")
        elif old[path] != new[path]:
            yield Change(path, "changed", tuple(_lines(old[path], new[path])))


def _lines(old: bytes, new: bytes) -> Iterator[str]:
    try:
        before, after = old.decode("utf-8-sig").splitlines(), new.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:  # a picture, say
        return
    if before == after:
        yield " (only the ends of lines differ)"
    elif max(len(before), len(after)) <= 50 * MOST_LINES:
        whole = list(difflib.unified_diff(before, after, n=1, lineterm=""))[2:]
        yield from whole[:MOST_LINES]
        if len(whole) > MOST_LINES:
            yield f" … and {len(whole) - MOST_LINES} lines more"


def left_behind(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Problem]:
    """A warning for each twin that stayed the same while its original changed.

    `old` and `new` are manifests, path to digest: the live revision, and what is to take its place.
    """
    for path in sorted(new):
        original = original_of(path)
        if (
            original != path
            and {path, original} <= old.keys() & new.keys()
            and old[original] != new[original]
            and old[path] == new[path]
        ):
            yield Problem(
                path=path,
                message=f"{original} has changed since it was published, but this version of it has not.",
                mend="Read both, and write the same change here if it needs one.",
                severity="warning",
            )
