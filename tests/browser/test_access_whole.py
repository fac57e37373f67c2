"""Access, whole: every page and state that there is, in every way that people look at it.

The pages come from the application's own list of routes, so a new one fails here until it has its states.
One browser walks through all states once and keeps each page as it was shown; each way of looking then
opens those copies again, so that every state is seen in every way without being made anew.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Route
from werkzeug.routing import RequestRedirect

from lms.app import create_app
from lms.settings import Settings
from tests.browser import journey
from tests.browser.conftest import EXPECTED
from tests.browser.test_appearance import overflow, press
from tests.browser.test_appearance import states as states_on_the_way
from tests.conftest import settings_for
from tests.lms.people import EMAIL, PASSWORD, account

LESSON = f"{journey.COURSE}/lessons/what-hate-crime-is"
NO_PAGE = {
    "areas.choose", "areas.follow", "areas.index",  # two areas: tests/browser/test_areas.py
    "audit.index",  # for administrators: tests/browser/test_audit.py
    "attempts.show", "awards.pdf", "awards.new_for_path", "awards.create_for_path", "awards.renew",
    "files.asset", "files.media_file", "merges.new", "my_data.download", "healthz.show", "exits.leave", "paths.show", "static",
}  # fmt: skip
"""Routes that answer without a page of their own, or whose page is looked at by another test."""


@dataclass(frozen=True)
class State:
    """One page as it was shown: in which state, at which address, and its HTML."""

    name: str
    path: str
    html: str


VISITOR = (
    "/", "/help", "/safety", "/privacy", "/cookies", "/accessibility", "/check", "/check/0000-0000-0000",
    "/come-back", "/left", "/nope", "/display", journey.COURSE, f"{journey.COURSE}/before", f"{journey.COURSE}/glossary",
    "/sign-up", "/sign-in", "/forgotten-password", "/deleted", "/sign-up/none", "/new-password/none",
    "/email-change/none", "/new-email/none",
    LESSON, f"{LESSON}?version=easy", f"{journey.COURSE}/lessons/what-people-perceive",
    f"{journey.COURSE}/quizzes/final", "/come-back/code",
)  # fmt: skip
"""What a visitor can open; the last is refused, which is a page too."""
ACCOUNT = (
    "/account",
    "/account/name",
    "/account/password",
    "/account/email",
    "/account/sessions",
    "/account/data",
    "/account/deletion",
)


@pytest.fixture(scope="module")
def shown(browser: Browser, server: str, instance: Path) -> list[State]:
    """Every page and state, each once."""
    context = browser.new_context(base_url=server, viewport={"width": 375, "height": 700})
    context.set_default_timeout(30_000)
    page = context.new_page()
    found: list[State] = []

    def keep(name: str) -> None:
        found.append(State(name, urlsplit(page.url).path, page.content()))

    for path in VISITOR:
        page.goto(path)
        keep(path)
    for name in states_on_the_way(page):
        keep(name)
    for name in _with_account(page, instance):
        keep(name)
    context.close()
    return [*found, *(_long_words(state) for state in found if state.name in ("/", "question"))]


def _with_account(page: Page, instance: Path) -> Iterator[str]:
    """Signing in, first wrongly, then what an account may do."""
    app = create_app(Settings.from_env({"ALONGSIDE_INSTANCE": str(instance)}))
    account(app)
    page.goto("/sign-in")
    press(page.locator("main form button[type=submit]").first)
    yield "sign in without anything"
    page.locator("input[name=email]").fill(EMAIL)
    page.locator("input[name=password]").fill(PASSWORD)
    press(page.locator("main form button[type=submit]").first)
    yield "signed in"
    for path in ACCOUNT:
        page.goto(path)
        yield path


def _long_words(state: State) -> State:
    """The same with headings that are one long word, as a course or a translation may have."""
    word = "Hasskriminalitätsbekämpfungsbeauftragte" * 2
    html = state.html.replace("<h1>", f"<h1>{word} ").replace("<h3><a", f"<h3>{word} <a")
    return State(f"{state.name} with long words", state.path, html)


@dataclass(frozen=True)
class Way:
    """A way of looking: what the browser is set to, and what is done to each page once it is open."""

    settings: dict[str, object]
    then: str = ""
    not_axe: tuple[str, ...] = ()


PHONE, WIDE = {"width": 375, "height": 700}, {"width": 1280, "height": 900}
SPACED = """for (const e of document.querySelectorAll('body *')) { e.style.lineHeight = '1.5';
  e.style.letterSpacing = '.12em'; e.style.wordSpacing = '.16em'; if (e.matches('p')) e.style.marginBottom = '2em' }"""
# In forced colours the contrast is the reader's own choice; axe reads the colours that were replaced.
WAYS = {
    "light": Way({"viewport": PHONE, "color_scheme": "light"}),
    "dark": Way({"viewport": WIDE, "color_scheme": "dark"}),
    "forced colours": Way({"viewport": PHONE, "forced_colors": "active"}, not_axe=("color-contrast",)),
    "right to left": Way({"viewport": WIDE}, "document.documentElement.dir = 'rtl'"),
    "320 pixels": Way({"viewport": {"width": 320, "height": 256}}),
    "text at 200%": Way({"viewport": WIDE}, "document.documentElement.style.fontSize = '200%'"),
    "text spacing": Way({"viewport": {"width": 320, "height": 640}}, SPACED),
}

CUT_OFF = """() => [...document.querySelectorAll('body *')].filter(e => {
  const s = getComputedStyle(e), hides = [s.overflowX, s.overflowY].some(o => o === 'hidden' || o === 'clip');
  if (!hides || s.clipPath !== 'none' || !e.innerText?.trim() || e.closest('svg, [aria-hidden]')) return false;
  return e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1 }).map(e => e.outerHTML.slice(0, 90))"""
OUT_OF_SIGHT = """() => [...document.querySelectorAll('main :is(h1, h2, h3, p, li, dd, a, button, label)')].filter(e => {
  if (!e.checkVisibility() || e.closest('.vh, .scroll')) return false;
  const b = e.getBoundingClientRect(); return b.width > 1 && (b.left < -1 || b.right > innerWidth + 1) })
  .map(e => e.outerHTML.slice(0, 90))"""
SMALL = """() => [...document.querySelectorAll('a, button, input, summary, select')].filter(e => {
  const r = e.getBoundingClientRect(), inline = getComputedStyle(e).display === 'inline' && e.closest('p, li, dd, figcaption');
  return r.width && !inline && e.type !== 'hidden' && !e.closest('.skip') && (r.width < 24 || r.height < 24) })
  .map(e => e.outerHTML.slice(0, 90))"""
HIDDEN_FOCUS = """() => { const e = document.activeElement; if (!e || e === document.body) return null;
  const near = [e, e.closest('.card, .choice'), e.nextElementSibling].filter(Boolean);
  const ringed = near.some(n => [null, '::after'].some(p => { const s = getComputedStyle(n, p);
    return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 }));
  const b = (e.getClientRects()[0] ?? e.getBoundingClientRect()), x = b.x + b.width / 2, y = b.y + Math.min(b.height / 2, 20);
  const top = document.elementFromPoint(x, y);
  const clear = !top || e.contains(top) || top.contains(e) || near.some(n => n.contains(top));
  const tall = b.height > innerHeight && b.top < innerHeight && b.bottom > 0;
  return { what: e.outerHTML.slice(0, 90), seen: tall || y >= 0 && y <= innerHeight, clear, ringed } }"""


@pytest.fixture
def look(browser: Browser, server: str) -> Iterator[Callable[..., Iterator[Page]]]:
    """Opens each state again as it was shown, in one way of looking; any word on the console is a fault."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def opened(states: list[State], way: Way) -> Iterator[tuple[State, Page]]:
        context = browser.new_context(base_url=server, **way.settings)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        for state in states:
            context.route("**/*", _serving(state))
            page.goto(state.path)
            if way.then:
                page.evaluate(way.then)
            yield state, page
            context.unroute("**/*")

    yield opened
    for context in contexts:
        context.close()
    assert not [fault for fault in faults if not any(each in fault for each in EXPECTED)]


