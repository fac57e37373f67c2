"""How often pages and deeds ask the database: counted here, since milliseconds depend on the machine."""

import pytest
from flask import Flask

from bench import course, journey
from lms import publishing
from lms.db import db
from tests.lms.test_learning import answer_all, begin, read_lessons, start_quiz
from tests.page_checks import CheckingClient

MOST = {
    "Lesson page": 4,
    "Catalogue": 4,
    "Save one answer": 6,
    "Submit ten answers": 8,
    "Certificate (PDF)": 4,  # two of them count how many one person fetches
}
"""What each needs today. More than 5 for a lesson page or 10 for a submission would be a fault."""


@pytest.mark.slow
def test_statements(app: Flask) -> None:
    """What `make bench` measures sends no more statements than it did, on either database."""
    with app.app_context():
        published = publishing.publish(course.bundle(), course.SLUG)
        assert published.revision, [str(problem) for problem in published.problems]
        db.session.commit()
    counts = journey.statements(app)
    assert counts.keys() == MOST.keys()
    assert {name: count for name, count in counts.items() if count > MOST[name]} == {}


def test_handing_in_the_last_step(client: CheckingClient, app: Flask, statements: list[str]) -> None:
    """Who hands in the quiz that finishes the course is marked and stamped in at most ten statements."""
    begin(client)
    read_lessons(client, app)
    attempt = start_quiz(client)
    answer_all(client, app, attempt)
    statements.clear()
    assert client.send(f"{attempt}/submission").status_code == 302
    sent = [" ".join(each.split()) for each in statements if not each.startswith("BEGIN")]
    assert len(sent) <= 10, "\n".join(sent)
