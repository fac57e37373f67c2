"""Every page and state that the product has, as HTML: what a way of looking at pages then looks at.

Most come from the walk of tests/lms/test_language.py, which a new page cannot leave out. Here are the states that
need more than a learner's way: areas, paths, certificates of every kind, limits, roles, errors, previews, nothing.
"""

import datetime
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask, abort, template_rendered
from flask_migrate import upgrade
from sqlalchemy import delete

from courses import starter
from lms import preview, publishing
from lms.db import db, now
from lms.library import live_courses
from lms.models import AuditEvent, Award, Throttle, User
from lms.pages.errors import WORDS
from tests.browser.journey import COURSE, SLUG
from tests.lms import everything, small_course, test_language
from tests.lms.everything import PATH, Everything, browser_of, of_somebody, someone
from tests.lms.people import PASSWORD, account, link
from tests.lti.states import states as launched
from tests.lti.states_admin import admin_states, registration_states
from tests.page_checks import CheckingClient

STARTER = f"/courses/{everything.COURSE}"
WITH_LONG_WORDS = " with long words"
LONG = "Hasskriminalitätsbekämpfungsbeauftragte" * 2
AS_SAVED = ("saved", "waiting", "newer", "closed", "ended", "refused")
"""What a question says of an answer that was given, in the names of its data attributes."""


@dataclass(frozen=True)
class State:
    """One page as it was shown: its name, an address of its own, the template that made it, and its HTML."""

    name: str
    path: str
    template: str
    html: str


Found = Iterator[tuple[str, str]]
Walk = Callable[[CheckingClient, Flask], Found]


def gathered(site: Flask, walked: Flask, empty: Flask) -> list[State]:
    """All states: of a site with everything on it, of the one that the language walk goes through, of an empty one."""
    everything.publish(site)
    with walked.app_context():
        publishing.publish({path: text.encode() for path, text in test_language.GREEK.items()}, SLUG)
        db.session.commit()
    with empty.app_context():
        upgrade()
    found: list[State] = []
    for app, walks in ((site, OURS), (walked, LEARNERS), (empty, [_nothing])):
        for walk in walks:
            found += _taken(walk, app)
    found += _taken(_previewed, site)
    return [*found, *_said_by_scripts(found), *_long(found)]


def _taken(walk: Walk, app: Flask) -> Iterator[State]:
    """What a walk comes past, each with the template that made it."""
    made: list[str] = []

    def note(_sender: object, template: object, **_rest: object) -> None:
        made.append(str(getattr(template, "name", "")))

    with template_rendered.connected_to(note):
        for where, html in walk(test_language.speaker(app, "en-GB"), app):
            path = urlsplit(where.removeprefix("POST ")).path
            at = path if path.startswith("/") else f"/{path.replace(' ', '-')}"
            yield State(f"{walk.__name__.strip('_')}: {where}", at, made[-1], html)


def _pages(client: CheckingClient, paths: Iterable[str]) -> Found:
    for path in paths:
        yield path, client.get(path).text


def _visited(client: CheckingClient, app: Flask) -> Found:
    """What a visitor opens: every lesson of the shipped course in each version, and what has areas and paths."""
    with app.app_context():
        lessons = {
            slug: [
                (lesson.id, version) for lesson in live_courses()[slug].lessons for version in lesson.versions
            ]
            for slug in (SLUG, everything.COURSE)
        }
    for slug, versions in lessons.items():
        yield from _pages(
            client, (f"/courses/{slug}/lessons/{each}?version={version}" for each, version in versions)
        )
    yield from _pages(
        client, ("/", COURSE, f"{COURSE}/glossary", STARTER, f"{STARTER}/quizzes/check", "/help")
    )
    yield from _pages(client, (f"/paths/{PATH}", "/a/nowhere", "/areas"))
    yield "POST /areas", client.send("/areas", area="none").text
    yield "/left", client.get("/left").text


