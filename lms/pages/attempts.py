"""Taking a quiz: attempts, questions, answers, handing in and the result."""

import datetime
import secrets

from flask import Blueprint, abort, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from lms.access import open_to, own_attempt
from lms.counting import at_most_each
from lms.db import now
from lms.learning import (
    begin_attempt,
    place_of,
    quiz_of,
    save_answer,
    submit_attempt,
    time_is_up,
)
from lms.library import course_at, live_course
from lms.models import Attempt, Award
from lms.pages.asking import Item, items, page, to
from lms.pages.lessons import chosen
from lms.pages.loading import begun, live
from lms.pages.loading import quiz_of as live_quiz
from quizzes.quiz import Quiz
from quizzes.rules import Refusal, answers_shown, closes, may_begin

ATTEMPT = "/attempts/<int(max=2147483647):attempt>"

attempts = Blueprint("attempts", __name__)
question_pages = Blueprint("questions", __name__, url_prefix=f"{ATTEMPT}/questions")
answers = Blueprint("answers", __name__, url_prefix=f"{ATTEMPT}/questions")
submissions = Blueprint("submissions", __name__, url_prefix=f"{ATTEMPT}/submission")
results = Blueprint("results", __name__, url_prefix=f"{ATTEMPT}/result")

EXTRA_TIME = {"half": 50, "twice": 100, "no limit": None}
"""What a learner may choose, and what it adds to the time limit in per cent."""

ATTEMPTS = 60
"""So many may one person begin in an hour."""

QUIETLY = {"kept": 204, "newer": 409, "handed in": 410, "time is up": 410}
"""How a save in the background is answered."""


@attempts.post("/courses/<course>/quizzes/<quiz>/attempts")
@open_to("anyone")
def create(course: str, quiz: str) -> Response:
    """Begin an attempt, or carry on with the unfinished one, or with the one this form began before."""
    taught, revision_id = live(course)
    asked, form = live_quiz(taught, quiz), request.form
    token, extra = form.get("token", "")[:64] or None, EXTRA_TIME.get(form.get("time", ""), 0)
    at_most_each(ATTEMPTS, "attempts")
    attempt = begin_attempt(begun(taught), revision_id, asked, token=token, extra=extra)
    if isinstance(attempt, Refusal):
        return to("quizzes.show", course=course, quiz=quiz)
    return to("attempts.show", attempt=attempt.id)


@attempts.get(ATTEMPT)
@open_to("owner")
def show(attempt: int) -> str | Response:
    """Back to where you were: the first question without an answer, or the result."""
    mine = own_attempt(attempt)
    if mine.submitted_at:
        return to("results.show", attempt=attempt)
    if time_is_up(mine):
        return page("time_up.html", mine)
    if (number := mine.next_number) is None:
        return to("attempts.review", attempt=attempt)
    return to("questions.show", attempt=attempt, number=number)


def _closed(attempt: Attempt) -> bool:
    """Whether it takes no more answers."""
    return attempt.submitted_at is not None or time_is_up(attempt)


@question_pages.get("/<int(max=2147483647):number>", endpoint="show")
@open_to("owner")
def show_question(attempt: int, number: int) -> str | Response:
    """One question, with the answer kept so far."""
    mine = own_attempt(attempt)
    return to("attempts.show", attempt=attempt) if _closed(mine) else _question_page(mine, number)


@answers.post("/<int(max=2147483647):number>/answer")
@open_to("owner")
def save(attempt: int, number: int) -> Response | str | tuple[str, int]:
    """Keep an answer and go where the button said."""
    mine = own_attempt(attempt)
    item = _item(mine, number)
    given, go = chosen(len(item.options)), request.form.get("go", "next")
    quietly = request.headers.get("X-Requested-With") == "autosave"
    if not given and go == "next" and not quietly and not _closed(mine):
        return _question_page(mine, number, error=gettext("Choose an answer, or press ‘Skip for now’.")), 422
    total = len(mine.drawn)
    kept = save_answer(mine, item.question.id, given, _given_at())
    if quietly:
        return Response(status=QUIETLY[kept])
    if kept == "handed in":
        return to("results.show", attempt=attempt, late=1)
    return (
        to("attempts.show", attempt=attempt) if kept == "time is up" else _after(attempt, number, go, total)
    )


def _given_at() -> datetime.datetime | None:
    """When the page says that the answer was given; None where it does not say, as without JavaScript."""
    try:
        said = datetime.datetime.fromisoformat(request.form.get("given_at", ""))
    except ValueError:
        return None
    return said if said.tzinfo else None


def _after(attempt: int, number: int, go: str, total: int) -> Response:
    step = number - 1 if go == "back" else number + 1
    if go == "review" or step > total:
        return to("attempts.review", attempt=attempt)
    return to("questions.show", attempt=attempt, number=max(step, 1))


@attempts.get(f"{ATTEMPT}/review")
@open_to("owner")
def review(attempt: int) -> str | Response:
    """Check your answers before handing in."""
    mine = own_attempt(attempt)
    if _closed(mine):
        return to("attempts.show", attempt=attempt)
    asked = items(mine)
    return page("review.html", mine, items=asked, missing=sum(not item.answered for item in asked))


@submissions.post("", endpoint="create")
@open_to("owner")
def hand_in(attempt: int) -> Response:
    """Hand in, and see the result."""
    submit_attempt(own_attempt(attempt))
    return to("results.show", attempt=attempt)


@results.get("", endpoint="show")
@open_to("owner")
def show_result(attempt: int) -> str | Response:
    """The result, with feedback on what was chosen. What comes next is from the course as it is today."""
    mine = own_attempt(attempt)
    if not mine.submitted_at:
        return to("attempts.show", attempt=attempt)
    rules = quiz_of(mine).rules
    return page(
        "result.html",
        mine,
        items=items(mine),
        show_right=answers_shown(rules, passed=bool(mine.passed)),
        pass_mark=rules.pass_mark,
        ran_out=mine.submitted_at == closes(rules, mine.deadline_at),
        **_what_is_next(mine),
    )


def _what_is_next(attempt: Attempt) -> dict[str, object]:
    """The certificate, or the next step of the course, or another try, whichever there is."""
    enrolment = attempt.enrolment
    taught = (live_course(enrolment.course) or (course_at(attempt.revision_id), 0))[0]
    again = next((quiz for quiz in taught.quizzes if quiz.id == attempt.quiz), None)
    complete = enrolment.completed_at is not None
    return {
        "complete": complete,
        "award": Award.of(enrolment) if complete else None,
        "next": place_of(enrolment, taught).next if attempt.passed and not complete else None,
        "again": again,
        "retry_refusal": _refusal(attempt, again) if again and not attempt.passed else None,
        "token": secrets.token_urlsafe(16),
    }


def _refusal(attempt: Attempt, quiz: Quiz) -> Refusal | None:
    attempts = Attempt.of(attempt.enrolment, attempt.quiz)
    return may_begin(quiz.rules, [each.submitted_at for each in attempts if each.submitted_at], now())


def _item(attempt: Attempt, number: int) -> Item:
    asked = items(attempt)
    return asked[number - 1] if 1 <= number <= len(asked) else abort(404)


def _question_page(attempt: Attempt, number: int, *, error: str | None = None) -> str:
    return page("question.html", attempt, item=_item(attempt, number), total=len(attempt.drawn), error=error)
