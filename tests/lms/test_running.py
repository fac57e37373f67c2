"""Settings, commands, health and the worker."""

import datetime
import json
import re
import secrets
import stat
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select, update

from courses.library import FOLDER
from lms import cli, worker
from lms.db import db, now
from lms.learning import begin, begin_attempt
from lms.library import live_course
from lms.models import Attempt, Enrolment, Heartbeat, Throttle
from lms.settings import Settings, SettingsError
from quizzes.rules import Refusal
from tests.conftest import settings_for
from tests.lms.test_learning import SLUG
from tests.page_checks import CheckingClient

COURSE_FOLDER = FOLDER / "courses" / SLUG


def test_a_secret_is_made_once_and_kept_private(tmp_path: Path) -> None:
    """A missing secret is made in the instance folder, readable by its owner only, and kept."""
    environment = {"ALONGSIDE_INSTANCE": str(tmp_path / "instance")}
    first, second = Settings.from_env(environment), Settings.from_env(environment)
    assert first.secret_key == second.secret_key and len(first.secret_key) == 64
    assert stat.S_IMODE((tmp_path / "instance" / "secret-key").stat().st_mode) == 0o600


def test_production_needs_its_own_secret(tmp_path: Path) -> None:
    """With an https address, a missing secret is refused in words that say what to do."""
    environment = {"ALONGSIDE_INSTANCE": str(tmp_path), "ALONGSIDE_URL": "https://learn.example"}
    with pytest.raises(SettingsError, match="ALONGSIDE_SECRET_KEY is not set"):
        Settings.from_env(environment)


@pytest.mark.parametrize(
    "secret",
    ["x", "only for tests", "secret" * 20, "a" * 64, "the-long-random-text-that-the-command-above-printed"],
)
def test_production_refuses_a_weak_secret(tmp_path: Path, secret: str) -> None:
    """With an https address nothing starts with a secret that is short, repeated or printed in our handbook."""
    given = {"ALONGSIDE_INSTANCE": str(tmp_path), "ALONGSIDE_SECRET_KEY": secret}
    with pytest.raises(SettingsError, match="too easy to guess") as refused:
        Settings.from_env({**given, "ALONGSIDE_URL": "https://learn.example"})
    assert secret not in str(refused.value).split() and "token_hex(32)" in str(refused.value)
    assert Settings.from_env(given).secret_key == secret


def test_production_takes_a_random_secret(tmp_path: Path) -> None:
    """What the command in that message prints is taken, and so is one in other letters."""
    for secret in (*(secrets.token_hex(32) for _ in range(200)), secrets.token_urlsafe(24)):
        given = {"ALONGSIDE_INSTANCE": str(tmp_path), "ALONGSIDE_SECRET_KEY": secret}
        assert Settings.from_env({**given, "ALONGSIDE_URL": "https://learn.example"}).production


def test_a_port_that_is_no_number(tmp_path: Path) -> None:
    """A wrong setting is named, with what was read."""
    with pytest.raises(SettingsError, match="PORT should be a whole number, but is 'many'"):
        Settings.from_env({"ALONGSIDE_INSTANCE": str(tmp_path), "PORT": "many"})


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("ALONGSIDE_URL", "learn.example", "ALONGSIDE_URL should be https:// and a host name"),
        ("ALONGSIDE_URL", "https://example.org/training", "a host name of its own"),
        ("ALONGSIDE_URL", "https://[learn.example", "ALONGSIDE_URL should be"),
        ("ALONGSIDE_LEAVE_TO", "www.bbc.co.uk/weather", "ALONGSIDE_LEAVE_TO should be the whole address"),
        ("ALONGSIDE_LEAVE_TO", "javascript:alert(1)", "of a neutral page elsewhere"),
        ("ALONGSIDE_LEAVE_TO", "https://sam:word@example.org", "ALONGSIDE_LEAVE_TO should be"),
        ("ALONGSIDE_LEAVE_TO", "https://exam ple.org", "ALONGSIDE_LEAVE_TO should be"),
        ("ALONGSIDE_LEAVE_TO", "https://[", "ALONGSIDE_LEAVE_TO should be"),
        ("ALONGSIDE_LEAVE_TO", "http://127.0.0.1/news", "should lead away from here"),
        ("ALONGSIDE_LEAVE_TO", "https://127.0.0.1:8443", "is on the host of ALONGSIDE_URL"),
        ("ALONGSIDE_BIND", "localhost:80", "ALONGSIDE_BIND should be an address of this machine"),
        ("ALONGSIDE_TRUSTED_PROXIES", "-1", "should be a whole number"),
        ("ALONGSIDE_WEB_PROCESSES", "0", "should be from 1 to 256"),
        ("PORT", "65536", "should be from 1 to 65535"),
        ("PORT", "²", "should be a whole number"),
    ],
)
def test_a_setting_that_cannot_be(tmp_path: Path, setting: str, value: str, said: str) -> None:
    """A value that would only fail later, or quietly do something else, is refused by name at once."""
    with pytest.raises(SettingsError, match=re.escape(said)) as refused:
        Settings.from_env({"ALONGSIDE_INSTANCE": str(tmp_path), setting: value})
    assert setting in str(refused.value) and value in str(refused.value)


