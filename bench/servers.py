"""Two servers of one kind, and the CPU each has used."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def serving(application: str, environment: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Gunicorn with one process for `application`: yields host and port, and the process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        application,
        "--bind",
        f"127.0.0.1:{port}",
        "--log-level",
        "warning",
    ]
    process = subprocess.Popen(command, env={**os.environ, **environment})
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.1):
                break
            time.sleep(0.1)
        yield f"127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait(20)


def cpu_seconds(pid: int) -> float:
    """CPU of a process and its children so far, user and system, in seconds."""
    own = [int(field) for field in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]]
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(own) / TICKS + sum(cpu_seconds(int(child)) for child in children)


def fetch(address: str, method: str, path: str, body: str = "", cookie: str = "") -> http.client.HTTPResponse:
    """One request on a connection of its own; the body is read and thrown away unless wanted."""
    connection = http.client.HTTPConnection(address, timeout=30)
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", "Host": "127.0.0.1"}
    connection.request(method, path, body, headers)
    return connection.getresponse()
