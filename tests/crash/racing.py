"""One who races: `python -m tests.crash.racing PORT` sends a form the moment it is told `go`, and says the answer.

Reads a form as a line of JSON, connects, says `ready`, waits for `go`, sends, and says status and address as JSON.
"""

import http.client
import json
import sys
from urllib.parse import urlencode


def race(port: int) -> None:
    """Until there are no more forms."""
    while line := sys.stdin.readline():
        form = json.loads(line)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.connect()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": form["cookie"]}
        if form["quietly"]:
            headers["X-Requested-With"] = "autosave"
        _say("ready")
        sys.stdin.readline()
        connection.request("POST", form["path"], urlencode(form["fields"], doseq=True), headers)
        answer = connection.getresponse()
        _say(json.dumps([answer.status, answer.getheader("Location") or ""]))
        connection.close()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    race(int(sys.argv[1]))
