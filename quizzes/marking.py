"""Answers into marks, exactly."""

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction

import msgspec

from quizzes.kinds import Question
from quizzes.quiz import Rules


class Outcome(msgspec.Struct, frozen=True):
    """What an attempt came to: marks earned, marks there were, and whether that passes."""

    earned: Fraction
    possible: int
    passed: bool

    @property
    def percent(self) -> int:
        """Whole per cent, rounded down: 79.9% is shown as 79% where 80% passes."""
        return int(100 * self.earned / self.possible) if self.possible else 0


def mark(questions: Iterable[Question], given: Mapping[str, Collection[int]], rules: Rules) -> Outcome:
    """Mark answers by question id. A question without an answer earns nothing; no pass mark always passes."""
    asked = tuple(questions)
    earned = sum((_marks(question, given.get(question.id, ())) for question in asked), Fraction(0))
    possible = sum(question.marks for question in asked)
    passed = rules.pass_mark is None or 100 * earned >= rules.pass_mark * possible
    return Outcome(earned, possible, passed)


def _marks(question: Question, given: Collection[int]) -> Fraction:
    return question.marks * question.share(given) if given else Fraction(0)
