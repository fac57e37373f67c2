"""How a lesson looks in forced colours, from right to left, on paper, and to whoever wants no movement."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.journey import overflow

Open = Callable[..., Page]
LESSON = journey.LESSON


def test_forced_colours(open_page: Open) -> None:
    """In forced colours, buttons, choices and Exit keep a border that can be seen."""
    page = open_page(forced_colors="active")
    page.goto(LESSON)
    borders = page.evaluate("""() => [...document.querySelectorAll('.btn, .exit, .choice')].map(e => {
        const s = getComputedStyle(e); return s.borderTopStyle !== 'none' && parseFloat(s.borderTopWidth) >= 1 })""")
    assert borders and all(borders)


def test_right_to_left_mirrors(open_page: Open) -> None:
    """With a right-to-left language the whole page mirrors: the brand right, Exit left."""
    page = open_page(viewport={"width": 1280, "height": 900})
    page.goto(LESSON)
    page.evaluate("document.documentElement.dir = 'rtl'")
    brand, leave = page.locator(".brand").bounding_box(), page.locator("a.exit").bounding_box()
    assert brand and leave and brand["x"] > 640 > leave["x"]
    assert overflow(page) <= 0


def test_print(open_page: Open) -> None:
    """A lesson prints without the bars and buttons around it."""
    page = open_page()
    page.goto(LESSON)
    page.emulate_media(media="print")
    expect(page.locator(".topbar")).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()


def test_reduced_motion(open_page: Open) -> None:
    """Nothing moves for those who asked for less motion."""
    page = open_page(reduced_motion="reduce")
    page.goto(LESSON)
    assert page.evaluate("document.getAnimations().length") == 0
