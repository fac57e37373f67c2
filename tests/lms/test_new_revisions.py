"""What a new revision may never do: break an attempt that is open, mark it wrongly, or take back what was earned."""

import datetime
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from lms.db import db, now
from lms.models import Award, Enrolment
from tests.lms.small_course import (
    COURSE,
    FRONT,
    OWN,
    SLUG,
    attempt_row,
    bank,
    bundle,
    inputs,
    publish,
    start,
)
from tests.page_checks import CheckingClient

LEARNERS = 50

REORDERED = re.sub(r"(- \[x\] .*a\n)(- \[ \] .*\n)(- \[x\] .*b\n)", r"\2\3\1", bank())
TURNED = bank().replace("[x]", "[-]").replace("[ ]", "[x]").replace("[-]", "[ ]")
SHORTER = re.sub(r"- \[ \] .*too .*\n", "", bank())
OTHER_OWN = OWN.replace("- (x) Own right\n", "").replace("- ( ) Own wrong", "- (x) Own wrong\n- ( ) New")
STRICT = FRONT.format(settings="attempts: 1\ntime limit: 1 minute\ngrace: none").replace("100%", "90%")

REVISIONS = {
    "options reworded": bundle(**{"banks/all.md": bank("Changed")}),
    "options reordered": bundle(**{"banks/all.md": REORDERED}),
    "right and wrong exchanged": bundle(**{"banks/all.md": TURNED}),
    "options deleted": bundle(
        **{"banks/all.md": SHORTER, "02-check.md": FRONT.format(settings="") + OTHER_OWN}
    ),
    "questions deleted": bundle(**{"banks/all.md": bank(numbers=(7, 8))}),
    "other rules": bundle(**{"02-check.md": STRICT + OWN}),
    "bank deleted": bundle(
        **{"02-check.md": "---\nkind: quiz\ntitle: Now alone\n---\n\n" + OWN, "banks/all.md": None}
    ),
    "quiz deleted": bundle(**{"02-check.md": None, "banks/all.md": None}),
    "rolled back": bundle(),
}


@pytest.fixture
def small(app: Flask) -> Flask:
    publish(app, bundle())
    return app


def clients(app: Flask, count: int) -> Iterator[CheckingClient]:
    for _ in range(count):
        client = app.test_client()
        assert isinstance(client, CheckingClient)
        yield client


def answer(client: CheckingClient, attempt: str, number: int, *, rightly: bool) -> None:
    page = client.get(f"{attempt}/questions/{number}")
    assert page.status_code == 200, page.text
    shown = inputs(page.text)
    given = [str(place) for place, words in shown if ("right" in words) is rightly]
    sent = client.send(f"{attempt}/questions/{number}/answer", answer=given if rightly else given[:1])
    assert sent.status_code == 302 and "late" not in sent.location


@pytest.mark.slow
def test_fifty_open_attempts(small: Flask) -> None:
    """50 attempts stay open while options are reworded, reordered, turned and deleted, questions and the whole
    quiz deleted, and all is rolled back: each page works at each step, and each is marked as it was begun.
    """
    opened = [(client, start(client)) for client in clients(small, LEARNERS)]
    shown = {attempt: inputs(client.get(f"{attempt}/questions/2").text) for client, attempt in opened}
    handed_in = set()
    for step, (name, files) in enumerate(REVISIONS.items()):
        publish(small, files)
        for place, (client, attempt) in enumerate(opened):
            if attempt in handed_in:
                assert client.get(f"{attempt}/result").status_code == 200, name
                continue
            assert inputs(client.get(f"{attempt}/questions/2").text) == shown[attempt], name
            if place % len(REVISIONS) == step:  # in each state of the course some go on with theirs
                answer_all(client, attempt, right=1 + place % 3)
            if place % (2 * len(REVISIONS)) == step:
                hand_in(client, attempt)
                handed_in.add(attempt)
    for place, (client, attempt) in enumerate(opened):
        hand_in(client, attempt)
        with small.app_context():
            row = attempt_row(attempt)
            assert (row.earned, row.possible) == (1 + place % 3, 3), place
            assert row.passed is (place % 3 == 2)


def answer_all(client: CheckingClient, attempt: str, *, right: int) -> None:
    """Answer as many questions rightly, by the words on the page, and the others wrongly."""
    for number in (1, 2, 3):
        shown = inputs(client.get(f"{attempt}/questions/{number}").text)
        places = {
            kind: [str(place) for place, words in shown if kind in words] for kind in ("right", "wrong")
        }
        given = places["right"] if number <= right else places["wrong"][:1]
        sent = client.send(f"{attempt}/questions/{number}/answer", answer=given)
        assert sent.status_code == 302 and "late" not in sent.location