def _serving(state: State) -> Callable[[Route], None]:
    def answer(route: Route) -> None:
        if route.request.is_navigation_request():
            route.fulfill(content_type="text/html; charset=utf-8", body=state.html)
        else:
            route.fallback()

    return answer


def test_no_page_is_forgotten(shown: list[State], fonts_folder: Path) -> None:
    """Each route that shows a page is among the states; a new one fails here until it is, or says why not."""
    app: Flask = create_app(settings_for("sqlite://", fonts_folder))
    adapter, seen = app.url_map.bind("localhost"), set()
    for state in shown:
        for method in ("GET", "POST"):
            try:
                seen.add(adapter.match(state.path, method=method)[0])
            except RequestRedirect:
                raise
            except Exception:  # noqa: BLE001,S112  no page, or no form, at this address
                continue
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert pages - seen - NO_PAGE == set()


def test_every_page_has_a_title_of_its_own(shown: list[State], look: Callable[..., Iterator[Page]]) -> None:
    """No two pages at different addresses have the same title, and each title is more than the site's name."""
    titles: dict[str, str] = {}
    for state, page in look(shown, Way({})):  # type: ignore[misc]
        title = page.title()
        assert title.removesuffix(" – Alongside").strip(), state.name
        page_at = re.sub(
            r"\d+|/checks/.*|/name-matches|.*/none", "", state.path
        )  # any attempt; any dead link; a lesson with what was just answered
        assert titles.setdefault(title, page_at) == page_at, (title, state.name)


