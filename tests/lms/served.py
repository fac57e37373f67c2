"""`alongside serve` in a process of its own, as an administrator starts it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextlib.contextmanager
def serving(
    instance: Path, port: int, *, log: IO[bytes] | None = None, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """The supervisor, once web and worker are well. Stopped in the end if it still runs.

    What it says goes to `log` where there is one.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "lms.cli", "serve"],
        env={**os.environ, "PORT": str(port), "ALONGSIDE_INSTANCE": str(instance), **environment},
        stdout=log,
        stderr=log,
    )
    try:
        wait_until(lambda: process.poll() is not None or healthy(port))
        assert process.poll() is None, "the server stopped"
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False


def listens(port: int, address: str = "127.0.0.1") -> bool:
    with contextlib.suppress(OSError), socket.create_connection((address, port), 1):
        return True
    return False


def children_of(pid: int) -> set[int]:
    """The processes below a process, at any depth."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    direct = {int(child) for child in text.split()}
    return direct.union(*(children_of(child) for child in direct))


def runs(pid: int) -> bool:
    """Whether a process is at work; one that has ended and waits for its parent is not."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def wait_until(done: Callable[[], bool], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)
