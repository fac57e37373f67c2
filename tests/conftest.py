"""What all tests share: both databases, honest skips, and the application on top."""

import contextlib
import hashlib
import os
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import msgspec
import pytest
from flask import Flask
from flask_migrate import upgrade
from hypothesis import HealthCheck, settings
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from sqlalchemy import Engine, event
from werkzeug.routing import Rule

from courses.library import bundles
from courses.reader import Reading
from lms import checking, publishing
from lms.app import create_app
from lms.db import db
from lms.passwords import Cost
from lms.rendering import Job, read_in_child
from lms.settings import Settings
from lms.templating import Templates
from tests import postgres
from tests.page_checks import CheckingClient

settings.register_profile("ours", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ours")


class Compiled(BytecodeCache):
    """Templates, compiled once for all applications of a run. Those in another language than they are written in are
    compiled for each, since tests make languages of their own.
    """

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept and _as_written(bucket.environment):
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        if _as_written(bucket.environment):
            self.kept[bucket.key] = bucket.bytecode_to_string()


def _as_written(environment: Environment) -> bool:
    return isinstance(environment, Templates) and not getattr(environment.catalogue, "files", ())


class KnownRule(Rule):
    """A route, whose function that builds its address is made once for all applications of a run."""

    made: ClassVar[dict[tuple[str, bool], Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if self.defaults or self.subdomain:
            return super()._compile_builder(append_unknown)
        if (self.rule, append_unknown) not in self.made:
            self.made[self.rule, append_unknown] = super()._compile_builder(append_unknown)
        return self.made[self.rule, append_unknown]


_READ: dict[bytes, bytes] = {}


def _read_once(job: Job, **limits: int) -> Reading:
    """What a child process reads: the same course again is not read again, which takes a fifth of a second."""
    which = hashlib.sha256(msgspec.msgpack.encode((job, limits))).digest()
    if which not in _READ:
        _READ[which] = msgspec.msgpack.encode(read_in_child(job, **limits))
    return msgspec.msgpack.decode(_READ[which], type=Reading)


checking.read_in_child = _read_once  # type: ignore[assignment]
Flask.jinja_options = {"bytecode_cache": Compiled()}
Flask.url_rule_class = KnownRule


@event.listens_for(Engine, "connect")
def wait_for_no_disk(connection: object, _record: object) -> None:
    """Nobody pulls the plug here. `tests/crash` takes this away."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


TOLD: list[str] = []
REQUIRED = os.environ.get("ALONGSIDE_TEST_REQUIRE") == "all"


def skip(request: pytest.FixtureRequest, what: str, why: str) -> None:
    """Skip honestly, or fail where nothing may be skipped."""
    vars(request.config).setdefault("_not_here", {})[what] = why
    (pytest.fail if REQUIRED else pytest.skip)(f"{what}: {why}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Count what ran on PostgreSQL and in the browser."""
    reports = [r for kind in ("passed", "failed") for r in terminalreporter.stats.get(kind, [])]
    not_here = vars(config).get("_not_here", {})
    for what, mark in (("PostgreSQL", "postgresql"), ("Browser", "tests/browser/")):
        ran = sum(mark in report.nodeid for report in reports if report.when == "call")
        TOLD.append(
            f"{what}: skipped, because {not_here[what]}" if what in not_here else f"{what}: {ran} tests run"
        )


def pytest_unconfigure() -> None:
    """Say it in the very last lines."""
    print("\n".join(TOLD))  # noqa: T201


@dataclass(frozen=True)
class Database:
    """A kind of database that copies of one prepared database can be made on."""

    copy: Callable[[], str]


def prepare(url: str, folder: Path) -> None:
    """Bring a fresh database up to date and publish the shipped courses in it."""
    app = create_app(settings_for(url, folder))
    with app.app_context():
        upgrade()
        for slug, bundle in bundles().items():
            assert publishing.publish(bundle, slug).revision is not None
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def settings_for(url: str, folder: Path) -> Settings:
    return Settings(instance=folder, database_url=url, secret_key="only for tests", url="http://localhost")


@pytest.fixture(scope="session")
def fonts_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One instance folder for all, so that fonts are unpacked once."""
    return tmp_path_factory.mktemp("instance")


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory, fonts_folder: Path) -> Database:
    folder = tmp_path_factory.mktemp("sqlite")
    prepare(f"sqlite:///{folder / 'template.db'}", fonts_folder)

    def copy() -> str:
        path = folder / f"{uuid.uuid4().hex}.db"
        shutil.copy(folder / "template.db", path)
        return f"sqlite:///{path}"

    return Database(copy)


@pytest.fixture(scope="session")
def postgresql(request: pytest.FixtureRequest, fonts_folder: Path) -> Iterator[Database]:
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(postgres.server())
        except postgres.NoPostgresError as error:
            skip(request, "PostgreSQL", str(error))
        template = f"template_{uuid.uuid4().hex}"
        postgres.run(server, f"CREATE DATABASE {template}")
        prepare(postgres.url_of(server, template), fonts_folder)
        made = [template]

        def copy() -> str:
            made.append(f"test_{uuid.uuid4().hex}")
            postgres.run(server, f"CREATE DATABASE {made[-1]} TEMPLATE {template}")
            return postgres.url_of(server, made[-1])

        yield Database(copy)
        for name in made if postgres.named() else ():
            postgres.run(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database of one test's own, with the shipped courses: each test runs on both kinds."""
    held: Database = request.getfixturevalue(request.param)
    return held.copy()


MakeApp = Callable[[Settings], Flask]


@pytest.fixture
def make_app() -> Iterator[MakeApp]:
    """Makes applications, and closes their connections in the end."""
    with contextlib.ExitStack() as stack:

        def made(settings: Settings) -> Flask:
            application = create_app(settings)
            stack.callback(close, application)
            return application

        yield made


def close(application: Flask) -> None:
    """Let go of an application's connections."""
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(make_app: MakeApp, database_url: str, fonts_folder: Path) -> Flask:
    made = make_app(settings_for(database_url, fonts_folder))
    made.test_client_class = CheckingClient
    made.config["ARGON2"] = Cost(time_cost=1, memory_cost=8, parallelism=1)  # passwords cost nothing here
    return made


@pytest.fixture
def client(app: Flask) -> CheckingClient:
    """A browser that refuses a page that is not fit to be seen."""
    made = app.test_client()
    assert isinstance(made, CheckingClient)
    return made


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """The SQL statements sent while the test runs; clear it to begin anew."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)
