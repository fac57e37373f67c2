"""How much one file may hold, so that no file keeps Alongside busy for longer than a person waits.

Python-Markdown takes quadratic time where signs are never closed, and where lists and quotes lie deep inside
each other. What is refused here is far beyond what people write, and each check looks at every character
once.
"""

import re
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from collections.abc import Iterable, Iterator

import markdown
from markdown.treeprocessors import Treeprocessor

from courses.tree import Notebook
from markup.problems import Problem, Severity, in_order
from markup.source import Source

MOST_TEXTS = 1_000
"""Text files in one course."""
LARGEST = 300_000
"""Characters in one file: about 50,000 words."""
MOST_LINES = 5_000
LONGEST_LINE = 20_000
"""Characters in one line: about 3,000 words."""
MOST_SPACES = 200
"""Spaces in a row in a line that begins code, a tab being four: Markdown tries each way to share them."""
DEEPEST = 12
"""Levels of lists and quotes inside each other."""
MOST_COLUMNS = 50
HEAVIEST = 2_000_000
"""How heavy one paragraph may be: its characters times its signs that mean something to Markdown."""
HEAVIEST_TEXT = 8_000_000
"""The same for all the paragraphs of one text."""
MOST_TOLD = 100
"""Problems told of one file at once."""

FENCES = ("```", "~~~")
_LEVELS = re.compile(r"(?:[ \t]*(?:>|[-*+:][ \t]|\d{1,9}[.)][ \t]))*[ \t]*")
_LEVEL = re.compile(r"[>:]|[-*+](?=[ \t])|\d[.)]| {4}|\t")
_RULES = ({"-"}, {"*"}, {"_"})
"""What a line across the page is made of, such as - - -."""
_SIGNS = re.compile(r"[\[\]()*_`<&\\!|]")


def too_many(paths: Iterable[str]) -> Problem | None:
    """A problem where a course has more text files than anybody could take."""
    texts = sum(path.endswith(".md") for path in paths)
    if texts <= MOST_TEXTS:
        return None
    message = f"There are {texts:,} text files here. A course can have {MOST_TEXTS:,}."
    return Problem(path="course.md", message=message, mend="Make several courses of it.")


def too_much(source: Source) -> Problem | None:
    """The first thing in a file that is more than a page can be; None when all is well."""
    return next(_excesses(source), None)


def _excesses(source: Source) -> Iterator[Problem]:
    if sum(map(len, source.lines)) > LARGEST:
        message = f"This file is longer than {LARGEST:,} characters."
        yield source.problem(0, message, "Make several files of it.")
    if len(source.lines) > MOST_LINES:
        message = f"This file has more than {MOST_LINES:,} lines."
        yield source.problem(0, message, "Make several files of it.")
    for number, line in enumerate(source.lines, start=1):
        if len(line) > LONGEST_LINE:
            message = f"This line is longer than {LONGEST_LINE:,} characters."
            yield source.problem(number, message, "Make several paragraphs of it, with empty lines between.")
        if line.lstrip().startswith(FENCES) and " " * MOST_SPACES in line.expandtabs(4):
            message = (
                f"There are more than {MOST_SPACES - 1} spaces in a row in this line, which begins code."
            )
            yield source.problem(number, message, "Take them out.")
        if depth(line) > DEEPEST:
            message = f"Lists or quotes lie more than {DEEPEST} deep inside each other here."
            yield source.problem(number, message, "Use fewer levels.")
        if line.count("|") > MOST_COLUMNS + 1:
            message = f"This table has more than {MOST_COLUMNS} columns."
            mend = "Make several tables of it, or turn rows and columns round."
            yield source.problem(number, message, mend)


def depth(line: str) -> int:
    """How many lists and quotes the words of a line lie in, at most."""
    before = _LEVELS.match(line)
    ruled = set(line) - {" ", "\t"} in _RULES
    return len(_LEVEL.findall(before[0])) if before and not ruled else 0


class Weighing(Treeprocessor):
    """Takes paragraphs out that would keep Markdown busy for long, before it looks at their signs."""

    def __init__(self, renderer: markdown.Markdown, writer: Notebook) -> None:
        super().__init__(renderer)
        self.writer = writer

    def run(self, root: ElementTree.Element) -> None:
        for element in root.iter():
            if element.text and self._refuses(element.text):
                element.text = ""
            if element.tail and self._refuses(element.tail):
                element.tail = ""

    def _refuses(self, text: str) -> bool:
        if isinstance(text, markdown.util.AtomicString):
            return False
        weight = len(text) * len(_SIGNS.findall(text))
        self.writer.weight += weight
        too_heavy = weight > HEAVIEST or self.writer.weight > HEAVIEST_TEXT
        if too_heavy:
            message = "There are too many brackets, stars or other such signs in this text."
            mend = "Take out those that mean nothing. Where they are needed, make several files of it."
            self.writer.problem(text.partition("\n")[0][:60], message, mend)
        return too_heavy


def first_of_each(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems in order, of each file no more than a person can mend before looking again.

    Where more are left out, that is a problem too: an error where one of them is.
    """
    by_path: dict[str, list[Problem]] = defaultdict(list)
    for problem in in_order(problems):
        by_path[problem.path].append(problem)
    return tuple(problem for told in by_path.values() for problem in _first(told))


def _first(problems: list[Problem]) -> list[Problem]:
    told, more = problems[:MOST_TOLD], problems[MOST_TOLD:]
    if not more:
        return told
    message = f"There are {len(more):,} more problems in this file."
    severity: Severity = "error" if any(problem.is_error for problem in more) else "warning"
    mend = "Mend the others, then check again: you will be told of these."
    return [*told, Problem(path=told[0].path, message=message, mend=mend, severity=severity)]
