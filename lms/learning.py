"""The few verbs that cross models: begin a course, finish a lesson, attempt a quiz, award a certificate.

Each verb that writes asks the database for its turn first and reads again inside, so that two requests
at once cannot both be first. None of them commits: the request does.
"""

import datetime
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, cast

import msgspec
from dateutil.relativedelta import relativedelta
from sqlalchemy import CursorResult, delete, select

from certificates import code as codes
from courses.course import Course, Lesson, Step
from courses.progress import complete, next_step
from lms.db import begin_writing, db, now
from lms.facts import facts
from lms.library import course_at
from lms.models import Attempt, Award, Enrolment, LessonDone, User
from lms.models.award import today
from quizzes.kinds import Question
from quizzes.marking import mark
from quizzes.paper import draw, question
from quizzes.quiz import Quiz
from quizzes.rules import Refusal, may_begin

GUEST_KEPT = datetime.timedelta(days=30)


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
    read, passed = _read(enrolment), _passed(enrolment, course)
    return Place(
        course=course,
        enrolment=enrolment,
        done=read | passed,
        next=next_step(course, read, passed),
        award=Award.of(enrolment) if enrolment.completed_at else None,
    )


def places(user: User, courses: Mapping[str, Course]) -> list[Place]:
    """Every course the person has begun that is still taught, the newest first."""
    mine = select(Enrolment).where(Enrolment.user_id == user.id).order_by(Enrolment.began_at.desc())
    begun = {enrolment.course: enrolment for enrolment in db.session.scalars(mine)}
    return [place_of(enrolment, courses[slug]) for slug, enrolment in begun.items() if slug in courses]


def _read(enrolment: Enrolment) -> frozenset[str]:
    mine = select(LessonDone.lesson).where(LessonDone.enrolment_id == enrolment.id)
    return frozenset(db.session.scalars(mine))


def _passed(enrolment: Enrolment, course: Course) -> frozenset[str]:
    """Quizzes behind them: passed, or handed in where there is no pass mark."""
    mine = select(Attempt.quiz, Attempt.passed).where(
        Attempt.enrolment_id == enrolment.id, Attempt.submitted_at.is_not(None)
    )
    unmarked = {quiz.id for quiz in course.quizzes if quiz.rules.pass_mark is None}
    return frozenset(quiz for quiz, passed in db.session.execute(mine) if passed or quiz in unmarked)


def begin(user: User | None, course: Course) -> Enrolment:
    """Enrol a person, or a new guest, on a course. Beginning twice is beginning once."""
    user_id = user and user.id
    begin_writing()
    learner = db.session.get(User, user_id, with_for_update=True) if user_id else None
    if learner is None:
        learner = User(guest=True)
        db.session.add(learner)
        db.session.flush()
    enrolment = Enrolment.of(learner, course.slug)
    if enrolment is None:
        enrolment = Enrolment(user=learner, course=course.slug)
        db.session.add(enrolment)
        db.session.flush()
    return enrolment


def finish_lesson(enrolment: Enrolment, course: Course, lesson: Lesson) -> None:
    """Note that a lesson was read or skipped, and stamp the course when that was the last step."""
    locked = _locked(enrolment.id)
    locked.finish(lesson.id)
    _stamp(locked, course)


def begin_attempt(enrolment: Enrolment, revision_id: int, quiz: Quiz) -> Attempt | Refusal:
    """A new attempt, or the unfinished one, or why there can be none now."""
    course = course_at(revision_id)
    paper = draw(quiz, course.banks, secrets.randbits(64))
    locked = _locked(enrolment.id)
    attempts = Attempt.of(locked, quiz.id)
    if unfinished := [attempt for attempt in attempts if attempt.submitted_at is None]:
        return unfinished[-1]
    if refusal := may_begin(quiz.rules, [a.submitted_at for a in attempts if a.submitted_at], now()):
        return refusal
    asked = [question(quiz, course.banks, asking.question) for asking in paper]
    attempt = Attempt(
        enrolment_id=locked.id,
        quiz=quiz.id,
        number=len(attempts) + 1,
        revision_id=revision_id,
        drawn=msgspec.to_builtins(paper),
        facts=_pinned(asked),
    )
    db.session.add(attempt)
    db.session.flush()
    return attempt


def _pinned(asked: Collection[Question | None]) -> dict[str, object]:
    mentioned = frozenset[str]().union(*(each.facts for each in asked if each))
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


def save_answer(attempt: Attempt, asked: Question, given: tuple[int, ...]) -> bool:
    """Keep an answer. False when the attempt was handed in meanwhile, so that nothing was changed."""
    attempt_id = attempt.id
    begin_writing()
    held = db.session.get(Attempt, attempt_id, with_for_update=True, populate_existing=True)
    if held is None or held.submitted_at is not None:
        return False
    held.answer(asked.id, given)
    return True


def submit_attempt(attempt: Attempt) -> Attempt:
    """Mark an attempt and stamp it. Submitting twice is submitting once."""
    attempt_id, enrolment_id, course = attempt.id, attempt.enrolment_id, course_at(attempt.revision_id)
    asked, rules = questions(attempt), quiz_of(attempt).rules
    locked = _locked(enrolment_id)
    held = db.session.get_one(Attempt, attempt_id, populate_existing=True)
    if held.submitted_at is None:
        held.submit(mark(asked, held.given, rules))
        db.session.flush()
        _stamp(locked, course)
    return held


def award(enrolment: Enrolment, course: Course, revision_id: int, *, name: str, issuer: str) -> Award:
    """A certificate for a completed course. A changed name is a new award that replaces the old."""
    locked = _locked(enrolment.id)
    old = Award.of(locked)
    if old is not None and old.name == name:
        return old
    awarded = old.awarded if old else today()
    if old is not None and old.revoked_at:
        return old  # what was withdrawn is not made valid by another name
    new = Award(
        enrolment_id=locked.id,
        revision_id=old.revision_id if old else revision_id,
        code=codes.make(secrets.token_bytes(codes.RANDOM_BYTES)),
        name=name,
        course=course.slug,
        title=old.title if old else course.title,
        summary=old.summary if old else course.summary,
        issuer=old.issuer if old else issuer,
        language=course.language,
        awarded=awarded,
        valid_until=old.valid_until if old else _valid_until(awarded, course.valid_for),
    )
    db.session.add(new)
    db.session.flush()
    if old is not None:
        old.replaced_by_id = new.id
    return new


def _valid_until(awarded: datetime.date, months: int | None) -> datetime.date | None:
    return None if months is None else awarded + relativedelta(months=months)


def _locked(enrolment_id: int) -> Enrolment:
    """The enrolment, ours alone until the request ends."""
    begin_writing()
    return db.session.get_one(Enrolment, enrolment_id, with_for_update=True, populate_existing=True)


def _stamp(enrolment: Enrolment, course: Course) -> None:
    """Stamp the enrolment as complete, once."""
    if enrolment.completed_at is None:
        db.session.flush()
        if complete(course, _read(enrolment), _passed(enrolment, course)):
            enrolment.completed_at = now()


def purge_guests(moment: datetime.datetime) -> int:
    """Delete guests idle for 30 days who hold no award. Returns how many. The caller commits."""
    holders = select(Enrolment.user_id).join(Award)
    idle = delete(User).where(User.guest, User.active_at < moment - GUEST_KEPT, User.id.not_in(holders))
    done = cast("CursorResult[Any]", db.session.execute(idle))
    return done.rowcount
