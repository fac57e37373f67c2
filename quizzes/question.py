"""What every kind of question has."""

import msgspec

from markup.facts import Prose, named


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """One option as its author wrote it. Its place in the question is its identity."""

    text: Prose
    right: bool
    feedback: Prose = Prose()


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The part all questions share.

    `id` is `file#heading`, unique in its course. `stem` is the heading; `body` the text under it.
    """

    id: str
    stem: Prose
    body: Prose = Prose()
    options: tuple[Option, ...] = ()
    why: Prose = Prose()
    marks: int = 1
    tags: tuple[str, ...] = ()
    line: int = 0

    @property
    def facts(self) -> frozenset[str]:
        """The names of the facts it mentions."""
        options = (prose for option in self.options for prose in (option.text, option.feedback))
        return named(self.stem, self.body, self.why, *options)
