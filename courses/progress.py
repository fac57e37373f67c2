"""How far someone is in a course."""

from collections.abc import Collection

from courses.course import Course, Lesson, Step


def behind(step: Step, read: Collection[str], passed: Collection[str]) -> bool:
    """Whether a step is done: a lesson read or skipped, a quiz passed (or handed in, without a pass mark)."""
    return step.id in (read if isinstance(step, Lesson) else passed)


def next_step(course: Course, read: Collection[str], passed: Collection[str]) -> Step | None:
    """The first step that is not done, or None when all are."""
    return next((step for step in course.steps if not behind(step, read, passed)), None)


def complete(course: Course, read: Collection[str], passed: Collection[str]) -> bool:
    """Whether every lesson is read or skipped and every quiz with a pass mark is passed."""
    return all(
        behind(step, read, passed)
        for step in course.steps
        if isinstance(step, Lesson) or step.rules.pass_mark is not None
    )
