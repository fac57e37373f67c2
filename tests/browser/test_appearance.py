"""Every page and state: axe finds nothing, in light and dark; nothing is lost at 320 pixels."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import journey

Open = Callable[..., Page]
LESSON = f"{journey.COURSE}/lessons/what-hate-crime-is"
QUIET_PAGES = [
    "/",
    journey.COURSE,
    LESSON,
    f"{LESSON}?version=easy",
    f"{journey.COURSE}/lessons/what-people-perceive",
    f"{journey.COURSE}/quizzes/final",
    f"{journey.COURSE}/glossary",
    "/help",
    "/check",
    "/check/0000-0000-0000",
    "/come-back",
    "/left",
    "/nope",
]


def press(control: Locator) -> None:
    """Click, and wait for the page that comes, be it at the same address."""
    with control.page.expect_navigation():
        control.click()


def states(page: Page) -> Iterator[str]:
    """Every state on the way, one after the other."""
    page.goto(LESSON)
    press(page.get_by_role("button", name="Check my answer").first)
    yield "check without answer"
    page.goto(LESSON)
    page.locator("form[action*='/checks/'] fieldset input").first.check()
    press(page.get_by_role("button", name="Check my answer").first)
    yield "check answered"
    journey.to_quiz(page)
    yield "question"
    press(page.locator("button[value=next]"))
    yield "question without answer"
    page.locator("fieldset input").first.check()
    yield "question answered"
    press(page.locator("button[value=next]"))
    page.goto(page.url.rpartition("/questions/")[0] + "/review")
    yield "review with gaps"
    press(page.get_by_role("button", name="Hand in"))
    yield "failed result"
    press(page.get_by_role("button", name="Try again"))
    journey.to_review(page)
    yield "review"
    journey.to_result(page)
    yield "passed result"
    press(page.get_by_role("link", name="Get your certificate"))
    yield "name"
    page.get_by_label("Your name").fill("   ")
    press(page.get_by_role("button", name="certificate"))
    yield "name missing"
    page.get_by_label("Your name").fill("محمد علي")
    press(page.get_by_role("button", name="certificate"))
    yield "award"
    check = page.locator("a[href^='/check/']").first.get_attribute("href") or ""
    page.goto(check)
    yield "check found"
    page.get_by_label("name").fill("Someone")
    press(page.locator("main form button"))
    yield "name differs"
    page.goto("/")
    yield "home with a finished course"
    page.goto(journey.COURSE)
    yield "finished course"
    page.goto("/come-back/code")
    press(page.get_by_role("button", name="code"))
    yield "come-back code"
    page.goto("/come-back")
    page.get_by_label("code").fill("wrong")
    press(page.locator("main form button"))
    yield "wrong come-back code"


def overflow(page: Page) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_on_pages(open_page: Open, axe: Callable[[Page], None], scheme: str) -> None:
    """Axe finds nothing on any page a visitor can open."""
    page = open_page(color_scheme=scheme)
    for path in QUIET_PAGES:
        answer = page.goto(path)
        assert answer and answer.status == (404 if path == "/nope" else 200)
        axe(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_on_states(open_page: Open, axe: Callable[[Page], None], scheme: str) -> None:
    """Axe finds nothing in any state on the way to a certificate, errors included; nothing overflows."""
    page = open_page(color_scheme=scheme, viewport={"width": 375, "height": 700})
    for state in states(page):
        axe(page)
        assert overflow(page) <= 0, state


def test_small_screens(open_page: Open) -> None:
    """At 320 pixels, which is 400% zoom, nothing scrolls sideways; nor with text at 200%, nor widely spaced."""
    page = open_page(viewport={"width": 320, "height": 256})
    for path in QUIET_PAGES:
        page.goto(path)
        assert overflow(page) <= 0, path
        page.evaluate("""() => { for (const e of document.querySelectorAll('body *')) {
            e.style.lineHeight = '1.5'; e.style.letterSpacing = '.12em'; e.style.wordSpacing = '.16em' } }""")
        assert overflow(page) <= 0, f"{path} with text spacing"
    wide = open_page(viewport={"width": 1280, "height": 900})
    for path in QUIET_PAGES:
        wide.goto(path)
        wide.evaluate("document.documentElement.style.fontSize = '200%'")
        assert overflow(wide) <= 0, f"{path} with text at 200%"


def test_focus_can_be_seen(open_page: Open) -> None:
    """Whatever Tab reaches is in view, not covered by the top bar, and has an outline."""
    page = open_page(viewport={"width": 375, "height": 700})
    for path in (LESSON, "/", "/help"):
        page.goto(path)
        for _ in range(50):
            page.keyboard.press("Tab")
            seen = page.evaluate("""() => { const e = document.activeElement; if (!e || e === document.body) return null;
                const near = [e, e.closest('.card, .choice'), e.nextElementSibling].filter(Boolean);
                const box = e.getBoundingClientRect(), y = box.y + box.height / 2;
                const ringed = near.some(n => [null, '::after'].some(p => { const s = getComputedStyle(n, p);
                  return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 }));
                return { what: e.outerHTML.slice(0, 80), inView: y >= 0 && y <= innerHeight, ringed } }""")
            if seen is None:
                break
            assert seen["inView"] and seen["ringed"], (path, seen)


def test_targets_are_large_enough(open_page: Open) -> None:
    """Everything to press is at least 24 pixels each way, links within sentences excepted."""
    page = open_page(viewport={"width": 375, "height": 700})
    for path in QUIET_PAGES:
        page.goto(path)
        small = page.evaluate("""() => [...document.querySelectorAll('a, button, input, summary')].filter(e => {
            const r = e.getBoundingClientRect(), inline = getComputedStyle(e).display === 'inline' && e.closest('p, li, dd, figcaption');
            return r.width && !inline && e.type !== 'hidden' && !e.matches('.skip') && (r.width < 24 || r.height < 24) })
            .map(e => e.outerHTML.slice(0, 80))""")
        assert small == [], path


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
