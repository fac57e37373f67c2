"""Accounts in a real browser: by keyboard, without scripts, seen by axe in light and dark, on a small phone.

The mails are those that the worker of the server writes to files.
"""

import email
import email.policy
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import journey
from tests.lms.served import wait_until

Open = Callable[..., Page]
Axe = Callable[[Page], None]
PASSWORD = "violet kettle marches"


@pytest.fixture
def post(server: str, instance: Path) -> Callable[[str, str], str]:
    """The newest link to a page in a mail to an address, once the worker has sent it: here, into a file."""

    def links(to: str, page: str) -> list[str]:
        files = sorted((instance / "mails").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        read = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
        texts = [mail.get_content() for mail in read if mail["To"] == to]
        return [link for text in texts for link in re.findall(rf"{server}/{page}/\S+", text)]

    def newest(to: str, page: str) -> str:
        wait_until(lambda: bool(links(to, page)), seconds=60)
        return links(to, page)[-1]

    return newest


def press(control: Locator) -> None:
    """Click, and wait for the page that comes, be it at the same address."""
    with control.page.expect_navigation():
        control.click()


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("main").get_by_role("button", name=name, exact=True)


def begin(page: Page) -> None:
    """Become a guest, past what is told once in each browser."""
    page.goto(f"{journey.COURSE}/before")
    press(button(page, "Start the course"))


def states(page: Page, post: Callable[[str, str], str], address: str) -> Iterator[str]:
    """Every page and state about accounts, one after the other."""
    begin(page)
    page.goto("/account")
    yield "a guest's account"
    page.goto("/account/deletion")
    press(button(page, "Delete everything"))
    yield "not ticked"
    page.goto("/sign-up")
    yield "sign up as a guest"
    press(button(page, "Send me the link"))
    yield "no address"
    page.get_by_label("Your e-mail address").fill(address)
    press(button(page, "Send me the link"))
    yield "sent"
    page.goto(post(address, "sign-up"))
    yield "choose a password"
    page.get_by_label("New password").fill("password123")
    press(button(page, "Make my account"))
    yield "easy to guess"
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("Your name").fill("محمد علي")
    press(button(page, "Make my account"))
    page.goto("/account")
    yield "account"
    for path in ("name", "password", "email", "data", "deletion"):
        page.goto(f"/account/{path}")
        yield path
    page.get_by_label("Your password").fill("wrong one here")
    press(button(page, "Delete everything"))
    yield "wrong password"
    page.goto("/account/email")
    page.get_by_label("New e-mail address").fill(f"new-{address}")
    page.get_by_label("Your password").fill(PASSWORD)
    press(button(page, "Send me the first link"))
    yield "first link sent"
    page.goto(post(address, "email-change"))
    yield "old address asked"
    press(button(page, "Yes, change it"))
    yield "old address agreed"
    page.goto(post(f"new-{address}", "new-email"))
    yield "new address asked"
    press(button(page, "Yes, use this address"))
    yield "address changed"
    page.reload()
    page.goto("/account")
    press(button(page, "Sign out"))
    begin(page)
    page.goto("/sign-in")
    yield "sign in"
    press(button(page, "Sign in"))
    yield "nothing typed"
    page.get_by_label("Your e-mail address").fill(f"new-{address}")
    page.get_by_label("Your password").fill(PASSWORD)
    press(button(page, "Sign in"))
    yield "was that you"
    press(button(page, "Yes, take it along"))
    page.goto("/sign-up/not-a-link")
    yield "dead link"
    page.goto("/account/deletion")
    page.get_by_label("Your password").fill(PASSWORD)
    press(button(page, "Delete everything"))
    yield "deleted"
    page.goto("/forgotten-password")
    yield "forgotten"


def overflow(page: Page) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_on_every_state(open_page: Open, axe: Axe, post: Callable[[str, str], str], scheme: str) -> None:
    """Axe finds nothing in any state, errors included; nothing scrolls sideways at 320 pixels."""
    page = open_page(color_scheme=scheme, viewport={"width": 320, "height": 640})
    for state in states(page, post, f"a-person-with-a-very-long-name-in-{scheme}@mail.example.org"):
        axe(page)
        assert overflow(page) <= 0, state


@pytest.mark.slow
def test_by_keyboard_without_scripts(open_page: Open, post: Callable[[str, str], str]) -> None:
    """From the menu to an account, out and in again, with the keyboard alone and scripts off."""
    page = open_page(java_script_enabled=False)
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Sign in").press("Enter")
    page.wait_for_url("**/sign-in")
    page.get_by_role("link", name="Make an account").press("Enter")
    page.wait_for_url("**/sign-up")
    page.get_by_label("Your e-mail address").focus()
    page.keyboard.type("keys@example.org")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Look at your mail")
    page.goto(post("keys@example.org", "sign-up"))
    page.get_by_label("New password").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    page.keyboard.type("Zoë")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.endswith("/"))
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Your account").press("Enter")
    expect(page.get_by_text("Zoë")).to_be_visible()
    button(page, "Sign out").press("Enter")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Sign in").press("Enter")
    page.get_by_label("Your e-mail address").focus()
    page.keyboard.type("keys@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Your account")).to_be_visible()


@pytest.mark.slow
def test_an_error_takes_the_focus(open_page: Open) -> None:
    """What is wrong is told first and has the focus; its link leads to the field, which is marked."""
    page = open_page()
    page.goto("/sign-in")
    press(button(page, "Sign in"))
    expect(page.get_by_role("alert")).to_be_focused()
    assert page.title().startswith("Error: ")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your e-mail address")).to_be_focused()
    expect(page.get_by_label("Your e-mail address")).to_have_attribute("aria-invalid", "true")
