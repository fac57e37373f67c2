"""Learners at work in a process of their own: `python -m tests.lms.writing URL` until it is told to stop.

Each learner is one transaction: a user, an enrolment and an attempt with ten answers. Says how many, at the end.
"""

import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType

from lms.app import create_app
from lms.db import begin_writing, db, now
from lms.models import Answer, Attempt, Enrolment, User
from tests.conftest import settings_for

ANSWERS = 10
stopping = False


def stop(_signal: int, _frame: FrameType | None) -> None:
    global stopping  # noqa: PLW0603
    stopping = True


def write_one(writer: str, number: int) -> None:
    """One learner, in an order that shows a copy made in between."""
    begin_writing()
    enrolment = Enrolment(user=User(), course=writer, cycle=number)
    attempt = Attempt(
        enrolment=enrolment, quiz="q", number=number, revision_id=1, drawn=[], facts={}, submitted_at=now()
    )
    db.session.add_all([enrolment, attempt])
    for question in range(ANSWERS):
        db.session.flush()
        db.session.add(Answer(attempt_id=attempt.id, question=f"q#{question}", given=[0]))
    db.session.commit()


def main(url: str, writer: str) -> None:
    signal.signal(signal.SIGTERM, stop)
    app, number = create_app(settings_for(url, Path(tempfile.gettempdir()))), 0
    with app.app_context():
        while not stopping:
            number += 1
            write_one(writer, number)
            if number == 1:
                print("began", flush=True)  # noqa: T201
    print(number, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
