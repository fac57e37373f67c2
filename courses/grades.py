"""Which quiz stands for a course, or a part of one, where somebody wants one mark."""

from collections.abc import Sequence

from courses.course import Course
from quizzes.quiz import Quiz


def mark_of(quizzes: Sequence[Quiz]) -> Quiz | None:
    """The quiz whose mark stands for them all: the last with a pass mark, or else the last."""
    marked = (quiz for quiz in reversed(quizzes) if quiz.rules.pass_mark is not None)
    return next(marked, quizzes[-1] if quizzes else None)


def marked(course: Course, part: str) -> Quiz | None:
    """The quiz whose mark is that of `modules/ID` or `quizzes/ID`, or of the course where no part is named.

    None where nothing is marked: a lesson, a module without a quiz, a part that is not there.
    """
    kind, _, name = part.partition("/")
    if not part:
        return mark_of(course.quizzes)
    if kind == "modules":
        inside = (step for module in course.modules if module.id == name for step in module.steps)
        return mark_of([step for step in inside if isinstance(step, Quiz)])
    return next((quiz for quiz in course.quizzes if kind == "quizzes" and quiz.id == name), None)
