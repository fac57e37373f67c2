"""Answers into marks, exactly: no rounding ever decides whether somebody has passed."""

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction

import msgspec

from quizzes.kinds import Question
from quizzes.quiz import Rules


class Outcome(msgspec.Struct, frozen=True):
    """The marks earned, the marks there were, and whether that passes."""

    earned: Fraction
    possible: int
    passed: bool

    @property
    def percent(self) -> int:
        """The share earned in whole per cent, rounded down, so that 79.9% never shows as 80%."""
        return int(self.earned * 100 / self.possible) if self.possible else 0


def mark(questions: Iterable[Question], given: Mapping[str, Collection[int]], rules: Rules) -> Outcome:
    """The outcome of an attempt that asked `questions`.

    `given` holds the authored places of the options chosen, by question id. A question that is not
    there, or for which nothing was chosen, earns nothing, whatever its rule. A quiz without a pass mark is
    passed by taking it.
    """
    asked = tuple(questions)
    possible = sum(question.marks for question in asked)
    earned = sum((earned_by(question, given.get(question.id, ())) for question in asked), Fraction(0))
    return Outcome(earned, possible, _passes(earned, possible, rules.pass_mark))


def earned_by(question: Question, given: Collection[int]) -> Fraction:
    """The marks one answer earns. Nothing chosen is no answer: leaving a question out never pays."""
    return question.share(given) * question.marks if given else Fraction(0)


def _passes(earned: Fraction, possible: int, pass_mark: int | None) -> bool:
    if pass_mark is None:
        return True
    return possible > 0 and earned * 100 >= pass_mark * possible