@pytest.mark.slow
@pytest.mark.parametrize("name", WAYS)
def test_every_state_in_every_way(
    shown: list[State],
    look: Callable[..., Iterator[tuple[State, Page]]],
    axe: Callable[..., None],
    name: str,
) -> None:
    """Axe finds nothing, nothing scrolls sideways, is cut off or out of sight, and targets are large enough."""
    way = WAYS[name]
    for state, page in look(shown, way):
        assert overflow(page) <= 0, state.name
        for check in (CUT_OFF, OUT_OF_SIGHT, SMALL):
            assert page.evaluate(check) == [], (state.name, check[:60])
        axe(page, without=way.not_axe)


@pytest.mark.slow
@pytest.mark.parametrize("size", [PHONE, {"width": 320, "height": 256}], ids=["phone", "at 400%"])
def test_focus_is_seen_everywhere(
    shown: list[State], look: Callable[..., Iterator[tuple[State, Page]]], size: dict[str, int]
) -> None:
    """Whatever Tab reaches, on every page, is in view, ringed, and not under the bar that stays on top."""
    for state, page in look(shown, Way({"viewport": size})):
        page.evaluate("scrollTo(0, 0); document.activeElement?.blur()")
        for _ in range(80):
            page.keyboard.press("Tab")
            seen = page.evaluate(HIDDEN_FOCUS)
            if seen is None:
                break
            assert seen["seen"] and seen["ringed"] and seen["clear"], (state.name, seen)


@pytest.mark.slow
def test_every_page_prints(shown: list[State], look: Callable[..., Iterator[tuple[State, Page]]]) -> None:
    """On paper each page keeps its heading and loses the bars, and nothing runs over the edge."""
    for state, page in look(shown, Way({"viewport": {"width": 718, "height": 1000}, "color_scheme": "dark"})):
        page.emulate_media(media="print")
        assert page.locator("h1").is_visible(), state.name
        assert not page.locator(".topbar, .mainnav, .foot").filter(visible=True).count(), state.name
        assert overflow(page) <= 0, state.name
        ink = page.locator("h1").evaluate("e => getComputedStyle(e).color")
        assert ink == "rgb(0, 0, 0)" or state.path == "/left", state.name  # that one has no styles at all
        page.emulate_media(media="screen")
