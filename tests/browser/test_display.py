"""Display settings and languages in a real browser: small screens, forced colours, print, by keyboard, no scripts."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from lms import language
from lms.app import create_app
from tests import messages, pseudo
from tests.browser import journey
from tests.browser.inside import serving
from tests.browser.journey import overflow
from tests.conftest import Database, settings_for

Open = Callable[..., Page]
Check = Callable[[Page], None]
LESSON = journey.LESSON
PAGES = [
    "/",
    journey.COURSE,
    LESSON,
    f"{journey.COURSE}/quizzes/{journey.QUIZ}",
    "/help",
    "/display",
    "/nope",
]
SETTINGS = [
    "theme=light",
    "theme=dark",
    "size=l",
    "size=xl",
    "spacing=wide",
    "motion=reduced",
    "version=easy",
]
ALL = "theme=dark&size=xl&spacing=wide&motion=reduced&version=easy&titles=neutral"
RIGHT_TO_LEFT = f"language={pseudo.XB}"
LONGER = f"language={pseudo.XA}"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(sqlite: Database, fonts_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site that offers the pseudo-languages too."""
    translations = tmp_path_factory.mktemp("translations")
    pseudo.write(translations, messages.gathered())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(language, "TRANSLATIONS", translations)
        app = create_app(settings_for(sqlite.copy(), fonts_folder))
    with serving(app) as address:
        yield address


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Open]:
    """Opens a page in a browser that keeps these display settings."""
    contexts: list[BrowserContext] = []

    def opened(display: str = "", width: int = 320, height: int = 640, **settings: Any) -> Page:
        context = browser.new_context(base_url=site, viewport={"width": width, "height": height}, **settings)
        context.set_default_timeout(30_000)
        contexts.append(context)
        if display:
            context.add_cookies([{"name": "alongside-display", "value": display, "url": site}])
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


def style(page: Page, selector: str, name: str) -> str:
    found: str = page.locator(selector).first.evaluate("(each, name) => getComputedStyle(each)[name]", name)
    return found


@pytest.mark.parametrize("display", [*SETTINGS, ALL])
def test_each_setting(open_page: Open, axe: Check, display: str) -> None:
    """With each setting, and with all of them, axe finds nothing and a small phone shows everything."""
    page = open_page(display)
    for path in (LESSON, "/display", "/"):
        page.goto(path)
        axe(page)
        assert overflow(page) <= 0, path


@pytest.mark.parametrize("display", [RIGHT_TO_LEFT, LONGER, f"{RIGHT_TO_LEFT}&{ALL}"])
def test_other_languages(open_page: Open, axe: Check, display: str) -> None:
    """From right to left, and with words a third longer, axe finds nothing and nothing is cut off."""
    page = open_page(display)
    for path in PAGES:
        page.goto(path)
        axe(page)
        assert overflow(page) <= 0, path


