"""The few verbs that cross models: begin a course, finish a lesson, attempt a quiz.

Each verb that writes asks the database for its turn first and reads again inside, so that two requests
at once cannot both be first. None of them commits: the request does.
"""

import datetime
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from sqlalchemy import CompoundSelect, bindparam, null, select, union_all, update

from courses.course import Course, Lesson, Step
from courses.progress import complete, next_step
from lms import grades
from lms.db import begin_writing, db, now
from lms.facts import facts
from lms.library import course_at, live_course
from lms.models import Attempt, Award, Enrolment, LessonDone, User
from lms.paths import stamp_paths
from quizzes.kinds import Question
from quizzes.marking import mark
from quizzes.paper import Paper, draw, in_version, question, versions
from quizzes.quiz import Quiz
from quizzes.rules import Refusal, closes, deadline, may_begin, overdue

Kept = Literal["kept", "handed in", "time is up", "newer"]
"""What became of an answer: kept, or why not. `newer`: one given later is already there."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a person is in a course. `done` holds the ids of steps behind them."""

    course: Course
    enrolment: Enrolment
    done: frozenset[str]
    next: Step | None
    award: Award | None

    @property
    def complete(self) -> bool:
        """Whether they have finished the course, now or on an earlier day."""
        return self.enrolment.completed_at is not None


def place(user: User, course: Course) -> Place | None:
    """Where `user` is in `course`, or None when they have not begun it."""
    enrolment = Enrolment.of(user, course.slug)
    return place_of(enrolment, course) if enrolment else None


def place_of(enrolment: Enrolment, course: Course) -> Place:
    """Where an enrolment stands in the course as it is today."""
    read, passed = _behind(enrolment, course)
    return Place(
        course=course,
        enrolment=enrolment,
        done=read | passed,
        next=next_step(course, read, passed),
        award=Award.of(enrolment) if enrolment.completed_at else None,
    )


def places(user: User, courses: Mapping[str, Course]) -> list[Place]:
    """Every course the person has begun that is still taught, the newest first."""
    mine = select(Enrolment).where(Enrolment.user_id == user.id)
    mine = mine.order_by(*Enrolment.newest_last(user.here))
    newest = {enrolment.course: enrolment for enrolment in db.session.scalars(mine)}
    begun = sorted(newest.values(), key=lambda enrolment: enrolment.began_at, reverse=True)
    return [
        place_of(enrolment, courses[enrolment.course]) for enrolment in begun if enrolment.course in courses
    ]


_BEHIND: CompoundSelect[Any] = union_all(
    select(LessonDone.lesson.label("lesson"), null().label("quiz"), null().label("passed")).where(
        LessonDone.enrolment_id == bindparam("enrolment")
    ),
    select(null(), Attempt.quiz, Attempt.passed).where(
        Attempt.enrolment_id == bindparam("enrolment"), Attempt.submitted_at.is_not(None)
    ),
)


def _behind(enrolment: Enrolment, course: Course) -> tuple[frozenset[str], frozenset[str]]:
    """Lessons behind them; and quizzes, passed or handed in where there is no pass mark."""
    rows = db.session.execute(_BEHIND, {"enrolment": enrolment.id}).all()
    unmarked = {quiz.id for quiz in course.quizzes if quiz.rules.pass_mark is None}
    return (
        frozenset(row.lesson for row in rows if row.lesson is not None),
        frozenset(row.quiz for row in rows if row.passed or row.quiz in unmarked),
    )


def begin(user: User | None, course: Course) -> Enrolment:
    """Enrol a person on a course; a new guest, where there is none or they were deleted meanwhile.

    Beginning twice is beginning once.
    """
    user_id = user and user.id
    begin_writing()
    learner = db.session.get(User, user_id, with_for_update=True) if user_id else None
    if learner is None:
        learner = User(guest=True)
        db.session.add(learner)
        db.session.flush()
    enrolment = Enrolment.of(learner, course.slug)
    if enrolment is None:
        enrolment = Enrolment(user=learner, course=course.slug, context=learner.here)
        db.session.add(enrolment)
        db.session.flush()
    return enrolment


def launch(user: User, slug: str, context: str) -> Enrolment:
    """The person's cycle of a course within a learning system's course, which it then belongs to.

    What they did before by themselves is taken along, with its marks; what they did in another of its courses
    stays there.
    """
    cycles = Enrolment.all_of(user, slug)
    found = next((each for each in reversed(cycles) if each.context in (context, "")), None)
    if found is None:
        found = Enrolment(user=user, course=slug, cycle=max((each.cycle for each in cycles), default=0) + 1)
        db.session.add(found)
    taken_along = found in cycles and found.context != context
    if found.context != context or found is not cycles[-1]:
        found.context, found.launched_at = context, now()
    db.session.flush()
    if taken_along:
        grades.ask_again(found)
    return found


def leave(user: User, context: str) -> None:
    """Whoever teaches in a learning system's course learns for themselves: no mark of theirs goes there."""
    begin_writing()
    mine = update(Enrolment).where(Enrolment.user_id == user.id, Enrolment.context == context)
    db.session.execute(mine.values(context=teaching(context)))


def teaching(context: str) -> str:
    """What the cycles of who teaches in a learning system's course belong to: no link stands there."""
    return f"taught {context}"


def finish_lesson(enrolment: Enrolment, course: Course, revision_id: int, lesson: Lesson) -> None:
    """Note that a lesson was read or skipped, and stamp the course when that was the last step."""
    held = locked(enrolment.id)
    held.finish(lesson.id)
    _stamp(held, course, revision_id)


