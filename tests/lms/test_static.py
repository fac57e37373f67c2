"""What holds for our CSS, JavaScript and templates before any browser reads them."""

import gzip
import re
from pathlib import Path

import pytest

LMS = Path(__file__).parents[2] / "lms"
CSS, JS, TEMPLATES = LMS / "static/css", LMS / "static/js", LMS / "templates"
BUDGET = 14 * 1024  # bytes over the wire, CSS and JavaScript together

TEXT, EDGE = 4.5, 3.0  # WCAG 2.2: 1.4.3 and 1.4.11
PAIRS = [
    *(("ink", ground, TEXT) for ground in ("paper", "surface", "tint", "marigold-soft", "sky-soft")),
    *(("ink", ground, TEXT) for ground in ("leaf-soft", "coral-soft")),
    *((words, ground, TEXT) for words in ("ink-soft", "link") for ground in ("paper", "surface", "tint")),
    *(("link", ground, TEXT) for ground in ("leaf-soft", "marigold-soft", "sky-soft", "coral-soft")),
    *(("coral", ground, TEXT) for ground in ("paper", "surface", "tint", "coral-soft")),
    *(("leaf", ground, TEXT) for ground in ("paper", "surface", "leaf-soft")),
    ("on-action", "action", TEXT),
    ("on-action", "action-hover", TEXT),
    ("action", "paper", EDGE),
    ("on-plum", "plum", TEXT),
    ("on-plum", "plum-deep", TEXT),
    ("on-plum-soft", "plum", TEXT),
    ("on-marigold", "marigold", TEXT),
    ("on-exit", "exit", TEXT),
    ("on-exit", "exit-hover", TEXT),
    *(("line-strong", ground, EDGE) for ground in ("paper", "surface", "tint")),
    *(("focus-a", ground, EDGE) for ground in ("paper", "surface", "tint")),
    ("focus-a", "focus-b", EDGE),
]


def _palettes() -> dict[str, dict[str, str]]:
    """Each theme's colours by name; the dark ones with what they keep from the light one."""
    tokens = (CSS / "tokens.css").read_text(encoding="utf-8")
    found = {
        selector: dict(re.findall(r"--([\w-]+): (#\w+);", body))
        for selector, body in re.findall(r"(:root[^{]*?) \{([^{}]*)\}", tokens)
        if "--paper" in body
    }
    light = found[":root"]
    return {selector: light | colours for selector, colours in found.items()}


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    shares = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [":root", ':root[data-theme="dark"]'])
def test_contrast(theme):
    """Every pair of words and ground, and every edge, is strong enough in light and in dark."""
    colours = _palettes()[theme]
    weak = {
        (front, back): ratio
        for front, back, least in PAIRS
        if (ratio := _contrast(colours[front], colours[back])) < least
    }
    assert weak == {}


def test_dark_is_dark_either_way():
    """Dark looks the same whether the browser or the learner chose it."""
    palettes = _palettes()
    assert palettes[':root[data-theme="dark"]'] == palettes[':root:not([data-theme="light"])']


@pytest.mark.parametrize("folder", [CSS, JS], ids=["css", "js"])
def test_every_file_is_served(folder):
    """Each CSS and JavaScript file stands in its folder's order.txt, once."""
    listed = (folder / "order.txt").read_text(encoding="utf-8").split()
    assert sorted(listed) == sorted(path.name for path in folder.iterdir() if path.suffix != ".txt")


def test_budget():
    """CSS and JavaScript together stay small on a slow phone."""
    wire = 0
    for folder in (CSS, JS):
        names = (folder / "order.txt").read_text(encoding="utf-8").split()
        wire += len(gzip.compress(b"\n".join((folder / name).read_bytes() for name in names), 9))
    assert wire < BUDGET


def test_nothing_from_elsewhere():
    """CSS loads nothing: no import, no address, no font."""
    css = "".join(path.read_text(encoding="utf-8") for path in CSS.glob("*.css"))
    assert re.findall(r"@import|url\(|@font-face|https?:", css) == []


def test_left_and_right_are_never_named():
    """CSS speaks of start and end, so that pages mirror for languages read from the right."""
    css = "".join(path.read_text(encoding="utf-8") for path in CSS.glob("*.css"))
    assert re.findall(r"(?<![\w-])(?:margin-|padding-|border-)?(?:left|right)\s*:", css) == []


@pytest.mark.parametrize(
    "path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES))
)
def test_templates_suit_the_policy(path):
    """No template has inline style or script, which our content security policy would refuse."""
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", text) == []
    assert len(text.splitlines()) < 80, "a page this long wants a part of its own"


def test_forms_carry_their_token():
    """Every form that posts carries the token against forged requests, or only what is signed or secret."""
    pages = {path.name: path.read_text(encoding="utf-8") for path in TEMPLATES.rglob("*.html")}
    forms = [
        (name, form)
        for name, text in pages.items()
        for form in re.findall(r"<form.*?</form>", text, re.DOTALL)
    ]
    bare = [(name, form) for name, form in forms if 'method="post"' in form and "csrf()" not in form]
    proven = ('name="id_token"', 'name="arrival"', 'name="picking"', 'name="JWT"', "registrations.")
    assert forms
    assert [name for name, form in bare if not any(each in form for each in proven)] == []
