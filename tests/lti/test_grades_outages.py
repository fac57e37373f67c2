"""Whatever order attempts, failures and crashes come in: in the end the platform holds the mark that counts."""

import itertools
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.db import db
from lms.lti import grades as sending
from lms.lti import line_items, services
from lms.lti.grades import Postbag
from tests.lms import small_course
from tests.lti.earning import arrive, come, deliveries, earn, later, send_all
from tests.lti.earning import given as held_there
from tests.lti.platform import Platform


class Killed(BaseException):
    """In place of kill -9: nothing of ours is done after it."""


STEPS: dict[str, tuple[object, str, bool]] = {
    "before it is claimed": (sending, "claim", False),
    "after it was claimed": (sending, "claim", True),
    "before it is asked": (services, "ask", False),
    "after it was answered": (services, "ask", True),
    "before it is marked": (sending, "sent", False),
    "after it was marked": (sending, "sent", True),
    "while the column is looked for": (line_items, "_begin_seeking", True),
    "before the column is kept": (line_items, "_end_seeking", False),
}
"""Where a worker may die: the function, and whether it was done by then."""

FAILURES = ["drop", "lost", "half", "garbage", 500, 503, 409, (429, {"Retry-After": "5"})]
PLACES = ["token", "scores", "line_items"]

event = st.one_of(
    st.tuples(st.just("earn"), st.integers(0, 3)),
    st.tuples(st.just("fail"), st.sampled_from(PLACES), st.sampled_from(FAILURES)),
    st.tuples(st.just("die"), st.sampled_from(sorted(STEPS))),
    st.tuples(st.just("down")),
    st.tuples(st.just("send")),
    st.tuples(st.just("wait")),
)


@pytest.fixture(params=["best", "last", "first"])
def counts(request: pytest.FixtureRequest, app: Flask) -> str:
    """Which attempt counts at the quiz."""
    small_course.publish(app, small_course.bundle(f"counts: {request.param}"))
    return str(request.param)


