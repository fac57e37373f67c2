"""Questions that stand in a lesson as if it were a quiz: told once, instead of once for every line."""

import re
from collections.abc import Iterator

from courses.settings import KEYS
from markup import front_matter
from markup.fences import code_lines
from markup.problems import Problem
from markup.source import Source
from quizzes.question_lines import is_option
from quizzes.settings import KEYS as QUIZ_KEYS

LISTS = ("draw",)
ONLY_IN_QUIZZES = tuple(key for key in QUIZ_KEYS if key not in KEYS["lesson"])

_BULLET = re.compile(r"\s*\\?(?:[-*+–—•·]|\d{1,3}[.)])\s")
_ROUND = re.compile(r"\s*\S+\s+\\?\(")
_CHECK = re.compile(r"\s*:{2,}\s*check\b", re.IGNORECASE)
_END = re.compile(r"\s*:{2,}\s*")
_MEND = "Write “kind: quiz” between the --- lines; or put the question between ::: check and :::"


def questions(source: Source) -> Problem | None:
    """A problem where a lesson has settings or answers that only a quiz can have; None where it has none."""
    front, _ = front_matter.read(source, (*KEYS["lesson"], *ONLY_IN_QUIZZES), LISTS)
    setting = next(
        (key for key in (*ONLY_IN_QUIZZES, *LISTS) if key in front.entries or key in front.lists), ""
    )
    if setting:
        line = front.entries[setting].line if setting in front.entries else front.lists[setting][0].line
        message = f"This file has “{setting}:” but does not say “kind: quiz”."
        return source.problem(line, message, "Write “kind: quiz” between the --- lines.")
    boxes = list(_boxes(source, front.body))
    if not boxes:
        return None
    line = next((line for line, asked in boxes if asked), 0)
    if line:
        message = "This file has answers with ( ) or [ ] but does not say “kind: quiz”."
        return source.problem(line, message, _MEND)
    mend = "Take the boxes out if this is a list. If it is a question, put it between ::: check and :::"
    return source.problem(
        boxes[0][0], "A lesson shows [ ] as it is typed: nobody can tick it.", mend, "warning"
    )


def _boxes(source: Source, body: int) -> Iterator[tuple[int, bool]]:
    """The lines of answers outside of checks, each with whether they answer something, or are a list."""
    lines = source.lines[body - 1 :]
    code, _ = code_lines(lines)
    in_check = asked = False
    for place, line in enumerate(lines):
        if place in code:
            continue
        if _CHECK.match(line):
            in_check = True
        elif _END.fullmatch(line):
            in_check = False
        elif line.lstrip().startswith("#"):
            asked = line.partition("{")[0].rstrip(" #*").endswith("?")
        elif not in_check and is_option(line) and _BULLET.match(line):
            yield body + place, asked or bool(_ROUND.match(line))
