"""docs/operating.md, followed: its files are used and its commands run, in order, on a pretended machine.

The test plays systemd: it starts, stops and runs what the units say. Not run here: nginx, sudo, apt, adduser.
"""

import configparser
import contextlib
import hashlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from lms import counting, worker
from lms.app import create_app
from lms.backups import programs
from lms.models import Throttle
from lms.models.session import LASTS
from lms.outbox import TRY_FOR
from lms.retention import WARNED
from lms.settings import Settings
from tests.conftest import Database, prepare
from tests.lms import served

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"`(/[^`]+)`[^`\n]*:\n\n```\w+\n(.*?)```", TEXT, re.DOTALL))
ENVIRONMENT = "/etc/alongside/environment"
UNIT = "/etc/systemd/system/alongside.service"
BACKUP = "/etc/systemd/system/alongside-backup.service"
TIMER = "/etc/systemd/system/alongside-backup.timer"
PASSWORD = "moss lantern 41 rowing"
WRAPPER = "/usr/local/bin/alongside"


def console() -> list[str]:
    """Every command, in order."""
    blocks = re.findall(r"```console\n(.*?)```", TEXT, re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def plain(command: str) -> list[str]:
    """A command's words without whom it is run as."""
    words = shlex.split(command)
    while words[0] in ("sudo", "-u"):
        words = words[2:] if words[0] == "-u" else words[1:]
    return words


def unit(path: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(FILES[path])
    return parser


EXAMPLE = "the-long-random-text-that-the-command-above-printed"
SECRET = hashlib.sha256(b"only for tests").hexdigest()


def environment() -> dict[str, str]:
    """The settings of the environment file, as a shell and systemd read them, with a secret made as told."""
    lines = [line.partition("=") for line in FILES[ENVIRONMENT].splitlines()]
    held = {name: "".join(shlex.split(value)) for name, _, value in lines}
    assert held["ALONGSIDE_SECRET_KEY"] == EXAMPLE
    return {**held, "ALONGSIDE_SECRET_KEY": SECRET}


class Machine:
    """A machine as the page describes it, its folders moved below one of our own."""

    def __init__(self, folder: Path) -> None:
        self.port, self.running = served.free_port(), contextlib.ExitStack()
        self.places = {
            "/opt/alongside/.venv/bin": str(Path(sys.executable).parent),
            "/opt/alongside": str(ROOT),
            "/var/lib/alongside": str(folder / "lib"),
            "/var/backups/alongside": str(folder / "backups"),
            "/etc/alongside": str(folder / "etc"),
            "/tmp/drill": str(folder / "drill"),  # noqa: S108
            EXAMPLE: SECRET,
        }
        (folder / "lib").mkdir(mode=0o700)
        for name in ("backups", "etc", "bin"):
            (folder / name).mkdir()
        self.backups, self.wrapper = folder / "backups", folder / "bin" / "alongside"
        (folder / "etc" / "environment").write_text(self.here(FILES[ENVIRONMENT]), encoding="utf-8")
        self.wrapper.write_text(self.here(FILES[WRAPPER]), encoding="utf-8")
        self.wrapper.chmod(0o755)

    def here(self, text: str) -> str:
        for there, here in self.places.items():
            text = text.replace(there, here)
        return text

    def run(self, command: str) -> None:
        """Do what a line says."""
        given = re.match(r"((?:[A-Z_]+=\S+ )*)(.*)", self.here(command))
        assert given
        settings = dict(word.split("=", 1) for word in given[1].split())
        match plain(given[2]):
            case ["systemctl", *_, "alongside"] as words:
                self.systemctl(words)
            case ["systemctl", "enable", "--now", "alongside-backup.timer"]:
                self.back_up_tonight()
            case [program, "serve"] if program.endswith("/alongside"):
                with served.serving(Path(settings["ALONGSIDE_INSTANCE"]), served.free_port()):
                    pass
            case ["alongside", "worker"]:
                self.work()
            case [program, *arguments] if program in ("make", "rm", "python3") or program.endswith(
                "alongside"
            ):
                program = str(self.wrapper) if program == "alongside" else program
                self.call([program, *arguments], settings)
            case [program, *_] if program in ("adduser", "install", "apt", "createuser", "createdb"):
                pass  # an administrator's; PostgreSQL's are run below
            case words:
                pytest.fail(f"Nobody runs {words}")

    def call(self, words: list[str], settings: dict[str, str]) -> None:
        done = subprocess.run(
            words,
            env={**os.environ, "PORT": str(self.port), **settings},
            input=f"{PASSWORD}\n{PASSWORD}\n",  # for the command that asks for one, and has no terminal
            start_new_session=True,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"

    def systemctl(self, words: list[str]) -> None:
        self.running.close()
        if words[1] != "stop":
            kept = {name: self.here(value) for name, value in environment().items()}
            self.running.enter_context(
                served.serving(Path(kept.pop("ALONGSIDE_INSTANCE")), self.port, **kept)
            )

    def back_up_tonight(self) -> None:
        before = len(list(self.backups.iterdir()))
        for name in ("ExecStart", "ExecStartPost"):
            line = unit(BACKUP)["Service"][name].replace("%%", "%").replace("$$", "$")
            self.call(shlex.split(self.here(line)), {k: self.here(v) for k, v in environment().items()})
        assert len(list(self.backups.iterdir())) == before + 1

    def work(self) -> None:
        """Run one more worker until it would have shown a sign of life, then stop it in good order."""
        process = subprocess.Popen([self.wrapper, "worker"], env={**os.environ, "PORT": str(self.port)})
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(worker.BEAT_EVERY)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    yield made
    made.running.close()


@pytest.mark.slow
def test_the_whole_page(machine: Machine) -> None:
    """Followed from top to bottom, every command does its work: set-up, drill, restore, upgrade, going back."""
    assert len(console()) >= 25
    for command in console():
        machine.run(command)
    assert served.healthy(machine.port)


def test_only_known_programs() -> None:
    """The page names no program that the test above would not run or knowingly leave to the administrator."""
    used = {plain(re.sub(r"^(?:[A-Z_]+=\S+ )*", "", command))[0] for command in console()}
    left = {"adduser", "apt", "install", "createuser", "createdb"}
    run = {"alongside", "/opt/alongside/.venv/bin/alongside", "make", "systemctl", "python3", "rm"}
    assert used == left | run


def test_postgresql(postgresql: Database, fonts_folder: Path) -> None:
    """The commands for PostgreSQL make a database that Alongside can set itself up in, as its owner."""
    server = make_url(postgresql.copy())
    name = f"alongside_{uuid.uuid4().hex}"
    where = {
        "PGHOST": server.query.get("host") or server.host,
        "PGUSER": server.username,
        "PGPASSWORD": server.password,
    }
    here = {key: str(value) for key, value in where.items() if value}
    for line in (line for line in console() if line.startswith("sudo -u postgres ")):
        program, *arguments = [word.replace("alongside", name) for word in shlex.split(line)[3:]]
        subprocess.run([programs.find(program), *arguments], env={**os.environ, **here}, check=True)
    (address,) = re.findall(r'^ALONGSIDE_DATABASE_URL="(.*)"$', TEXT, re.MULTILINE)
    address = address.replace("alongside", name).replace("/var/run/postgresql", here["PGHOST"])
    try:
        prepare(address, fonts_folder)
        made = make_url(address)
        assert (made.username, made.database) == (name, name)
    finally:
        for program in ("dropdb", "dropuser"):
            subprocess.run([programs.find(program), name], env={**os.environ, **here}, check=True)


def test_the_service() -> None:
    """The unit runs the command that is installed, with the settings' file, as a user of its own, in a private folder."""
    service = unit(UNIT)["Service"]
    assert shlex.split(service["ExecStart"]) == ["/opt/alongside/.venv/bin/alongside", "serve"]
    assert (Path(sys.executable).parent / "alongside").is_file()
    assert service["EnvironmentFile"] == ENVIRONMENT == unit(BACKUP)["Service"]["EnvironmentFile"]
    assert service["User"] == unit(BACKUP)["Service"]["User"] == "alongside"
    assert f"/var/lib/{service['StateDirectory']}" == environment()["ALONGSIDE_INSTANCE"]
    assert service["StateDirectoryMode"] == "0700"
    assert unit(TIMER)["Timer"]["OnCalendar"]


def test_systemd_understands_the_units(machine: Machine) -> None:
    """Systemd itself finds nothing wrong in the units, where it is here to be asked."""
    if (analyze := shutil.which("systemd-analyze")) is None:
        pytest.skip("systemd-analyze is not on this machine")
    folder = machine.backups
    for path in (UNIT, BACKUP, TIMER):
        (folder / Path(path).name).write_text(machine.here(FILES[path]), encoding="utf-8")
    paths = [str(folder / Path(path).name) for path in (UNIT, BACKUP, TIMER)]
    done = subprocess.run([analyze, "verify", *paths], capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if "alongside" in line]
    assert done.returncode == 0 and said == []


def test_behind_the_proxy(tmp_path: Path) -> None:
    """With the headers that nginx is told to send, a visitor has their own address and https, whatever they claim."""
    headers = dict(re.findall(r"proxy_set_header (\S+) (\S+);", TEXT))
    values = {
        "$host": "learn.example.org",
        "$scheme": "https",
        "$proxy_add_x_forwarded_for": "198.51.100.6, 203.0.113.9",  # the first is what the visitor claims to be
    }
    settings = Settings.from_env(
        {**environment(), "ALONGSIDE_INSTANCE": str(tmp_path), "ALONGSIDE_DATABASE_URL": "sqlite://"}
    )
    app = create_app(settings)
    seen: list[str] = []
    app.before_request(lambda: seen.append(counting.caller()))
    answer = app.test_client().get(
        "/healthz", headers={name: values[value] for name, value in headers.items()}
    )
    assert seen == ["203.0.113.9"] and "Strict-Transport-Security" in answer.headers
    assert f"proxy_pass http://{settings.bind}:{settings.port};" in TEXT
    assert f"server_name {environment()['ALONGSIDE_URL'].removeprefix('https://')};" in TEXT


def test_how_long_things_are_kept() -> None:
    """The times on the page are those in the code."""
    assert f"| {Settings.keep_guests_days} days * after they were last here |" in TEXT
    assert f"| {Settings.keep_accounts_days // 365} years * after it was last used" in TEXT
    assert f"They get a mail {WARNED.days} days before" in TEXT
    assert (
        f"given up after {TRY_FOR.days} days of trying (with the address) | {Settings.keep_mails_days} days * |"
        in TEXT
    )
    assert f"| {Settings.keep_audit_days // 365} year * |" in TEXT
    assert f"| {LASTS.days} days after it was last used" in TEXT
    assert f"With an account {Settings.session_days} days * at most" in TEXT
    assert f"with a role {Settings.role_session_hours} hours *" in TEXT
    assert Throttle.LONGEST.total_seconds() == worker.PURGE_EVERY.total_seconds() == 3600
    assert "deletes once an hour" in TEXT and TEXT.count("| 1 hour |") == 2
