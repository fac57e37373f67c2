"""The database beside the notes: what was acknowledged and is not there, what is there in part, what is unsound.

Each function gives sentences, one for each fault, and none when all is well.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from flask import Flask
from sqlalchemy import select, text

from lms.db import db
from lms.models import Answer, Attempt, Award, Enrolment, LessonDone, Session, User
from lms.models.user import fingerprint
from tests.crash.course import LESSON_ID, QUESTIONS, is_right
from tests.crash.notes import CUT_OFF, Note
from tests.lms.small_course import SLUG


class Rows:
    """Everything that was kept, read once."""

    def __init__(self) -> None:
        self.attempts = {row.id: row for row in db.session.scalars(select(Attempt))}
        self.answers: dict[int, dict[str, tuple[int, ...]]] = defaultdict(dict)
        for row in db.session.scalars(select(Answer)):
            self.answers[row.attempt_id][row.question] = tuple(row.given)
        mine = select(Enrolment).where(Enrolment.course == SLUG)
        self.enrolments = {row.id: row for row in db.session.scalars(mine)}
        self.lessons = {(row.enrolment_id, row.lesson) for row in db.session.scalars(select(LessonDone))}
        self.awards = {row.id: row for row in db.session.scalars(select(Award))}
        self.users = list(db.session.scalars(select(User)))
        self.sessions = {row.token_hash: row.user_id for row in db.session.scalars(select(Session))}

    def right(self, attempt: Attempt) -> int:
        """How many of its answers as kept are right."""
        return sum(is_right(question, given) for question, given in self.answers[attempt.id].items())


def lost(app: Flask, notes: Iterable[Note]) -> list[str]:
    """What a learner was told was done, and is not so in the database."""
    with app.app_context():
        rows, enrolments = Rows(), {}
        by_deed: dict[str, list[Note]] = defaultdict(list)
        for note in notes:
            by_deed[note.deed].append(note)
        for note in filter(_acknowledged, by_deed["enrolment"]):
            enrolments[note.learner] = _enrolment(app, rows, note)
        return [
            *(f"{learner}: enrolment" for learner, found in enrolments.items() if found is None),
            *_lost_attempts(rows, by_deed["attempt"], enrolments),
            *_lost_answers(rows, by_deed["answer"]),
            *_lost_submissions(rows, by_deed["submission"]),
            *(
                f"{note.learner}: lesson"
                for note in filter(_acknowledged, by_deed["lesson"])
                if (enrolments[note.learner], LESSON_ID) not in rows.lessons
            ),
            *(
                f"{note.learner}: award"
                for note in filter(_acknowledged, by_deed["award"])
                if (award := rows.awards.get(note.id_in_where)) is None
                or award.enrolment_id != enrolments[note.learner]
            ),
        ]


def _acknowledged(note: Note) -> bool:
    return note.acknowledged


def _enrolment(app: Flask, rows: Rows, note: Note) -> int | None:
    """The enrolment of whoever holds this cookie."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    held = serializer.loads(note.cookie.partition("=")[2])["_user_id"]
    user = rows.sessions.get(fingerprint(held))
    return next((row.id for row in rows.enrolments.values() if row.user_id == user), None)


def _lost_attempts(rows: Rows, notes: list[Note], enrolments: dict[str, int | None]) -> Iterator[str]:
    kept = Counter(attempt.token for attempt in rows.attempts.values())
    for token in {note.token for note in notes}:
        if kept[token] > 1:
            yield f"{token}: {kept[token]} attempts of one form"
    for note in filter(_acknowledged, notes):
        attempt = rows.attempts.get(note.id_in_where)
        if attempt is None or (attempt.token, attempt.enrolment_id) != (note.token, enrolments[note.learner]):
            yield f"{note.learner}: attempt {note.id_in_where}"


def _lost_answers(rows: Rows, notes: list[Note]) -> Iterator[str]:
    """The last acknowledged answer to a question must be there, or one sent after it that got no answer."""
    sent: dict[tuple[int, int], list[Note]] = defaultdict(list)
    for note in notes:
        sent[note.attempt, note.number].append(note)
    for (attempt_id, number), tries in sent.items():
        last = max((place for place, note in enumerate(tries) if note.acknowledged), default=None)
        attempt = rows.attempts.get(attempt_id)
        if last is None:
            continue
        may_be = {note.given for note in tries[last:]}
        asked = attempt.paper[number - 1].question if attempt else ""
        if rows.answers[attempt_id].get(asked) not in may_be:
            yield f"{tries[0].learner}: answer {number} of attempt {attempt_id}"


