"""What a link can open: a course, or a module, a lesson or a quiz of one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import quote

from courses.course import Course, Lesson, Module, Step
from courses.grades import mark_of
from lms.library import live_courses
from quizzes.quiz import Quiz

Kind = Literal["course", "module", "lesson", "quiz"]
LONGEST = 200
"""Characters that are searched for."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One thing to choose. `opens` is how it is written where a link keeps it: `SLUG`, `SLUG/modules/ID`.

    `quiz` is the one whose mark is the mark of the link, where there is one. `parts` are those of a course,
    in order; what lies in a module comes after it and is `within` it. `careful`: some of it is hard to read.
    """

    opens: str
    kind: Kind
    title: str
    text: str = ""
    language: str
    careful: bool = False
    quiz: Quiz | None = None
    within: bool = False
    parts: tuple["Choice", ...] = ()

    @property
    def all(self) -> tuple["Choice", ...]:
        """It and its parts."""
        return (self, *self.parts)

    @property
    def path(self) -> str:
        """Where it is on this site. A module is on the page of its course."""
        course, kind, name = (*self.opens.split("/"), "", "")[:3]
        if kind == "modules":
            return f"/courses/{quote(course)}#module-{quote(name, safe='')}"
        return f"/courses/{quote(course)}" + (f"/{kind}/{quote(name, safe='')}" if kind else "")


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """What there is to choose from: `found` has the `words` that were asked for, `picked` is ticked."""

    every: Sequence[Choice]
    found: Sequence[Choice]
    picked: Sequence[Choice]
    words: str

    @classmethod
    def of(cls, words: str = "", picked: Iterable[str] = ()) -> "Shelf":
        """All live courses, looked through."""
        every, words = offered(live_courses().values()), " ".join(words[:LONGEST].split())
        return cls(every=every, found=matching(every, words), picked=named(every, picked), words=words)

    @property
    def aside(self) -> list[Choice]:
        """Those ticked that are not among the found ones."""
        shown = {each.opens for choice in self.found for each in choice.all}
        return [choice for choice in self.picked if choice.opens not in shown]

    def unfolded(self, choice: Choice) -> bool:
        """Whether the parts of a course show at once: one of them is ticked, or was searched for."""
        ticked = any(part in self.picked for part in choice.parts)
        return ticked or not _says(choice, self.words.casefold().split())


def offered(courses: Iterable[Course]) -> tuple[Choice, ...]:
    """All that can be chosen, by the titles of the courses."""
    made = (_course(course) for course in courses)
    return tuple(sorted(made, key=lambda choice: choice.title.casefold()))


def named(choices: Iterable[Choice], wanted: Iterable[str]) -> list[Choice]:
    """Those of these names, in the order of the page; a name of nothing there is left out."""
    names = set(wanted)
    return [each for choice in choices for each in choice.all if each.opens in names]


def matching(choices: Iterable[Choice], asked: str) -> tuple[Choice, ...]:
    """Courses that have every word in their title or summary, whole; of others the parts that have."""
    words = asked.casefold().split()
    return tuple(found for choice in choices if (found := _matching(choice, words)))


def _matching(choice: Choice, words: Sequence[str]) -> Choice | None:
    if _says(choice, words):
        return choice
    parts = tuple(part for part in choice.parts if _says(part, words))
    return replace(choice, parts=parts) if parts else None


def _says(choice: Choice, words: Sequence[str]) -> bool:
    said = f"{choice.title} {choice.text}".casefold()
    return all(word in said for word in words)


def _course(course: Course) -> Choice:
    return Choice(
        opens=course.slug,
        kind="course",
        title=course.title,
        text=course.summary,
        language=course.language,
        careful=bool(course.content_note),
        quiz=_marked(course.steps),
        parts=tuple(part for module in course.modules for part in _module(course, module)),
    )


def _module(course: Course, module: Module) -> Iterator[Choice]:
    if module.title:
        yield Choice(
            opens=f"{course.slug}/modules/{module.id}",
            kind="module",
            title=module.title,
            text=module.summary,
            language=course.language,
            careful=bool(course.content_note),
            quiz=_marked(module.steps),
        )
    for step in module.steps:
        yield _step(course, step, within=bool(module.title))


def _step(course: Course, step: Step, *, within: bool) -> Choice:
    is_lesson = isinstance(step, Lesson)
    return Choice(
        opens=f"{course.slug}/{'lessons' if is_lesson else 'quizzes'}/{step.id}",
        kind="lesson" if is_lesson else "quiz",
        title=step.title,
        language=course.language,
        careful=bool(course.content_note),
        quiz=_marked((step,)),
        within=within,
    )


def _marked(steps: Iterable[Step]) -> Quiz | None:
    return mark_of(tuple(step for step in steps if isinstance(step, Quiz)))
