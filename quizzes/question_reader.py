"""A written question into a `Question`, or into what has to be mended first."""

import re
from collections.abc import Callable, Iterator
from typing import Any, get_args

from markup import units
from markup.facts import Prose
from markup.headings import Section
from markup.ids import slug
from markup.problems import Problem, Severity, nearest
from markup.source import Source
from quizzes.kinds import Question
from quizzes.kinds.one_answer import OneAnswer
from quizzes.kinds.several_answers import Rule, SeveralAnswers
from quizzes.question import Option
from quizzes.question_lines import Words, Written, sort_lines

ReadProse = Callable[[str, int], Prose]
"""Markdown and the line it begins on, into safe prose. Whoever made it gathers its problems."""

KEYWORDS = ("why", "marks", "tags", "marking")
LATER = {
    "match": "in which people match two columns",
    "extra answers": "in which people match two columns",
    "order": "in which people put things in order",
    "answer": "in which people type the answer",
    "near enough": "in which people type a number",
    "trainer marks": "that a trainer marks",
    "model answer": "that a trainer marks",
}
"""Keywords of kinds of questions that come in a later version."""

MOST_MARKS = 100
RULES: tuple[Rule, ...] = get_args(Rule)

_GAP = re.compile(r"\[\[[^\[\]]+\]\]")
_BLOCK_SIGN = re.compile(r"^(?:(\d+)(?=[.)]\s)|(?=[#>]|[+*-]\s))")


def read_question(
    source: Source, section: Section, file_id: str, prose: ReadProse
) -> tuple[Question | None, tuple[Problem, ...]]:
    """The question under one heading; None, with the problems, when it cannot be asked as it stands."""
    written, problems = sort_lines(source, section, (*KEYWORDS, *LATER))
    check = _Check(source, written)
    found = (*problems, *check.run())
    if any(problem.is_error for problem in found):
        return None, found
    return _question(written, check, f"{file_id}#{section.id}", prose), found