def hand_in(client: CheckingClient, attempt: str) -> None:
    client.get("/come-back")
    assert client.get(client.send(f"{attempt}/submission").location).status_code == 200


def read_lesson(client: CheckingClient) -> None:
    client.get(f"/courses/{SLUG}/lessons/lesson")
    client.send(f"/courses/{SLUG}/lessons/lesson/completion")


def finish(client: CheckingClient) -> str:
    """Read the lesson and pass the quiz; returns the attempt."""
    read_lesson(client)
    attempt = start(client)
    answer_all(client, attempt, right=3)
    hand_in(client, attempt)
    return attempt


def get_certificate(client: CheckingClient, name: str = "Sam") -> str:
    client.get(f"/courses/{SLUG}/certificate")
    return client.send(f"/courses/{SLUG}/certificate", name=name).location


@pytest.mark.parametrize("last", ["quiz", "lesson"])
def test_a_certificate_names_what_was_completed(client: CheckingClient, small: Flask, last: str) -> None:
    """First asked for after a newer revision went live, it names the title of the revision that was completed."""
    if last == "quiz":
        finish(client)
    else:
        attempt = start(client)
        answer_all(client, attempt, right=3)
        hand_in(client, attempt)
        read_lesson(client)
    publish(small, bundle(title="A newer title"))
    for name in ("Sam", "Sam Again"):
        assert (
            "Small" in (page := client.get(get_certificate(client, name)).text) and "newer title" not in page
        )
    with small.app_context():
        first, second = db.session.scalars(select(Award).order_by(Award.id))
        enrolment = db.session.scalars(select(Enrolment)).one()
        assert first.revision_id == second.revision_id == enrolment.revision_id


def test_a_certificate_stays_when_the_course_gives_none_any_more(
    client: CheckingClient, small: Flask
) -> None:
    """Who finished while the course gave a certificate gets it, whatever came later."""
    finish(client)
    publish(small, bundle(**{"course.md": COURSE.format(title="Small").replace("certificate: yes\n", "")}))
    assert client.get(get_certificate(client)).status_code == 200


def test_an_expired_certificate_offers_the_course_again(client: CheckingClient, small: Flask) -> None:
    """Past its date it leads to a new round of the course, once, and stays as it was."""
    finish(client)
    award = get_certificate(client)
    assert "Change the name" in client.get(award).text
    assert client.send(f"{award}/renewal").status_code == 404, "it still stands"
    with small.app_context():
        db.session.execute(db.update(Award).values(valid_until=datetime.date(2020, 1, 1)))
        db.session.commit()
    page = client.get(award).text
    assert "Take the course again" in page and "Change the name" not in page
    for _ in range(2):
        assert client.send(f"{award}/renewal").location == f"/courses/{SLUG}"
    with small.app_context():
        assert [held.cycle for held in db.session.scalars(select(Enrolment).order_by(Enrolment.cycle))] == [
            1,
            2,
        ]
    assert "0 of 2" in client.get(f"/courses/{SLUG}").text
    assert "Carry on" in client.get("/").text
    finish(client)
    assert get_certificate(client) != award
    assert "past its date" in client.get(award).text


def test_a_withdrawn_certificate_offers_no_other_name(client: CheckingClient, small: Flask) -> None:
    """What was withdrawn can be neither renamed nor renewed."""
    finish(client)
    award = get_certificate(client)
    with small.app_context():
        db.session.execute(db.update(Award).values(revoked_at=now()))
        db.session.commit()
    page = client.get(award).text
    assert "withdrawn" in page and "Change the name" not in page and "again" not in page
    assert client.send(f"{award}/renewal").status_code == 404
    assert get_certificate(client, "Another") == award


def test_the_result_of_a_quiz_that_is_gone(client: CheckingClient, small: Flask) -> None:
    """The result of a quiz that was taken out stays, leads to what the course has now, and offers no other try."""
    attempt = start(client)
    publish(small, REVISIONS["quiz deleted"])
    assert client.get(f"{attempt}/questions/1").status_code == 200
    hand_in(client, attempt)
    page = client.get(f"{attempt}/result").text
    assert "0%" in page and "Try again" not in page
    for link in re.findall(r"<main.*?</main>", page, re.DOTALL):
        for address in re.findall(r'href="(/[^"]*)"', link):
            assert client.get(address).status_code == 200, address
