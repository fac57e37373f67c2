"""An invitation, opened inside a learning system on another site, in a real browser."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from lms.app import create_app
from lms.db import db
from lms.models import Platform as Registration
from tests.browser.inside import serving
from tests.conftest import Database, settings_for
from tests.lms.everything import browser_of, someone
from tests.lti.platform import Platform
from tests.lti.states_admin import invited
from tests.page_checks import CheckingClient

PARENT = """<!doctype html><title>Manage tools</title><iframe src="{src}" width="1000" height="900"></iframe>
<script>addEventListener("message", (event) => {{ document.title = event.data.subject }})</script>"""


@pytest.fixture
def site(sqlite: Database, fonts_folder: Path) -> Iterator[tuple[str, Flask]]:
    """Alongside, on localhost, and its application."""
    settings = settings_for(sqlite.copy(), fonts_folder)
    app = create_app(dataclasses.replace(settings, lti_allow=frozenset({"127.0.0.1"})))
    app.test_client_class = CheckingClient
    with serving(app) as address:
        yield address.replace("127.0.0.1", "localhost"), app


@pytest.fixture
def moodle() -> Iterator[Platform]:
    """A learning system on 127.0.0.1, which is another site than localhost."""
    made = Platform("http://localhost", dict)
    yield made
    made.stop()
    assert not made.faults


def framed(context: BrowserContext, by: Platform, src: str) -> Page:
    """A page of a learning system with ours in a frame."""
    by.page = PARENT.format(src=src.replace("&", "&amp;"))
    page = context.new_page()
    page.goto(f"{by.url}/page")
    return page


@pytest.mark.parametrize("scripts", [True, False])
def test_registers_in_a_frame(
    browser: Browser, site: tuple[str, Flask], moodle: Platform, scripts: bool
) -> None:
    """In the frame one button registers, scripts or not; with them another tells the learning system to close it."""
    address, app = site
    context = browser.new_context(java_script_enabled=scripts)
    page = framed(context, moodle, moodle.registrations.address(f"{address}{invited(app)}"))
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="Register Alongside").click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Alongside is registered")
    expect(frame.locator("main")).to_contain_text("In Moodle press ‘Activate’")
    close = frame.get_by_role("button", name="Close this page and go on")
    if scripts:
        close.click()
        expect(page).to_have_title("org.imsglobal.lti.close")
    else:
        expect(close).to_have_count(0)
    assert context.cookies() == []
    with app.app_context():
        assert [each.name for each in Registration.all()] == ["Council Moodle"]
        db.session.remove()
    context.close()


def test_nobody_else_frames_it(browser: Browser, site: tuple[str, Flask], moodle: Platform) -> None:
    """A page of another site that puts the invitation into its frame shows nothing of ours."""
    address, app = site
    context, another = browser.new_context(), Platform("http://localhost", dict)
    page = framed(context, another, moodle.registrations.address(f"{address}{invited(app)}"))
    expect(page.frame_locator("iframe").get_by_text("Register Alongside")).to_have_count(0)
    assert page.frames[1].url.startswith("chrome-error:")
    context.close()
    another.stop()


def test_selected_whole(browser: Browser, site: tuple[str, Flask]) -> None:
    """What is to be copied is selected whole by a click, and by the keyboard also without scripts."""
    address, app = site
    admin = browser_of(app, someone(app, "admin"))
    cookie = admin.get_cookie("alongside")
    assert cookie
    for scripts in (True, False):
        context = browser.new_context(java_script_enabled=scripts)
        context.add_cookies([{"name": "alongside", "value": cookie.value, "url": address}])
        page = context.new_page()
        page.goto(f"{address}/platforms/new?kind=moodle&site={quote('https://moodle.example.org')}")
        field = page.get_by_label("Public key set (JWKS)")
        if scripts:
            field.click()
        else:
            page.get_by_label("Deep Linking address").focus()
            page.keyboard.press("Tab")
        selected = field.evaluate("it => it.value.slice(it.selectionStart, it.selectionEnd)")
        assert selected == "http://localhost/lti/jwks.json"
        context.close()
