"""The floor for grades: a platform that takes all it is sent. `python -m bench.stub PORT`."""

import json
import sys
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

asked: Counter[str] = Counter()


class Stub(BaseHTTPRequestHandler):
    """Gives tokens and takes scores; tells how many of each."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        """A token, or a score."""
        self.rfile.read(int(self.headers["Content-Length"]))
        asked[self.path] += 1
        self._answer({"access_token": "t", "expires_in": 3600} if self.path == "/token" else {})

    def do_GET(self) -> None:
        """How much it was asked."""
        self._answer(asked)

    def _answer(self, said: Any) -> None:
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: what counts is counted."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Stub).serve_forever()
