"""Web processes and worker together: one command is a whole system.

The supervisor starts gunicorn and a worker as children. A worker that dies is started again; when the
web server stops, or we are told to stop, everything stops.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

from lms.settings import Settings

PATIENCE = 15  # seconds for children to finish what they are doing


class PortInUse(Exception):  # noqa: N818
    """Something else already listens on our port."""


def claim(port: int) -> None:
    """Make sure that `port` on this machine is free, before anything long begins."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortInUse(
                f"Something else is already using port {port}. Stop it, or choose another port: "
                f"PORT={port + 1} make serve"
            ) from error


def run(settings: Settings) -> int:
    """Serve until stopped; returns the exit status. Ctrl-C and SIGTERM stop everything cleanly."""
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGHUP, stop)  # the terminal was closed
    environment = {**os.environ, "ALONGSIDE_INSTANCE": str(settings.instance)}
    web, worker = _start(_web(settings), environment), _start(_WORKER, environment)
    while not stopping and web.poll() is None:
        if worker.poll() is not None:
            time.sleep(1)
            worker = _start(_WORKER, environment)
        time.sleep(0.2)
    for child in (web, worker):
        child.terminate()
    for child in (web, worker):
        _wait(child)
    return 0 if stopping else 1


_WORKER = ["-m", "lms.cli", "worker"]


def _web(settings: Settings) -> list[str]:
    return [
        *("-m", "gunicorn", "lms.wsgi:app", "--bind", f"127.0.0.1:{settings.port}"),
        *("--workers", str(settings.web_processes), "--threads", "4", "--log-level", "warning"),
        *(
            "--graceful-timeout",
            "10",
            "--timeout",
            "60",
            "--max-requests",
            "10000",
            "--max-requests-jitter",
            "1000",
        ),
    ]


def _start(arguments: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """A child in a session of its own: Ctrl-C reaches only us, and we stop it in order."""
    return subprocess.Popen([sys.executable, *arguments], env=environment, start_new_session=True)  # noqa: S603


def _wait(child: subprocess.Popen[bytes]) -> None:
    try:
        child.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
