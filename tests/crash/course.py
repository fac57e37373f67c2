"""The course that the crash tests take: one lesson, and a quiz of six questions that takes them all to pass."""

from collections.abc import Collection

from tests.lms.small_course import BANKED, FRONT, OWN, SLUG, bundle

QUIZ = f"/courses/{SLUG}/quizzes/check"
LESSON = f"/courses/{SLUG}/lessons/lesson"
LESSON_ID = "lesson"
QUESTIONS = 6


def files(attempts: int) -> dict[str, bytes]:
    """The course with so many attempts allowed."""
    own = OWN + "".join(BANKED.format(word="Own", number=number) for number in (4, 5, 6))
    return bundle(**{"02-check.md": FRONT.format(settings=f"attempts: {attempts}") + own})


def is_right(question: str, given: Collection[int]) -> bool:
    """Whether an answer earns its mark: said here again, so that nothing is its own witness."""
    return set(given) == ({0} if question.endswith("#own") else {0, 2})
