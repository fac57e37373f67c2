"""A person's place in a course: what they have read, and when they finished."""

import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    String,
    UnaryExpression,
    UniqueConstraint,
    bindparam,
    case,
    exists,
    func,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship, with_expression

from lms.db import Model, Moment, db, now
from lms.models.user import User

NOWHERE = "-"
"""No course of a learning system is called so."""


class Enrolment(Model):
    """One person on one course, once for each cycle.

    `completed_at` is stamped once and kept, with the revision that was completed. A cycle that was begun
    from a learning system belongs to the course there, its `context`; `launched_at` is when it was last
    opened from it. Whether they `has_read` a lesson comes along with `all_of`.
    """

    __tablename__ = "enrolment"
    __table_args__ = (UniqueConstraint("user_id", "course", "cycle"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    course: Mapped[str] = mapped_column(String(200))
    cycle: Mapped[int] = mapped_column(default=1)
    context: Mapped[str] = mapped_column(String(320), default="", server_default="", index=True)
    launched_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    began_at: Mapped[datetime.datetime] = mapped_column(Moment, default=now)
    completed_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("revision.id"))

    has_read: Mapped[bool | None] = query_expression(expire_on_flush=False)
    user: Mapped[User] = relationship()
    lessons: Mapped[list["LessonDone"]] = relationship(passive_deletes=True)

    @classmethod
    def of(cls, user: User, course: str) -> "Enrolment | None":
        """The person's enrolment on a course, or None: that of the learning system's course they came from,
        else the one opened from one last, else the newest.
        """
        here = user.here or NOWHERE
        return db.session.scalar(_NEWEST, {"user": user.id, "course": course, "here": here})

    @classmethod
    def all_of(cls, user: User, course: str) -> list["Enrolment"]:
        """Every cycle of a person on a course, the newest last, theirs to change until the request ends; with
        whether a lesson was read in it.
        """
        return list(db.session.scalars(_ALL, {"user": user.id, "course": course}))

    @classmethod
    def newest_last(cls, here: str = "") -> tuple[UnaryExpression[Any], ...]:
        """The order in which `of` finds the last, for who came from this course of a learning system."""
        there = case((cls.context == (here or NOWHERE), 1), else_=0)
        return there.asc(), cls.launched_at.asc().nulls_first(), cls.cycle.asc()

    @classmethod
    def cycles(cls, user: User, course: str) -> int:
        """How often the person has begun a course."""
        return db.session.scalar(_CYCLES, {"user": user.id, "course": course}) or 0

    def finish(self, lesson: str) -> None:
        """Note that a lesson was read or skipped. Twice is once."""
        if db.session.get(LessonDone, (self.id, lesson)) is None:
            db.session.add(LessonDone(enrolment_id=self.id, lesson=lesson))


_NEWEST = (
    select(Enrolment)
    .where(Enrolment.user_id == bindparam("user"), Enrolment.course == bindparam("course"))
    .order_by(case((Enrolment.context == bindparam("here"), 1), else_=0).desc())
    .order_by(Enrolment.launched_at.desc().nulls_last(), Enrolment.cycle.desc())
    .limit(1)
)


_CYCLES = select(func.max(Enrolment.cycle)).where(
    Enrolment.user_id == bindparam("user"), Enrolment.course == bindparam("course")
)


class LessonDone(Model):
    """A lesson read or skipped, by its id in the course."""

    __tablename__ = "lesson_done"

    enrolment_id: Mapped[int] = mapped_column(
        ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True
    )
    lesson: Mapped[str] = mapped_column(String(200), primary_key=True)
    done_at: Mapped[datetime.datetime] = mapped_column(Moment, default=now)


_ALL = (
    select(Enrolment)
    .where(Enrolment.user_id == bindparam("user"), Enrolment.course == bindparam("course"))
    .options(with_expression(Enrolment.has_read, exists().where(LessonDone.enrolment_id == Enrolment.id)))
    .order_by(*Enrolment.newest_last())
    .with_for_update()
)
