"""The doctor: what is wrong is said in plain words, and nothing else is touched or told."""

import dataclasses
import datetime
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from flask import Flask
from flask_migrate import downgrade
from sqlalchemy import delete, make_url, text, update

import lms.doctor.database as doctor_database
from lms import backups, cli, worker
from lms.db import db, now
from lms.doctor import Finding, examine, machine
from lms.models import CourseState, Delivery, FactVersion, Heartbeat, Rendering, User
from lms.models.award import today
from lms.outbox import enqueue
from lms.settings import Settings
from markup.facts import Fact
from tests.conftest import Database, settings_for
from tests.lms.test_learning import get_award, pass_course
from tests.page_checks import CheckingClient

SECRET = "not-to-be-told-to-anyone-whatever-happens"


@pytest.fixture
def healthy(app: Flask, database_url: str, tmp_path: Path) -> Settings:
    """An installation in good order: private, backed up, with a worker at work."""
    (instance := tmp_path / "instance").mkdir(mode=0o700)
    backups.note(instance)
    with app.app_context():
        worker.beat()
        db.session.remove()
    return dataclasses.replace(
        settings_for(database_url, instance),
        secret_key=SECRET,
        organisation="Avon Council",
        contact="privacy@avon.example",
    )


def unwell(settings: Settings) -> dict[str, Finding]:
    """What is not ok, by the name of its check."""
    return {finding.check: finding for finding in examine(settings) if finding.state != "ok"}


def the_only(settings: Settings) -> Finding:
    """The one thing that is not ok."""
    found = unwell(settings)
    assert len(found) == 1, found
    return next(iter(found.values()))


def commit(app: Flask, *statements: object) -> None:
    with app.app_context():
        for statement in statements:
            db.session.execute(statement)  # type: ignore[call-overload]
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def test_all_is_well(healthy: Settings) -> None:
    """In good order every check is ok, each says one sentence, and none has anything to mend."""
    findings = list(examine(healthy))
    assert {finding.state for finding in findings} == {"ok"}
    checks = [finding.check for finding in findings]
    assert len(checks) == len(set(checks)) >= 12
    assert all(finding.said.endswith(".") and not finding.mend for finding in findings)


