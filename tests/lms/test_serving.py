"""Serving: where we listen, and that nothing is left behind."""

import errno
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from lms import cli, serving
from lms.app import create_app
from tests.conftest import Database, settings_for
from tests.lms import served
from tests.lms.test_backup import lose_everything


@pytest.mark.slow
def test_nothing_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    """Kill -9 of `alongside serve` ends web processes and worker too, and the port can be served again."""
    port = served.free_port()
    with served.serving(tmp_path, port) as supervisor:
        children = served.children_of(supervisor.pid)
        assert len(children) >= 4, "a master, two web processes and a worker"
        supervisor.kill()
        supervisor.wait(10)
        served.wait_until(lambda: not any(map(served.runs, children)), 30)
        assert not served.listens(port)
    with served.serving(tmp_path, port) as again:
        assert served.healthy(port)
    assert again.returncode == 0


@pytest.mark.slow
def test_a_worker_that_dies_is_started_again(tmp_path: Path) -> None:
    """Kill -9 of the web processes and the worker is mended by the supervisor and its web server."""
    port = served.free_port()
    with served.serving(tmp_path, port) as supervisor:
        master, worker = sorted(map(int, _direct(supervisor.pid)))
        for pid in (worker, *served.children_of(master)):
            os.kill(pid, signal.SIGKILL)
        served.wait_until(lambda: len(_direct(supervisor.pid)) == 2 and worker not in _direct(supervisor.pid))
        served.wait_until(lambda: served.healthy(port))


def _direct(pid: int) -> set[int]:
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


@pytest.mark.slow
def test_another_machine_can_reach_us_when_asked(tmp_path: Path) -> None:
    """ALONGSIDE_BIND chooses where to listen: by default this machine only, 0.0.0.0 everywhere."""
    port = served.free_port()
    with served.serving(tmp_path, port):
        assert served.listens(port) and not served.listens(port, "127.0.0.2")
    with served.serving(tmp_path, port, ALONGSIDE_BIND="0.0.0.0"):  # noqa: S104
        assert served.listens(port, "127.0.0.2")


def test_a_port_in_use(tmp_path: Path) -> None:
    """A taken port ends the command with a sentence that names another."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        environment = {"ALONGSIDE_INSTANCE": str(tmp_path), "PORT": str(port)}
        result = CliRunner().invoke(cli.main, ["serve"], env=environment)
    assert result.exit_code == 1 and f"already using port {port}" in result.output


def test_an_address_of_another_machine() -> None:
    """An address this machine does not have is named, and so is the setting."""
    with pytest.raises(serving.CannotListen, match=r"no address 192\.0\.2\.1\. Set ALONGSIDE_BIND"):
        serving.claim("192.0.2.1", 8000)


def test_a_port_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that an ordinary user may not have is not said to be in use."""

    class Refusing(socket.socket):
        def bind(self, _address: object) -> None:
            raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket, "socket", Refusing)
    with pytest.raises(serving.CannotListen, match="may not listen on port 80: ports below 1024"):
        serving.claim("127.0.0.1", 80)


PREPARE = """
import sys
from lms.cli.running import prepare
from lms.settings import Settings
settings = Settings.from_env()
print("ready", flush=True)
sys.stdin.readline()
prepare(settings)
"""


@pytest.mark.slow
def test_machines_that_start_together(postgresql: Database, fonts_folder: Path, tmp_path: Path) -> None:
    """Four nodes that start at once on an empty PostgreSQL database prepare it once, and none fails."""
    url = postgresql.copy()
    lose_everything(create_app(settings_for(url, fonts_folder)))
    environment = {**os.environ, "ALONGSIDE_DATABASE_URL": url, "ALONGSIDE_INSTANCE": str(tmp_path)}
    nodes = [
        subprocess.Popen(
            [sys.executable, "-c", PREPARE],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(4)
    ]
    assert [node.stdout and node.stdout.readline() for node in nodes] == ["ready\n"] * 4
    for node in nodes:
        assert node.stdin
        node.stdin.write("go\n")
        node.stdin.flush()
    said = [node.communicate(timeout=120)[0] for node in nodes]
    assert [node.returncode for node in nodes] == [0, 0, 0, 0], said
    assert sum("Published" in text for text in said) == 1