def test_an_empty_setting_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that is there but empty, as a script may leave it, counts as not set."""
    monkeypatch.chdir(tmp_path)
    empty = dict.fromkeys(("ALONGSIDE_INSTANCE", "ALONGSIDE_URL", "ALONGSIDE_SECRET_KEY", "PORT"), "")
    got = Settings.from_env(empty)
    assert got == Settings.from_env({}) and got.instance == tmp_path / "instance"


@pytest.mark.parametrize("place", ["a-file", "a-file/below", "/proc/alongside"])
def test_a_folder_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """A data folder that is a file, or cannot be made, ends a command with a sentence and no traceback."""
    (tmp_path / "a-file").touch()
    monkeypatch.setenv("ALONGSIDE_INSTANCE", str(tmp_path / place))
    result = CliRunner().invoke(cli.main, ["courses", "publish", str(COURSE_FOLDER)])
    assert result.exit_code == 1 and isinstance(result.exception, SystemExit)
    assert "cannot be made" in result.output and "ALONGSIDE_INSTANCE" in result.output


def test_looking_leaves_nothing_behind(tmp_path: Path) -> None:
    """A command that only looks makes neither the folder nor the secret, and says what is missing."""
    missing = {"ALONGSIDE_INSTANCE": str(tmp_path / "none")}
    with pytest.raises(SettingsError, match="is not there"):
        Settings.from_env(missing, make=False)
    with pytest.raises(SettingsError, match="ALONGSIDE_SECRET_KEY is not set"):
        Settings.from_env({"ALONGSIDE_INSTANCE": str(tmp_path)}, make=False)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_secret_is_refused(tmp_path: Path) -> None:
    """An empty secret would sign cookies that anyone can forge."""
    (tmp_path / "secret-key").touch()
    with pytest.raises(SettingsError, match="is empty"):
        Settings.from_env({"ALONGSIDE_INSTANCE": str(tmp_path)})


def test_every_setting_is_documented() -> None:
    """Each environment variable the code reads stands in docs/settings.md."""
    root = Path(__file__).parents[2]
    read = set(
        re.findall(r'"((?:ALONGSIDE_\w+|PORT))"', (root / "lms" / "settings.py").read_text(encoding="utf-8"))
    )
    documented = (root / "docs" / "settings.md").read_text(encoding="utf-8")
    assert read and all(f"`{name}`" in documented for name in read)


def test_check_command(tmp_path: Path) -> None:
    """A good course exits 0; a broken one exits 1 and names file, line and mend, also as JSON."""
    runner = CliRunner()
    good = runner.invoke(cli.main, ["courses", "check", str(COURSE_FOLDER)])
    assert good.exit_code == 0, good.output
    (tmp_path / "course.md").write_text("---\ntitel: A course\nsummary: S\n---\n", encoding="utf-8")
    bad = runner.invoke(cli.main, ["courses", "check", str(tmp_path)])
    assert bad.exit_code == 1 and "course.md, line 2" in bad.output and "title" in bad.output
    told = json.loads(runner.invoke(cli.main, ["courses", "check", "--json", str(tmp_path)]).output)
    assert {"path", "line", "severity", "message", "mend", "shown"} <= set(told["problems"][0])


def test_publish_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publishing a folder makes it live; publishing it again says that nothing changed."""
    monkeypatch.setenv("ALONGSIDE_INSTANCE", str(tmp_path))
    runner = CliRunner()
    first = runner.invoke(cli.main, ["courses", "publish", str(COURSE_FOLDER)])
    assert first.exit_code == 0 and f"/courses/{SLUG}" in first.output, first.output
    again = runner.invoke(cli.main, ["courses", "publish", str(COURSE_FOLDER)])
    assert "nothing changed" in again.output


