"""One right answer among several: `- (x)` and `- ( )`."""

from collections.abc import Collection
from fractions import Fraction

from quizzes.question import Asked


class OneAnswer(Asked, frozen=True, kw_only=True, tag="one answer"):
    """A question with round brackets: exactly one option is right."""

    def share(self, given: Collection[int]) -> Fraction:
        """The share of the marks, 0 or 1, for the options given by their authored places."""
        right = {place for place, option in enumerate(self.options) if option.right}
        return Fraction(set(given) == right)
