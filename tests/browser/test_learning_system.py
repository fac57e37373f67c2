"""Inside a learning system on another site, in a real browser that blocks what could follow people there.

The learning system's own pages are played here; what it signs and answers is tests/lti/platform.py.
"""

import dataclasses
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, Route, expect
from werkzeug.serving import make_server

from lms.app import create_app
from lms.db import db
from lms.models import LaunchTransaction, Session
from lms.models import Platform as Registration
from tests.browser.journey import SLUG
from tests.conftest import Database, close, settings_for
from tests.lti.endpoints import posting
from tests.lti.launching import register
from tests.lti.platform import CANVAS, MOODLE, Platform, Profile

LESSON = f"/courses/{SLUG}/lessons/what-hate-crime-is"
TEACHER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
KEEPER = """
const kept = {};
addEventListener("message", ({ data, source, origin }) => {
  const answer = { subject: `${data.subject}.response`, message_id: data.message_id, key: data.key };
  if (data.subject === "lti.put_data") kept[data.key] = answer.value = data.value;
  else if (data.subject === "lti.get_data") answer.value = kept[data.key] ?? null;
  else return;
  source.postMessage(answer, origin);
});
"""
"""What a platform with storage does in its page."""


@dataclasses.dataclass
class Around:
    """A learning system's page on `localhost` around our frame on 127.0.0.1, which is another site."""

    app: Flask
    platform: Platform
    context: BrowserContext
    said: dict[str, object]
    keeper: str = KEEPER

    @property
    def url(self) -> str:
        return f"{self.platform.url.replace('127.0.0.1', 'localhost')}/course"

    def open(self, opens: str, **said: object) -> Page:
        """The page of the course, with what this link opens in its frame."""
        self.said = {"opens": opens, **said}
        page = self.context.new_page()
        page.goto(self.url)
        return page

    def play(self) -> None:
        """Answer for the platform's own pages."""
        self.context.route(f"{self.url}**", self._course)

    def _course(self, route: Route) -> None:
        if route.request.url.endswith("/link"):
            form = self.platform.launch_form(
                self.said["opens"], **{k: v for k, v in self.said.items() if k != "opens"}
            )
            route.fulfill(
                content_type="text/html", body=posting(f"{self.platform.tool}/lti/login", form).get_data()
            )
            return
        frame = f'<iframe src="{self.url}/link" width="900" height="600"></iframe>'
        body = (
            f"<!doctype html><title>Induction</title><h1>Induction</h1><script>{self.keeper}</script>{frame}"
        )
        route.fulfill(content_type="text/html", body=body)

    def rungs(self) -> list[str]:
        """What carried each launch so far."""
        with self.app.app_context():
            return list(db.session.scalars(db.select(LaunchTransaction.rung).order_by(LaunchTransaction.id)))