class _Check:
    """Everything that must hold for one question, and the values of its keywords."""

    def __init__(self, source: Source, written: Written) -> None:
        self.source = source
        self.written = written
        self.options = written.options
        self.marks = 1
        self.rule: Rule = RULES[0]
        self.tags: tuple[str, ...] = ()

    def run(self) -> tuple[Problem, ...]:
        later = tuple(self._later())
        if later:
            return later
        return (*self._heading(), *self._keywords(), *self._options())

    def _later(self) -> Iterator[Problem]:
        """Kinds of questions that this version reads but cannot ask."""
        mend = "Give it answers to tick, with (x) or [x], or take it out for now."
        for name, (line, _) in self.written.keywords.items():
            if name in LATER:
                message = f"Alongside cannot yet ask questions {LATER[name]}."
                yield self.source.problem(line, message, mend)
                return
        if not self.options and _GAP.search(self.written.body.text):
            message = "Alongside cannot yet ask questions in which people fill gaps."
            yield self.source.problem(self.written.body.line, message, mend)

    def _heading(self) -> Iterator[Problem]:
        section = self.written.section
        if not section.words:
            yield self._problem(
                section.line, "This question has no words.", "Write the question after the ##."
            )
        elif not section.id:
            mend = "Write one after the question, such as {#my-question}."
            yield self._problem(section.line, "No id can be made from these words.", mend)

    def _keywords(self) -> Iterator[Problem]:
        readers = {"marks": self._marks, "tags": self._tags, "marking": self._marking}
        for name, (line, words) in self.written.keywords.items():
            if not words.text:
                mend = f"Write the words after “{name.capitalize()}:”, or take the line out."
                yield self._problem(line, f"There is nothing after “{name.capitalize()}:”.", mend)
            elif name in readers:
                yield from readers[name](line, words.text)

    def _marks(self, line: int, value: str) -> Iterator[Problem]:
        marks = units.whole(value)
        if marks and marks <= MOST_MARKS:
            self.marks = marks
        else:
            mend = f"Write a whole number from 1 to {MOST_MARKS}."
            yield self._problem(line, f"“{value}” is not a number of marks.", mend)

    def _tags(self, line: int, value: str) -> Iterator[Problem]:
        self.tags = tuple(dict.fromkeys(tag for part in value.split(",") if (tag := slug(part))))
        if not self.tags:
            yield self._problem(line, "There is no tag here.", "Write words with commas between them.")

    def _marking(self, line: int, value: str) -> Iterator[Problem]:
        rule = next((rule for rule in RULES if rule == value.casefold().rstrip(".")), None)
        if rule is None:
            near = nearest(value, RULES)
            mend = f"Did you mean “{near}”? The" if near else "The"
            mend += f" ways of marking are: {', '.join(RULES)}."
            yield self._problem(line, f"“{value}” is not a way of marking Alongside knows.", mend)
        elif self.options and not self.options[0].square:
            mend = "Take the line out, or use [x] and [ ] on every answer."
            yield self._problem(line, "“Marking:” is for questions with several right answers.", mend)
        else:
            self.rule = rule

    def _options(self) -> Iterator[Problem]:
        line = self.written.line
        if self.written.broken:  # what is missing may stand in the line that was refused
            yield from self._too_many_right()
            return
        if not self.options:
            mend = (
                "Write each answer on a line of its own: - (x) before the right one, - ( ) before the others."
            )
            yield self._problem(line, "This question has no answers to choose from.", mend)
        elif len(self.options) == 1:
            mend = "Write at least one more, with ( ) or [ ] before it."
            yield self._problem(self.options[0].line, "This question has only one answer.", mend)
        else:
            yield from self._ticks()
        yield from self._words()

    def _ticks(self) -> Iterator[Problem]:
        first = self.options[0]
        other = next((option for option in self.options if option.square != first.square), None)
        ticked = [option for option in self.options if option.ticked]
        if other is not None:
            message = "This question has round boxes and square ones."
            mend = (
                "Use ( ) on every answer where one is right, or [ ] on every answer where several are. "
                f"The first answer, on line {first.line}, has a {'square' if first.square else 'round'} box."
            )
            yield self._problem(other.line, message, mend)
        elif not ticked:
            box = "[x]" if first.square else "(x)"
            message = "No answer of this question is marked as right."
            yield self._problem(self.written.line, message, f"Write {box} before what is right.")
        else:
            yield from self._too_many_right()

    def _too_many_right(self) -> Iterator[Problem]:
        ticked = [option for option in self.options if option.ticked and not option.square]
        if len(ticked) > 1:
            number = "two" if len(ticked) == 2 else str(len(ticked))
            mend = (
                "Round brackets allow one right answer. Use [x] on every option, or untick one. "
                f"The first (x) is on line {ticked[0].line}."
            )
            message = f"This question has {number} right answers marked with (x)."
            yield self._problem(ticked[1].line, message, mend)

    def _words(self) -> Iterator[Problem]:
        first: dict[str, int] = {}
        for option in self.options:
            words = " ".join(option.words.text.casefold().split())
            if not words:
                yield self._problem(option.line, "This answer has no words.", "Write them after the box.")
            elif words in first:
                message = f"This answer says the same as the one on line {first[words]}."
                yield self._problem(option.line, message, "Change one of them, or take it out.", "warning")
            first.setdefault(words, option.line)

    def _problem(self, line: int, message: str, mend: str, severity: Severity = "error") -> Problem:
        return self.source.problem(line, message, mend, severity)


def _question(written: Written, check: _Check, identity: str, prose: ReadProse) -> Question:
    parts: dict[str, Any] = {
        "id": identity,
        "stem": prose(_one_paragraph(written.section.words), written.line),
        "body": _prose(written.body, prose),
        "options": tuple(
            Option(
                text=prose(_one_paragraph(option.words.text), option.line),
                right=option.ticked,
                feedback=_prose(option.feedback, prose),
            )
            for option in written.options
        ),
        "why": _prose(written.keywords["why"][1], prose) if "why" in written.keywords else Prose(),
        "marks": check.marks,
        "tags": check.tags,
        "line": written.line,
    }
    if written.options[0].square:
        return SeveralAnswers(**parts, rule=check.rule)
    return OneAnswer(**parts)


def _prose(words: Words, prose: ReadProse) -> Prose:
    return prose(words.text, words.line) if words.text else Prose()


def _one_paragraph(text: str) -> str:
    """`999. Always.` as the words they are: Markdown would make a list of them."""
    return _BLOCK_SIGN.sub(r"\1\\", text)