def test_publish_never_guesses_an_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is served elsewhere knows its own port: without one, only the path is told; with one, all of it."""
    monkeypatch.setenv("ALONGSIDE_INSTANCE", str(tmp_path))
    for name in ("PORT", "ALONGSIDE_URL"):
        monkeypatch.delenv(name, raising=False)
    publish = ["courses", "publish", str(COURSE_FOLDER)]
    assert f"Published: /courses/{SLUG}" in CliRunner().invoke(cli.main, publish).output
    told = CliRunner().invoke(cli.main, publish, env={"ALONGSIDE_URL": "https://learn.example/"})
    assert "ALONGSIDE_SECRET_KEY" not in told.output
    assert f"https://learn.example/courses/{SLUG}" in told.output


def test_health(client: CheckingClient, app: Flask) -> None:
    """503 until a worker shows a sign of life, 200 then, 503 again when it has been silent for long."""
    assert client.get("/healthz").status_code == 503
    with app.app_context():
        worker.beat()
    assert client.get("/healthz").json == {"database": "up", "worker": "up"}
    with app.app_context():
        db.session.execute(update(Heartbeat).values(beat_at=now() - datetime.timedelta(minutes=2)))
        db.session.commit()
    assert client.get("/healthz").status_code == 503


def test_health_without_a_database(tmp_path: Path) -> None:
    """A database that is away is said, not thrown."""
    from lms.app import create_app  # noqa: PLC0415  an application of its own

    broken = create_app(settings_for(f"sqlite:///{tmp_path / 'none' / 'at-all.db'}", tmp_path))
    assert broken.test_client().get("/healthz").status_code == 503


def test_a_worker_that_stops_says_so(client: CheckingClient, app: Flask) -> None:
    """A worker that stops in good order is missed at once, and not only after half a minute."""
    with app.app_context():
        worker.beat()
        worker.leave()
    assert client.get("/healthz").json == {"database": "up", "worker": "down"}


def test_attempts_begun_at_once_are_one(client: CheckingClient, app: Flask) -> None:
    """Eight requests that begin a quiz in the same moment begin one attempt."""
    with app.app_context():
        found = live_course(SLUG)
        assert found
        course, revision_id = found
        enrolment_id = begin(None, course).id
        db.session.commit()
    got: list[int] = []
    gate = threading.Barrier(8)

    def start() -> None:
        with app.app_context():
            enrolment = db.session.get_one(Enrolment, enrolment_id)
            gate.wait()
            attempt = begin_attempt(enrolment, revision_id, course.quizzes[0])
            assert not isinstance(attempt, Refusal)
            got.append(attempt.id)
            db.session.commit()

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(got) == 8 and len(set(got)) == 1
    with app.app_context():
        assert len(db.session.scalars(select(Attempt)).all()) == 1


def test_throttle_counts_from_many_at_once(app: Flask) -> None:
    """Tries made at the same moment are all counted."""
    allowed: list[bool] = []

    def attempt() -> None:
        with app.app_context():
            allowed.append(Throttle.allows("test", "me", tries=5, within=datetime.timedelta(hours=1)))

    threads = [threading.Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(allowed) == [False] * 7 + [True] * 5
