"""Several processes that do the same thing for one person at the same moment."""

import contextlib
import io
import json
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from tests.crash.course import QUIZ, is_right
from tests.crash.evidence import Rows, partial, unsound
from tests.crash.learners import Learner, begin
from tests.crash.server import Server

RACERS = 4


@dataclass(frozen=True)
class Form:
    path: str
    fields: dict[str, object]
    quietly: bool = False


@dataclass(frozen=True)
class Told:
    """How a form was answered."""

    status: int
    where: str

    @property
    def page(self) -> str:
        """Where it led, without what is asked for there."""
        return self.where.partition("?")[0]


class Racers:
    """Processes that each hold a connection and wait for the same word."""

    def __init__(self, port: int, stack: contextlib.ExitStack) -> None:
        command = [sys.executable, "-m", "tests.crash.racing", str(port)]
        self.processes = [
            stack.enter_context(
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            for _ in range(RACERS)
        ]

    def together(self, learner: Learner, *forms: Form) -> list[Told]:
        """Send one form from each process at once."""
        for process, form in zip(self.processes, forms, strict=True):
            fields = {"csrf_token": learner.csrf, **form.fields}
            self._tell(process, json.dumps(vars(form) | {"fields": fields, "cookie": learner.cookie}))
        assert {self._hear(process) for process in self.processes} == {"ready"}
        for process in self.processes:
            self._tell(process, "go")
        return [Told(*json.loads(self._hear(process))) for process in self.processes]

    @staticmethod
    def _tell(process: subprocess.Popen[str], line: str) -> None:
        assert process.stdin
        process.stdin.write(f"{line}\n")
        process.stdin.flush()

    @staticmethod
    def _hear(process: subprocess.Popen[str]) -> str:
        assert process.stdout
        return process.stdout.readline().strip()


@contextlib.contextmanager
def racers(port: int) -> Iterator[Racers]:
    with contextlib.ExitStack() as stack:
        yield Racers(port, stack)


@dataclass(frozen=True)
class Race:
    """All that one person was told."""

    begun: list[Told]
    ended: list[Told]
    again: list[Told]

    @property
    def attempt(self) -> int:
        """The attempt that they were led to; 0 where all who began were turned away."""
        led = (told.page for told in self.begun if told.page.startswith("/attempts/"))
        return int(next(led, "0").rpartition("/")[2])

    @property
    def as_it_should(self) -> bool:
        """One attempt, handed in; the same form leads to it again, and another form is refused."""
        attempt = f"/attempts/{self.attempt}"
        one = {told.page for told in self.begun} == {attempt}
        handed_in = {told.page for told in self.ended[:2]} == {f"{attempt}/result"}
        saves = {told.status for told in self.ended[2:]} <= {204, 410}
        none_more = {told.page for told in self.again} <= {attempt, QUIZ}
        well = {told.status for told in [*self.begun, *self.ended[:2], *self.again]} == {302}
        return well and one and handed_in and saves and none_more


@pytest.mark.slow
def test_nobody_gets_a_second_attempt(
    prepared: Callable[[int], Flask],
    empty_database: str,
    tmp_path: Path,
    long: bool,
    tell: Callable[[str], None],
) -> None:
    """Four processes begin, save, hand in and begin again at once: one attempt, marked once, with all it was told."""
    app, people, began = prepared(1), 300 if long else 20, time.monotonic()
    with Server(empty_database, tmp_path, web_processes=RACERS) as server, racers(server.port) as four:
        races = [_race(server.port, four, str(person)) for person in range(people)]
    with app.app_context():
        rows = Rows()
        broken = [race for race in races if not (race.as_it_should and _kept(rows, race))]
        count = Counter(attempt.enrolment_id for attempt in rows.attempts.values())
    saved = Counter(told.status for race in races for told in race.ended[2:])
    tell(
        f"{people} people raced by {RACERS} processes: {len(broken)} broken, "
        f"{sum(number > 1 for number in count.values())} with more than one attempt; answers that raced "
        f"the handing in: {saved[204]} kept and marked, {saved[410]} told too late; {time.monotonic() - began:.0f} s"
    )
    assert broken == []
    assert len(count) == people and set(count.values()) == {1}
    assert partial(app, limit=1) == []
    assert unsound(app) == []
    assert "database is locked" not in server.said and "not expected" not in server.said


def _race(port: int, four: Racers, name: str) -> Race:
    learner = Learner(port, name, io.StringIO())
    begin(learner)
    learner.read(QUIZ)
    same, *others = (secrets.token_urlsafe(16) for _ in range(5))
    begun = four.together(learner, *(_beginning(token) for token in (same, same, *others[:2])))
    page = f"/attempts/{Race(begun, [], []).attempt}"
    hand_in = Form(f"{page}/submission", {})
    saves = (Form(f"{page}/questions/{number}/answer", {"answer": (0, 2)}, True) for number in (2, 3))
    ended = four.together(learner, hand_in, hand_in, *saves)
    again = four.together(learner, *(_beginning(token) for token in (same, others[0], *others[2:])))
    return Race(begun, ended, again)


def _beginning(token: str) -> Form:
    return Form(f"{QUIZ}/attempts", {"token": token})


def _kept(rows: Rows, race: Race) -> bool:
    """Whether every answer that was said to be kept is there, and marked."""
    attempt = rows.attempts.get(race.attempt)
    if attempt is None:
        return False
    asked = [attempt.paper[number - 1].question for number in (2, 3)]
    told = {question for question, told in zip(asked, race.ended[2:], strict=True) if told.status == 204}
    kept = {question for question, given in rows.answers[attempt.id].items() if is_right(question, given)}
    return told == kept and attempt.earned == len(kept)
