"""An attempt at a quiz, pinned to the revision it began on and to the questions that were drawn."""

import datetime
from typing import Any

import msgspec
from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, contains_eager, mapped_column, relationship

from lms.db import Model, Moment, db, now
from lms.models.enrolment import Enrolment
from lms.models.revision import Revision
from lms.models.user import User
from markup.facts import Fact, Facts
from quizzes.marking import Outcome
from quizzes.paper import Asking, Paper

_PINNED = dict[str, Fact]
msgspec.convert({}, type=_PINNED)  # before there are threads: msgspec crashes where two do so first


class Attempt(Model):
    """One go at a quiz. Its number is unique in its enrolment and quiz, which keeps the limit.

    `token` came with the form that began it: the same form sent twice is one attempt. `deadline_at` is
    None where there is no time limit; `extra_time` is what was added to it, in per cent.
    `drawn` holds the question ids and the order of their options, as shown; `facts` the facts they
    mention, as they stood. `earned` is None until the attempt is submitted.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "quiz", "number"),
        UniqueConstraint("enrolment_id", "token"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"))
    quiz: Mapped[str] = mapped_column(String(200))
    number: Mapped[int]
    token: Mapped[str | None] = mapped_column(String(64))
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    drawn: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    began_at: Mapped[datetime.datetime] = mapped_column(Moment, default=now)
    deadline_at: Mapped[datetime.datetime | None] = mapped_column(Moment, index=True)
    extra_time: Mapped[int] = mapped_column(default=0)
    submitted_at: Mapped[datetime.datetime | None] = mapped_column(Moment)
    earned: Mapped[float | None]
    possible: Mapped[int | None]
    percent: Mapped[int | None]
    passed: Mapped[bool | None]

    enrolment: Mapped[Enrolment] = relationship()
    revision: Mapped[Revision] = relationship()
    answers: Mapped[list["Answer"]] = relationship(passive_deletes=True)

    @classmethod
    def of(cls, enrolment: Enrolment, quiz: str) -> list["Attempt"]:
        """All attempts at a quiz in an enrolment, oldest first."""
        mine = select(cls).where(cls.enrolment_id == enrolment.id, cls.quiz == quiz)
        return list(db.session.scalars(mine.order_by(cls.number)))

    @classmethod
    def owned(cls, attempt_id: int, user: User) -> "Attempt | None":
        """The attempt, if it is this person's; else None."""
        return db.session.scalar(_OWNED, {"attempt": attempt_id, "user": user.id})

    @classmethod
    def begun_by(cls, enrolment: Enrolment, token: str) -> "Attempt | None":
        """The attempt that a form with this token began, or None."""
        return db.session.scalar(select(cls).where(cls.enrolment_id == enrolment.id, cls.token == token))

    @classmethod
    def past_deadline(cls) -> list[int]:
        """The ids of attempts whose time is up and that nobody has handed in. Some may be in their grace."""
        late = select(cls.id).where(cls.submitted_at.is_(None), cls.deadline_at < now())
        return list(db.session.scalars(late))

    @property
    def paper(self) -> Paper:
        """What was drawn, as values."""
        return tuple(Asking(question=d["question"], order=tuple(d["order"])) for d in self.drawn)

    @property
    def pinned_facts(self) -> Facts:
        """The facts its questions mention, as they stood when it began."""
        return msgspec.convert(self.facts, type=_PINNED)

    @property
    def given(self) -> dict[str, tuple[int, ...]]:
        """The answers so far: question id to authored places."""
        return {answer.question: tuple(answer.given) for answer in self.answers}

    @property
    def next_number(self) -> int | None:
        """The first question without an answer, counted from 1; None when all have one."""
        given = self.given
        return next((n for n, asking in enumerate(self.paper, 1) if not given.get(asking.question)), None)

    def answer(
        self, question: str, given: tuple[int, ...], given_at: datetime.datetime | None = None
    ) -> bool:
        """Keep an answer; the one given last stands. False when that is not this one."""
        held = db.session.get(Answer, (self.id, question), populate_existing=True)
        if held is not None and given_at is not None and held.saved_at > given_at:
            return False
        if held is None:
            held = Answer(attempt_id=self.id, question=question)
            db.session.add(held)
        moment = now()  # a wrong clock elsewhere must not outlive the next answer
        held.given, held.saved_at = list(given), max(self.began_at, min(given_at or moment, moment))
        return True

    def submit(self, outcome: Outcome, moment: datetime.datetime) -> None:
        """Stamp the marks. A submitted attempt never changes."""
        self.submitted_at = moment
        self.earned, self.possible = float(outcome.earned), outcome.possible
        self.percent, self.passed = outcome.percent, outcome.passed


class Answer(Model):
    """One answer, as authored places of options in the pinned revision. `saved_at` is when it was given."""

    __tablename__ = "answer"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True)
    question: Mapped[str] = mapped_column(String(400), primary_key=True)
    given: Mapped[list[int]] = mapped_column(JSON)
    saved_at: Mapped[datetime.datetime] = mapped_column(Moment, default=now)


_OWNED = (
    select(Attempt)
    .join(Attempt.enrolment)
    .where(Attempt.id == bindparam("attempt"), Enrolment.user_id == bindparam("user"))
    .options(contains_eager(Attempt.enrolment))
)
