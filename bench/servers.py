"""Servers of one kind, the CPU that each has used, and the memory it holds."""

import contextlib
import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Server:
    """Where it listens, its process, and the process of a database server that works for it alone."""

    address: str
    pid: int
    database_pid: int | None = None

    def cpu(self) -> float:
        """Seconds of CPU so far, its children's and its database's with it."""
        return _cpu(self.pid) + self.database_cpu()

    def database_cpu(self) -> float:
        """What its database's process took of that: none where the database works within the server."""
        return _cpu(self.database_pid) if self.database_pid else 0.0

    def memory(self) -> tuple[float, float]:
        """Of its web process, in megabytes: its share (PSS), and all that it maps (RSS)."""
        (worker,) = _children(self.pid)
        told = Path(f"/proc/{worker}/smaps_rollup").read_text()
        pss, rss = (
            int(re.search(rf"^{name}: +(\d+)", told, re.MULTILINE)[1]) / 1024 for name in ("Pss", "Rss")
        )  # type: ignore[index]
        return pss, rss


@contextlib.contextmanager
def serving(
    application: str, environment: Mapping[str, str], database_pid: int | None = None
) -> Iterator[Server]:
    """Gunicorn as `alongside serve` runs it, with one web process."""
    address = free_address()
    command = [sys.executable, "-m", "gunicorn", application, "--config", "python:lms.web_server"]
    process = subprocess.Popen(
        [*command, "--workers", "1", "--bind", address], env={**os.environ, **environment}
    )
    try:
        wait_for(address)
        yield Server(address, process.pid, database_pid)
    finally:
        process.terminate()
        process.wait(20)


def free_address() -> str:
    """Where nothing listens yet."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def wait_for(address: str) -> None:
    """Until something listens there."""
    host, _, port = address.partition(":")
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), 0.1):
            return
        time.sleep(0.1)
    raise TimeoutError(f"Nothing listens at {address}.")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _cpu(pid: int) -> float:
    """User and system time of a process with its threads and children, to the nanosecond."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    own = sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9
    return own + sum(map(_cpu, _children(pid)))


def fetch(
    address: str, method: str, path: str, body: str = "", cookie: str = "", **more: str
) -> http.client.HTTPResponse:
    """One request on a connection of its own, as a browser would make it."""
    connection = http.client.HTTPConnection(address, timeout=30)
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded", "Host": "127.0.0.1"}
    connection.request(method, path, body, {**headers, "Accept-Encoding": "gzip, deflate, br", **more})
    return connection.getresponse()