def _held(_client: CheckingClient, app: Flask) -> Found:
    """What somebody finds who finished a path, has an attempt open, and holds a certificate of each kind."""
    held = of_somebody(app)
    client, values = browser_of(app, held.holder), held.values
    attempt, award, given = (
        f"/attempts/{values['attempt']}",
        f"/awards/{values['award']}",
        f"/paths/{PATH}/certificate",
    )
    yield from _pages(
        client, ("/", STARTER, f"/paths/{PATH}", f"{STARTER}/quizzes/check", given, "/account/data")
    )
    yield f"POST {given}", client.send(given, name="A" * 300).text
    for number in range(1, 4):
        yield f"{attempt}/questions/{number}", client.get(f"{attempt}/questions/{number}").text
    yield "signed in, no token", client.post(f"{attempt}/questions/1/answer").text
    for state, set_to in _kinds(held).items():
        with app.app_context():
            for name, value in set_to.items():
                setattr(db.session.get_one(Award, values["award"]), name, value)
            db.session.commit()
        yield f"{award}/{state}", client.get(award).text
        yield f"/check/{values['code']}/{state}", client.get(f"/check/{values['code']}").text
        yield f"{award}/name-removal/{state}", client.get(f"{award}/name-removal").text
    yield (
        "/check/slow",
        _slowed(client, "name match", lambda: client.send(f"/check/{values['code']}/name-matches")),
    )
    with app.app_context():
        db.session.get_one(User, held.holder).name = "Łukasz " * 28
        db.session.commit()
    yield f"{given}/long", client.get(given).text


def _kinds(held: Everything) -> dict[str, dict[str, object]]:
    return {
        "expired": {},
        "valid": {"valid_until": None, "name": LONG},
        "revoked": {"revoked_at": now()},
        "replaced": {"revoked_at": None, "replaced_by_id": held.values["award"]},
        "without a name": {"replaced_by_id": None, "name": ""},
    }


def _slowed(client: CheckingClient, what: str, ask: Callable[[], object]) -> str:
    """The answer to whoever tried too often."""
    client.get("/come-back")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Throttle, "allows", lambda tried, *_, **__: tried != what)
        return str(ask().text)  # type: ignore[attr-defined]


def _hurried(client: CheckingClient, app: Flask) -> Found:
    """A quiz whose time is up, before and after it is handed in; and one whose attempts are used."""
    small_course.publish(app, small_course.bundle("time limit: 20 minutes"))
    yield from _pages(client, (small_course.QUIZ, f"/courses/{small_course.SLUG}/before"))
    client.send("/enrolments", course=small_course.SLUG)
    attempt = small_course.start(client, time="twice")
    yield f"{attempt}/questions/1", client.get(f"{attempt}/questions/1").text
    small_course.move_deadline(app, attempt, to_come=datetime.timedelta(seconds=-5))
    yield f"{attempt}/questions/1/late", client.get(f"{attempt}/questions/1").text
    small_course.move_deadline(app, attempt, to_come=datetime.timedelta(hours=-5))
    yield attempt, client.get(attempt).text
    yield f"{small_course.QUIZ}/up", client.get(small_course.QUIZ).text
    client.get(f"{attempt}/review")
    client.send(f"{attempt}/submission")
    yield f"{attempt}/result", client.get(f"{attempt}/result").text
    for settings in ("attempts: 1", "attempts: 5\nwait between attempts: 1 day"):
        small_course.publish(app, small_course.bundle(settings))
        yield f"{small_course.QUIZ}/{settings}", client.get(small_course.QUIZ).text
        yield f"{attempt}/result/{settings}", client.get(f"{attempt}/result").text


def _administered(_client: CheckingClient, app: Flask) -> Found:
    """What administrators see: nothing yet, much, and earlier."""
    client = browser_of(app, someone(app, "admin"))
    yield "/audit/none", client.get("/audit").text
    yield "/account/deletion/last", client.get("/account/deletion").text
    with app.app_context():
        for number in range(60):
            AuditEvent.note(
                "role changed", f"person {number}", detail="learner to coordinator, because " + LONG
            )
        db.session.commit()
    page = client.get("/audit").text
    yield "/audit", page
    earlier = "/audit?" + page.partition("/audit?")[2].partition('"')[0]
    yield "/audit/earlier", client.get(earlier).text
    with app.app_context():
        db.session.execute(delete(AuditEvent))
        db.session.commit()


def _launched(client: CheckingClient, app: Flask) -> Found:
    """On the way from a learning system."""
    yield from launched(client, app, COURSE)


