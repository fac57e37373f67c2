"""Makers of quizzes for the tests of this folder."""

from collections.abc import Callable, Sequence

import pytest

from markup.facts import Prose
from markup.problems import Problem
from markup.source import Source
from quizzes.kinds import Question
from quizzes.kinds.one_answer import OneAnswer
from quizzes.kinds.several_answers import SeveralAnswers
from quizzes.question import Option
from quizzes.quiz import Quiz
from quizzes.reader import read_quiz

FRONT = "---\nkind: quiz\ntitle: Check\n---\n"


def prose(text: str, line: int) -> Prose:
    """Prose that keeps the words as they were given, and the line they were said to begin on."""
    return Prose((f"{line}|{text}",), text)


@pytest.fixture(scope="session")
def read() -> Callable[..., tuple[Quiz, tuple[Problem, ...]]]:
    """Reads a quiz called `final` from text. Line 5 is the first under the front matter."""

    def reader(text: str, front: str = FRONT) -> tuple[Quiz, tuple[Problem, ...]]:
        quiz, problems = read_quiz(Source("final.md", tuple((front + text).split("\n"))), "final", prose)
        assert quiz is not None
        return quiz, problems

    return reader


@pytest.fixture(scope="session")
def ask() -> Callable[..., Question]:
    """Makes a question from which of its options are right."""

    def maker(id: str, right: Sequence[bool], **kept: object) -> Question:  # noqa: A002
        options = tuple(Option(text=Prose(), right=is_right) for is_right in right)
        kind = OneAnswer if sum(right) == 1 and "rule" not in kept else SeveralAnswers
        return kind(id=id, stem=Prose(), options=options, **kept)  # type: ignore[arg-type]

    return maker