def dying(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next worker dies at this step."""
    where, name, after = STEPS[step]
    real: Callable[..., Any] = getattr(where, name)

    def die(*said: Any, **named: Any) -> None:
        if after:
            real(*said, **named)
        raise Killed

    monkeypatch.setattr(where, name, die)


def work(platform: Platform, step: str = "") -> None:
    """A worker sends what is due, until it is done, or until it dies at that step; nothing stays open."""
    with pytest.MonkeyPatch.context() as patched:
        if step:
            dying(step, patched)
        try:
            send_all()
        except Killed:
            db.session.remove()
    later(platform)


def play(platform: Platform, person: str, events: list[tuple[Any, ...]]) -> list[int]:
    """Let it all happen; the marks in the order they were earned."""
    marks: list[int] = []
    for kind, *said in events:
        if kind == "earn":
            earn(said[0], person=person)
            marks.append((0, 33, 66, 100)[said[0]])
        elif kind == "fail":
            platform.fails(said[0], [said[1]])
        elif kind == "down":
            platform.stop()
            work(platform)
            platform.start()
        elif kind in ("die", "send"):
            work(platform, *said)
        else:
            later(platform)
    return marks


@pytest.mark.slow
@pytest.mark.parametrize("named", [True, False], ids=["column named", "column to be made"])
def test_in_the_end(app: Flask, platform: Platform, counts: str, named: bool) -> None:
    """After any order of attempts, failures and crashes, the mark that counts is there; nothing waits or is lost.

    No column is made twice, and no score comes that is older than the one before.
    """
    if named:
        platform.gradebook.add(label="Small", scoreMaximum=100)
    arrive(app, platform, **({"line_item": 1} if named else {}))
    people = (f"person-{number}" for number in itertools.count())

    @settings(max_examples=12, suppress_health_check=list(HealthCheck))
    @given(st.lists(event, max_size=9).map(lambda events: [("earn", 1), *events]))
    def any_order(events: list[tuple[Any, ...]]) -> None:
        with app.app_context():
            person = next(people)
            come(platform, person)
            marks = play(platform, person, events)
            for place in PLACES:
                platform.fails(place)  # type: ignore[arg-type]
            for _ in range(3):
                work(platform)
            assert {(each.state, each.wanted - each.sent) for each in deliveries()} == {("sent", 0)}
            expected = {"best": max(marks), "last": marks[-1], "first": marks[0]}[counts]
            assert held_there(platform, person) == expected
            scores = [
                each["timestamp"] for each in platform.gradebook.items[1].scores if each["userId"] == person
            ]
            assert scores == sorted(set(scores)) and len(platform.gradebook.items) == 1

    any_order()


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_that_dies(app: Flask, platform: Platform, step: str) -> None:
    """Wherever a worker dies, the next one sends the grade, once its claim is over; no column is made twice."""
    small_course.publish(app, small_course.bundle())
    arrive(app, platform)
    with app.app_context():
        earn(3)
        with pytest.MonkeyPatch.context() as patched:
            dying(step, patched)
            with pytest.raises(Killed):
                send_all()
            db.session.remove()
        if deliveries()[0].leased_until:
            assert not Postbag().send_next(), "it is claimed by the one that died"
        later(platform)
        send_all()
        assert deliveries()[0].state == "sent"
    assert held_there(platform) == 100 and len(platform.gradebook.items) == 1


@pytest.mark.parametrize("place", ["token", "line_items", "scores"])
@pytest.mark.parametrize("failure", ["drop", "lost", "half", "hang"])
def test_a_platform_that_dies(
    app: Flask, platform: Platform, monkeypatch: pytest.MonkeyPatch, place: Any, failure: str
) -> None:
    """Wherever the platform dies, before it did anything or after, the grade is there once it is back."""
    small_course.publish(app, small_course.bundle())
    if failure == "hang":
        monkeypatch.setattr("lms.lti.outgoing.READ", 1)
    arrive(app, platform)
    with app.app_context():
        earn(3)
        platform.fails(place, [failure, failure])
        for _ in range(2):
            send_all()
            assert deliveries()[0].state == "waiting"
            later(platform)
        monkeypatch.undo()
        platform.fails(place)  # it is back: a slow machine may not have come to both failures
        send_all()
        assert deliveries()[0].state == "sent"
    assert held_there(platform) == 100


def test_workers_beside_each_other(app: Flask, platform: Platform) -> None:
    """Several workers at once send each grade once, and make one column between them."""
    small_course.publish(app, small_course.bundle())
    arrive(app, platform)
    people = [f"person-{number}" for number in range(16)]
    with app.app_context():
        come(platform, *people)
        for person in people:
            earn(3, person=person)
    gate = threading.Barrier(3)

    def work_beside() -> None:
        with app.app_context():
            gate.wait()
            send_all()

    threads = [threading.Thread(target=work_beside) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with app.app_context():
        for each in deliveries():  # who met another looking for the column tries again soon
            assert each.state == "sent" or each.last_error == "The column for this link is being looked for."
        later(platform)
        send_all()
        assert {each.state for each in deliveries()} == {"sent"}
    (item,) = platform.gradebook.items.values()
    assert sorted(score["userId"] for score in item.scores) == sorted(people)


@pytest.mark.slow
def test_workers_that_are_killed(app: Flask, platform: Platform, database_url: str, tmp_path: Path) -> None:
    """Killed by kill -9 before a grade was sent or before that is noted, the next worker sends it."""
    small_course.publish(app, small_course.bundle())
    platform.gradebook.add(label="Small", scoreMaximum=100)
    arrive(app, platform, line_item=1)
    with app.app_context():
        come(platform, "learner-2")
        earn(2)
        earn(3, person="learner-2")

    def work_until(dies: str) -> int:
        command = [sys.executable, "-m", "tests.lti.postman", database_url, str(tmp_path), dies]
        return subprocess.run(command, check=False).returncode

    assert work_until("before") == -signal.SIGKILL and platform.count("scores") == 0
    assert work_until("after") == -signal.SIGKILL and platform.count("scores") == 1
    for item in platform.gradebook.items[1].grades.values():
        item.kept_at -= 10
    assert work_until("never") == 0
    assert (held_there(platform), held_there(platform, "learner-2")) == (66, 100)
    with app.app_context():
        assert {each.state for each in deliveries()} == {"sent"}
