"""What is measured: pages and deeds of one learner, each as a list of requests to make."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import event, select

from bench.course import SLUG
from bench.learner import Learner
from lms.awarding import award
from lms.db import db
from lms.models import CourseState, Enrolment

Request = Callable[[], object]
QUESTIONS = 10


def first_lesson(learner: Learner) -> str:
    """The first lesson that the page of the course leads to."""
    page = learner.send("GET", f"/courses/{SLUG}", {}).text
    found = re.search(rf'href="(/courses/{SLUG}/lessons/[^"?]+)"', page)
    if found is None:
        raise LookupError("The course of the bench has no lesson.")
    return found[1]


def award_for_last(app: Flask) -> str:
    """Give a certificate to who began the bench's course last; the address of its PDF."""
    with app.app_context():
        newest = select(Enrolment).where(Enrolment.course == SLUG).order_by(Enrolment.id.desc()).limit(1)
        enrolment = db.session.scalars(newest).one()
        live = CourseState.live_revision(SLUG)
        given = award(enrolment, int(live or 0), name="Zoë Łukasz-Nguyễn", issuer="Example Partnership")
        path = f"/awards/{given.id}/certificate.pdf"
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return path


def statements(app: Flask) -> dict[str, int]:
    """How many statements each of `batches` sends to the database, BEGIN and COMMIT apart."""
    sent: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(*told: Any) -> None:
        sent.append(told[2])

    event.listen(engine, "before_cursor_execute", note)
    learner = Learner.within(app)
    learner.begin()
    counts: dict[str, int] = {}
    for name, requests in batches(learner, first_lesson(learner), award_for_last(app)):
        for request in requests:
            sent.clear()
            request()
            counts[name] = len([each for each in sent if not each.startswith(("BEGIN", "PRAGMA"))])
    event.remove(engine, "before_cursor_execute", note)
    return counts


def batches(learner: Learner, lesson: str, certificate: str) -> Iterator[tuple[str, list[Request]]]:
    """By name, what to do within one round; what has to be there first is made in between.

    A name comes again where its requests cannot follow each other at once.
    """

    def get(path: str) -> Request:
        return lambda: learner.send("GET", path, {})

    def post(path: str, **body: str) -> Request:
        return lambda: learner.send("POST", path, body)

    yield "Lesson page", [get(lesson)] * 40
    yield "Catalogue", [get("/")] * 40
    for _ in range(6):  # one after the other: who has an unfinished attempt is led back to it
        attempt = learner.start_quiz()
        numbers = range(1, QUESTIONS + 1)
        yield "Save one answer", [post(f"{attempt}/questions/{n}/answer", answer="0") for n in numbers]
        yield "Submit ten answers", [post(f"{attempt}/submission")]
    yield "Certificate (PDF)", [get(certificate)] * 7  # one person may fetch sixty in an hour


def wire(learner: Learner, lesson: str) -> tuple[int, int]:
    """Bytes of a first visit to a lesson, with CSS, JavaScript and icon; and of the next visit."""
    page, sent = learner.measured(lesson)
    assets = set(re.findall(r'(?:href|src)="(/assets/[^"]+)"', page))
    return sent + sum(learner.measured(urlsplit(asset).path)[1] for asset in assets), sent
