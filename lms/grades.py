"""Marks that learning systems are to be told: whose, on which links, and asking for them to be sent.

A grade is a state: one row for each link and person, which says that one is wanted. What it is, is worked out
from the attempts as it is sent (`lms.lti.grades`), so that the newest always wins.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from courses.grades import marked
from lms.db import begin_writing, db, now
from lms.library import course_at
from lms.models import Attempt, Delivery, Deployment, Enrolment, Identity, Platform, ResourceLink
from lms.outbox import GRADE
from quizzes.quiz import Quiz
from quizzes.rules import counted

_TENANT = case((Platform.shared, Deployment.deployment), else_="")
_SAME_PERSON = and_(
    Identity.user_id == Enrolment.user_id, Identity.platform_id == Platform.id, Identity.tenant == _TENANT
)
_EARNED = (
    select(ResourceLink.id.label("link"), ResourceLink.opens, Attempt.revision_id, Attempt.quiz)
    .add_columns(Identity.id.label("identity"), Identity.user_id)
    .select_from(Attempt)
    .join(Attempt.enrolment)
    .join(ResourceLink, ResourceLink.context == Enrolment.context)
    .join(ResourceLink.deployment)
    .join(Deployment.platform)
    .join(Identity, _SAME_PERSON)
    .where(Attempt.submitted_at.is_not(None), Enrolment.context != "")
    .where(or_(ResourceLink.line_item_url != "", ResourceLink.line_items_url != ""))
    .distinct()
)
"""What was handed in, beside each link of the course it was done in, where the platform takes grades."""

_BEHIND = (
    select(ResourceLink)
    .where(ResourceLink.catch_up_at.is_not(None))
    .order_by(ResourceLink.catch_up_at, ResourceLink.id)
    .limit(1)
    .execution_options(populate_existing=True)
)
PIECE = 500
"""So many people are asked about in one transaction: nobody waits for long, and each database takes it."""


@dataclass(frozen=True)
class Mark:
    """A mark in whole per cent. `final`: the quiz is passed, or has no pass mark."""

    percent: int
    final: bool


def ask(enrolment: Enrolment, attempt: Attempt) -> None:
    """Ask for the mark on every link that an attempt counts for. The caller commits, with the attempt."""
    if enrolment.context:
        _want(Attempt.id == attempt.id)


def ask_again(enrolment: Enrolment) -> None:
    """Ask for all marks of a cycle that was put together anew, or taken along. The caller commits."""
    if enrolment.context:
        db.session.flush()
        _want(Enrolment.id == enrolment.id)


def catch_up(link: ResourceLink) -> None:
    """Ask for what everyone earned before a link was there, or changed, or its platform said where grades go.

    That may be thousands: it is only noted here, for the worker (`catch_up_next`). The caller commits.
    """
    if link.line_item_url or link.line_items_url:
        link.catch_up_at, link.caught_up = now(), 0


def catch_up_next() -> bool:
    """Ask for the grades of the next people of a link that is to catch up; False when none is. Commits."""
    if db.session.scalar(_BEHIND) is None:
        db.session.rollback()
        return False
    begin_writing()
    link = db.session.scalar(_BEHIND.with_for_update(skip_locked=True))
    if link is not None:
        _catch_up(link)
    db.session.commit()
    return link is not None


def _catch_up(link: ResourceLink) -> None:
    beyond = ResourceLink.id == link.id, Identity.id > link.caught_up
    people = _EARNED.with_only_columns(Identity.id).where(*beyond).order_by(Identity.id).limit(PIECE)
    ids = db.session.scalars(people).all()
    if ids:
        _want(*beyond, Identity.id <= ids[-1])
        link.caught_up = ids[-1]
    if len(ids) < PIECE:
        link.catch_up_at = None


def mark(opens: str, context: str, user_id: int) -> Mark | None:
    """Someone's mark for what a link opens, within a learning system's course; None without one."""
    return marks(opens, context, [user_id]).get(user_id)


def marks(opens: str, context: str, users: Collection[int]) -> dict[int, Mark]:
    """The marks of those of them who have one, by their ids."""
    handed_in: dict[int, list[Any]] = {}
    for each in _attempts(opens, context, users):
        handed_in.setdefault(each.user_id, []).append(each)
    found = {user: _mark(opens, attempts) for user, attempts in handed_in.items()}
    return {user: mark for user, mark in found.items() if mark}


def _mark(opens: str, handed_in: Sequence[Any]) -> Mark | None:
    """The quiz is the one that stood for it when they handed in last; of their attempts at it, the one counts
    that the quiz says.
    """
    marked = [(each, _marked(opens, each.revision_id)) for each in handed_in]
    attempts = [(each, quiz) for each, quiz in marked if quiz and quiz.id == each.quiz]
    if not attempts:
        return None
    newest, quiz = attempts[-1]
    same = [each for each, _ in attempts if (each.enrolment_id, each.quiz) == (newest.enrolment_id, quiz.id)]
    same.sort(key=lambda each: each.number)
    chosen = counted(quiz.rules, same, lambda each: each.earned / each.possible if each.possible else 0)
    return Mark(chosen.percent, chosen.passed) if chosen else None


def _attempts(opens: str, context: str, users: Collection[int]) -> Sequence[Any]:
    """What they handed in at that course, the newest cycle last."""
    of_them = {"users": list(users), "course": opens.partition("/")[0], "context": context}
    return db.session.execute(_HANDED_IN, of_them).all()


_HANDED_IN = (
    select(Attempt.enrolment_id, Attempt.revision_id, Attempt.quiz, Attempt.number)
    .add_columns(Attempt.earned, Attempt.possible, Attempt.percent, Attempt.passed, Enrolment.user_id)
    .join(Attempt.enrolment)
    .where(Enrolment.user_id.in_(bindparam("users", expanding=True)), Enrolment.course == bindparam("course"))
    .where(Enrolment.context == bindparam("context"), Attempt.submitted_at.is_not(None))
    .order_by(Enrolment.cycle, Attempt.submitted_at, Attempt.number)
)


def _marked(opens: str, revision_id: int) -> Quiz | None:
    """The quiz that stands for what a link opens, in that revision."""
    slug, _, part = opens.partition("/")
    course = course_at(revision_id)
    return marked(course, part) if course.slug == slug else None


def _counts(earned: Any) -> bool:
    quiz = _marked(earned.opens, earned.revision_id)
    return quiz is not None and quiz.id == earned.quiz


def _want(*which: ColumnElement[bool]) -> None:
    """Ask for a grade wherever something was earned, in one order, so that nobody waits for each other."""
    earned = db.session.execute(_EARNED.where(*which)).all()
    wanted = {(each.link, each.identity): each.user_id for each in earned if _counts(each)}
    if not wanted:
        return
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    rows = [
        {"kind": GRADE, "resource_link_id": link, "identity_id": identity, "user_id": user_id}
        for (link, identity), user_id in sorted(wanted.items())
    ]
    anew = {"wanted": Delivery.wanted + 1, "state": "waiting", "tries": 0, "made_at": now(), "due_at": now()}
    asking = insert(Delivery).values(rows)
    unique = ["resource_link_id", "identity_id"]
    db.session.execute(asking.on_conflict_do_update(index_elements=unique, set_=anew))
