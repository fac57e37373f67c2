"""Where a course mentions facts."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from courses.course import Course, Lesson
from markup.facts import Prose, named, needed
from quizzes.kinds import Question
from quizzes.quiz import Bank, Quiz, Twin


class Mention(NamedTuple):
    """A fact in a file of the course. `line` is the line of the question it is in, or else 0.

    `in_answer`: in the words of an option, on which marks depend. `needed`: where it is not known, a gap is
    left in the words.
    """

    fact: str
    path: str
    line: int = 0
    in_answer: bool = False
    needed: bool = True


def mentions(course: Course) -> Iterator[Mention]:
    """Every mention, once for each piece of prose, in the order of the course."""
    yield from _prose("course.md", course.introduction)
    for step in course.steps:
        yield from _lesson(step) if isinstance(step, Lesson) else _asking(step)
    for bank in course.banks.values():
        yield from _asking(bank)
    yield from _prose("glossary.md", *(term.meaning for term in course.glossary))


def _prose(path: str, *proses: Prose) -> Iterator[Mention]:
    gaps = needed(*proses)
    return (Mention(name, path, needed=name in gaps) for name in sorted(named(*proses)))


def _lesson(lesson: Lesson) -> Iterator[Mention]:
    for version in lesson.versions.values():
        for block in version.blocks:
            if isinstance(block, Prose):
                yield from _prose(version.path, block)
            else:
                yield from _question(version.path, block)


def _asking(held: Quiz | Bank | Twin) -> Iterator[Mention]:
    if not isinstance(held, Bank):
        yield from _prose(held.path, held.intro)
    yield from _questions(held.path, held.questions.values() if isinstance(held, Twin) else held.questions)
    if not isinstance(held, Twin):
        for twin in held.twins.values():
            yield from _asking(twin)


def _questions(path: str, questions: Iterable[Question]) -> Iterator[Mention]:
    for question in questions:
        yield from _question(path, question)


def _question(path: str, question: Question) -> Iterator[Mention]:
    answers = named(*(option.text for option in question.options))
    for name in sorted(question.facts):
        yield Mention(name, path, question.line, name in answers)
