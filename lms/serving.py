"""Web processes and worker together: one command is a whole system.

The supervisor starts gunicorn and a worker as children. A worker that dies is started again; when the
web server stops, or we are told to stop, everything stops. When we are killed outright, both see that we
have gone and leave: see `lms/web_server.py` and `lms/worker.py`.
"""

import errno
import os
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

from lms.settings import Settings

PATIENCE = 15  # seconds for children to finish what they are doing


class CannotListen(Exception):  # noqa: N818
    """We may not or cannot listen where we were asked to. The message says why and what to do."""


def claim(address: str, port: int) -> None:
    """Make sure that we can listen on `port` of `address`, before anything long begins."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise CannotListen(_why_not(error, address, port)) from error


def _why_not(error: OSError, address: str, port: int) -> str:
    match error.errno:
        case errno.EACCES:
            return (
                f"This user may not listen on port {port}: ports below 1024 are for the system. "
                "Choose another, such as PORT=8000, and let a web server in front of it have the low one."
            )
        case errno.EADDRNOTAVAIL:
            return f"This machine has no address {address}. Set ALONGSIDE_BIND to one that it has."
        case errno.EADDRINUSE:
            other = port + 1 if port < 65535 else 8000
            return (
                f"Something else is already using port {port}. Stop it, or choose another port: "
                f"PORT={other} make serve"
            )
    return f"Nothing can listen on {address}, port {port}: {error.strerror}."


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
    host = f"[{settings.bind}]" if ":" in settings.bind else settings.bind
    return [
        *("-m", "gunicorn", "lms.wsgi:app", "--config", "python:lms.web_server"),
        *("--bind", f"{host}:{settings.port}", "--workers", str(settings.web_processes)),
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
