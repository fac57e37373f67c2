"""A teacher chooses what to put into a course, inside the page of their learning system, on another site."""

import html
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import jwt
import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from lms import publishing
from lms.app import create_app
from lms.db import db
from lms.lti.content_items import DL
from lms.models import Platform
from tests.browser.inside import Quiet, serving
from tests.browser.journey import overflow
from tests.browser.keyboard import Keyboard
from tests.conftest import Database, settings_for
from tests.lms import small_course
from tests.lti.teaching import asked, known

PAGE = "<!doctype html><title>A learning system</title>"
Begin = Callable[..., Page]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"]),
]


class LearningSystem:
    """A learning system on another site: a page with a button that opens Alongside, and where answers go."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.url = self.form = ""

    @Request.application
    def __call__(self, request: Request) -> Response:
        """Its two pages."""
        if request.method == "POST":
            self.answers.append(request.form["JWT"])
            return Response(f"{PAGE}<p>Added to the course</p>", mimetype="text/html")
        return Response(PAGE + self.form, mimetype="text/html")

    def opens(self, tool: str, picking: str, *, framed: bool) -> None:
        """Let its page open Alongside, in a frame or in place of itself."""
        hidden = f'<input type=hidden name=picking value="{html.escape(picking)}">'
        target = 'target="tool"' if framed else ""
        frame = '<iframe name="tool" width="100%" height="800"></iframe>' if framed else ""
        button = "<button>Add Alongside</button>"
        self.form = f'<form method=post action="{tool}/lti/choices" {target}>{hidden}{button}</form>{frame}'


@pytest.fixture
def lms() -> Iterator[LearningSystem]:
    """By a name that is another site to a browser than the number that Alongside goes by."""
    made = LearningSystem()
    with make_server("127.0.0.1", 0, made, threaded=True, request_handler=Quiet) as server:
        made.url = f"http://localhost:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield made
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def site(sqlite: Database, fonts_folder: Path) -> Iterator[tuple[str, Flask]]:
    """A site with some courses."""
    app = create_app(settings_for(sqlite.copy(), fonts_folder))
    with app.app_context():
        for number in range(1, 4):
            publishing.publish(small_course.bundle(title=f"Course {number}"), f"course-{number}")
        db.session.commit()
    with serving(app) as address:
        yield address, app


@pytest.fixture
def begin(browser: Browser, site: tuple[str, Flask], lms: LearningSystem, scripts: bool) -> Iterator[Begin]:
    """Opens the page to choose on as a learning system does: by a form, in a frame or in place of its own."""
    contexts: list[BrowserContext] = []
    address, app = site

    def opened(*, framed: bool, several: bool = True) -> Page:
        with app.app_context():
            db.session.get_one(Platform, known(app)).frames = lms.url
            db.session.commit()
        lms.opens(address, asked(app, several=several, back=f"{lms.url}/back"), framed=framed)
        size: ViewportSize = {"width": 1100, "height": 900} if framed else {"width": 320, "height": 568}
        context = browser.new_context(java_script_enabled=scripts, viewport=size)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{lms.url}/course")
        page.get_by_role("button", name="Add Alongside").click()
        return page

    yield opened
    for context in contexts:
        assert not context.cookies(), "nothing is kept in the browser"
        context.close()


def items(answer: str) -> list[str]:
    """What the learning system was told to add."""
    said = jwt.decode(answer, options={"verify_signature": False})
    return [item["custom"]["alongside"] for item in said[f"{DL}content_items"]]


def test_in_a_frame_without_cookies(begin: Begin, lms: LearningSystem, scripts: bool) -> None:
    """In a frame of another site where nothing is kept, searching and adding work; scripts save one press."""
    page = begin(framed=True)
    tool = page.frame_locator("iframe")
    tool.get_by_role("checkbox", name="Course 1").check()
    tool.get_by_role("searchbox").fill("course 2")
    tool.get_by_role("searchbox").press("Enter")
    expect(tool.get_by_text("1 course has “course 2” in it.")).to_be_visible()
    tool.get_by_role("checkbox", name="Course 2").check()
    tool.get_by_role("button", name="Add to your course").click()
    if not scripts:
        tool.get_by_role("button", name="Continue").click()
    expect(tool.get_by_text("Added to the course")).to_be_visible()
    assert [items(each) for each in lms.answers] == [["course-1", "course-2"]]
    assert page.url == f"{lms.url}/course"


def test_by_keyboard_on_a_small_screen(
    begin: Begin, lms: LearningSystem, scripts: bool, axe: Callable[[Page], None]
) -> None:
    """Alone by keyboard, 320 pixels wide: a mistake is told, a part is unfolded and chosen, nothing is hidden."""
    page = begin(framed=False, several=False)
    keys = Keyboard(page)
    keys.to(page.get_by_role("button", name="Add to your course"))
    keys.enter()
    assert page.title().startswith("Error: ")
    summary = page.get_by_role("alert").get_by_role("link")
    keys.to(summary)
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="Course 1")).to_be_focused()
    keys.type(page.get_by_role("searchbox"), "course 3")
    keys.enter()
    if scripts:
        axe(page)
    assert overflow(page) <= 0
    keys.to(page.locator("summary", has_text="parts of Course 3"))
    page.keyboard.press("Enter")
    first = page.get_by_role("radio", name="Course 3")
    keys.to(page.get_by_role("searchbox"))
    keys.to(first)
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Small check")).to_be_checked()
    assert overflow(page) <= 0
    keys.to(page.get_by_role("button", name="Add to your course"))
    keys.enter()
    if not scripts:
        keys.to(page.get_by_role("button", name="Continue"))
        page.keyboard.press("Enter")
    expect(page.get_by_text("Added to the course")).to_be_visible()
    assert [items(each) for each in lms.answers] == [["course-3/quizzes/check"]]
    assert page.url == f"{lms.url}/back"


def test_cancel(begin: Begin, lms: LearningSystem, scripts: bool) -> None:
    """Cancel goes back to the learning system with nothing."""
    page = begin(framed=False)
    page.get_by_role("button", name="Cancel").click()
    if not scripts:
        page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Added to the course")).to_be_visible()
    assert [items(each) for each in lms.answers] == [[]]
