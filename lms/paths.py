"""Learning paths: where someone is in one, and the stamp when all of its courses are behind them."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from courses.paths import LearningPath
from lms.db import begin_writing, db, now
from lms.library import live_paths
from lms.models import Award, CourseState, Enrolment, User


@dataclass(frozen=True, kw_only=True)
class PathPlace:
    """Where a person is in a path. `finished` are its courses behind them, `next` is the one to take now.

    There is an `enrolment` once all courses were finished, stamped then and kept.
    """

    path: LearningPath
    finished: frozenset[str]
    next: str | None
    enrolment: Enrolment | None
    award: Award | None

    @property
    def complete(self) -> bool:
        """Whether they have finished all courses, now or on an earlier day."""
        return self.next is None or (self.enrolment is not None and self.enrolment.completed_at is not None)


def path_place(user: User, path: LearningPath) -> PathPlace:
    """Where `user` is in a path: what they did before they heard of it counts."""
    newest = _newest(user)
    finished = frozenset(
        course for course in path.courses if course in newest and newest[course].completed_at
    )
    enrolment = newest.get(path.slug)
    return PathPlace(
        path=path,
        finished=finished,
        next=path.next(finished),
        enrolment=enrolment,
        award=Award.of(enrolment) if enrolment else None,
    )


def _newest(user: User) -> Mapping[str, Enrolment]:
    """The person's newest enrolment on each course and path."""
    mine = select(Enrolment).where(Enrolment.user_id == user.id).order_by(*Enrolment.newest_last(user.here))
    return {enrolment.course: enrolment for enrolment in db.session.scalars(mine)}


def stamp_paths(user: User, course: str) -> None:
    """A course was just finished: stamp the paths it was the last course of. The caller holds the turn."""
    db.session.flush()
    for path in live_paths().values():
        if course in path.courses and path.next(path_place(user, path).finished) is None:
            stamp(user, path)


def finish_path(user: User, path: LearningPath) -> tuple[Enrolment, int]:
    """The stamped enrolment of someone who has finished all courses of a path, and the revision of the path.

    Who finished the courses before the path was published is stamped now.
    """
    user_id = user.id
    begin_writing()
    enrolment = stamp(db.session.get_one(User, user_id, with_for_update=True), path)
    return enrolment, enrolment.revision_id or CourseState.live("path")[path.slug]


def stamp(user: User, path: LearningPath) -> Enrolment:
    """Someone's enrolment on a path whose courses they finished, stamped once. The caller holds the turn."""
    enrolment = Enrolment.of(user, path.slug)
    if enrolment is None:
        enrolment = Enrolment(user=user, course=path.slug)
        db.session.add(enrolment)
    if enrolment.completed_at is None:
        enrolment.completed_at, enrolment.revision_id = now(), CourseState.live_revision(path.slug)
    db.session.flush()
    return enrolment
