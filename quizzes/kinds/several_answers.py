"""Any number of right answers: `- [x]` and `- [ ]`, marked by one of three named rules."""

from collections.abc import Collection
from fractions import Fraction
from typing import Literal

from quizzes.question import Asked

Rule = Literal["right minus wrong", "all or nothing", "each choice counts"]


class SeveralAnswers(Asked, frozen=True, kw_only=True, tag="several answers"):
    """A question with square brackets: tick all that apply."""

    rule: Rule = "right minus wrong"

    def share(self, given: Collection[int]) -> Fraction:
        """The share of the marks, 0 to 1, for the options given by their authored places.

        `right minus wrong`: right ticks less wrong ticks, over the number that are right, never below
        zero. `all or nothing`: 1 only for exactly the right ticks. `each choice counts`: every option
        left or ticked as it should be counts the same. A place the question does not have is a wrong tick.
        """
        right = {place for place, option in enumerate(self.options) if option.right}
        ticked = set(given)
        match self.rule:
            case "right minus wrong":
                return max(Fraction(0), Fraction(len(ticked & right) - len(ticked - right), len(right)))
            case "all or nothing":
                return Fraction(ticked == right)
            case "each choice counts":
                return max(Fraction(0), 1 - Fraction(len(ticked ^ right), len(self.options)))
