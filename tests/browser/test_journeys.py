"""From the home page to a certificate: on a phone, without JavaScript, by keyboard alone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey

Open = Callable[..., Page]
PHONE = {"viewport": {"width": 375, "height": 700}}


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_to_a_certificate(open_page: Open, scripts: bool) -> None:
    """A visitor on a phone learns, passes, and holds a certificate that anyone can check."""
    page = open_page(java_script_enabled=scripts, **PHONE)
    journey.to_quiz(page)
    journey.to_review(page)
    journey.to_result(page)
    expect(page.locator("h1")).to_contain_text("You passed")
    journey.to_certificate(page)
    expect(page.get_by_text("Zoë Łukasz-Nguyễn")).to_be_visible()
    pdf = page.request.get(page.get_by_role("link", name="Download").get_attribute("href") or "")
    assert pdf.body().startswith(b"%PDF")
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", page.content())
    assert code
    anyone = open_page(**PHONE)
    anyone.goto("/check")
    anyone.get_by_label("code").fill(code[0].lower())
    anyone.get_by_role("button", name="Check").click()
    expect(anyone.locator("h1")).to_contain_text("valid")
    assert "Zoë" not in anyone.content()
    anyone.get_by_label("name").fill("zoe lukasz nguyen")
    anyone.locator("main form button").click()
    expect(anyone.get_by_text("Yes, that is the name")).to_be_visible()


def press_until(page: Page, selector: str, most: int = 60) -> None:
    """Move by Tab alone until the element has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("s => document.activeElement?.matches(s)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached by keyboard on {page.url}")


def test_by_keyboard_alone(open_page: Open) -> None:
    """The same journey with no mouse: every control is reached by Tab and used by the keyboard."""
    page = open_page(**PHONE)
    known = journey.answers()
    page.goto("/")
    press_until(page, ".card a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/courses/*")
    press_until(page, "a[href$='/before']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/before")
    press_until(page, "form[action='/enrolments'] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/lessons/*")
    while "/lessons/" in page.url:
        at = page.url
        press_until(page, ".pager button")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url, at=at: url != at)
    press_until(page, "main form button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/questions/*")
    while "/questions/" in page.url:
        at = page.url
        answer_by_keyboard(page, known[page.locator("legend h1").inner_text()])
        press_until(page, "button[value=next]")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url, at=at: url != at)
    press_until(page, "form[action$='/submission'] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/result")
    press_until(page, "a[href$='/certificate']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/certificate")
    press_until(page, "#name")
    page.keyboard.type("Llŷr Ŵyn")
    page.keyboard.press("Enter")
    page.wait_for_url("**/awards/*")
    expect(page.get_by_text("Llŷr Ŵyn")).to_be_visible()


def answer_by_keyboard(page: Page, words: list[str]) -> None:
    """Radio buttons by arrow keys, boxes by the space bar."""
    inputs = page.locator("fieldset input")
    labels = [label.inner_text() for label in page.locator("fieldset label").all()]
    if inputs.first.get_attribute("type") == "radio":
        press_until(page, "fieldset input")
        page.keyboard.press("Space")
        for _ in range(labels.index(words[0])):
            page.keyboard.press("ArrowDown")
        return
    for label in labels:
        press_until(page, "fieldset input")
        if label in words:
            page.keyboard.press("Space")


@pytest.mark.parametrize("how", ["click", "Shift three times"])
def test_exit(open_page: Open, how: str) -> None:
    """Exit covers the page, leads away, ends the session, and Back does not show a lesson again."""
    page = open_page(**PHONE)
    page.goto(journey.COURSE)
    journey.begin(page)
    if how == "click":
        page.locator("a.exit").click()
    else:
        for _ in range(3):
            page.keyboard.press("Shift")
    page.wait_for_url("**/left")
    page.goto("/")
    assert not page.get_by_text("Carry on").count(), "the session has ended"
