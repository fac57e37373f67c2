"""Work that outlives a request. Each round is safe to repeat and safe to be killed in.

So far: a sign of life every few seconds; every minute attempts whose time is up are handed in and counts of
tries forgotten; once an hour what is kept only for a while is forgotten.
Mails and grades are sent beside all that, each in a thread of its own: a mail server may be slow, and so may
a learning system.
"""

import contextlib
import datetime
import os
import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from lms.db import begin_writing, db, now
from lms.grades import catch_up_next
from lms.learning import submit_attempt, time_is_up
from lms.lti.grades import Postbag
from lms.mail import sender
from lms.models import Attempt, Heartbeat, Throttle
from lms.outbox import send_next
from lms.retention import purge

BEAT_EVERY = 5  # seconds
SEND_EVERY = 2  # seconds
LAST_ONE = 10  # seconds that what is being sent has, once we are told to stop
TIDY_EVERY = datetime.timedelta(minutes=1)
PURGE_EVERY = datetime.timedelta(hours=1)


def run(app: Flask) -> None:
    """Work until told to stop by SIGTERM or SIGINT, or until the process that began us has gone."""
    stop = threading.Event()

    def told_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, told_to_stop)
    signal.signal(signal.SIGINT, told_to_stop)
    parent = os.getppid()
    sending = [
        threading.Thread(target=send, args=(app, stop), daemon=True) for send in (send_mails, send_grades)
    ]
    for each in sending:
        each.start()
    tidied = purged = datetime.datetime.min.replace(tzinfo=datetime.UTC)
    while not stop.is_set() and os.getppid() == parent:
        with app.app_context():
            try:
                beat()
                if now() - tidied > TIDY_EVERY:
                    tidy()
                    tidied = now()
                if now() - purged > PURGE_EVERY:
                    purge(app.extensions["alongside"])
                    purged = now()
            except Exception:  # the database may be away: say so and try again
                app.logger.exception("The worker could not do its round. It will try again.")
                db.session.rollback()
        stop.wait(BEAT_EVERY)
    stop.set()
    for each in sending:
        each.join(LAST_ONE)  # what takes longer is claimed again, when its lease is over
    with app.app_context(), contextlib.suppress(SQLAlchemyError):  # a database that is away misses nothing
        leave()


def send_mails(app: Flask, stop: threading.Event) -> None:
    """Send mails that are due, one after the other, until told to stop."""
    send = sender(app.extensions["alongside"])
    _send_all(app, stop, lambda: send_next(send), "Mails could not be sent. The worker will try again.")


def send_grades(app: Flask, stop: threading.Event) -> None:
    """Send grades that are due, one after the other, until told to stop; between, links catch up."""
    bag = Postbag()
    trouble = "Grades could not be sent. The worker will try again."
    _send_all(app, stop, lambda: bag.send_next() or catch_up_next(), trouble)


def _send_all(app: Flask, stop: threading.Event, send_one: Callable[[], bool], trouble: str) -> None:
    while not stop.is_set():
        with app.app_context():
            try:
                while send_one() and not stop.is_set():
                    pass
            except Exception:  # the database may be away: say so and try again
                app.logger.exception(trouble)
                db.session.rollback()
        stop.wait(SEND_EVERY)


def beat() -> None:
    """Say that this worker is alive."""
    begin_writing()
    Heartbeat.beat(_name())
    db.session.commit()


def leave() -> None:
    """Say that this worker has stopped, so that a restore need not wait for it to fall silent."""
    begin_writing()
    Heartbeat.end(_name())
    db.session.commit()


def _name() -> str:
    return f"{socket.gethostname()[:30]}:{os.getpid()}"


def tidy() -> None:
    """Hand in what is overdue, and forget counts of tries once they no longer slow anyone."""
    begin_writing()
    Throttle.purge(now() - Throttle.LONGEST)
    db.session.commit()
    for attempt_id in Attempt.past_deadline():
        try:
            hand_in_overdue(attempt_id)
        except Exception:  # one that cannot be marked must not hold up the others
            current_app.logger.exception("Attempt %s could not be handed in.", attempt_id)
            db.session.rollback()


def hand_in_overdue(attempt_id: int) -> None:
    """Mark what was saved in time, once the grace is over; each on its own, so that nobody waits for all."""
    attempt = db.session.get(Attempt, attempt_id)
    if attempt is not None and time_is_up(attempt):
        submit_attempt(attempt)
    db.session.commit()
