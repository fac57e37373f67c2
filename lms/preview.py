"""A trainer's folder as learners will see it, on this computer only, published again whenever a file changes.

The whole product runs on a database of its own that is thrown away afterwards, so that a preview can do
whatever a learner can, and touches nothing that is live. What is wrong with the folder stands on top of every
page; a course with errors is shown as far as it goes.
"""

import contextlib
import os
import secrets
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, abort, current_app, redirect, request
from flask_migrate import upgrade
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Response as Redirect

from courses import facts_file
from courses.bundle import BundleError, read_folder
from courses.library import examples
from lms import facts, publishing
from lms.access import open_to
from lms.app import create_app
from lms.db import db
from lms.models import Area, FactVersion
from lms.models.award import today
from lms.serving import CannotListen, claim
from lms.settings import Settings
from markup import front_matter
from markup.facts import Fact
from markup.problems import Problem
from markup.source import Source

LOOK_EVERY = 0.15  # seconds; a page reloads within a second of saving
WAIT_FOR_NEWS = 20  # seconds
MOST_LOOKED_AT = 5000  # files and folders
ADDRESS = "127.0.0.1"  # nobody but the person at this computer

pages = Blueprint("preview", __name__, url_prefix="/preview")

Stamp = frozenset[tuple[str, int, int]]


class Preview:
    """The folder, what is wrong with it, and how often it was read: `edition` goes up with each reading."""

    def __init__(self, folder: Path, slug: str) -> None:
        self.folder = folder
        self.slug = slug
        self.problems: tuple[Problem, ...] = ()
        self.edition = 0
        self._stamp: Stamp | None = None
        self._news = threading.Condition()

    @property
    def errors(self) -> int:
        """How many problems would stop publishing."""
        return sum(problem.is_error for problem in self.problems)

    def look(self) -> bool:
        """Read the folder again if a file in it has changed; True if so. Needs the application's context."""
        stamp = frozenset(_stamps(self.folder))
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        self.problems = self._publish()
        with self._news:
            self.edition += 1
            self._news.notify_all()
        return True

    def _publish(self) -> tuple[Problem, ...]:
        try:
            published = publishing.publish(read_folder(self.folder), self.slug, strict=False)
        except BundleError as error:
            return (
                Problem(
                    path=self.folder.name,
                    message=str(error),
                    mend="Mend that and save: this page changes with it.",
                ),
            )
        db.session.commit()
        db.session.remove()
        return published.problems

    def newer_than(self, edition: int) -> bool:
        """Wait a while for a reading after `edition`; whether there is one."""
        with self._news:
            return self._news.wait_for(lambda: self.edition > edition, WAIT_FOR_NEWS)


def _stamps(folder: Path) -> Iterator[tuple[str, int, int]]:
    for path in islice(folder.rglob("*"), MOST_LOOKED_AT):
        try:
            found = path.lstat()
        except OSError:  # gone again: an editor's temporary file
            continue
        yield os.fspath(path), found.st_mtime_ns, found.st_size


class Local(NamedTuple):
    """What differs from place to place: the name of each area by its slug, and facts, each of its area."""

    areas: Mapping[str, str] = {}
    facts: Sequence[Fact] = ()

    @classmethod
    def of_installation(cls) -> "Local":
        """The areas and facts of the installation that is here. Needs its context."""
        held = facts.known()
        return cls(held.areas, [fact for named in held.own.values() for fact in named.values()])

    @classmethod
    def of_file(cls, source: Source) -> tuple["Local", tuple[Problem, ...]]:
        """A file of facts: its area is called what the title says."""
        front, _ = front_matter.read(source, ("kind", "title", "area"))
        read, problems = facts_file.read(source, today())
        area = front.value("area")
        return cls({area: front.value("title", area)} if area else {}, read), problems

    @classmethod
    def of_example(cls, name: str) -> "Local":
        """One of the example areas that ship."""
        example = examples()[name]
        return cls({name: example.name}, example.facts)

    def keep(self) -> None:
        """Write them into the preview's own database."""
        for slug, name in self.areas.items():
            Area.keep(slug, name, default=False)
        db.session.flush()
        for fact in self.facts:
            FactVersion.keep(fact.area or None, fact)
        db.session.commit()


@contextlib.contextmanager
def showing(folder: Path, slug: str, port: int, local: Sequence[Local] = ()) -> Iterator[BaseWSGIServer]:
    """A server, not yet serving, that shows a folder on `port` of this computer. All is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="alongside-preview-") as place:
        app = create(Preview(folder, slug), Path(place), port, local)
        stop = threading.Event()
        watching = threading.Thread(target=_watch, args=(app, stop))
        watching.start()
        try:
            with make_server(ADDRESS, port, app, threaded=True, request_handler=_Quiet) as server:
                yield server
        finally:
            stop.set()
            watching.join()


def create(preview: Preview, place: Path, port: int, local: Sequence[Local] = ()) -> Flask:
    """The application that shows the preview, with its database in `place` and the folder read once."""
    app = create_app(
        Settings(
            instance=place,
            database_url=f"sqlite:///{place / 'preview.db'}",
            secret_key=secrets.token_hex(32),
            url=f"http://{ADDRESS}:{port}",
        )
    )
    app.extensions["preview"] = preview
    app.jinja_env.globals.update(preview=preview, preview_areas=lambda: facts.known().areas)
    app.register_blueprint(pages)
    with app.app_context():
        upgrade()
        for each in local:
            each.keep()
        facts.forget()
        preview.look()
    return app


def free_port(ports: Iterable[int]) -> int:
    """The first port that nothing else uses. Raises CannotListen when there is none."""
    *others, last = ports
    for port in others:
        with contextlib.suppress(CannotListen):
            claim(ADDRESS, port)
            return port
    claim(ADDRESS, last)
    return last


def _watch(app: Flask, stop: threading.Event) -> None:
    """Read the folder again whenever it changes, until told to stop."""
    preview: Preview = app.extensions["preview"]
    while not stop.wait(LOOK_EVERY):
        try:
            with app.app_context():
                preview.look()
        except Exception:  # the next save may mend it, and a preview that stands still helps nobody
            app.logger.exception("The folder could not be read again.")


class _Quiet(WSGIRequestHandler):
    """Says nothing of each page on the screen where a trainer works."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        """Leave it out."""


@pages.get("/news")
@open_to("anyone")
def news() -> Response:
    """Whether the folder was read again since the page was made. Answers when it was, or after a while."""
    held: Preview = current_app.extensions["preview"]
    newer = held.newer_than(request.args.get("edition", 0, int))
    return Response(status=205 if newer else 204)


@pages.get("/areas/<area>")
@open_to("anyone")
def show_as(area: str) -> Redirect:
    """The same page, with the numbers and names of another area."""
    if area not in facts.known().areas:
        abort(404)
    facts.choose(area)
    return redirect(urlsplit(request.referrer or "/").path)
