"""A course and its parts, as immutable values."""

from typing import Literal

import msgspec

from courses.media import Media
from markup.facts import Prose
from quizzes.kinds import Question
from quizzes.quiz import Bank, Quiz

Access = Literal["open", "account", "assigned"]

Block = Prose | Question
"""A piece of a lesson: prose, or a quick check that is not scored."""


class LessonText(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a lesson's words: standard, Easy Read or another language."""

    title: str
    path: str
    language: str = "en-GB"
    content_note: str = ""
    blocks: tuple[Block, ...] = ()


class Lesson(msgspec.Struct, frozen=True, kw_only=True, tag="lesson"):
    """A lesson. `versions` has `standard` and, where written, `easy` and language codes."""

    id: str
    versions: dict[str, LessonText]
    minutes: int | None = None

    @property
    def title(self) -> str:
        return self.versions["standard"].title


Step = Lesson | Quiz


class Module(msgspec.Struct, frozen=True, kw_only=True):
    """Steps under one heading. What lies in the course's own folder is a module without a title."""

    id: str
    title: str = ""
    summary: str = ""
    steps: tuple[Step, ...] = ()


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """A glossary entry; `id` is its anchor on the glossary page."""

    id: str
    term: str
    meaning: Prose


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """All that a course teaches. `minutes` as its author gives them; `valid_for` in months.

    `media` maps a file's path in the bundle to what is served for it.
    """

    slug: str
    title: str
    summary: str = ""
    audience: str = "everyone"
    access: Access = "open"
    language: str = "en-GB"
    minutes: int | None = None
    certificate: bool = False
    valid_for: int | None = None
    content_note: str = ""
    introduction: Prose = Prose()
    modules: tuple[Module, ...] = ()
    banks: dict[str, Bank] = {}
    glossary: tuple[Term, ...] = ()
    media: dict[str, Media] = {}

    @property
    def steps(self) -> tuple[Step, ...]:
        """Lessons and quizzes in the order they are taken."""
        return tuple(step for module in self.modules for step in module.steps)

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        return tuple(step for step in self.steps if isinstance(step, Lesson))

    @property
    def quizzes(self) -> tuple[Quiz, ...]:
        return tuple(step for step in self.steps if isinstance(step, Quiz))

    @property
    def has_easy_read(self) -> bool:
        return any("easy" in lesson.versions for lesson in self.lessons)
