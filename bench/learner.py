"""A learner as the bench needs one: begins the course, starts quizzes and answers them."""

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Flask

from bench.course import QUIZ, SLUG
from bench.servers import fetch

QUIZ_PAGE = f"/courses/{SLUG}/quizzes/{QUIZ}"


class Learner:
    """Sends requests through `transport`, with the token of the page last seen."""

    def __init__(self, transport: Callable[[str, str, dict[str, str]], "_Answer"]) -> None:
        self.transport = transport
        self.token = ""
        self.cookie = ""

    def send(self, method: str, path: str, body: dict[str, str]) -> "_Answer":
        """One request; a post carries the token."""
        answer = self.transport(method, path, {"csrf_token": self.token, **body} if method == "POST" else {})
        if found := re.search(r'name="csrf_token" value="([^"]+)"', answer.text):
            self.token = found[1]
        assert answer.status_code < 400, f"{method} {path}: {answer.status_code}"
        return answer

    def measured(self, path: str) -> tuple[str, int]:
        """A page or file, and the bytes of its answer as it travels, headers with it."""
        answer = self.send("GET", path, {})
        return answer.text, answer.size

    @classmethod
    def within(cls, app: Flask) -> "Learner":
        """A learner without a server in between."""
        client = app.test_client()

        def transport(method: str, path: str, body: dict[str, str]) -> "_Answer":
            raw = client.open(path, method=method, data=body)
            return _Answer(raw.status_code, raw.data.decode("utf-8", "replace"), raw.location or "", 0)

        return cls(transport)

    def over_http(self, address: str, method: str, path: str, body: dict[str, str]) -> "_Answer":
        """The transport over a real connection, keeping the cookie."""
        raw = fetch(address, method, path, urlencode(body), self.cookie)
        self.cookie = (raw.getheader("Set-Cookie") or self.cookie).partition(";")[0]
        sent = raw.read()
        plain = gzip.decompress(sent) if raw.getheader("Content-Encoding") == "gzip" else sent
        size = len(sent) + sum(len(name) + len(value) + 4 for name, value in raw.getheaders())
        return _Answer(raw.status, plain.decode("utf-8", "replace"), raw.getheader("Location") or "", size)

    def begin(self) -> None:
        """Begin the course."""
        self.send("GET", f"/courses/{SLUG}/before", {})
        self.send("POST", "/enrolments", {"course": SLUG})

    def start_quiz(self) -> str:
        """The address of a new attempt."""
        self.send("GET", QUIZ_PAGE, {})
        location: str = self.send("POST", f"{QUIZ_PAGE}/attempts", {}).location
        return location


@dataclass(frozen=True)
class _Answer:
    status_code: int
    text: str
    location: str
    size: int
