"""Access, whole: every page and state that there is, in every way that people look at it.

The states come from tests/browser/states.py as HTML, each made once. A new route or template fails here until it
has a state.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.exceptions import HTTPException

from lms.app import create_app
from lms.passwords import Cost
from tests.browser import axe
from tests.browser.conftest import EXPECTED
from tests.browser.inside import serving
from tests.browser.keyboard import MOST, WHERE, hidden
from tests.browser.states import WITH_LONG_WORDS, State, gathered
from tests.conftest import Database, close, settings_for
from tests.page_checks import CheckingClient, check_page

NO_PAGE = {
    "awards.pdf", "exits.leave", "files.asset", "files.icon", "files.media_file", "healthz.show",
    "launches.key_set", "launches.login_by_address", "my_data.download", "static",
}  # fmt: skip
"""Routes that answer with a file, with a word for machines, or with the way to another page."""
TEMPLATES = Path(__file__).parents[2] / "lms" / "templates"
PIECES = {
    "base.html",
    "account/page.html",
    "account/within.html",
    "lti/plain.html",
    "lti/registration.html",
    "platforms/page.html",
}
"""Templates that others are built on; nor is what lies in `macros` and `parts` a page by itself."""


@pytest.fixture(scope="module")
def whole(
    sqlite: Database, fonts_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Flask, list[State]]]:
    """The address of a site with everything on it, the site, and all states."""
    empty = f"sqlite:///{tmp_path_factory.mktemp('empty') / 'empty.db'}"
    apps = [create_app(settings_for(url, fonts_folder)) for url in (sqlite.copy(), sqlite.copy(), empty)]
    for app in apps:
        app.test_client_class = CheckingClient
        app.config["ARGON2"] = Cost(time_cost=1, memory_cost=8, parallelism=1)
    found = gathered(*apps)
    apps[0].wsgi_app = Shown(apps[0].wsgi_app, found)  # type: ignore[method-assign]
    with serving(apps[0]) as address:
        yield address, apps[0], found
    for app in apps[1:]:
        close(app)


@pytest.fixture(scope="module")
def shown(whole: tuple[str, Flask, list[State]]) -> list[State]:
    """Every page and state, each once."""
    return whole[2]


PHONE, WIDE = {"width": 375, "height": 700}, {"width": 1280, "height": 900}
LIGHT = {"color_scheme": "light", "forced_colors": "none"}
ALL: tuple[str, ...] = ()
BUT_CONTRAST = ("color-contrast",)
"""Where colours are those of another way of that width; to judge them takes axe longest."""


@dataclass(frozen=True)
class Way:
    """A way of looking: what the browser is set to, what is done to the page, and what axe leaves out: None where it
    does not look.
    """

    size: dict[str, int]
    media: dict[str, str] = field(default_factory=lambda: LIGHT)
    then: str = ""
    axe: tuple[str, ...] | None = None


SPACED = """for (const e of document.querySelectorAll('body *')) { e.style.lineHeight = '1.5';
  e.style.letterSpacing = '.12em'; e.style.wordSpacing = '.16em'; if (e.matches('p')) e.style.marginBottom = '2em' }"""
AS_IT_WAS = "document.documentElement.style.fontSize = ''; document.documentElement.dir = "
TWICE = "document.documentElement.style.fontSize = '200%'"
WAYS = {
    "light": Way(PHONE, axe=ALL),
    # the reader's own colours: axe would read those that were replaced
    "forced colours": Way(PHONE, LIGHT | {"forced_colors": "active"}, axe=BUT_CONTRAST),
    "text at 200% on a phone": Way(PHONE, then=TWICE),
    "dark": Way(WIDE, LIGHT | {"color_scheme": "dark"}, axe=ALL),
    "right to left": Way(WIDE, then="document.documentElement.dir = 'rtl'", axe=ALL),
    "text at 200%": Way(WIDE, then=TWICE, axe=BUT_CONTRAST),
    "320 pixels": Way({"width": 320, "height": 256}, LIGHT | {"color_scheme": "dark"}, axe=ALL),
    "text spacing": Way({"width": 320, "height": 640}, then=SPACED, axe=BUT_CONTRAST),  # the last: it stays
}
PARTS = 4
"""Between so many tests the states are shared out, so that they are looked at side by side."""

BUILT = re.compile(
    r"<(/?[a-z][a-z0-9]*)|\s(class|type|role|lang|dir|aria-[a-z]+|data-(?:theme|size|spacing))=\"([^\"]*)\""
    r"|\s(hidden|open|checked|disabled)\b"
)
"""What a page is built of: its elements, what styles them, and what state they are in."""

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

CHECKS = f"""() => [({CUT_OFF})(), ({OUT_OF_SIGHT})(), ({SMALL})(),
  (d => d.scrollWidth > d.clientWidth ? [`${{d.scrollWidth - d.clientWidth}} pixels sideways`] : [])(
    document.documentElement)].flat()"""

SEEN = "e => e.checkVisibility({ visibilityProperty: true }) && e.getBoundingClientRect().height > 0"
PRINTED = f"""() => {{ const d = document.documentElement, seen = {SEEN}; return {{
  bars: [...document.querySelectorAll('.topbar, .mainnav, .foot, .summary, .btn')].filter(seen).length,
  ink: [...document.querySelectorAll('h1')].filter(seen).map(e => getComputedStyle(e).color),
  sideways: d.scrollWidth - d.clientWidth }} }}"""
"""The bars that stand on paper, the colour of the heading, and how far the page runs over the edge."""
LEFT = f"""() => {{ const b = document.querySelector('.exit-overlay')?.getBoundingClientRect(), seen = {SEEN}; return {{
  cover: b && [b.x, b.y, b.width, b.height], title: document.title,
  seen: [...document.querySelectorAll('body > :not(.exit-overlay)')].filter(seen).length }} }}"""
"""What covers the page once it was left, what else is still to be seen, and its title."""

Look = Callable[..., Iterator[tuple[State, Page]]]


class Shown:
    """Shows each state at its own address, by its number; and axe, which the browser then keeps."""

    def __init__(self, app: Callable[..., Iterable[bytes]], states: list[State]) -> None:
        self.app, self.states, self.axe = app, states, axe.SCRIPT.encode()

    def __call__(self, environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
        if number := parse_qs(environ["QUERY_STRING"]).get("state"):
            html = self.states[int(number[0])].html
            for goes_on, stays in ((" data-send", ""), (" data-storage=", " data-still=")):
                html = html.replace(goes_on, stays)  # what goes on by itself stays to be looked at
            start("200 OK", [("Content-Type", "text/html; charset=utf-8")])
            return [html.encode()]
        if environ["PATH_INFO"] == "/axe.js":
            start("200 OK", [("Content-Type", "text/javascript"), ("Cache-Control", "max-age=3600")])
            return [self.axe]
        if environ["PATH_INFO"] == "/leave":
            start("204 NO CONTENT", [])  # nothing to go to: what covers the page stays
            return []
        return self.app(environ, start)


@pytest.fixture
def look(browser: Browser, whole: tuple[str, Flask, list[State]]) -> Iterator[Look]:
    """Opens each state again as it was shown, with these settings; any word on the console is a fault."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []
    address, _, every = whole

    def opened(states: list[State], **settings: object) -> Iterator[tuple[State, Page]]:
        context = browser.new_context(base_url=address, reduced_motion="reduce", **settings)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        for state in states:
            page.goto(f"{state.path}{'&' if '?' in state.path else '?'}state={every.index(state)}")
            yield state, page

    yield opened
    for context in contexts:
        context.close()
    assert not [fault for fault in faults if not any(each in fault for each in EXPECTED)]


