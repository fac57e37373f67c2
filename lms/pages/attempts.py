"""Taking a quiz: attempts, questions, answers, handing in and the result."""

from dataclasses import dataclass
from fractions import Fraction

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from lms.access import me, open_to, own_attempt, sign_in
from lms.db import now
from lms.learning import begin, begin_attempt, place_of, questions, quiz_of, save_answer, submit_attempt
from lms.library import course_at
from lms.models import Attempt
from lms.pages.lessons import chosen
from lms.pages.loading import live
from lms.pages.loading import quiz_of as live_quiz
from markup.facts import Prose
from quizzes.kinds import Question
from quizzes.question import Option
from quizzes.rules import Refusal, answers_shown, may_begin

attempts = Blueprint("attempts", __name__)
question_pages = Blueprint(
    "questions", __name__, url_prefix="/attempts/<int(max=2147483647):attempt>/questions"
)
answers = Blueprint("answers", __name__, url_prefix="/attempts/<int(max=2147483647):attempt>/questions")
submissions = Blueprint(
    "submissions", __name__, url_prefix="/attempts/<int(max=2147483647):attempt>/submission"
)
results = Blueprint("results", __name__, url_prefix="/attempts/<int(max=2147483647):attempt>/result")


@attempts.post("/courses/<course>/quizzes/<quiz>/attempts")
@open_to("anyone")
def create(course: str, quiz: str) -> Response:
    """Begin an attempt, or carry on with the unfinished one."""
    taught, revision_id = live(course)
    asked = live_quiz(taught, quiz)
    newcomer = not current_user.is_authenticated
    enrolment = begin(None if newcomer else me(), taught)
    if newcomer:
        sign_in(enrolment.user)
    begun = begin_attempt(enrolment, revision_id, asked)
    if isinstance(begun, Refusal):
        return redirect(url_for("quizzes.show", course=course, quiz=quiz))
    return redirect(url_for("attempts.show", attempt=begun.id))


@attempts.get("/attempts/<int(max=2147483647):attempt>")
@open_to("owner")
def show(attempt: int) -> Response:
    """Back to where you were: the first question without an answer, or the result."""
    mine = own_attempt(attempt)
    if mine.submitted_at:
        return redirect(url_for("results.show", attempt=attempt))
    if (number := mine.next_number) is None:
        return redirect(url_for("attempts.review", attempt=attempt))
    return redirect(url_for("questions.show", attempt=attempt, number=number))


@question_pages.get("/<int(max=2147483647):number>", endpoint="show")
@open_to("owner")
def show_question(attempt: int, number: int) -> str | Response:
    """One question, with the answer kept so far."""
    mine = own_attempt(attempt)
    if mine.submitted_at:
        return redirect(url_for("results.show", attempt=attempt))
    return _question_page(mine, number)


@answers.post("/<int(max=2147483647):number>/answer")
@open_to("owner")
def save(attempt: int, number: int) -> Response | str | tuple[str, int]:
    """Keep an answer and go where the button said."""
    mine = own_attempt(attempt)
    asked = _asked(mine, number)
    given, go = chosen(len(asked.options)), request.form.get("go", "next")
    quietly = request.headers.get("X-Requested-With") == "autosave"
    if not given and go == "next" and not quietly:
        return _question_page(mine, number, error="Choose an answer, or press ‘Skip for now’."), 422
    following = _after(attempt, number, go, len(mine.drawn))
    kept = save_answer(mine, asked, given)
    if quietly:
        return Response(status=204 if kept else 409)
    return redirect(following if kept else url_for("results.show", attempt=attempt))


def _after(attempt: int, number: int, go: str, total: int) -> str:
    step = number - 1 if go == "back" else number + 1
    if go == "review" or step > total:
        return url_for("attempts.review", attempt=attempt)
    return url_for("questions.show", attempt=attempt, number=max(step, 1))


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question of an attempt, as review and result list it."""

    number: int
    question: Question
    options: tuple[tuple[int, Option, bool], ...]
    share: Fraction
    show_right: bool = False

    @property
    def answered(self) -> bool:
        """Whether anything was chosen."""
        return any(was_chosen for _, _, was_chosen in self.options)

    @property
    def words(self) -> list[Prose]:
        """What was chosen, in words."""
        return [option.text for _, option, was_chosen in self.options if was_chosen]


def _items(attempt: Attempt, *, show_right: bool = False) -> list[Item]:
    given = attempt.given
    asked = {question.id: question for question in questions(attempt)}
    return [
        Item(
            number=number,
            question=(question := asked[asking.question]),
            options=tuple(
                (place, question.options[place], place in given.get(question.id, ()))
                for place in asking.order
            ),
            share=question.share(given.get(question.id, ())),
            show_right=show_right,
        )
        for number, asking in enumerate(attempt.paper, 1)
    ]


@attempts.get("/attempts/<int(max=2147483647):attempt>/review")
@open_to("owner")
def review(attempt: int) -> str | Response:
    """Check your answers before handing in."""
    mine = own_attempt(attempt)
    if mine.submitted_at:
        return redirect(url_for("results.show", attempt=attempt))
    items = _items(mine)
    missing = sum(not item.answered for item in items)
    return _page("review.html", mine, items=items, missing=missing)


@submissions.post("", endpoint="create")
@open_to("owner")
def hand_in(attempt: int) -> Response:
    """Hand in, and see the result."""
    submit_attempt(own_attempt(attempt))
    return redirect(url_for("results.show", attempt=attempt))


@results.get("", endpoint="show")
@open_to("owner")
def show_result(attempt: int) -> str | Response:
    """The result, with feedback on what was chosen."""
    mine = own_attempt(attempt)
    if not mine.submitted_at:
        return redirect(url_for("attempts.show", attempt=attempt))
    rules = quiz_of(mine).rules
    place = place_of(mine.enrolment, course_at(mine.revision_id))
    handed_in = [each.submitted_at for each in Attempt.of(mine.enrolment, mine.quiz) if each.submitted_at]
    return _page(
        "result.html",
        mine,
        items=_items(mine, show_right=answers_shown(rules, passed=bool(mine.passed))),
        pass_mark=rules.pass_mark,
        retry_refusal=may_begin(rules, handed_in, now()),
        complete=place.complete,
        award=place.award,
        next=place.next,
    )


def _asked(attempt: Attempt, number: int) -> Question:
    asked = questions(attempt)
    return asked[number - 1] if 1 <= number <= len(asked) else abort(404)


def _question_page(attempt: Attempt, number: int, *, error: str | None = None) -> str:
    asked, given = _asked(attempt, number), attempt.given
    order = attempt.paper[number - 1].order
    return _page(
        "question.html",
        attempt,
        number=number,
        total=len(attempt.drawn),
        question=asked,
        options=[(place, asked.options[place]) for place in order],
        given=set(given.get(asked.id, ())),
        answered_count=sum(bool(places) for places in given.values()),
        error=error,
    )


def _page(template: str, attempt: Attempt, **context: object) -> str:
    g.pinned_facts = attempt.pinned_facts
    course, quiz = course_at(attempt.revision_id), quiz_of(attempt)
    return render_template(template, course=course, quiz=quiz, attempt=attempt, **context)