@pytest.mark.parametrize("display", ["spacing=wide", RIGHT_TO_LEFT, LONGER])
def test_text_at_200_per_cent(open_page: Open, display: str) -> None:
    """Text twice as large still fits a window of 1280 pixels."""
    page = open_page(display, 1280, 900)
    for path in PAGES:
        page.goto(path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert overflow(page) <= 0, path


def test_right_to_left_as_a_whole(open_page: Open) -> None:
    """The brand stands right and Exit left, English content still begins on its own left."""
    page = open_page(RIGHT_TO_LEFT, 1280, 900)
    page.goto(LESSON)
    brand, leave = page.locator(".brand").bounding_box(), page.locator("a.exit").bounding_box()
    assert brand and leave and brand["x"] > 640 > leave["x"]
    assert style(page, "article.prose", "direction") == "ltr"
    assert style(page, ".help", "direction") == "rtl"


def test_text_sizes(open_page: Open) -> None:
    """Large is larger than standard, and extra large larger still; a browser's own size counts too."""
    sizes = []
    for display in ("", "size=l", "size=xl"):
        page = open_page(display)
        page.goto("/help")
        sizes.append(float(style(page, "main p", "fontSize").removesuffix("px")))
    assert sizes[0] * 1.1 < sizes[1] and sizes[1] * 1.1 < sizes[2]


def test_wide_spacing(open_page: Open) -> None:
    """Letters, words and lines get more room; letters that are joined stay joined."""
    page = open_page("spacing=wide")
    page.goto("/help")
    size, letters, words, line = (
        float(style(page, ".routes p", name).removesuffix("px"))
        for name in ("fontSize", "letterSpacing", "wordSpacing", "lineHeight")
    )
    assert letters >= 0.08 * size - 0.01 and words >= 3 * letters - 0.1 and line >= 1.9 * size
    page = open_page(f"spacing=wide&{RIGHT_TO_LEFT}")
    page.goto("/help")
    assert style(page, ".routes p", "letterSpacing") in ("normal", "0px")


def test_theme_wins_over_the_device(open_page: Open) -> None:
    """Light stays light on a dark device, dark stays dark on a light one; paper is white in either."""
    light, dark = "rgb(252, 249, 247)", "rgb(27, 19, 30)"
    for display, scheme, ground in (
        ("theme=light", "dark", light),
        ("theme=dark", "light", dark),
        ("", "dark", dark),
    ):
        page = open_page(display, color_scheme=scheme)
        page.goto("/display")
        assert style(page, "body", "backgroundColor") == ground
        page.emulate_media(media="print")
        assert style(page, "body", "backgroundColor") == "rgb(255, 255, 255)"
        assert style(page, "h1", "color") == "rgb(0, 0, 0)"


def test_forced_colours(open_page: Open, axe: Check) -> None:
    """In forced colours a choice keeps its edge and the one chosen can be told apart."""
    page = open_page("spacing=wide&size=xl", forced_colors="active")
    page.goto("/display")
    axe(page)
    page = open_page(ALL, forced_colors="active")
    page.goto("/display")
    assert style(page, "h1", "color") == "rgb(0, 0, 0)"  # the reader's colours, whatever theme was chosen
    assert style(page, ".choice:has(:checked)", "outlineStyle") == "solid"
    assert style(page, ".choice:not(:has(:checked))", "borderTopStyle") == "solid"
    assert style(page, ".sample", "borderTopStyle") == "dashed"


def test_nothing_moves(open_page: Open) -> None:
    """With movement as little as can be, even what another style sheet wants to move stands still."""
    moving = (
        "@layer components { a { transition: color 9s; animation: 9s x } } @keyframes x { to { opacity: 0 } }"
    )
    for display, running in (("", True), ("motion=reduced", False)):
        page = open_page(display, bypass_csp=True)
        page.goto(LESSON)
        page.add_style_tag(content=moving)
        assert page.evaluate("document.getAnimations().length > 0") == running


def test_by_keyboard_without_scripts(open_page: Open) -> None:
    """From a lesson to Display, try, keep, and back in the lesson, which looks and reads as chosen."""
    page = open_page(java_script_enabled=False)
    page.goto(LESSON)
    page.get_by_role("main").get_by_role("link", name="Display").press("Enter")
    page.wait_for_url(lambda url: "/display?" in url)
    page.get_by_role("group", name="Colours").get_by_role("radio", name="Light").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("radio", name="Easy Read").check()
    page.get_by_role("radio", name="Neutral").check()
    page.get_by_role("button", name="Try it out first").press("Enter")
    expect(page.get_by_role("heading", name="You are trying this out")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Keep this display").press("Enter")
    page.wait_for_url(f"**{LESSON}")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator(".switch [aria-current]")).to_have_text("Easy Read")
    assert page.title() == "Learning"


def test_what_was_tried_is_told(open_page: Open) -> None:
    """After trying something out, focus is on the words that say so."""
    page = open_page()
    page.goto("/display")
    page.get_by_role("button", name="Try it out first").click()
    expect(page.get_by_role("alert")).to_be_focused()
