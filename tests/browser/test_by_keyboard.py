"""Five journeys by keyboard alone, with and without JavaScript: an account, learning, a quiz, a certificate, leaving.

At each press of Tab the focus is seen and not covered, on a phone and in the smallest window that counts.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from lms.app import create_app
from lms.settings import Settings
from tests.browser import journey
from tests.browser.keyboard import Keyboard
from tests.conftest import close
from tests.lms.people import account

Open = Callable[..., Page]
Post = Callable[[str, str], str]
PASSWORD = "violet kettle marches"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"]),
]


@pytest.fixture
def page(open_page: Open, scripts: bool) -> Page:
    """A phone with scripts, and 400% zoom without."""
    size = {"width": 375, "height": 700} if scripts else {"width": 320, "height": 256}
    return open_page(java_script_enabled=scripts, viewport=size)


@pytest.fixture
def keys(page: Page) -> Keyboard:
    return Keyboard(page)


def main(page: Page) -> Locator:
    return page.get_by_role("main")


def told(page: Page, keys: Keyboard, *, scripts: bool) -> None:
    """What is wrong has the focus at once (without scripts it comes before the form), and leads to its field."""
    summary = page.get_by_role("alert")
    expect(summary.get_by_role("heading", name="There is a problem")).to_be_visible()
    assert page.title().startswith("Error: ")
    if scripts:
        expect(summary).to_be_focused()
    link = summary.get_by_role("link")
    field = (link.get_attribute("href") or "").removeprefix("#")
    keys.to(link)
    page.keyboard.press("Enter")
    expect(page.locator(f'[id="{field}"]')).to_be_focused()


def button(page: Page, name: str) -> Locator:
    return main(page).get_by_role("button", name=name, exact=True)


def test_an_account_is_made(page: Page, keys: Keyboard, post: Post, scripts: bool) -> None:
    """From the menu to the mail, to a password that can be looked at, and in."""
    address = f"keys-{scripts}@example.org".lower()
    page.goto("/")
    keys.press(page.get_by_role("navigation", name="Main").get_by_role("link", name="Sign in"))
    keys.press(main(page).get_by_role("link", name="Make an account"))
    keys.press(button(page, "Send me the link"))
    told(page, keys, scripts=scripts)
    page.keyboard.type(address)
    keys.enter()
    expect(page.locator("h1")).to_have_text("Look at your mail")
    page.goto(post(address, "sign-up"))
    keys.type(page.get_by_label("New password", exact=True), "password123")
    keys.enter()
    told(page, keys, scripts=scripts)
    page.keyboard.type(PASSWORD)
    if scripts:
        keys.to(button(page, "Show: New password"))
        page.keyboard.press("Enter")
        expect(page.get_by_label("New password", exact=True)).to_have_value(PASSWORD)
        expect(page.get_by_label("New password", exact=True)).to_have_attribute("type", "text")
    keys.type(page.get_by_label("Your name"), "Llŷr Ŵyn")
    keys.enter()
    expect(page.get_by_role("link", name="Your account")).to_be_visible()


def test_learning_to_a_certificate(page: Page, keys: Keyboard, scripts: bool) -> None:
    """From the home page through lessons, a check, a quiz and its result to a certificate in one's hands."""
    page.goto("/")
    keys.press(page.locator(".card").get_by_role("link", name="Understanding hate and mate crime"))
    keys.press(main(page).get_by_role("link", name="Start the course"))
    keys.press(button(page, "Start the course"))
    checked = False
    while "/lessons/" in page.url:
        if not checked and page.get_by_role("button", name="Check my answer").count():
            checked = True
            _check(page, keys, scripts=scripts)
        keys.press(page.locator(".pager button"))
    assert checked, "no lesson had a check"
    keys.press(button(page, "Start the quiz"))
    keys.press(page.locator("button[value=next]"))
    told(page, keys, scripts=scripts)
    page.goto(page.url.removesuffix("/answer"))
    _answer_all(page, keys)
    keys.press(page.get_by_role("button", name="Hand in"))
    expect(page.locator("h1")).to_contain_text("You passed")
    keys.press(main(page).get_by_role("link", name="Get your certificate"))
    keys.press(main(page).get_by_role("button"))
    told(page, keys, scripts=scripts)
    page.keyboard.type("Llŷr Ŵyn")
    keys.enter()
    expect(page.get_by_text("Llŷr Ŵyn")).to_be_visible()
    keys.to(page.get_by_role("link", name="Download the certificate"))
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")


def _check(page: Page, keys: Keyboard, *, scripts: bool) -> None:
    """A quick check: nothing chosen, then something, and what is said to it has the focus."""
    keys.press(page.get_by_role("button", name="Check my answer").first)
    told(page, keys, scripts=scripts)
    page.keyboard.press("Space")
    keys.press(page.get_by_role("button", name="Check my answer").first)
    if scripts:
        expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert").get_by_role("heading")).to_be_in_viewport()


def _answer_all(page: Page, keys: Keyboard) -> None:
    known = journey.answers()
    while "/questions/" in page.url:
        labels = [label.inner_text() for label in page.locator("main fieldset label").all()]
        keys.choose(labels, known[page.locator("legend h1").inner_text()])
        keys.press(page.locator("button[value=next]"))


def test_what_an_account_is_for(
    page: Page, keys: Keyboard, server: str, instance: Path, scripts: bool
) -> None:
    """Change the name, take the data away, sign out everywhere, come back, and delete it all."""
    address = f"held-{scripts}@example.org".lower()
    _account(instance, server, address)
    _sign_in(page, keys, address)
    keys.press(page.get_by_role("navigation", name="Main").get_by_role("link", name="Your account"))
    keys.press(main(page).get_by_role("link", name="Change name"))
    keys.type(page.get_by_label("Name"), "Zoë")
    keys.enter()
    expect(main(page).get_by_text("Zoë")).to_be_visible()
    keys.press(main(page).get_by_role("link", name="See everything"))
    keys.to(main(page).get_by_role("link", name="Download it"))
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert "Zoë" in Path(download.value.path()).read_text(encoding="utf-8")
    keys.press(main(page).get_by_role("link", name="Your account"))
    keys.press(button(page, "Sign out everywhere"))
    _sign_in(page, keys, address)
    page.goto("/account")
    keys.press(main(page).get_by_role("link", name="Delete everything"))
    keys.press(button(page, "Delete everything"))
    told(page, keys, scripts=scripts)
    page.keyboard.type(PASSWORD)
    keys.enter()
    expect(page.locator("h1")).to_have_text("Everything is deleted")


def _account(instance: Path, server: str, address: str) -> None:
    app = create_app(Settings.from_env({"ALONGSIDE_INSTANCE": str(instance), "ALONGSIDE_URL": server}))
    account(app, address, PASSWORD)
    close(app)


def _sign_in(page: Page, keys: Keyboard, address: str) -> None:
    page.goto("/sign-in")
    keys.type(page.get_by_label("Your e-mail address"), address)
    keys.type(page.get_by_label("Your password", exact=True), PASSWORD)
    keys.enter()
    expect(page.get_by_role("link", name="Your account")).to_be_visible()
