"""From the home page to a certificate: on a phone, with and without JavaScript."""

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


def test_to_a_certificate_in_easy_read(open_page: Open) -> None:
    """Who chooses Easy Read once reads every lesson and question in it, with pictures, up to the certificate."""
    page = open_page(**PHONE)
    page.goto("/display")
    page.get_by_label("Easy Read, where there is one").check()
    page.get_by_role("button", name="Keep this display").click()
    page.goto(journey.COURSE)
    journey.begin(page)
    seen = 0
    while "/lessons/" in page.url:
        expect(page.locator(".easy-line svg").first).to_be_visible()
        seen += 1
        journey.follow(page, ".pager button")
    assert seen == len(journey.course().lessons)
    page.get_by_role("button", name="Start the quiz").click()
    page.wait_for_url("**/questions/1")
    expect(page.locator("main svg").first).to_be_visible()
    journey.to_review(page)
    journey.to_result(page)
    expect(page.locator("h1")).to_contain_text("You passed")
    journey.to_certificate(page)
    expect(page.get_by_text("Zoë Łukasz-Nguyễn")).to_be_visible()


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
