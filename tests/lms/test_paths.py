"""Learning paths: courses in order, and one certificate when all of them are behind you."""

import datetime

from flask import Flask

from lms import library, publishing
from lms.db import db
from lms.models import Award, Enrolment
from tests.lms.test_learning import COURSE, SLUG, pass_course
from tests.page_checks import CheckingClient

PATH = "hate-crime-ambassador"
FILE = f"""---
kind: path
title: Hate crime ambassador
summary: Two courses, one certificate.
certificate: yes
valid for: 12 months
courses:
  - {SLUG}
  - short
---

Take your time.
"""
SHORT = {
    "course.md": b"---\ntitle: Short\nsummary: One lesson.\n---\n",
    "01-only.md": b"---\ntitle: Only\n---\nOne short lesson.\n",
}


def publish(app: Flask, text: str = FILE) -> publishing.Published:
    with app.app_context():
        assert publishing.publish(SHORT, "short").revision
        published = publishing.publish({f"{PATH}.md": text.encode()}, PATH)
        db.session.commit()
        return published


def read_short(client: CheckingClient) -> None:
    client.get("/courses/short/before")
    client.send("/enrolments", course="short")
    client.get("/courses/short/lessons/only")
    assert client.send("/courses/short/lessons/only/completion").status_code == 302


def test_from_the_home_page_to_one_certificate(client: CheckingClient, app: Flask) -> None:
    """A path shows its courses in order and what is behind you, and awards one certificate for all of them."""
    publish(app)
    assert "Hate crime ambassador" in client.get("/").text
    page = client.get(f"/paths/{PATH}").text
    assert "2 courses" in page and "Take your time." in page and "Go to the first course" in page
    assert page.index(f"/courses/{SLUG}") < page.index("/courses/short")
    pass_course(client, app)
    page = client.get(f"/paths/{PATH}").text
    assert (
        "1 of 2 courses" in page and "/courses/short" in page.partition("Go on with")[0].rpartition("<p>")[2]
    )
    assert client.get(f"/paths/{PATH}/certificate").location == f"/paths/{PATH}"
    read_short(client)
    assert "You have finished this path" in client.get(f"/paths/{PATH}").text
    client.get(f"/paths/{PATH}/certificate")
    assert client.send(f"/paths/{PATH}/certificate", name="").status_code == 422
    award = client.send(f"/paths/{PATH}/certificate", name="Zoë").location
    page = client.get(award).text
    assert "Hate crime ambassador" in page and f"/paths/{PATH}/certificate" in page
    assert client.get(f"{award}/certificate.pdf").data.startswith(b"%PDF")
    assert "Your certificate" in client.get(f"/paths/{PATH}").text


def test_what_was_finished_stays_finished(client: CheckingClient, app: Flask) -> None:
    """A path that grows after someone finished it takes nothing away: the certificate names what they did."""
    publish(app)
    pass_course(client, app)
    read_short(client)
    grown = FILE.replace("  - short\n", "  - short\n  - another\n").replace("Two courses", "Three courses")
    with app.app_context():
        assert publishing.publish(SHORT, "another").revision
        assert publishing.publish({f"{PATH}.md": grown.encode()}, PATH).new
        db.session.commit()
    client.get(f"/paths/{PATH}/certificate")
    award = client.send(f"/paths/{PATH}/certificate", name="Zoë").location
    with app.app_context():
        assert (
            db.session.get_one(Award, int(award.rpartition("/")[2])).summary
            == "Two courses, one certificate."
        )


def test_courses_finished_before_the_path_was_published_count(client: CheckingClient, app: Flask) -> None:
    """Nobody has to do twice what they did before they heard of the path."""
    with app.app_context():
        assert publishing.publish(SHORT, "short").revision
        db.session.commit()
    pass_course(client, app)
    read_short(client)
    publish(app)
    assert "You have finished this path" in client.get(f"/paths/{PATH}").text
    client.get(f"/paths/{PATH}/certificate")
    assert "/awards/" in client.send(f"/paths/{PATH}/certificate", name="Zoë").location


def test_a_path_is_renewed_by_taking_its_courses_again(client: CheckingClient, app: Flask) -> None:
    """An expired certificate of a path begins a new round of the path and of each of its courses."""
    publish(app)
    pass_course(client, app)
    read_short(client)
    client.get(f"/paths/{PATH}/certificate")
    award = client.send(f"/paths/{PATH}/certificate", name="Zoë").location
    with app.app_context():
        db.session.get_one(Award, int(award.rpartition("/")[2])).valid_until = datetime.date(2020, 1, 1)
        db.session.commit()
    client.get(award)
    assert client.send(f"{award}/renewal").location == f"/paths/{PATH}"
    assert "Go to the first course" in client.get(f"/paths/{PATH}").text
    with app.app_context():
        cycles = {(each.course, each.cycle) for each in db.session.query(Enrolment)}
    assert {(PATH, 2), ("short", 2), (SLUG, 2)} <= cycles
    read_short(client)
    assert "1 of 2 courses" in client.get(f"/paths/{PATH}").text


def test_a_path_whose_course_is_missing_is_refused(client: CheckingClient, app: Flask) -> None:
    """Nobody could finish it, so nothing is published, and the problem names the line and the nearest course."""
    refused = publish(app, FILE.replace("- short", "- shart"))
    assert refused.revision is None
    [problem] = refused.problems
    assert (problem.line, problem.mend) == (9, "Did you mean short?")
    assert client.get(f"/paths/{PATH}").status_code == 404


def test_a_path_is_not_a_course_nor_a_course_a_path(client: CheckingClient, app: Flask) -> None:
    """Each is found under its own address only, and a path without courses begun is no enrolment."""
    publish(app)
    assert client.get(f"/courses/{PATH}").status_code == 404
    assert client.get(f"/paths/{SLUG}").status_code == 404
    client.get(f"{COURSE}/before")
    assert client.send("/enrolments", course=PATH).status_code == 404


def test_going_back_keeps_its_kind(app: Flask) -> None:
    """An earlier revision of a path made live again is still a path."""
    publish(app)
    publish(app, FILE.replace("Take your time", "No hurry"))
    with app.app_context():
        first = library.revisions(PATH)[-1].id
        publishing.roll_back(PATH, first)
        db.session.commit()
        found = library.live_path(PATH)
        assert found and found[1] == first and found[0].courses == (SLUG, "short")
