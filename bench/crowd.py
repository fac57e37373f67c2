"""Many learners, so that a table is as long as in a county."""

from sqlalchemy import insert, text

from bench.course import SLUG
from lms.db import begin_writing, db
from lms.models import Enrolment, LessonDone, User

LEARNERS, LESSONS = 10_000, 20


def fill() -> None:
    """Ten thousand guests in the middle of the course, each with twenty lessons behind them."""
    begin_writing()
    users = db.session.scalars(insert(User).returning(User.id), [{"guest": True} for _ in range(LEARNERS)])
    begun = [{"user_id": user, "course": SLUG} for user in users]
    enrolments = db.session.scalars(insert(Enrolment).returning(Enrolment.id), begun).all()
    for place in range(LESSONS):
        done = [{"enrolment_id": each, "lesson": f"lesson-{place}"} for each in enrolments]
        db.session.execute(insert(LessonDone), done)
    db.session.commit()
    db.session.execute(text("ANALYZE"))
    db.session.commit()
