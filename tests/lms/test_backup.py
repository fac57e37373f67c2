"""Backups and restores: consistent under load, never in the way of what is there, and undone if need be."""

import os
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, make_url, select, text

from lms import backups, cli, worker
from lms.app import create_app
from lms.backups import programs
from lms.db import db
from lms.models import Answer, Attempt, Enrolment, Heartbeat, User
from tests.conftest import Database, settings_for
from tests.lms.test_learning import COURSE, begin, read_lessons
from tests.lms.writing import ANSWERS
from tests.page_checks import CheckingClient

OLDER = "ee64f1c283f8"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """An instance folder, with a secret as `alongside serve` leaves it."""
    (made := tmp_path / "instance").mkdir(mode=0o700)
    (made / "secret-key").write_text("only for tests", encoding="ascii")
    return made


@pytest.fixture
def run(database_url: str, instance: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator["Command"]:
    """Runs `alongside` commands on the test's own database."""
    monkeypatch.setenv("ALONGSIDE_DATABASE_URL", database_url)
    monkeypatch.setenv("ALONGSIDE_INSTANCE", str(instance))
    return Command()


class Command:
    def __call__(self, *arguments: object) -> Result:
        return CliRunner().invoke(cli.main, [str(argument) for argument in arguments])

    def well(self, *arguments: object) -> str:
        result = self(*arguments)
        assert result.exit_code == 0, result.output
        return result.output

    def refused(self, *arguments: object) -> str:
        """What a command says that ends with a sentence and no traceback."""
        result = self(*arguments)
        assert result.exit_code == 1 and isinstance(result.exception, SystemExit), result
        assert "Traceback" not in result.output
        return result.output


def lose_everything(app: Flask) -> None:
    """The database is gone, as after a broken disk."""
    with app.app_context():
        db.session.remove()
        if db.engine.dialect.name == "postgresql":
            with db.engine.begin() as connection:
                connection.execute(text("DROP SCHEMA public CASCADE"))
                connection.execute(text("CREATE SCHEMA public"))
        db.engine.dispose()
        if db.engine.dialect.name == "sqlite":
            for path in Path(str(db.engine.url.database)).parent.glob(
                f"{Path(str(db.engine.url.database)).name}*"
            ):
                path.unlink()


def let_go(app: Flask) -> None:
    """The served system is stopped."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def shown(client: CheckingClient) -> str:
    """The learner's page of the course, without the token that differs each time."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", client.get(COURSE).text)


def users(url: str, folder: Path) -> int:
    app = create_app(settings_for(url, folder))
    with app.app_context():
        number = db.session.scalar(select(func.count(User.id))) or 0
        db.session.remove()
        db.engine.dispose()
    return number


def test_drill(client: CheckingClient, app: Flask, run: Command, tmp_path: Path) -> None:
    """Learn, back up, lose everything, restore: the learner's page is the same, in the same browser."""
    begin(client)
    read_lessons(client, app)
    before = shown(client)
    assert "11 of 12" in before
    said = run.well("backup", tmp_path / "a.backup")
    assert re.search(r"\d (kB|MB) in \d+\.\d seconds", said) and "secret key is not in it" in said
    lose_everything(app)
    assert "Restored" in run.well("restore", tmp_path / "a.backup")
    assert shown(client) == before
    told = run.well("audit", "list", "--most", "1")
    assert "backup restored: the database, by a command on the server" in told


def test_a_backup_is_private_and_lonely(run: Command, tmp_path: Path) -> None:
    """Only its owner may read a backup, nothing is left beside it, and the secret key is not in it."""
    target = tmp_path / "backups" / "a.backup"
    target.parent.mkdir()
    run.well("backup", target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(target.parent.iterdir()) == [target]
    assert b"only for tests" not in target.read_bytes()


def test_a_backup_never_overwrites(run: Command, tmp_path: Path) -> None:
    """What is there stays, unless --force replaces it; a folder is never replaced."""
    target = tmp_path / "a.backup"
    target.write_text("something dear")
    assert "is there already" in run.refused("backup", target) and target.read_text() == "something dear"
    run.well("backup", "--force", target)
    assert target.stat().st_size > 10_000
    assert "not a file" in run.refused("backup", "--force", tmp_path)
    assert "Nothing can be written" in run.refused("backup", tmp_path / "none" / "a.backup")


def test_a_failed_backup_leaves_nothing(
    run: Command, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When there is no database to read, no file is left, and an older backup stays as it is."""
    target = tmp_path / "backups" / "a.backup"
    target.parent.mkdir()
    target.write_text("yesterday's")
    missing = (
        str(make_url(database_url).set(database="none")) if "sqlite" in database_url else database_url + "x"
    )
    monkeypatch.setenv("ALONGSIDE_DATABASE_URL", missing)
    assert re.search("no database|did not answer", run.refused("backup", "--force", target))
    assert list(target.parent.iterdir()) == [target] and target.read_text() == "yesterday's"


@pytest.mark.slow
def test_backups_under_load(database_url: str, run: Command, tmp_path: Path) -> None:
    """While several processes write, each backup is whole to the transaction, and no writer fails."""
    command = [sys.executable, "-m", "tests.lms.writing", database_url]
    writers = [
        subprocess.Popen([*command, f"writer {n}"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for n in range(3)
    ]
    try:
        for process in writers:
            assert process.stdout and process.stdout.readline() == "began\n"
        for number in range(4):
            run.well("backup", tmp_path / f"{number}.backup")
    finally:
        for process in writers:
            process.send_signal(signal.SIGTERM)
    wrote = [int(process.communicate(timeout=60)[0]) for process in writers]
    assert [process.returncode for process in writers] == [0, 0, 0]
    held = []
    for number in range(4):
        run.well("restore", "--force", tmp_path / f"{number}.backup")
        held.append(whole_learners(database_url, tmp_path))
    assert held == sorted(held) and 0 < held[0] < held[-1] < sum(wrote), (held, wrote)


def whole_learners(url: str, folder: Path) -> int:
    """How many learners a database holds, each with all answers, and of each writer the first ones."""
    app = create_app(settings_for(url, folder))
    with app.app_context():
        answers = select(func.count()).where(Answer.attempt_id == Attempt.id).scalar_subquery()
        numbers = db.session.scalars(select(answers).select_from(Attempt)).all()
        assert set(numbers) == {ANSWERS}
        cycles = select(Enrolment.course, func.count(), func.max(Enrolment.cycle)).group_by(Enrolment.course)
        assert all(count == newest for _, count, newest in db.session.execute(cycles))
        assert db.session.scalar(select(func.count(User.id))) == len(numbers)
        db.session.remove()
        db.engine.dispose()
    return len(numbers)


def test_a_wrong_restore_can_be_undone(
    client: CheckingClient, app: Flask, run: Command, tmp_path: Path
) -> None:
    """The database that was there is kept, says where, and can be restored in its turn."""
    run.well("backup", tmp_path / "empty.backup")
    begin(client)
    before = shown(client)
    let_go(app)
    kept = re.search(r"kept in (\S+)\. Delete", run.well("restore", tmp_path / "empty.backup"))
    assert kept and Path(kept[1]).is_file()
    assert shown(client) != before
    let_go(app)
    run.well("restore", kept[1])
    assert shown(client) == before


def test_a_running_system_is_not_restored(app: Flask, run: Command, tmp_path: Path) -> None:
    """While a worker shows signs of life nothing is touched; one that stopped in good order is no hindrance."""
    run.well("backup", tmp_path / "a.backup")
    with app.app_context():
        worker.beat()
    assert "is running on this database" in run.refused("restore", tmp_path / "a.backup")
    with app.app_context():
        assert db.session.query(Heartbeat).count() == 1
        worker.leave()
    let_go(app)
    run.well("restore", tmp_path / "a.backup")
    with app.app_context():
        worker.beat()
    let_go(app)
    run.well("restore", "--force", tmp_path / "a.backup")
    with app.app_context():
        assert db.session.query(Heartbeat).count() == 0, "signs of life do not come back from the dead"


def test_an_open_file_is_not_replaced(sqlite: Database, tmp_path: Path) -> None:
    """An SQLite file that another process has open is refused even by force: what it writes would be lost."""
    url = make_url(sqlite.copy())
    backups.make(url, tmp_path / "a.backup")
    other = sqlite3.connect(str(url.database))
    other.execute("SELECT count(*) FROM user").fetchall()
    with pytest.raises(backups.BackupError, match="still using"):
        backups.restore(settings_for(str(url), tmp_path), url, tmp_path / "a.backup", force=True)
    assert not list(Path(str(url.database)).parent.glob(f"{Path(str(url.database)).name}.before*"))
    other.close()


def test_an_older_backup_is_upgraded(
    client: CheckingClient, app: Flask, run: Command, tmp_path: Path
) -> None:
    """A backup made before the newest migrations is brought up to date as it is restored."""
    begin(client)
    before = shown(client)
    with app.app_context():
        db.session.remove()
        downgrade(revision=OLDER)
        db.engine.dispose()
    run.well("backup", tmp_path / "old.backup")
    with app.app_context():
        upgrade()
        db.engine.dispose()
    run.well("restore", tmp_path / "old.backup")
    assert shown(client) == before


def test_a_newer_backup_is_refused(app: Flask, run: Command, tmp_path: Path) -> None:
    """A backup by a newer version is refused with what to do, and nothing is touched."""
    stamp(app, "f00f00f00f00")
    run.well("backup", tmp_path / "new.backup")
    stamp(app, OLDER)
    assert "made by a newer Alongside" in run.refused("restore", tmp_path / "new.backup")
    with app.app_context():
        assert db.session.scalar(text("SELECT version_num FROM alembic_version")) == OLDER


def stamp(app: Flask, version: str) -> None:
    with app.app_context():
        with db.engine.execution_options(writes=True).begin() as connection:
            connection.execute(text(f"UPDATE alembic_version SET version_num = '{version}'"))  # noqa: S608
        db.engine.dispose()


def test_a_damaged_backup_is_refused(
    client: CheckingClient, app: Flask, run: Command, tmp_path: Path
) -> None:
    """A backup cut short, or spoiled in its middle, or no backup at all, is refused before anything is touched."""
    begin(client)
    before = shown(client)
    let_go(app)
    run.well("backup", tmp_path / "good.backup")
    whole = (tmp_path / "good.backup").read_bytes()
    for name, data in {
        "short": whole[: len(whole) * 9 // 10],
        "empty": b"",
        "picture": b"\x89PNG" + whole[4:],
    }.items():
        (tmp_path / name).write_bytes(data)
        run.refused("restore", tmp_path / name)
    run.refused("restore", tmp_path / "nowhere")
    run.refused("restore", tmp_path)
    assert shown(client) == before


def test_a_backup_of_the_other_kind(sqlite: Database, postgresql: Database, tmp_path: Path) -> None:
    """A backup of one kind of database is not put into the other, and the sentence says which is which."""
    one, other = make_url(sqlite.copy()), make_url(postgresql.copy())
    for here, there in ((one, other), (other, one)):
        target = tmp_path / here.get_backend_name()
        backups.make(here, target)
        settings = settings_for(there.render_as_string(hide_password=False), tmp_path)
        with pytest.raises(backups.BackupError, match=r"is a backup of (SQLite|PostgreSQL), but"):
            backups.restore(settings, there, target)


def test_other_files_of_the_same_kind(sqlite: Database, tmp_path: Path) -> None:
    """An SQLite file of another program is not ours."""
    url = make_url(sqlite.copy())
    sqlite3.connect(tmp_path / "bookmarks.db").execute("CREATE TABLE bookmark (url)").connection.close()
    with pytest.raises(backups.BackupError, match="not a backup of Alongside"):
        backups.restore(settings_for(str(url), tmp_path), url, tmp_path / "bookmarks.db")


def test_a_database_of_something_else(postgresql: Database, tmp_path: Path) -> None:
    """A PostgreSQL database that holds another program's tables is not emptied."""
    url = make_url(postgresql.copy())
    backups.make(url, tmp_path / "a.backup")
    app = create_app(settings_for(url.render_as_string(hide_password=False), tmp_path))
    lose_everything(app)
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE invoice (id int)"))
    with pytest.raises(backups.BackupError, match="tables of something else"):
        backups.restore(app.extensions["alongside"], url, tmp_path / "a.backup")
    with app.app_context():
        with db.engine.begin() as connection:
            connection.execute(text("SELECT id FROM invoice"))
        db.engine.dispose()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_restore_that_fails_changes_nothing(
    client: CheckingClient, app: Flask, run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A migration that fails leaves the old SQLite file in its place, and nothing half-made beside."""
    run.well("backup", tmp_path / "a.backup")
    begin(client)
    before = shown(client)
    let_go(app)
    place = Path(str(make_url(os.environ["ALONGSIDE_DATABASE_URL"]).database))
    there = set(place.parent.iterdir())
    monkeypatch.setattr("lms.backups.restoring.upgrade", lambda: 1 / 0)
    assert isinstance(run("restore", tmp_path / "a.backup").exception, ZeroDivisionError)
    assert set(place.parent.iterdir()) == there and shown(client) == before


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_restore_is_one_transaction(
    client: CheckingClient, app: Flask, run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When PostgreSQL refuses part of a dump, the database stays wholly as it was."""
    run.well("backup", tmp_path / "a.backup")
    begin(client)
    before = shown(client)
    let_go(app)
    monkeypatch.setattr("lms.backups.postgresql._tables", lambda _url: ["answer"])
    assert "already exists" in run.refused("restore", tmp_path / "a.backup")
    assert shown(client) == before


def test_a_database_that_cannot_be_read_is_kept(sqlite: Database, tmp_path: Path) -> None:
    """Restoring over a spoiled SQLite file works, and the spoiled one is kept for whoever can mend it."""
    url = make_url(sqlite.copy())
    backups.make(url, tmp_path / "a.backup")
    Path(str(url.database)).write_bytes(b"spoiled" * 1000)
    kept = backups.restore(settings_for(str(url), tmp_path), url, tmp_path / "a.backup")
    assert kept and kept.read_bytes() == b"spoiled" * 1000
    assert users(str(url), tmp_path) == 0


def test_a_restored_file_keeps_its_owner(sqlite: Database, tmp_path: Path) -> None:
    """Whoever restores, root too, the database belongs to whom it belonged before, and only they may read it."""
    url = make_url(sqlite.copy())
    place = Path(str(url.database))
    backups.make(url, tmp_path / "a.backup")
    if os.geteuid() == 0:
        os.chown(place, 65534, 65534)
    before = place.stat()
    backups.restore(settings_for(str(url), tmp_path), url, tmp_path / "a.backup")
    after = place.stat()
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid) and after.st_ino != before.st_ino
    assert stat.S_IMODE(after.st_mode) == 0o600


def test_missing_programs(postgresql: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without pg_dump, or with one older than the server, a sentence says what to install."""
    url = make_url(postgresql.copy())
    monkeypatch.setattr(programs, "_version", lambda _path: 9)
    with pytest.raises(backups.BackupError, match="version 9, older than the PostgreSQL server"):
        backups.make(url, tmp_path / "a.backup")
    monkeypatch.setattr(programs, "DEBIAN", tmp_path)
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(backups.BackupError, match=r"not on this machine.*sudo apt install postgresql-client"):
        backups.make(url, tmp_path / "a.backup")


def test_the_fitting_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of several versions the nearest that is not older than the server is taken; without a server the newest."""
    monkeypatch.setattr(programs, "_places", lambda _name: [Path(n) for n in ("13", "15", "17")])
    monkeypatch.setattr(programs, "_version", lambda path: int(str(path)))
    assert [str(programs.find("pg_dump", server)) for server in (0, 13, 14, 15, 16)] == [
        "17",
        "13",
        "15",
        "15",
        "17",
    ]


def test_a_password_is_not_in_a_command(
    postgresql: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The password reaches PostgreSQL's programs where other users of the machine cannot see it."""
    url, seen = make_url(postgresql.copy()).set(password="Tell-Nobody"), list[object]()
    real = subprocess.run

    def note(command: list[object], **options: object) -> object:
        seen.append((command, dict(options.get("env") or {}).get("PGPASSWORD")))  # type: ignore[call-overload]
        return real(command, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", note)
    backups.make(url, tmp_path / "a.backup")
    assert any(password == "Tell-Nobody" for _, password in seen)  # type: ignore[misc]
    assert not any("Tell-Nobody" in str(command) for command, _ in seen)  # type: ignore[misc]