def _lost_submissions(rows: Rows, notes: list[Note]) -> Iterator[str]:
    for note in filter(_acknowledged, notes):
        attempt = rows.attempts.get(note.attempt)
        if attempt is None or attempt.submitted_at is None or attempt.earned != rows.right(attempt):
            yield f"{note.learner}: submission of attempt {note.attempt}"


def partial(app: Flask, limit: int) -> list[str]:
    """What is there only in part: half a submission, a course passed and not stamped, more than is allowed."""
    with app.app_context():
        rows = Rows()
        learners = {row.user_id for row in rows.enrolments.values()}
        signed_in = set(rows.sessions.values())
        return [
            *_partial_attempts(rows, limit),
            *_partial_enrolments(rows),
            *(f"award {award.id}" for award in rows.awards.values() if not _earned(rows, award)),
            *(f"user {row.id} without a course" for row in rows.users if row.id not in learners),
            *(f"user {row.id} without a session" for row in rows.users if row.id not in signed_in),
        ]


def _partial_attempts(rows: Rows, limit: int) -> Iterator[str]:
    for attempt in rows.attempts.values():
        marks = attempt.earned, attempt.possible, attempt.percent, attempt.passed
        right, asked = rows.right(attempt), [asking.question for asking in attempt.paper]
        whole = (right, QUESTIONS, right * 100 // QUESTIONS, right == QUESTIONS)
        if marks != (whole if attempt.submitted_at else (None,) * 4):
            yield f"attempt {attempt.id}: marks {marks} for {right} right answers"
        if len(asked) != QUESTIONS or not set(rows.answers[attempt.id]) <= set(asked):
            yield f"attempt {attempt.id}: asks {asked}"
    numbers: dict[int, list[int]] = defaultdict(list)
    for attempt in rows.attempts.values():
        numbers[attempt.enrolment_id].append(attempt.number)
    for enrolment, found in numbers.items():
        if sorted(found) != list(range(1, len(found) + 1)) or len(found) > limit:
            yield f"enrolment {enrolment}: attempts {found} where {limit} may be"


def _partial_enrolments(rows: Rows) -> Iterator[str]:
    passed = {attempt.enrolment_id for attempt in rows.attempts.values() if attempt.passed}
    awards = Counter(award.enrolment_id for award in rows.awards.values() if not award.replaced_by_id)
    for row in rows.enrolments.values():
        complete = row.id in passed and (row.id, LESSON_ID) in rows.lessons
        if (row.completed_at is not None, row.revision_id is not None) != (complete, complete):
            yield f"enrolment {row.id}: complete {complete}, stamped {row.completed_at}"
        if awards[row.id] > 1:
            yield f"enrolment {row.id}: {awards[row.id]} awards"


def _earned(rows: Rows, award: Award) -> bool:
    enrolment = rows.enrolments.get(award.enrolment_id)
    return enrolment is not None and enrolment.completed_at is not None and bool(award.code and award.name)


def unsound(app: Flask) -> list[str]:
    """What the database finds wrong with itself."""
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            checks = ("PRAGMA integrity_check", "PRAGMA foreign_key_check")
            found = [str(row[0]) for check in checks for row in connection.exec_driver_sql(check)]
            return [each for each in found if each != "ok"]
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS amcheck"))
        heaps = connection.scalars(text(HEAPS)).all()
        indexes = connection.scalars(text(INDEXES)).all()
        assert len(heaps) > 10 and len(indexes) > 10
        return [str(fault) for fault in (*heaps, *indexes) if fault]


TABLES = "FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace AND nspname = 'public'"
HEAPS = f"SELECT (SELECT string_agg(msg, '; ') FROM verify_heapam(c.oid)) {TABLES} WHERE relkind = 'r'"  # noqa: S608
INDEXES = (
    f"SELECT bt_index_parent_check(c.oid, heapallindexed => true)::text {TABLES} "
    "JOIN pg_am a ON a.oid = relam AND amname = 'btree' WHERE relkind = 'i'"
)
"""amcheck raises where an index is wrong, and tells of a wrong table in rows."""


def done_all_the_same(app: Flask, notes: Iterable[Note]) -> int:
    """How many attempts and submissions were done though no answer came, so that sending again was a replay."""
    with app.app_context():
        rows, cut, replays = Rows(), set(), 0
        for note in notes:
            key = note.deed, note.token, note.attempt
            if note.deed in ("attempt", "submission") and note.status == CUT_OFF:
                cut.add(key)
            elif key in cut and note.acknowledged:
                cut.remove(key)
                row = rows.attempts.get(note.attempt or note.id_in_where)
                done = row and (row.submitted_at if note.deed == "submission" else row.began_at)
                replays += done is not None and done.timestamp() < note.at
        return replays