class Kept:
    """Stands before Alongside for a browser: which cookies it keeps, and sends again."""

    def __init__(self, app: Flask) -> None:
        self.app, self.in_frames = app, True

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if self.in_frames or environ.get("HTTP_SEC_FETCH_DEST") == "document":
            return self.app(environ, start)
        environ.pop("HTTP_COOKIE", None)

        def begin(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start(status, [each for each in headers if each[0] != "Set-Cookie"], *rest)

        return self.app(environ, begin)


Open = Callable[..., Around]


@pytest.fixture
def inside(browser: Browser, sqlite: Database, tmp_path: Path) -> Iterator[Open]:
    """Serves Alongside over https, and opens it from a platform of a kind in a browser of a kind."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url, away = f"https://127.0.0.1:{port}", "https://weather.example/today"
    settings = dataclasses.replace(
        settings_for(sqlite.copy(), tmp_path), url=url, lti_allow=frozenset({"127.0.0.1"}), leave_to=away
    )
    app = create_app(settings)
    kept = Kept(app)
    server = make_server("127.0.0.1", port, kept, threaded=True, ssl_context="adhoc")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    contexts: list[BrowserContext] = []
    platforms: list[Platform] = []

    def opened(profile: Profile = MOODLE, *, keeps_cookies: bool = True, **kind: object) -> Around:
        platform = Platform(url, lambda: app.test_client().get("/lti/jwks.json").get_json(), profile)
        platforms.append(platform)
        with app.app_context():
            held = db.session.get_one(Registration, register(app, platform))
            held.frames = platform.url.replace("127.0.0.1", "localhost")
            db.session.commit()
        context = browser.new_context(ignore_https_errors=True, **kind)  # type: ignore[arg-type]
        contexts.append(context)
        kept.in_frames = keeps_cookies
        context.route(
            f"{away}**", lambda route: route.fulfill(content_type="text/html", body="<title>Weather</title>")
        )
        around = Around(app, platform, context, {})
        around.play()
        return around

    yield opened
    for context in contexts:
        context.close()
    server.shutdown()
    for platform in platforms:
        platform.stop()
    close(app)
    assert not [fault for platform in platforms for fault in platform.faults]


def frame_of(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def address_in(page: Page) -> str:
    """Where our frame is."""
    return page.frames[1].url


def read_on(page: Page) -> None:
    """Finish the lesson in the frame, and stand in the next."""
    frame_of(page).get_by_role("link", name="Go on here").click()
    expect(frame_of(page).locator("h1")).to_have_text("What hate crime is")
    frame_of(page).locator("form[action$='/completion'] button").first.click()
    expect(frame_of(page).locator("h1")).to_have_text("Why what people perceive counts")


def test_other_cookies_are_blocked_here(inside: Open) -> None:
    """An ordinary cookie is not kept in a frame of another site: else the tests below would show nothing."""
    around = inside()
    around.context.route(
        "**/plain", lambda route: route.fulfill(headers={"Set-Cookie": "plain=1; SameSite=None; Secure"})
    )
    page = around.open(LESSON)
    expect(frame_of(page).locator("h1")).to_be_visible()
    page.frames[1].evaluate("fetch('/plain', {credentials: 'include'})")
    assert "plain" not in {each["name"] for each in around.context.cookies()}


def test_a_frame_keeps_a_partitioned_cookie(inside: Open) -> None:
    """Where third-party cookies are blocked, a learner goes on in the frame by a cookie that only that system sees."""
    around = inside()
    page = around.open(LESSON)
    read_on(page)
    assert "/s/" not in address_in(page)
    assert "__Host-alongside-framed" in {each["name"] for each in around.context.cookies()}
    assert around.rungs() == ["cookie"]


def test_without_any_cookie_the_address_carries(inside: Open) -> None:
    """Where a frame keeps no cookie at all, a learner goes on by the address, and Exit ends that."""
    around = inside(keeps_cookies=False)
    page = around.open(LESSON)
    read_on(page)
    assert "/s/" in address_in(page)
    assert around.rungs() == ["address"]
    left = address_in(page)
    frame_of(page).locator("a.exit").click()
    page.wait_for_url("https://weather.example/**")
    with around.app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Session)) == 0
    page.goto(left)
    expect(page.locator("h1")).to_have_text("Why what people perceive counts")  # a visitor's page
    assert "Your account" not in page.locator("nav").all_text_contents()


def test_the_platform_keeps_for_us(inside: Open) -> None:
    """Where a frame keeps no cookie but the platform offers storage, that shows who began, as a script asks it."""
    around = inside(CANVAS, keeps_cookies=False)
    page = around.open(LESSON)
    read_on(page)
    assert around.rungs() == ["storage"]


def test_a_platform_that_says_so_and_keeps_nothing(inside: Open) -> None:
    """Storage that is announced and never answers holds nobody up: the address carries the learner."""
    around = inside(CANVAS, keeps_cookies=False)
    around.keeper = ""
    page = around.open(LESSON)
    read_on(page)
    assert around.rungs() == ["address"]


def test_a_teacher_goes_on_in_a_window(inside: Open) -> None:
    """Who teaches gets a window of their own where the frame keeps no cookie; it is theirs, and the frame is not."""
    around = inside(keeps_cookies=False)
    page = around.open(LESSON, roles=[TEACHER])
    with around.context.expect_page() as opened:
        frame_of(page).get_by_role("button", name="Open in a new window").click()
    expect(opened.value.locator("h1")).to_contain_text("Induction")
    assert around.rungs() == ["window"]


def test_a_learner_may_choose_the_window(inside: Open) -> None:
    """Before something that may be hard to read, a window of its own is offered first, and works."""
    around = inside()
    page = around.open(f"/courses/{SLUG}")
    with around.context.expect_page() as opened:
        frame_of(page).get_by_role("button", name="Open in a new window").click()
    expect(opened.value.locator("h1")).to_have_text("Before you start: how to leave quickly")
    opened.value.get_by_role("button", name="Start the course").click()
    expect(opened.value.locator("h1")).to_have_text("What hate crime is")
