"""Accounts in a real browser: by keyboard, without scripts, seen by axe in light and dark, on a small phone.

The mails are those that the worker of the server writes to files.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.journey import overflow, press

Open = Callable[..., Page]
Axe = Callable[[Page], None]
PASSWORD = "violet kettle marches"


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("main").get_by_role("button", name=name, exact=True)


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


def test_a_password_can_be_looked_at(open_page: Open, axe: Axe) -> None:
    """A button beside each password shows and hides it, by name and aloud; it is hidden again as the form is sent."""
    page = open_page(viewport={"width": 320, "height": 640})
    page.goto("/sign-in")
    field = page.get_by_label("Your password", exact=True)
    field.fill(PASSWORD)
    page.keyboard.press("Tab")
    show = button(page, "Show: Your password")
    expect(show).to_be_focused()
    page.keyboard.press("Space")
    expect(field).to_have_attribute("type", "text")
    expect(page.get_by_role("status").filter(has_text="can be seen")).to_be_attached()
    expect(button(page, "Hide: Your password")).to_be_focused()
    axe(page)
    assert overflow(page) <= 0
    page.evaluate("addEventListener('submit', event => event.preventDefault())")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(field).to_have_attribute("type", "password")
    expect(field).to_have_value(PASSWORD)
    expect(show).to_have_text("Show")


def test_nothing_is_missing_without_scripts(open_page: Open) -> None:
    """Without JavaScript a password has no button, since it could do nothing, and the form is sent as ever."""
    page = open_page(java_script_enabled=False)
    page.goto("/sign-in")
    expect(page.locator("main button")).to_have_text(["Sign in"])
