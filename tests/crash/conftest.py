"""Short within `make test`, long within `make test-crash`; each run tells its figures at the end."""

import contextlib
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Engine, event

from lms.app import create_app
from lms.db import db
from tests import postgres
from tests.conftest import settings_for, skip, wait_for_no_disk
from tests.crash import course
from tests.lms.small_course import publish

LONG = os.environ.get("ALONGSIDE_TEST_CRASH") == "long"
FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture
def long() -> bool:
    """Whether there is time for the figures of docs/reliability.md."""
    return LONG


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Say a figure in the last lines of the run."""
    kind = "PostgreSQL" if "postgresql" in request.node.name else "SQLite"
    figures = request.config.stash.setdefault(FIGURES, [])
    return lambda figure: figures.append(f"{kind}: {figure}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The figures."""
    for figure in config.stash.get(FIGURES, []):
        terminalreporter.write_line(figure)


@pytest.fixture(scope="session")
def durable_postgresql(request: pytest.FixtureRequest) -> Iterator[str]:
    """A PostgreSQL that waits for its disk."""
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(postgres.server(fsync=True))
        except postgres.NoPostgresError as error:
            skip(request, "PostgreSQL", str(error))
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database that has nothing in it and acknowledges nothing before it is on disk."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'alongside.db'}"
        return
    server, name = request.getfixturevalue("durable_postgresql"), f"crash_{uuid.uuid4().hex}"
    postgres.run(server, f"CREATE DATABASE {name}")
    yield postgres.url_of(server, name)
    postgres.run(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(autouse=True)
def waits_for_disk() -> Iterator[None]:
    """As in use, and as nowhere else in the tests."""
    event.remove(Engine, "connect", wait_for_no_disk)
    yield
    event.listen(Engine, "connect", wait_for_no_disk)


@pytest.fixture
def prepared(empty_database: str, tmp_path: Path) -> Iterator[Callable[[int], Flask]]:
    """Publish the course with so many attempts allowed; gives what looks at the database, not what serves it."""
    app = create_app(settings_for(empty_database, tmp_path))

    def prepare(attempts: int) -> Flask:
        with app.app_context():
            upgrade()
        publish(app, course.files(attempts))
        with app.app_context():
            assert _waits_for_disk() in (["2"], ["on", "on", "on"])
            db.session.remove()
        return app

    yield prepare
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _waits_for_disk() -> list[str]:
    """What the database says of it: `synchronous` FULL is 2."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            return [str(connection.exec_driver_sql("PRAGMA synchronous").scalar())]
        asked = ("fsync", "synchronous_commit", "full_page_writes")
        return [str(connection.exec_driver_sql(f"SHOW {name}").scalar()) for name in asked]
