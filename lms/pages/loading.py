"""Loading what a page is about, or 404."""

from typing import NamedTuple

from flask import abort
from flask import session as cookie
from flask_login import current_user

from courses.course import Course, Lesson
from courses.paths import LearningPath
from lms.access import me
from lms.carrying import in_frame
from lms.counting import at_most
from lms.learning import Place, begin, place
from lms.library import live_course, live_path
from lms.models import Enrolment
from lms.signing_in import VisitOver, sign_in, visit_over
from quizzes.quiz import Quiz

GUESTS = 300
"""So many may begin in an hour from one network: a school with all its classes may sit behind it."""


class Live(NamedTuple):
    """A live course and the id of its revision."""

    course: Course
    revision_id: int


def live(slug: str) -> Live:
    """The live course of this name."""
    found = live_course(slug)
    return Live(*found) if found else abort(404)


def path_live(slug: str) -> LearningPath:
    """The live learning path of this name."""
    found = live_path(slug)
    return found[0] if found else abort(404)


def lesson_of(course: Course, lesson_id: str) -> Lesson:
    """The lesson of this name in a course."""
    return next((each for each in course.lessons if each.id == lesson_id), None) or abort(404)


def quiz_of(course: Course, quiz_id: str) -> Quiz:
    """The quiz of this name in a course."""
    return next((each for each in course.quizzes if each.id == quiz_id), None) or abort(404)


def begun(course: Course, *, anew: bool = False) -> Enrolment:
    """The learner's enrolment on a course, begun if need be; a newcomer becomes a guest and is signed in.

    Whose session has ended is told so first, once, unless they begin `anew`: else they would learn on as
    somebody else.
    """
    learner = me() if current_user.is_authenticated else None
    if learner is None and visit_over() and not (anew and not in_frame()):
        raise VisitOver
    if learner is None and cookie.pop("_user_id", None) and not anew:
        abort(403)
    if learner is None:
        at_most(GUESTS, "guests")
    enrolment = begin(learner, course)
    if enrolment.user is not learner:
        sign_in(enrolment.user)
    return enrolment


def my_place(course: Course) -> Place | None:
    """Where the learner is in a course, or None for a visitor."""
    return place(me(), course) if current_user.is_authenticated else None
