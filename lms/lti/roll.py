"""Who learns by a link, how far each of them is, and what became of their grades: what a teacher sees.

No answer to any question is among it.
"""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, func, select

from courses.course import Lesson, Step
from courses.progress import behind
from lms import grades
from lms.db import TIME_ZONE, db
from lms.grades import Mark
from lms.lti.members import Member, Members, Why
from lms.lti.targets import Target
from lms.models import Attempt, Delivery, Enrolment, Identity, LessonDone, ResourceLink

ON_A_PAGE = 50

Times = Mapping[int, Mapping[str, datetime.datetime]]


@dataclass(frozen=True, kw_only=True)
class Learner:
    """One person. Without a `name` they go by their `number`; `finished_on` None: they have not."""

    name: str
    number: int
    begun: bool
    done: int
    parts: int
    finished_on: datetime.date | None
    mark: Mark | None
    grade: Delivery | None


@dataclass(frozen=True, kw_only=True)
class Roll:
    """One page of the class. `people` is how many there are, `begun` how many of them have opened the link.

    `why` not all of them are here; `states` counts their grades by state.
    """

    learners: Sequence[Learner]
    people: int
    begun: int
    page: int
    pages: int
    why: Why
    states: dict[str, int]


class _Person(NamedTuple):
    """Someone as the list of all has them, before it is looked up how far they are."""

    name: str
    enrolment: Row[Any] | None


class _Deeds(NamedTuple):
    """What people did: when each lesson was read and each quiz passed, by enrolment; their marks, by person;
    and what became of their grades, by identity.
    """

    read: Times
    passed: Times
    marks: dict[int, Mark]
    grades: dict[int, Delivery]


def roll(link: ResourceLink, opens: Target, members: Members, page: int = 1) -> Roll:
    """A page of all who learn by a link, by name; those without one come last, in the order they began."""
    everyone = _everyone(_begun(link), members)
    pages = max(1, -(-len(everyone) // ON_A_PAGE))
    page = min(max(page, 1), pages)
    shown = list(enumerate(everyone, 1 - sum(bool(person.name) for person in everyone)))
    shown = shown[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
    deeds = _deeds(link, opens, [person.enrolment for _, person in shown if person.enrolment])
    return Roll(
        learners=[_learner(opens, person, number, deeds) for number, person in shown],
        people=len(everyone),
        begun=sum(person.enrolment is not None for person in everyone),
        page=page,
        pages=pages,
        why=members.why,
        states=_states(link),
    )


def _begun(link: ResourceLink) -> list[Row[Any]]:
    """Who has begun the course from where the link stands: the newest cycle of each."""
    platform, tenant = link.deployment.platform_id, link.deployment.tenant
    here = and_(
        Identity.user_id == Enrolment.user_id, Identity.platform_id == platform, Identity.tenant == tenant
    )
    said = select(Enrolment.id, Enrolment.user_id, Enrolment.completed_at).add_columns(
        Identity.id.label("identity"), Identity.subject, Identity.name
    )
    mine = said.outerjoin(Identity, here).where(
        Enrolment.context == link.context, Enrolment.course == link.course
    )
    return list({row.user_id: row for row in db.session.execute(mine.order_by(Enrolment.cycle))}.values())


def _everyone(begun: Sequence[Row[Any]], members: Members) -> list[_Person]:
    """Those who have begun, and those whom the platform lists; who teaches is left out."""
    listed = {member.subject: member for member in members.people}
    people = []
    for row in sorted(begun, key=lambda row: int(row.id)):
        member = listed.pop(row.subject, Member(""))
        if not member.teaches:
            people.append(_Person(member.name or row.name or "", row))
    people += [_Person(member.name, None) for member in listed.values() if not member.teaches]
    return sorted(people, key=lambda person: (not person.name, person.name.casefold()))


def _deeds(link: ResourceLink, opens: Target, begun: Sequence[Row[Any]]) -> _Deeds:
    enrolments = [row.id for row in begun]
    return _Deeds(
        read=_read(enrolments),
        passed=_passed(opens, enrolments),
        marks=grades.marks(link.opens, link.context, [row.user_id for row in begun]),
        grades=_grades(link, [row.identity for row in begun if row.identity]),
    )


def _read(enrolments: Sequence[int]) -> Times:
    """When each lesson was read or skipped."""
    read: dict[int, dict[str, datetime.datetime]] = defaultdict(dict)
    said = select(LessonDone.enrolment_id, LessonDone.lesson, LessonDone.done_at)
    for row in db.session.execute(said.where(LessonDone.enrolment_id.in_(enrolments))):
        read[row.enrolment_id][row.lesson] = row.done_at
    return read


def _passed(opens: Target, enrolments: Sequence[int]) -> Times:
    """When each quiz was first passed, or handed in where there is no pass mark."""
    passed: dict[int, dict[str, datetime.datetime]] = defaultdict(dict)
    unmarked = [quiz.id for quiz in opens.course.quizzes if quiz.rules.pass_mark is None]
    first = func.min(Attempt.submitted_at).label("first")
    said = select(Attempt.enrolment_id, Attempt.quiz, first).where(
        Attempt.enrolment_id.in_(enrolments),
        Attempt.submitted_at.is_not(None),
        Attempt.passed.is_(True) | Attempt.quiz.in_(unmarked),
    )
    for row in db.session.execute(said.group_by(Attempt.enrolment_id, Attempt.quiz)):
        passed[row.enrolment_id][row.quiz] = row.first
    return passed


def _grades(link: ResourceLink, identities: Sequence[int]) -> dict[int, Delivery]:
    mine = select(Delivery).where(Delivery.resource_link_id == link.id, Delivery.identity_id.in_(identities))
    return {each.identity_id: each for each in db.session.scalars(mine) if each.identity_id}


def _learner(opens: Target, person: _Person, number: int, deeds: _Deeds) -> Learner:
    steps, begun = steps_of(opens), person.enrolment
    read = deeds.read.get(begun.id, {}) if begun else {}
    passed = deeds.passed.get(begun.id, {}) if begun else {}
    return Learner(
        name=person.name,
        number=number,
        begun=begun is not None,
        done=sum(behind(step, read, passed) for step in steps),
        parts=len(steps),
        finished_on=_finished_on(opens, begun, steps, {**read, **passed}) if begun else None,
        mark=deeds.marks.get(begun.user_id) if begun else None,
        grade=deeds.grades.get(begun.identity) if begun else None,
    )


def _finished_on(
    opens: Target, begun: Row[Any], steps: Sequence[Step], done: dict[str, datetime.datetime]
) -> datetime.date | None:
    """When they finished a course, as it is stamped; or the last of what they had to do of a part."""
    needed = [step for step in steps if isinstance(step, Lesson) or step.rules.pass_mark is not None] or steps
    times = [done[step.id] for step in needed if step.id in done]
    moment = max(times) if times and len(times) == len(needed) else None
    if opens.opens == opens.course.slug:
        moment = begun.completed_at
    return moment and moment.astimezone(TIME_ZONE).date()


def steps_of(opens: Target) -> tuple[Step, ...]:
    """The lessons and quizzes that a link leads to."""
    kind, _, name = opens.opens.partition("/")[2].partition("/")
    if kind == "modules":
        return next(module.steps for module in opens.course.modules if module.id == name)
    return tuple(step for step in opens.course.steps if not kind or step.id == name)


def _states(link: ResourceLink) -> dict[str, int]:
    counted = select(Delivery.state, func.count().label("number")).where(Delivery.resource_link_id == link.id)
    return {row.state: row.number for row in db.session.execute(counted.group_by(Delivery.state))}
