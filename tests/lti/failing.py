"""How a platform fails: on purpose, at one place, as often as a test says."""

import socket
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Any, Literal

from werkzeug.wrappers import Request, Response

Place = Literal["keys", "token", "line_items", "scores", "members", "configuration", "registration"]
Failure = int | tuple[int, dict[str, str]] | str | None
"""A status, perhaps with headers; None is no failure; or one of these words:

`drop`: the line is cut before anything is done. `lost`: all is done, and the line is cut before the answer. `half`: all is done, and
half of the answer arrives. `hang`: no answer until the platform stops. `slow`: done after half a second. `garbage`: 200, with
a page instead of data. `redirect`: leads to another place of the platform. `big`: an answer without end, 8 MB of it.
"""


class Failures:
    """What goes wrong next at each place."""

    def __init__(self) -> None:
        self.ended = threading.Event()
        self._next: dict[str, deque[Failure]] = defaultdict(deque)
        self._always: dict[str, Failure] = {}

    def script(self, place: Place, failures: Iterable[Failure], always: Failure) -> None:
        """Each of these once, in order; then `always`."""
        self._next[place] = deque(failures)
        self._always[place] = always

    def take(self, place: str) -> Failure:
        """What goes wrong with this request."""
        waiting = self._next[place]
        return waiting.popleft() if waiting else self._always.get(place)

    def before(self, failure: Failure, request: Request) -> Response | None:
        """What happens instead of doing anything."""
        if isinstance(failure, int | tuple):
            status, headers = failure if isinstance(failure, tuple) else (failure, {})
            return Response("<h1>It went wrong</h1>", status, headers, mimetype="text/html")
        if failure == "drop":
            _cut(request)
        if failure == "hang":
            self.ended.wait(60)
            _cut(request)
        if failure == "slow":
            time.sleep(0.5)
        made: dict[Any, Response] = {
            "garbage": Response("<!doctype html><title>Sign in</title>", mimetype="text/html"),
            "redirect": Response(status=302, headers={"Location": "/elsewhere"}),
            "big": Response((b" " * 65536 for _ in range(128)), mimetype="application/json"),
        }
        return made.get(failure)

    def after(self, failure: Failure, request: Request, answer: Response) -> Response:
        """What happens to the answer of what was done."""
        if failure == "lost":
            _cut(request)
        if failure == "half":
            whole = answer.get_data()
            answer = Response(_halved(request, whole), answer.status, answer.headers)
            answer.headers["Content-Length"] = str(max(len(whole), 2))
        return answer


def _halved(request: Request, whole: bytes) -> Iterable[bytes]:
    yield whole[: len(whole) // 2]
    _cut(request)


def _cut(request: Request) -> None:
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError  # which the server takes for a browser that went away
