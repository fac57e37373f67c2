"""Which text files of a course there are: each opened, with its kind and its front matter."""

from collections.abc import Callable, Mapping

import msgspec

from courses import astray, limits
from courses.files import File, said_kind, usual_kind
from courses.media import is_media
from courses.settings import KEYS
from courses.slips import slips
from courses.strays import stray
from markup import front_matter
from markup import source as sources
from markup.front_matter import FrontMatter
from markup.problems import Problem, nearest
from markup.source import Source

STEPS = ("lesson", "quiz")
SHARED = ("shared", "transcript")
KINDS = ("course", "module", *STEPS, "bank", "glossary", *SHARED)


class Opened(msgspec.Struct):
    """The files of a course by path, and what is wrong with them so far.

    `unread` are paths of files that are there but cannot be used: what is wrong with them is said once.
    `excesses` are problems of files too large to be looked at.
    """

    files: dict[str, File] = {}
    unread: set[str] = set()
    problems: list[Problem] = []
    excesses: list[Problem] = []


def open_files(bundle: Mapping[str, bytes], facts: frozenset[str], begun: Callable[[str], None]) -> Opened:
    """Open every text file of a bundle. `facts` are the names that may be used in it; `begun` is told each
    path before its file is looked at.
    """
    opened = Opened()
    for path in sorted(bundle):
        if path.endswith(".md"):
            begun(path)
            _open(opened, path, bundle[path], facts)
        elif not is_media(path):
            opened.problems += filter(None, [stray(path)])
    return opened


def _open(opened: Opened, path: str, data: bytes, facts: frozenset[str]) -> None:
    source, problems = sources.read(path, data)
    opened.problems += problems
    if source is None:
        opened.unread.add(path)
    elif (excess := limits.too_much(source)) is not None:
        opened.excesses.append(excess)
    else:
        usual = usual_kind(path)
        kind = said_kind(source) or usual if usual == "lesson" else usual
        if (unused := _unused(source, kind)) is not None:
            opened.problems.append(unused)
            opened.unread.add(path)
        else:
            front, problems = _front(source, kind)
            opened.files[path] = File(source, front, kind)
            opened.problems += (*problems, *slips(source, front.body, facts))


def _unused(source: Source, kind: str) -> Problem | None:
    """Why a course can make nothing of a file, if that is so."""
    path, proper = source.path, source.path.casefold()
    if path != proper and proper in ("course.md", "glossary.md"):
        message = f"Alongside does not look for a file {path}."
        return source.problem(0, message, f"Rename it to {proper}.")
    if kind == "path":
        mend = "Move it out of this folder and publish it alone: alongside courses publish FILE"
        return source.problem(_kind_line(source), "A learning path is not part of a course.", mend)
    if kind not in KINDS:
        near = nearest(kind, KINDS)
        mend = f"Did you mean {near}?" if near else f"Write one of: {', '.join(KINDS)}."
        message = f"Alongside does not know the kind “{kind}” here."
        return source.problem(_kind_line(source), message, mend)
    if kind in STEPS and path.count("/") > 1:
        mend = "Move it up: a module is one folder, and its lessons lie straight in it."
        return source.problem(0, "This file lies too deep, so nobody could reach it.", mend)
    return None


def _kind_line(source: Source) -> int:
    return front_matter.read(source, ("kind",))[0].entries["kind"].line


def _front(source: Source, kind: str) -> tuple[FrontMatter, tuple[Problem, ...]]:
    if kind == "lesson" and (problem := astray.questions(source)):
        front, problems = front_matter.read(source, (*KEYS[kind], *astray.ONLY_IN_QUIZZES), astray.LISTS)
        return front, (problem, *problems)
    if kind not in KEYS:  # quizzes and banks read their own, and say what is wrong with it
        return front_matter.read(source, ("kind", "id", "title", "draw"), ("draw",))[0], ()
    front, problems = front_matter.read(source, KEYS[kind])
    return front, tuple(problems)