def begin_attempt(
    enrolment: Enrolment, revision_id: int, quiz: Quiz, *, token: str | None = None, extra: int | None = 0
) -> Attempt | Refusal:
    """A new attempt, or the unfinished one, or the one this form began before, or why there is none now.

    `token` came with the form. `extra` is added to the time limit, in per cent; None lifts the limit.
    """
    course = course_at(revision_id)
    paper = draw(quiz, course.banks, secrets.randbits(64))
    held = locked(enrolment.id)
    if token and (same := Attempt.begun_by(held, token)):
        return same
    attempts = Attempt.of(held, quiz.id)
    for unfinished in (attempt for attempt in attempts if attempt.submitted_at is None):
        if not time_is_up(unfinished):
            return unfinished
        _hand_in(unfinished, held)
    if refusal := may_begin(quiz.rules, [a.submitted_at for a in attempts if a.submitted_at], now()):
        return refusal
    began = now()
    attempt = Attempt(
        enrolment_id=held.id,
        quiz=quiz.id,
        number=len(attempts) + 1,
        token=token,
        revision_id=revision_id,
        drawn=msgspec.to_builtins(paper),
        facts=_pinned(quiz, course, paper),
        began_at=began,
        deadline_at=deadline(quiz.rules, began, extra),
        extra_time=extra or 0,
    )
    db.session.add(attempt)
    db.session.flush()
    return attempt


def _pinned(quiz: Quiz, course: Course, paper: Paper) -> dict[str, object]:
    asked = [question(quiz, course.banks, asking.question) for asking in paper]
    worded = [
        in_version(quiz, course.banks, each, version)
        for version in versions(quiz, course.banks)
        for each in asked
        if each
    ]
    mentioned = frozenset[str]().union(*(each.facts for each in worded))
    return {name: msgspec.to_builtins(fact) for name, fact in facts().items() if name in mentioned}


def questions(attempt: Attempt) -> list[Question]:
    """The questions of an attempt in the order asked, from the revision it is pinned to."""
    course = course_at(attempt.revision_id)
    quiz = quiz_of(attempt)
    found = (question(quiz, course.banks, asking.question) for asking in attempt.paper)
    return [each for each in found if each is not None]


def quiz_of(attempt: Attempt) -> Quiz:
    """The quiz of an attempt, from the revision it is pinned to."""
    return next(quiz for quiz in course_at(attempt.revision_id).quizzes if quiz.id == attempt.quiz)


def time_is_up(attempt: Attempt) -> bool:
    """Whether the deadline of an attempt and its grace are over."""
    return overdue(quiz_of(attempt).rules, attempt.deadline_at, now())


def save_answer(
    attempt: Attempt, question_id: str, given: tuple[int, ...], given_at: datetime.datetime | None = None
) -> Kept:
    """Keep an answer, or say why not. Without `given_at` it was given just now.

    With it, an answer that travelled slowly never takes the place of one given after it.
    """
    attempt_id = attempt.id
    begin_writing()
    held = db.session.get(Attempt, attempt_id, with_for_update=True, populate_existing=True)
    if held is None or held.submitted_at is not None:
        return "handed in"
    if time_is_up(held):
        return "time is up"
    return "kept" if held.answer(question_id, given, given_at) else "newer"


def submit_attempt(attempt: Attempt) -> Attempt:
    """Mark an attempt and stamp it. Submitting twice is submitting once.

    What is marked is what was saved in time, however late it is handed in.
    """
    enrolment_id = attempt.enrolment_id
    course_at(attempt.revision_id)  # read before others have to wait for us
    _hand_in(attempt, locked(enrolment_id))
    return attempt


def _hand_in(attempt: Attempt, enrolment: Enrolment) -> None:
    """Mark what is saved. Too late is handed in as of the moment of closing, whenever that is noticed.

    The lock waits for answers that are being saved, so that none is acknowledged and not marked.
    """
    db.session.refresh(attempt, with_for_update=True)
    if attempt.submitted_at is not None:
        return
    rules, moment = quiz_of(attempt).rules, now()
    closing = closes(rules, attempt.deadline_at)
    attempt.submit(mark(questions(attempt), attempt.given, rules), min(moment, closing or moment))
    db.session.flush()
    grades.ask(enrolment, attempt)
    _stamp(enrolment, course_at(attempt.revision_id), attempt.revision_id)


def locked(enrolment_id: int) -> Enrolment:
    """The enrolment, ours alone until the request ends."""
    begin_writing()
    return db.session.get_one(Enrolment, enrolment_id, with_for_update=True, populate_existing=True)


def _stamp(enrolment: Enrolment, course: Course, revision_id: int) -> None:
    """Stamp the enrolment as complete, once, with the revision that was completed."""
    if enrolment.completed_at is None:
        db.session.flush()
        if complete(course, *_behind(enrolment, course)):
            enrolment.completed_at, enrolment.revision_id = now(), revision_id
            stamp_paths(enrolment.user, course.slug)


def stamp_all(user: User) -> None:
    """Stamp what is complete by now in any way, where much was added at once. The caller holds the turn."""
    mine = select(Enrolment).where(Enrolment.user_id == user.id).order_by(Enrolment.cycle)
    for enrolment in {each.course: each for each in db.session.scalars(mine)}.values():
        if found := live_course(enrolment.course):
            _stamp(enrolment, *found)
            if enrolment.completed_at:
                stamp_paths(user, enrolment.course)
