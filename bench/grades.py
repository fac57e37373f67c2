"""A thousand grades that wait, sent by one worker to a platform that takes them all."""

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import delete

from bench.course import QUIZ, SLUG
from bench.servers import fetch, free_address, wait_for
from lms.db import begin_writing, db, now
from lms.grades import catch_up, catch_up_next
from lms.lti import keys
from lms.lti.grades import Postbag
from lms.models import (
    Attempt,
    CourseState,
    Delivery,
    Deployment,
    Enrolment,
    Identity,
    Platform,
    ResourceLink,
    User,
)

GRADES = 1000
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"


@dataclass(frozen=True)
class Sent:
    """What came of it: grades a second, seconds of our CPU for each, and how often a token was asked for."""

    a_second: float
    cpu: float
    tokens: int


def send(app: Flask) -> Sent:
    """Let them wait, and send them all."""
    with stub() as address, app.app_context():
        queue(address)
        bag = Postbag()
        began, cpu = time.monotonic(), time.process_time()
        while bag.send_next():
            pass
        took, used = time.monotonic() - began, time.process_time() - cpu
        told = json.loads(fetch(address, "GET", "/").read())
        assert told["/item/scores"] == GRADES, told
        db.session.remove()
        db.engine.dispose()
    return Sent(GRADES / took, used / GRADES, told["/token"])


@contextlib.contextmanager
def stub() -> Iterator[str]:
    """A platform in a process of its own; its address."""
    address = free_address()
    process = subprocess.Popen([sys.executable, "-m", "bench.stub", address.rpartition(":")[2]])
    try:
        wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def queue(address: str) -> None:
    """People who came by one link, and handed in the quiz that is its mark."""
    begin_writing()
    keys.make_first()
    db.session.execute(delete(Delivery))
    link = _link(address)
    revision = CourseState.live_revision(SLUG)
    for number in range(GRADES):
        user = User(guest=False)
        place = Enrolment(user=user, course=SLUG, context=link.context, launched_at=now())
        known = {"platform_id": link.deployment.platform_id, "tenant": "", "subject": f"{number}"}
        db.session.add_all([place, Identity(user=user, **known)])
        db.session.add(_handed_in(place, revision))
    catch_up(link)
    db.session.commit()
    while catch_up_next():
        pass


def _link(address: str) -> ResourceLink:
    url = f"http://{address}"
    platform = Platform(
        name="A stub", issuer=url, client_id="bench", auth_url=url, token_url=f"{url}/token", keys_url=url
    )
    deployment = Deployment(platform=platform, deployment="1", approved_at=now())
    link = ResourceLink(
        deployment=deployment, link="1", context=url, opens=f"{SLUG}/quizzes/{QUIZ}", scopes=[SCORE]
    )
    link.line_item_url, platform.approved_at = f"{url}/item", now()
    db.session.add(link)
    db.session.flush()
    return link


def _handed_in(place: Enrolment, revision: int | None) -> Attempt:
    marks = {"earned": 8.0, "possible": 10, "percent": 80, "passed": True}
    said = {"quiz": QUIZ, "number": 1, "revision_id": revision, "drawn": [], "facts": {}}
    return Attempt(enrolment=place, submitted_at=now(), **said, **marks)