def test_command(healthy: Settings, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command says it to people and, as JSON, to programs; it exits 1 only when something is wrong."""
    monkeypatch.setenv("ALONGSIDE_INSTANCE", str(healthy.instance))
    monkeypatch.setenv("ALONGSIDE_DATABASE_URL", healthy.database_url)
    monkeypatch.setenv("ALONGSIDE_SECRET_KEY", SECRET)
    monkeypatch.setenv("ALONGSIDE_ORGANISATION", "Avon Council")
    monkeypatch.setenv("ALONGSIDE_CONTACT", "privacy@avon.example")
    for name in ("ALONGSIDE_URL", "ALONGSIDE_BIND", "PORT"):
        monkeypatch.delenv(name, raising=False)
    well = CliRunner().invoke(cli.main, ["doctor"])
    assert well.exit_code == 0 and "All is well." in well.output, well.output
    commit(app, delete(CourseState))
    ill = CliRunner().invoke(cli.main, ["doctor"])
    assert ill.exit_code == 1 and "1 thing wrong, 0 things to take care of." in ill.output
    told = json.loads(CliRunner().invoke(cli.main, ["doctor", "--json"]).output)["findings"]
    assert [each["said"] for each in told if each["state"] == "wrong"] == ["No course is live."]
    assert set(told[0]) == {"check", "state", "said", "mend"}


@pytest.mark.parametrize("missing", ["organisation", "contact"])
def test_who_answers_for_it(healthy: Settings, missing: str) -> None:
    """Whoever looks after the site is told that the privacy page does not say whom to ask, and what to set."""
    found = the_only(dataclasses.replace(healthy, **{missing: ""}))
    assert found.state == "take care" and found.mend.startswith(f"Set ALONGSIDE_{missing.upper()} (")


def test_settings_that_are_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that cannot be is a finding like others; looking makes no folder."""
    monkeypatch.setenv("ALONGSIDE_INSTANCE", str(tmp_path / "none"))
    result = CliRunner().invoke(cli.main, ["doctor", "--json"])
    (finding,) = json.loads(result.output)["findings"]
    assert result.exit_code == 1 and "is not there" in finding["said"]
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_told_or_changed(client: CheckingClient, app: Flask, healthy: Settings) -> None:
    """Neither the secret, nor a learner's name, nor a certificate's code is said; no file is added."""
    pass_course(client, app)
    get_award(client, "Somebody Particular")
    with app.app_context():
        codes = [code for (code,) in db.session.execute(text("SELECT code FROM award"))]
        db.session.remove()
    there = set(healthy.instance.iterdir())
    said = repr(list(examine(healthy)))
    assert codes and not any(secret in said for secret in (SECRET, "Particular", *codes))
    assert set(healthy.instance.iterdir()) == there


def test_a_password_is_never_told(postgresql: Database, healthy: Settings) -> None:
    """A database that does not answer is said without its password, and the rest is still looked at."""
    url = make_url(postgresql.copy()).set(password="Tell-Nobody", query={"host": "/nowhere"})
    away = dataclasses.replace(healthy, database_url=url.render_as_string(hide_password=False))
    found = the_only(away)
    assert found.check == "database" and found.state == "wrong" and "does not answer" in found.said
    assert "Tell-Nobody" not in repr(list(examine(away)))


def test_a_database_that_is_missing(healthy: Settings, tmp_path: Path) -> None:
    """A missing SQLite file is said, and not made by looking."""
    gone = dataclasses.replace(healthy, database_url=f"sqlite:///{tmp_path / 'gone.db'}")
    assert "There is no database" in the_only(gone).said
    assert not (tmp_path / "gone.db").exists()


def test_a_database_that_is_spoiled(healthy: Settings, sqlite: Database) -> None:
    """A file that is no database does not answer; one with rows that point nowhere is said to be so."""
    broken = dataclasses.replace(healthy, database_url=(url := sqlite.copy()))
    Path(str(make_url(url).database)).write_bytes(b"spoiled" * 1000)
    assert the_only(broken).check == "database"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_rows_that_point_nowhere(healthy: Settings, app: Flask) -> None:
    """Links that lead nowhere are found."""
    with app.app_context(), db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("INSERT INTO lesson_done VALUES (99, 'lesson', '2026-01-01')")
    assert the_only(healthy).said == "Some rows point to rows that are not there."


def test_an_older_database(healthy: Settings, app: Flask) -> None:
    """A database before its migrations is said to be older, and what could not be looked at says so."""
    with app.app_context():
        downgrade(revision="ee64f1c283f8")
        db.engine.dispose()
    found = unwell(healthy)
    assert found["migrations"].state == "wrong" and "older" in found["migrations"].said


def test_a_newer_database(healthy: Settings, app: Flask) -> None:
    """A database that a newer version changed is said to be newer."""
    commit(app, text("UPDATE alembic_version SET version_num = 'f00f00f00f00'"))
    assert "newer version of Alongside" in the_only(healthy).said


def test_no_worker(healthy: Settings, app: Flask) -> None:
    """A worker that fell silent is wrong; none at all is to be taken care of."""
    commit(app, update(Heartbeat).values(beat_at=now() - datetime.timedelta(minutes=5)))
    silent = the_only(healthy)
    commit(app, delete(Heartbeat))
    none = the_only(healthy)
    assert (silent.check, silent.state) == ("worker", "wrong") and "sign of life since" in silent.said
    assert (none.check, none.state) == ("worker", "take care")


def test_a_clock_that_is_behind(healthy: Settings, app: Flask) -> None:
    """A row from the future shows that this machine's clock is behind."""
    with app.app_context():
        db.session.add(User(active_at=now() + datetime.timedelta(hours=3)))
        db.session.commit()
        db.session.remove()
    assert "clock of this machine is behind" in the_only(healthy).said


def test_courses(healthy: Settings, app: Flask) -> None:
    """Revisions that nobody rendered, and no course at all, are wrong; an earlier rendering needs a look."""
    commit(app, update(Rendering).values(renderer="earlier"))
    assert the_only(healthy).state == "take care" and "as an earlier version" in the_only(healthy).said
    commit(app, delete(Rendering))
    assert "cannot be shown until" in the_only(healthy).said
    commit(app, delete(CourseState))
    assert the_only(healthy).said == "No course is live."


def test_a_stale_fact(healthy: Settings, app: Flask) -> None:
    """Facts past their date for review are named, the first few of many."""
    yesterday = today() - datetime.timedelta(days=1)
    names = [f"local number {n}" for n in range(7)]
    with app.app_context():
        for name in names:
            FactVersion.keep(
                None, Fact(name=name, value=("1",), source="s", checked=yesterday, review_by=yesterday)
            )
        db.session.commit()
        db.session.remove()
    found = the_only(healthy)
    assert (found.check, found.state) == ("facts", "take care")
    assert f"{', '.join(names[:5])} and 2 more." in found.said


def test_mails(healthy: Settings, app: Flask) -> None:
    """Mails that wait long are to be taken care of, those given up are wrong, with why and without to whom."""
    with app.app_context():
        for number in range(2):
            enqueue("reset", to=f"particular{number}@example.org")
        db.session.commit()
        db.session.remove()
    assert not unwell(healthy)
    commit(app, update(Delivery).values(made_at=now() - datetime.timedelta(hours=2)))
    assert the_only(healthy).said == "Mails that wait for more than an hour: 2."
    commit(app, update(Delivery).values(state="stalled", last_error="SMTPAuthenticationError 535"))
    found = the_only(healthy)
    assert found.said == "Mails given up after 3 days of trying: 2 (SMTPAuthenticationError 535)."
    assert found.state == "wrong" and "particular" not in repr(found)


@pytest.mark.parametrize(
    ("url", "smtp", "state", "said"),
    [
        ("https://learn.example", "smtp://u:hunter2@mail.example", "ok", "through mail.example."),
        ("https://learn.example", "", "take care", "only written to"),
        ("http://localhost", "", "ok", "are written to"),
    ],
)
def test_a_mail_server(tmp_path: Path, url: str, smtp: str, state: str, said: str) -> None:
    """In production a mail server is wanted; its password is not told."""
    asked = dataclasses.replace(settings_for("sqlite://", tmp_path), url=url, smtp_url=smtp)
    (found,) = machine.mail(asked)
    assert found.state == state and said in found.said and "hunter2" not in found.said


def test_an_open_folder(healthy: Settings) -> None:
    """A folder that others may look into is wrong, with the command that closes it."""
    healthy.instance.chmod(0o755)
    found = the_only(healthy)
    assert found.state == "wrong" and found.mend == f"Close it: chmod 700 {healthy.instance}"


def test_another_owner(healthy: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Being run by another user than the folder's owner is said, by name where there is one."""
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    found = unwell(healthy)["data folder"]
    assert "but this command runs as user 54321" in found.said


def test_the_secret(healthy: Settings) -> None:
    """A short secret is wrong, and so is one that others may read."""
    short = dataclasses.replace(healthy, secret_key="hunter2")
    assert "shorter than 32 characters" in the_only(short).said and "hunter2" not in repr(the_only(short))
    (kept := healthy.instance / "secret-key").write_text(SECRET)
    kept.chmod(0o644)
    assert the_only(healthy).mend == f"Close it: chmod 600 {kept}"


@pytest.mark.parametrize(
    ("url", "bind", "proxies", "state", "said"),
    [
        ("https://learn.example", "127.0.0.1", 1, "ok", "Learners come to"),
        ("https://learn.example", "127.0.0.1", 0, "wrong", "no proxy is trusted"),
        ("https://learn.example", "0.0.0.0", 1, "take care", "without the proxy"),  # noqa: S104
        ("http://learn.example", "127.0.0.1", 0, "wrong", "is not https"),
        ("http://localhost:8000", "0.0.0.0", 0, "wrong", "is not https"),  # noqa: S104
        ("http://[::1]:8000", "::1", 0, "ok", "Learners come to"),
    ],
)
def test_address(tmp_path: Path, url: str, bind: str, proxies: int, state: str, said: str) -> None:
    """Other machines need https, and https needs a proxy that is trusted and cannot be passed by."""
    settings = settings_for("sqlite://", tmp_path)
    asked = dataclasses.replace(settings, url=url, bind=bind, trusted_proxies=proxies)
    (found,) = machine.address(asked)
    assert found.state == state and said in found.said


@pytest.mark.parametrize(("free", "state"), [(5e9, "ok"), (5e8, "take care"), (1e8, "wrong")])
def test_disk_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: float, state: str) -> None:
    """A disk that fills is said in time."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=int(free)))
    (found,) = machine.disk_space(settings_for("sqlite://", tmp_path))
    assert found.state == state


def test_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the machine's fonts it is said which names cannot be printed."""
    monkeypatch.setattr(machine, "MACHINE_FONTS", (tmp_path / "none",))
    (found,) = machine.certificate_fonts(settings_for("sqlite://", tmp_path))
    assert found.state == "take care" and "apt install fonts-noto-core" in found.mend


def test_an_old_backup(healthy: Settings) -> None:
    """A backup older than a week, or none, is to be taken care of."""
    old = (now() - datetime.timedelta(days=8)).timestamp()
    os.utime(healthy.instance / backups.LAST, (old, old))
    assert "The last backup was made on" in the_only(healthy).said
    (healthy.instance / backups.LAST).unlink()
    assert "No backup was made" in the_only(healthy).said


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_network_file_system(healthy: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite on a network file system is wrong."""
    monkeypatch.setattr(doctor_database, "_file_system", lambda _place: "nfs4")
    assert "network file system (nfs4)" in the_only(healthy).said


def test_which_file_system(tmp_path: Path) -> None:
    """The file system of a place is that of its nearest mount."""
    assert doctor_database._file_system(Path("/proc/self/status")) == "proc"
    assert doctor_database._file_system(tmp_path) not in ("", "proc")


def test_a_check_that_fails(healthy: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that cannot be made is a finding, without the words of the error, and the others go on."""

    def disk_space(_settings: Settings) -> Iterator[Finding]:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(machine, "CHECKS", (disk_space, machine.secret_key))
    found = the_only(healthy)
    assert found.said == "The check of “disk space” could not be made (RuntimeError)."