def test_no_page_is_forgotten(whole: tuple[str, Flask, list[State]]) -> None:
    """Each route that shows a page is among the states; a new one fails here until it is, or says why not."""
    _, app, shown = whole
    adapter, seen = app.url_map.bind("localhost"), set()
    for state in shown:
        try:
            seen.add(adapter.match(state.path, method="GET")[0])
        except HTTPException:  # the address of a state of its own, or of a form
            continue
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert pages - seen == NO_PAGE


def test_no_template_is_forgotten(shown: list[State]) -> None:
    """Each template that is a page is among the states, so also those that only a form or an error shows."""
    files = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html")}
    pages = {name for name in files - PIECES if not name.startswith(("macros/", "parts/"))}
    assert pages == {state.template for state in shown}


def test_every_page_has_a_title_of_its_own(shown: list[State]) -> None:
    """No two kinds of page have the same title, and each title is more than the site's name."""
    titles: dict[str, set[str]] = {}
    for state in shown:
        title = check_page(state.html)
        assert title.removesuffix("Alongside").strip(" –"), state.name
        titles.setdefault(title.removeprefix("Error: "), set()).add(state.template)
    assert {title: made for title, made in titles.items() if len(made) > 1} == {}


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_every_state_in_every_way(shown: list[State], look: Look, part: int) -> None:
    """Axe finds nothing, nothing scrolls sideways, is cut off or out of sight, and targets are large enough."""
    faults, differ = [], unlike(shown)
    for state, page in look(shown[part::PARTS], viewport=PHONE):
        page.add_script_tag(url="/axe.js")
        direction = page.evaluate("document.documentElement.dir")
        for name, way in WAYS.items() if state in differ else [("light", WAYS["light"])]:
            page.set_viewport_size(way.size)  # type: ignore[arg-type]
            page.emulate_media(**way.media)  # type: ignore[arg-type]
            page.evaluate(f"{AS_IT_WAS}'{direction}'; {way.then}; scrollTo(0, 0)")
            faults += [(name, state.name, said) for said in found(state, page, way)]
    assert not faults, "\n".join(map(str, faults))


