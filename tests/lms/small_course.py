"""A course of one lesson and one quiz, to be published in as many variants as a test needs."""

import datetime
import re

from flask import Flask

from lms import publishing
from lms.db import db, now
from lms.models import Attempt
from tests.page_checks import CheckingClient

SLUG = "small"
QUIZ = f"/courses/{SLUG}/quizzes/check"
FRONT = """---
kind: quiz
title: Small check
pass mark: 100%
options: shuffled
show answers: never
{settings}
draw:
  - 2 from banks/all
---

Take your time.

"""
OWN = """## Own question? {#own}

- (x) Own right
- ( ) Own wrong
  > Own feedback.
"""
BANKED = """
## {word} question {number}? {{#q{number}}}

- [x] {word} right {number}a
- [ ] {word} wrong {number}
- [x] {word} right {number}b
- [ ] {word} wrong too {number}
"""
COURSE = "---\ntitle: {title}\nsummary: For tests.\ncertificate: yes\nvalid for: 12 months\n---\n\nHello.\n"
LESSON = "---\ntitle: A lesson\n---\n\nSome words.\n"


def bank(word: str = "Bank", numbers: tuple[int, ...] = (1, 2, 3)) -> str:
    asked = "".join(BANKED.format(word=word, number=number) for number in numbers)
    return f"---\nkind: bank\ntitle: All\n---\n{asked}"


def bundle(settings: str = "counts: best", title: str = "Small", **changed: str | None) -> dict[str, bytes]:
    """The files; `changed` holds other texts for files by path, None to leave one out."""
    files: dict[str, str | None] = {
        "course.md": COURSE.format(title=title),
        "01-lesson.md": LESSON,
        "02-check.md": FRONT.format(settings=settings) + OWN,
        "banks/all.md": bank(),
        **changed,
    }
    return {path: text.encode() for path, text in files.items() if text is not None}


def publish(app: Flask, files: dict[str, bytes]) -> int:
    """Make it the live revision; returns its id."""
    with app.app_context():
        published = publishing.publish(files, SLUG)
        assert published.revision, [str(problem) for problem in published.problems]
        revision_id = published.revision.id
        db.session.commit()
    return revision_id


def token(page: str) -> str:
    """What the form that begins an attempt carries."""
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found[1]


def start(client: CheckingClient, **fields: str) -> str:
    """Begin an attempt from the quiz page; returns its address."""
    page = client.get(QUIZ).text
    return client.send(f"{QUIZ}/attempts", token=token(page), **fields).location


def attempt_row(attempt: str) -> Attempt:
    """The row, within an app context."""
    return db.session.get_one(Attempt, int(attempt.partition("?")[0].rpartition("/")[2]))


def move_deadline(app: Flask, attempt: str, *, to_come: datetime.timedelta) -> None:
    """Let the deadline be that far from now."""
    with app.app_context():
        attempt_row(attempt).deadline_at = now() + to_come
        db.session.commit()


def inputs(page: str) -> list[tuple[int, str]]:
    """Each option on a question page, in the order shown: authored place and words."""
    found = re.findall(
        r'<input id="answer-\d+"[^>]*value="(\d+)"[^>]*>\s*<label[^>]*>(.*?)</label>', page, re.DOTALL
    )
    return [(int(place), re.sub("<[^>]+>", "", words).strip()) for place, words in found]
