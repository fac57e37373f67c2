"""`alongside serve` on a database of its own, killed and started again; and learners who do not notice."""

import contextlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from tests.lms import served

KINDS = ("a web process", "every web process", "the web server", "the supervisor", "everything at once")


class Server:
    """The real product. `killed` counts the web processes that were ended by kill -9, `restarts` what it took."""

    def __init__(self, url: str, folder: Path, web_processes: int = 2) -> None:
        self.port, self.folder = served.free_port(), folder
        self.log = folder / "server.log"
        self.settings = {
            "ALONGSIDE_DATABASE_URL": url,
            "ALONGSIDE_SECRET_KEY": "only for tests",
            "ALONGSIDE_WEB_PROCESSES": str(web_processes),
            "ALONGSIDE_TRUSTED_PROXIES": "1",  # so that each learner comes from a network of their own
        }
        self.web_processes = web_processes
        self.killed = self.restarts = 0
        self.running = contextlib.ExitStack()

    def __enter__(self) -> "Server":
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.running.close()

    def _start(self) -> None:
        log = self.running.enter_context(self.log.open("ab"))
        serving = served.serving(self.folder, self.port, log=log, **self.settings)
        self.supervisor = self.running.enter_context(serving)

    @property
    def said(self) -> str:
        """All that it has logged."""
        return self.log.read_text(encoding="utf-8")

    def kill(self, kind: str, chance: random.Random) -> None:
        """Kill -9 some of its processes; where it cannot mend itself, start it again as systemd would."""
        served.wait_until(lambda: len(self._web()) == self.web_processes)
        web, everything = sorted(self._web()), self._everything()
        victims = {
            "a web process": [chance.choice(web)],
            "every web process": web,
            "the web server": [self._master(), *web],
            "the supervisor": [self.supervisor.pid],
            "everything at once": sorted(everything),
        }[kind]
        for pid in victims:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.killed += len({*victims} & {*web})
        if kind not in ("a web process", "every web process"):
            self.supervisor.wait(60)
            served.wait_until(lambda: not any(map(served.runs, everything)))
            self.restarts += 1
            self.running.close()
            self._start()

    def _everything(self) -> set[int]:
        return {self.supervisor.pid} | served.children_of(self.supervisor.pid)

    def _web(self) -> set[int]:
        master = self._master()
        return {pid for pid in served.children_of(master) if served.runs(pid)} if master else set()

    def _master(self) -> int:
        """The process of gunicorn that the supervisor began; 0 while there is none."""
        children = sorted(served.children_of(self.supervisor.pid))
        return next((pid for pid in children if b"gunicorn" in _command(pid)), 0)


def _command(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


class Crowd:
    """Processes full of learners, and the files they note in."""

    def __init__(self, folder: Path) -> None:
        self.paths = folder

    @property
    def notes(self) -> list[Path]:
        """Their files."""
        return sorted(self.paths.glob("notes-*"))

    @property
    def size(self) -> int:
        """How much they have noted: it grows by about 200 for each thing sent."""
        return sum(path.stat().st_size for path in self.notes)


@contextlib.contextmanager
def crowd(port: int, folder: Path, processes: int, saves: int) -> Iterator[Crowd]:
    """Learners at work until the end of the block."""
    at_work = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.crash.learners",
                str(port),
                str(folder / f"notes-{seed}"),
                str(seed),
                str(saves),
            ]
        )
        for seed in range(processes)
    ]
    try:
        yield Crowd(folder)
    finally:
        for process in at_work:
            process.terminate()
        ended = [process.wait(60) for process in at_work]
    assert ended == [0] * processes
