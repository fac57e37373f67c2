"""Files that were copied, or named nearly as a version of another: both would be taught as lessons."""

import re
from collections.abc import Collection, Iterable, Iterator

from courses.files import File
from markup.problems import Problem

_COPY = re.compile(r"(.+?)(?:[ _-]+copy(?:[ _]?\(?\d+\)?)?| \(\d+\))", re.IGNORECASE)
_EASY = re.compile(r"(.+?)[ _-]+easy(?:[ _-]*read)?", re.IGNORECASE)


def copies(lessons: Iterable[File], paths: Collection[str]) -> Iterator[Problem]:
    """Warnings about `lessons` that seem to be copies or versions of others. `paths` are of all texts."""
    titled: dict[str, str] = {}
    for file in lessons:
        named = _named(file.path, paths)
        title = file.front.entries.get("title")
        if named:
            yield named
        elif title and titled.setdefault(title.value.casefold(), file.path) != file.path:
            message = f"This lesson has the same title as {titled[title.value.casefold()]}."
            mend = "Give it a title of its own, or take the file out if it is a copy."
            yield file.source.problem(title.line, message, mend, "warning")


def _named(path: str, paths: Collection[str]) -> Problem | None:
    stem = path.removesuffix(".md")
    easy, copy = _EASY.fullmatch(stem), _COPY.fullmatch(stem)
    if easy and f"{easy[1]}.md" in paths:
        message = f"This is a lesson of its own, and no version of {easy[1]}.md."
        mend = f"Did you mean {easy[1].rpartition('/')[2]}.easy.md?"
    elif copy and f"{copy[1]}.md" in paths:
        message, mend = (
            f"This looks like a copy of {copy[1]}.md.",
            "Take it out, or give it a name of its own.",
        )
    else:
        return None
    return Problem(path=path, message=message, mend=mend, severity="warning")
