"""A quiz, its rules and its banks, as values."""

from typing import Literal

import msgspec

from markup.facts import Prose
from quizzes.kinds import Question

Order = Literal["as written", "shuffled"]
Counts = Literal["best", "last", "first"]
ShowAnswers = Literal["after passing", "after submitting", "never"]


class Draw(msgspec.Struct, frozen=True, kw_only=True):
    """`5 from banks/strands tagged mate-crime`: how many, from which bank, with which tag (or none)."""

    count: int
    bank: str
    tag: str = ""


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """How a quiz is taken and marked.

    `pass_mark` in whole per cent; `attempts` None for no limit; `wait` between attempts in seconds.
    `time_limit` in seconds, None for no limit; `grace` is how long after it answers are still taken.
    """

    pass_mark: int | None = None
    attempts: int | None = None
    wait: int = 0
    time_limit: int | None = None
    grace: int = 60
    questions: Order = "as written"
    options: Order = "as written"
    counts: Counts = "best"
    show_answers: ShowAnswers = "after passing"


class Twin(msgspec.Struct, frozen=True, kw_only=True):
    """A quiz or bank in other words: Easy Read or another language.

    `questions` maps the id of each question that was written again to that version. Options stand in the same
    places as in the original, so that an answer means the same in both.
    """

    title: str
    path: str = ""
    language: str = "en-GB"
    intro: Prose = Prose()
    content_note: str = ""
    questions: dict[str, Question] = {}


class Quiz(msgspec.Struct, frozen=True, kw_only=True, tag="quiz"):
    """A quiz: its own questions, then those it draws from banks. `id` is unique in its course."""

    id: str
    title: str
    path: str = ""
    intro: Prose = Prose()
    minutes: int | None = None
    content_note: str = ""
    rules: Rules = Rules()
    questions: tuple[Question, ...] = ()
    draws: tuple[Draw, ...] = ()
    twins: dict[str, Twin] = {}

    @property
    def length(self) -> int:
        """How many questions one attempt asks."""
        return len(self.questions) + sum(draw.count for draw in self.draws)


class Bank(msgspec.Struct, frozen=True, kw_only=True):
    """Questions to draw from. `id` is the bank's path without ending: `banks/strands`."""

    id: str
    title: str
    path: str = ""
    questions: tuple[Question, ...] = ()
    twins: dict[str, Twin] = {}