def _connected(client: CheckingClient, app: Flask) -> Found:
    """How a learning system is connected, there and here."""
    yield from registration_states(client, app)
    yield from admin_states(browser_of(app, account(app, "connects@example.org", role="admin")), app)


def _refused(client: CheckingClient, app: Flask) -> Found:
    """Every error that has words, and forms that were tried too often."""
    view = app.view_functions["legal.cookies"]
    for code in WORDS:
        app.view_functions["legal.cookies"] = lambda code=code: abort(code)
        yield f"/errors/{code}", client.open("/cookies", method="PUT" if code == 405 else "GET").text
    app.view_functions["legal.cookies"] = view
    yield "/errors/token", client.post("/areas").text
    client.get("/come-back")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Throttle, "must_wait", lambda *_, **__: datetime.timedelta(seconds=8))
        yield "/come-back", client.send("/come-back", code="0000-0000-0000").text
    learner = browser_of(app, someone(app))
    yield "/errors/role", learner.get("/audit").text


def _long_names(_client: CheckingClient, app: Flask) -> Found:
    """An account whose name and address are as long as they can be."""
    holder = someone(app, "trainer")
    with app.app_context():
        user = db.session.get_one(User, holder)
        user.name, user.email = LONG * 2, f"{'a' * 64}@{'b' * 60}.{'c' * 60}.example.org"
        db.session.commit()
    yield from ((f"{path}/long", html) for path, html in _pages(browser_of(app, holder), ACCOUNT))


ACCOUNT = (
    "/account",
    "/account/name",
    "/account/email",
    "/account/password",
    "/account/data",
    "/account/deletion",
)


def _moved(_client: CheckingClient, app: Flask) -> Found:
    """An account whose address is changed, to the last step."""
    client = browser_of(app, account(app, "old@example.org"))
    client.get("/account/email")
    client.send("/account/email", email="moved@example.org", password=PASSWORD)
    for step in ("email-change", "new-email"):
        address = link(app, step)
        client.get(address)
        yield address, client.send(address, agreed="yes").text


def _nothing(client: CheckingClient, _app: Flask) -> Found:
    """A site where nothing is taught yet."""
    yield "/empty", client.get("/").text


def _previewed(_client: CheckingClient, app: Flask) -> Found:
    """A preview: all well, with something to mend, and seen as each area."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "mine"
        for path, data in starter.bundle().items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        local = preview.Local({"one": "One", "two": f"Two {LONG}"}, ())
        showing = preview.create(preview.Preview(folder, "mine"), Path(place), 1, (local,))
        client = showing.test_client()
        yield "/preview/well", client.get("/courses/mine/lessons/words").text
        (folder / "course.md").write_text(
            f"---\ntitle: Mine\nwrong: {LONG}\n---\n\n::: stori\n", encoding="utf-8"
        )
        with showing.app_context():
            showing.extensions["preview"].look()
        yield "/preview/faults", client.get("/courses/mine").text
        with showing.app_context():
            db.session.remove()
            db.engine.dispose()


OURS: list[Walk] = [_visited, _held, _hurried, _administered, _launched, _connected, _refused, _long_names]
LEARNERS: list[Walk] = [
    test_language.states,
    test_language.account_states,
    test_language.teacher_states,
    _moved,
]


def _said_by_scripts(found: list[State]) -> Iterator[State]:
    """A question with each thing that a script may say under it."""
    asked = next(state for state in found if state.template == "question.html")
    for said in AS_SAVED:
        words = asked.html.partition(f'data-{said}="')[2].partition('"')[0]
        html = asked.html.replace(f'data-way="{said}" hidden', f'data-way="{said}"')
        html = html.replace("data-save-status>", f"data-save-status>{words}")
        yield State(f"question, {said}", f"{asked.path}/{said}", asked.template, html)


def _long(found: list[State]) -> Iterator[State]:
    """One page of each template with headings that hold one long word, as a course or a translation may."""
    for template in sorted(
        {state.template for state in found} - {"left.html"}
    ):  # that one has no course's words
        state = next(each for each in found if each.template == template)
        html = state.html.replace("<h1>", f"<h1>{LONG} ").replace("<h3><a", f"<h3>{LONG} <a")
        yield State(state.name + WITH_LONG_WORDS, state.path, template, html)
