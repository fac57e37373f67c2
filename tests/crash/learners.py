"""Learners at work, in a process of their own: `python -m tests.crash.learners PORT FILE SEED SAVES`.

One after the other they begin the course, read the lesson, take the quiz and fetch their certificate, until the
process is told to stop. What gets no answer is sent again, unchanged, as a person presses the button again.
"""

import datetime
import http.client
import ipaddress
import itertools
import random
import re
import signal
import sys
import time
import zlib
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TextIO
from urllib.parse import urlencode

from tests.crash.course import LESSON, QUESTIONS, QUIZ
from tests.crash.notes import CUT_OFF, Note
from tests.lms.small_course import SLUG, inputs, token

PATIENCE = 30  # seconds for one answer
stopping = False


class Stopped(Exception):  # noqa: N818
    """We were told to stop, or this learner was refused something. What was refused is in the notes."""


@dataclass(frozen=True)
class Answer:
    status: int
    where: str
    text: str


class Learner:
    """One person with one browser, on a new connection each time."""

    def __init__(self, port: int, name: str, notes: TextIO) -> None:
        self.port, self.name, self.notes = port, name, notes
        self.cookie = self.csrf = ""
        self.address = str(ipaddress.IPv4Address(zlib.crc32(name.encode())))

    def read(self, path: str) -> str:
        """A page, asked for until it comes."""
        while True:
            at, answer = time.time(), self._once("GET", path, "", {})
            if answer and answer.status:
                break
            _pause()
        if answer.status >= 400:
            self._note("page", at, answer, where=path)
            raise Stopped
        if found := re.search(r'name="csrf_token" value="([^"]+)"', answer.text):
            self.csrf = found[1]
        return answer.text

    def post(
        self, deed: str, path: str, fields: dict[str, object], quietly: bool = False, **said: object
    ) -> str:
        """A form, sent until it is answered; returns where the answer leads. Each sending is noted."""
        body = urlencode({"csrf_token": self.csrf, **fields}, doseq=True)
        headers = {"X-Requested-With": "autosave"} if quietly else {}
        while True:
            at, answer = time.time(), self._once("POST", path, body, headers)
            if answer:
                self._note(deed, at, answer, **said)
            if answer and answer.status:
                break
            _pause()
        if answer.status >= 400:
            raise Stopped
        return answer.where

    def _once(self, method: str, path: str, body: str, headers: dict[str, str]) -> Answer | None:
        """One request. None when nobody listened, so that nothing was sent; status 0 when no answer came."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.connect()
        except OSError:
            return None
        form = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": self.cookie,
            "X-Forwarded-For": self.address,
        }
        try:
            connection.request(method, path, body, form | headers)
            raw = connection.getresponse()
            self.cookie = (raw.getheader("Set-Cookie") or self.cookie).partition(";")[0]
            text = raw.read().decode() if method == "GET" else ""
            return Answer(raw.status, raw.getheader("Location") or "", text)
        except (OSError, http.client.HTTPException):
            return Answer(CUT_OFF, "", "")
        finally:
            connection.close()

    def _note(self, deed: str, at: float, answer: Answer, **said: object) -> None:
        note = {"where": answer.where, **said}
        took = time.time() - at
        cookie = self.cookie if deed == "enrolment" else ""
        made = Note(
            learner=self.name, deed=deed, at=at, took=took, status=answer.status, cookie=cookie, **note
        )  # type: ignore[arg-type]
        self.notes.write(made.line())
        self.notes.flush()


def _pause() -> None:
    if stopping:
        raise Stopped
    time.sleep(0.02)


def live(learner: Learner, chance: random.Random, saves: int) -> None:
    """One life. Now and then a form is sent twice, as by a double click or a second tab."""
    knows_all = chance.random() < 0.5
    begin(learner)
    learner.read(LESSON)
    learner.post("lesson", f"{LESSON}/completion", {})
    form = {"token": token(learner.read(QUIZ))}
    attempt = begin_attempt(learner, form)
    for number in range(1, QUESTIONS + 1):
        answer(learner, attempt, number, chance, saves, knows_all)
    for _ in range(chance.choice((1, 1, 2))):
        learner.post("submission", f"/attempts/{attempt}/submission", {}, attempt=attempt)
    if chance.random() < 0.3:
        begin_attempt(learner, form)
    if knows_all:
        learner.read(f"/courses/{SLUG}/certificate")
        for _ in range(chance.choice((1, 1, 2))):
            learner.post(
                "award", f"/courses/{SLUG}/certificate", {"name": f"Sam {learner.name}"}, attempt=attempt
            )


def begin(learner: Learner) -> None:
    """Begin the course as a new guest."""
    learner.read(f"/courses/{SLUG}/before")
    learner.post("enrolment", "/enrolments", {"course": SLUG})


def begin_attempt(learner: Learner, form: dict[str, object]) -> int:
    """Begin an attempt with this form; the id of the attempt it led to."""
    where = learner.post("attempt", f"{QUIZ}/attempts", form, token=form["token"])
    return int(where.split("?")[0].split("/")[2])


def answer(
    learner: Learner, attempt: int, number: int, chance: random.Random, saves: int, right: bool
) -> None:
    """Answer a question: some answers saved in the background on the way to the one given with the button."""
    page = f"/attempts/{attempt}/questions/{number}"
    options = inputs(learner.read(page))
    for tries in range(saves, -1, -1):
        wanted = right if tries == 0 else chance.random() < 0.5
        given = tuple(sorted(place for place, words in options if (" right" in words) == wanted))
        fields: dict[str, object] = {"answer": given}
        if tries:
            fields["given_at"] = datetime.datetime.now(datetime.UTC).isoformat()
        learner.post(
            "answer", f"{page}/answer", fields, quietly=tries > 0, attempt=attempt, number=number, given=given
        )


def stop(_signal: int, _frame: FrameType | None) -> None:
    global stopping  # noqa: PLW0603
    stopping = True


def main(port: str, path: str, seed: str, saves: str) -> None:
    signal.signal(signal.SIGTERM, stop)
    chance = random.Random(int(seed))  # noqa: S311 - which answers are given is no secret
    with Path(path).open("w", encoding="utf-8") as notes:
        for number in itertools.count():
            if stopping:
                return
            try:
                live(Learner(int(port), f"{seed}-{number}", notes), chance, int(saves))
            except Stopped:
                time.sleep(0.1)


if __name__ == "__main__":
    main(*sys.argv[1:])
