"""A learner as the bench needs one: begins the course, starts quizzes and answers them."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from bench.servers import fetch

SLUG = "understanding-hate-and-mate-crime"
QUIZ = f"/courses/{SLUG}/quizzes/check-what-you-know"


class Learner:
    """Sends requests through `transport`, with the token of the page last seen."""

    def __init__(self, transport: Callable[[str, str, dict[str, str]], Any]) -> None:
        self.transport = transport
        self.token = ""
        self.cookie = ""

    def send(self, method: str, path: str, body: dict[str, str]) -> Any:
        """One request; a post carries the token."""
        answer = self.transport(method, path, {"csrf_token": self.token, **body} if method == "POST" else {})
        text = answer.get_data(as_text=True) if hasattr(answer, "get_data") else answer.text
        if found := re.search(r'name="csrf_token" value="([^"]+)"', text):
            self.token = found[1]
        assert answer.status_code < 400, f"{method} {path}: {answer.status_code}"
        return answer

    def over_http(self, address: str, method: str, path: str, body: dict[str, str]) -> Any:
        """The transport over a real connection, keeping the cookie."""
        raw = fetch(address, method, path, urlencode(body), self.cookie)
        self.cookie = (raw.getheader("Set-Cookie") or self.cookie).partition(";")[0]
        return _Answer(raw.status, raw.read().decode(), raw.getheader("Location") or "")

    def begin(self) -> None:
        """Begin the course."""
        self.send("GET", f"/courses/{SLUG}/before", {})
        self.send("POST", "/enrolments", {"course": SLUG})

    def start_quiz(self) -> str:
        """The address of a new attempt."""
        self.send("GET", QUIZ, {})
        location: str = self.send("POST", f"{QUIZ}/attempts", {}).location
        return location

    def answered_attempt(self) -> str:
        """A new attempt with an answer to every question."""
        attempt = self.start_quiz()
        page = self.send("GET", f"{attempt}/questions/1", {}).text
        total = int(re.search(r"Question 1 of (\d+)", page)[1])  # type: ignore[index]
        for number in range(1, total + 1):
            self.send("POST", f"{attempt}/questions/{number}/answer", {"answer": "0"})
        return attempt


class _Answer:
    def __init__(self, status_code: int, text: str, location: str) -> None:
        self.status_code = status_code
        self.text = text
        self.location = location