def found(state: State, page: Page, way: Way) -> Iterator[str]:
    """What is not well with a state, looked at in one way."""
    yield from page.evaluate(CHECKS)
    if way.axe is None or state.name.endswith(WITH_LONG_WORDS):  # longer words are nothing new to axe
        return
    if told := axe.look(page, without=way.axe):
        yield told


@pytest.mark.slow
@pytest.mark.parametrize("size", [PHONE, {"width": 320, "height": 256}], ids=["phone", "at 400%"])
def test_focus_is_seen_everywhere(shown: list[State], look: Look, size: dict[str, int]) -> None:
    """Whatever Tab reaches is in view, ringed, and not under the bar on top; and it never leads back up a page. At
    400% that is looked at once for each template.
    """
    faults, states = [], one_of_each(shown)
    once = list({state.template: state for state in reversed(states)}.values())
    for state, page in look(states if size == PHONE else once, viewport=size):
        page.evaluate("document.querySelector('.skip')?.focus()")
        before: float = 0
        for _ in range(MOST):
            page.keyboard.press("Tab")
            where = page.evaluate(WHERE)
            if where is None or where["what"].startswith('<a class="skip" href="#main"'):  # round again
                break
            if hidden(where):
                faults.append((state.name, where))
            if where["top"] is not None:
                if where["bottom"] <= before:
                    faults.append((state.name, "goes back up to", where))
                before = where["top"]
    assert not faults, "\n".join(map(str, faults))


def test_what_axe_finds_is_told(browser: Browser) -> None:
    """A picture without words and words that are too faint are told, each unless it is left out."""
    page = browser.new_page()
    page.set_content(
        "<html lang=en><title>A</title><main><h1>A</h1><img src=a><p style='color: #ccc'>Faint</p></main>"
    )
    page.evaluate(axe.SCRIPT)
    told, less = axe.look(page), axe.look(page, without=("color-contrast",))
    assert "image-alt" in told and "color-contrast" in told
    assert "image-alt" in less and "color-contrast" not in less
    page.close()


def unlike(shown: list[State]) -> list[State]:
    """One of those that differ only in their words, or in how often something stands there; and long words."""
    built = {(state.template, frozenset(BUILT.findall(state.html))): state for state in reversed(shown)}
    return [state for state in shown if state in built.values() or state.name.endswith(WITH_LONG_WORDS)]


def one_of_each(shown: list[State]) -> list[State]:
    """The same, without long words, and without the versions of a lesson: they press no keys."""
    left_out = [state for state in shown if state.name.endswith(WITH_LONG_WORDS) or "version=" in state.name]
    return [state for state in unlike(shown) if state not in left_out]


@pytest.mark.slow
def test_every_page_is_left_at_once(shown: list[State], look: Look) -> None:
    """On each page that is built differently Shift three times covers all of it at once, title included, before any answer comes."""
    faults = []
    for state, page in look(one_of_each(shown), viewport=PHONE):
        if state.path == "/left":
            continue
        page.route("**/{leave,weather}", lambda _route: None)  # no answer comes
        for _ in range(3):
            page.keyboard.press("Shift")
        left = page.evaluate(LEFT)
        if left != {"cover": [0, 0, PHONE["width"], PHONE["height"]], "seen": 0, "title": ""}:
            faults.append((state.name, left))
    assert not faults, faults


@pytest.mark.slow
def test_every_page_prints(shown: list[State], look: Look) -> None:
    """On paper each page that is built differently keeps its heading and loses the bars, and nothing runs over the edge."""
    faults = []
    for state, page in look(unlike(shown), viewport={"width": 718, "height": 1000}, color_scheme="dark"):
        page.emulate_media(media="print")
        printed = page.evaluate(PRINTED)
        black = printed["ink"] == ["rgb(0, 0, 0)"] or state.path == "/left"  # that one has no styles at all
        if printed["bars"] or printed["sideways"] > 0 or len(printed["ink"]) != 1 or not black:
            faults.append((state.name, printed))
    assert not faults, faults
