"""Lessons, their quick checks, and beginning a course."""

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from courses.course import Course, Lesson, LessonText, Step
from lms.access import open_to
from lms.learning import finish_lesson, place_of
from lms.pages.filters import step_url
from lms.pages.loading import begun, lesson_of, live, my_place
from lms.pages.versions import version_asked, version_kept
from lms.signing_in import note_told
from markup.facts import Prose
from quizzes.kinds import Question

pages = Blueprint("lessons", __name__, url_prefix="/courses/<course>/lessons")
checks = Blueprint("checks", __name__, url_prefix="/courses/<course>/lessons/<lesson>/checks")
enrolments = Blueprint("enrolments", __name__, url_prefix="/enrolments")


@dataclass(frozen=True)
class CheckResult:
    """A quick check just answered: what was chosen, and whether all of it was right."""

    given: tuple[int, ...]
    right: bool


@pages.get("/<lesson>")
@open_to("anyone")
def show(course: str, lesson: str) -> str:
    """A lesson, in the version asked for."""
    taught = live(course).course
    return _page(taught, lesson_of(taught, lesson), {})


@checks.post("/<question>")
@open_to("anyone")
def answer(course: str, lesson: str, question: str) -> str:
    """Feedback on a quick check. Nothing is kept: a check is for trying."""
    taught = live(course).course
    shown = lesson_of(taught, lesson)
    asked = next((q for q in _checks(_text(shown)) if q.id == question), None) or abort(404)
    given = chosen(len(asked.options))
    result = CheckResult(given, asked.share(given) == 1) if given else None
    return _page(taught, shown, {asked.id: result})


@pages.post("/<lesson>/completion")
@open_to("anyone")
def finish(course: str, lesson: str) -> Response:
    """Read or skipped: on to the next step."""
    taught, revision_id = live(course)
    done = lesson_of(taught, lesson)
    enrolment = begun(taught)
    finish_lesson(enrolment, taught, revision_id, done)
    following = _after(taught, done) or place_of(enrolment, taught).next
    return _to(taught, following, version_kept(taught))


@enrolments.post("")
@open_to("anyone")
def create() -> Response:
    """Begin a course, or carry on with it."""
    taught = live(request.form.get("course", "")).course
    following = place_of(begun(taught, anew=True), taught).next
    note_told()
    return _to(taught, following)


def _to(course: Course, step: Step | None, version: str | None = None) -> Response:
    """A step of a course; where there is none left, the course."""
    return redirect(step_url(course, step, version) if step else url_for("courses.show", course=course.slug))


def chosen(options: int) -> tuple[int, ...]:
    """The options ticked in this form, by authored place; anything else in the field is a bad request."""
    raw = request.form.getlist("answer")
    if not all(place.isdecimal() and len(place) < 6 and int(place) < options for place in raw):
        abort(400)
    return tuple(sorted({int(place) for place in raw}))


def _version(lesson: Lesson) -> str:
    asked = version_asked()
    return asked if asked in lesson.versions else "standard"


def _text(lesson: Lesson) -> LessonText:
    return lesson.versions[_version(lesson)]


def _checks(text: LessonText) -> list[Question]:
    return [block for block in text.blocks if not isinstance(block, Prose)]


def _after(course: Course, lesson: Lesson) -> Step | None:
    steps = course.steps
    following = steps.index(lesson) + 1
    return steps[following] if following < len(steps) else None


def _page(course: Course, lesson: Lesson, answered: dict[str, CheckResult | None]) -> str:
    steps = course.steps
    number = steps.index(lesson)
    return render_template(
        "lesson.html",
        course=course,
        lesson=lesson,
        text=_text(lesson),
        version=_version(lesson),
        kept=version_kept(course),
        place=my_place(course),
        number=number + 1,
        total=len(steps),
        previous=steps[number - 1] if number else None,
        next=_after(course, lesson),
        answered=answered,
    )
