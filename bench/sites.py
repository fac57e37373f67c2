"""Installations to measure: on SQLite and PostgreSQL, empty and with many learners."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

from bench import crowd
from bench.course import SLUG, bundle
from bench.servers import Server, serving
from lms import publishing
from lms.app import create_app
from lms.cli.running import prepare
from lms.db import db
from lms.settings import Settings
from tests import postgres

Urls = dict[str, str]


@contextlib.contextmanager
def databases(folder: Path) -> Iterator[Urls]:
    """Each database's address, by what it is called in the table; those of PostgreSQL where it is here."""
    urls = {name: f"sqlite:///{folder / f'{name}.db'}" for name in ("SQLite", "SQLite, many")}
    try:
        with postgres.server(fsync=True) as server:
            for name, database in (("PostgreSQL", "empty"), ("PostgreSQL, many", "many")):
                postgres.run(server, f"CREATE DATABASE bench_{database}")
                urls[name] = postgres.url_of(server, f"bench_{database}")
            yield urls
    except postgres.NoPostgresError as error:
        print(f"Without PostgreSQL: {error}.")
        yield urls


def prepared(folder: Path, url: str, *, many: bool) -> Settings:
    """An installation with the bench's course, and with many learners where they are asked for."""
    settings = Settings.from_env({"ALONGSIDE_INSTANCE": str(folder), "ALONGSIDE_DATABASE_URL": url})
    prepare(settings)
    app = create_app(settings)
    with app.app_context():
        published = publishing.publish(bundle(), SLUG)
        if published.revision is None:
            raise SystemExit("\n".join(map(str, published.problems)))
        db.session.commit()
        if many:
            crowd.fill()
        db.session.remove()
        db.engine.dispose()
    return settings


@contextlib.contextmanager
def served(folder: Path, urls: Urls) -> Iterator[dict[str, Server]]:
    """A server for each, and one that only says hello."""
    with contextlib.ExitStack() as stack:
        made = {"hello": stack.enter_context(serving("bench.hello:app", {}))}
        for name, url in urls.items():
            settings = prepared(folder, url, many="many" in name)
            environment = {"ALONGSIDE_INSTANCE": str(folder), "ALONGSIDE_DATABASE_URL": settings.database_url}
            made[name] = stack.enter_context(serving("lms.wsgi:app", environment, _database_pid(url)))
        yield made


def _database_pid(url: str) -> int | None:
    """The private PostgreSQL server's first process; one elsewhere is not counted."""
    found = re.search(r"host=([^&]+)", url)
    return int(Path(found[1], "data/postmaster.pid").read_text().split()[0]) if found else None
