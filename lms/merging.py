"""What a guest did, taken along into an account: nothing is lost, nothing is changed.

Lessons are united, attempts renumbered in the order they began, answers left as they are, awards kept.
"""

import datetime

from sqlalchemy import delete, select, update

from lms import grades
from lms.db import begin_writing, db
from lms.learning import stamp_all
from lms.models import Attempt, Award, Enrolment, LessonDone, User


def merge(guest_id: int, user_id: int) -> User | None:
    """The account with all that the guest did, and the guest gone. None when either is gone already, or the
    one is no guest or the other has no account. The caller commits.
    """
    begin_writing()
    # in one order, so that two who merge never wait for each other
    both = (User.locked(each) for each in sorted((guest_id, user_id)))
    found = {user.id: user for user in both if user is not None}
    guest, account = found.get(guest_id), found.get(user_id)
    if guest is None or account is None or not guest.guest or account.guest:
        return None
    account.area = account.area or guest.area
    for course, theirs in _rounds(guest).items():
        _take(theirs, _rounds(account).get(course, []), account)
    db.session.flush()
    db.session.execute(delete(User).where(User.id == guest.id))
    db.session.expire_all()
    stamp_all(account)
    for rounds in _rounds(account).values():
        for each in rounds:
            grades.ask_again(each)
    return account


def _rounds(user: User) -> dict[str, list[Enrolment]]:
    """Someone's enrolments on each course, the oldest first, locked."""
    mine = select(Enrolment).where(Enrolment.user_id == user.id).order_by(Enrolment.cycle).with_for_update()
    found: dict[str, list[Enrolment]] = {}
    for enrolment in db.session.scalars(mine):
        found.setdefault(enrolment.course, []).append(enrolment)
    return found


def _take(theirs: list[Enrolment], mine: list[Enrolment], account: User) -> None:
    """The newest rounds become one, unless both gave a certificate; older rounds stay themselves."""
    if mine and not (Award.of(theirs[-1]) and Award.of(mine[-1])):
        _unite(theirs.pop(), mine[-1])
    _number(sorted([*theirs, *mine], key=_ended), account)


def _ended(enrolment: Enrolment) -> tuple[bool, datetime.datetime]:
    """What to sort rounds by: when they were finished, those that are not yet last."""
    return enrolment.completed_at is None, enrolment.completed_at or enrolment.began_at


def _unite(theirs: Enrolment, mine: Enrolment) -> None:
    mine.began_at = min(mine.began_at, theirs.began_at)
    if theirs.completed_at and (mine.completed_at is None or Award.of(theirs)):
        mine.completed_at, mine.revision_id = theirs.completed_at, theirs.revision_id
    _unite_lessons(theirs, mine)
    _unite_attempts(theirs, mine)
    db.session.execute(update(Award).where(Award.enrolment_id == theirs.id).values(enrolment_id=mine.id))


def _unite_lessons(theirs: Enrolment, mine: Enrolment) -> None:
    held = {done.lesson: done for done in mine.lessons}
    for done in theirs.lessons:
        if known := held.get(done.lesson):
            known.done_at = min(known.done_at, done.done_at)
        else:
            db.session.add(LessonDone(enrolment_id=mine.id, lesson=done.lesson, done_at=done.done_at))


def _unite_attempts(theirs: Enrolment, mine: Enrolment) -> None:
    """Numbers below nought first: no two attempts may share one, not even in between."""
    both = select(Attempt).where(Attempt.enrolment_id.in_((theirs.id, mine.id))).order_by(Attempt.began_at)
    counted: dict[str, int] = {}
    numbered = []
    tokens = set(db.session.scalars(select(Attempt.token).where(Attempt.enrolment_id == mine.id)))
    for attempt in db.session.scalars(both.with_for_update()).all():
        counted[attempt.quiz] = number = counted.get(attempt.quiz, 0) + 1
        numbered.append((attempt, number))
        if attempt.enrolment_id == theirs.id and attempt.token in tokens:
            attempt.token = None  # one form, sent before and after signing in: two attempts
        attempt.enrolment_id, attempt.number = mine.id, -number
    db.session.flush()
    for attempt, number in numbered:
        attempt.number = number
    db.session.flush()


def _number(rounds: list[Enrolment], account: User) -> None:
    """Rounds of one course in order; below nought first, as for attempts."""
    for number, enrolment in enumerate(rounds, 1):
        enrolment.user_id, enrolment.cycle = account.id, -number
    db.session.flush()
    for number, enrolment in enumerate(rounds, 1):
        enrolment.cycle = number
    db.session.flush()
