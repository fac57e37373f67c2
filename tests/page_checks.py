"""A test client that looks at every page it fetches, as a strict reader would."""

import hashlib
import html
import re
from typing import Any

from flask.testing import FlaskClient
from justhtml import JustHTML
from werkzeug.test import TestResponse

EVENT = re.compile(r"on[a-z]+")
UNLABELLED = {"hidden", "submit", "button"}
NEUTRAL = "Learning"
"""The title of every page for those who chose neutral titles, and of none for anybody else."""


WAY_OUT = re.compile(
    r'class="skip" href="((?:/s/[\w-]+)?)/leave" data-exit .* target="_top".*class="exit" href="\1/leave" data-exit',
    re.DOTALL,
)
PROVEN = ", ".join(
    f'[name="{name}"]'
    for name in ("csrf_token", "id_token", "arrival", "picking", "JWT", "openid_configuration")
)
"""What shows that a form is from a page of ours: a token against forgery, all that it says is signed, or its address is
a secret.
"""
NO_WAY_OUT = {"/left"}
"""Whoever is there has left."""


class CheckingClient(FlaskClient):
    """Follows forms by the token on the page; raises AssertionError for a page that is not fit to be seen."""

    token = ""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and response.status_code not in (301, 302, 303):
            page = response.get_data(as_text=True)
            title = check_page(page)
            assert response.headers["Cache-Control"] == "no-store", "Back must not bring a page from a cache"
            assert response.request.path in NO_WAY_OUT or WAY_OUT.search(page), (
                "a page needs its two ways out"
            )
            if response.status_code == 200 and response.request.method == "GET" and title != NEUTRAL:
                self._check_distinct(title, re.sub(r"^/s/[^/]+", "", response.request.path))
            found = re.search(r'name="csrf_token" value="([^"]+)"', page)
            self.token = found[1] if found else self.token
        return response

    def send(self, path: str, **fields: Any) -> TestResponse:
        """Post a form as the page last seen would."""
        return self.post(path, data={"csrf_token": self.token, **fields})

    def _check_distinct(self, title: str, path: str) -> None:
        """Two pages of different kinds never share a title: tabs, history and screen readers go by it."""
        endpoint, _ = self.application.url_map.bind("localhost").match(path)
        titles: dict[str, str] = vars(self).setdefault("_titles", {})
        other = titles.setdefault(title, endpoint)
        assert other == endpoint, f"{endpoint} and {other} have the same title: {title}"


PLAIN = r"(?:[^<>&\"\0-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]|&(?:amp|lt|gt|quot|#\d+);)*"
WORDS = re.compile(rf">(?=[^<]*[^\s<]){PLAIN}<")
VALUES = re.compile(rf'( (?:value|href|src|action|content|datetime|data-[a-z-]+)=)"{PLAIN}"')
"""What makes pages differ that are built alike, where nothing in it could break them."""
SUMMARY, FAULT = (
    re.compile(r'<div class="summary".*?</div>', re.DOTALL),
    re.compile(r"<li><a [^>]*>(.*?)</a>", re.DOTALL),
)
_FIT: set[bytes] = set()


def check_page(page: str) -> str:
    """Valid, titled, labelled, and without anything the security policy forbids; returns its title.

    Of pages that differ in plain words and values alone the first is looked at: it takes longer than to make one.
    """
    shape = hashlib.sha256(VALUES.sub(r'\1"x"', WORDS.sub(">x<", page)).encode()).digest()
    if shape not in _FIT:
        _look_at(page)
        _FIT.add(shape)
    title = " ".join(html.unescape(page.partition("<title>")[2].partition("</title>")[0]).split())
    assert not title.startswith("–"), "a title begins with what the page is about"
    for summary in SUMMARY.findall(page):
        assert len(faults := FAULT.findall(summary)) == len(set(faults)), f"two faults sound alike: {faults}"
    return title


def _look_at(page: str) -> None:
    tree = JustHTML(page, collect_errors=True, sanitize=False)
    assert not tree.errors, [str(fault) for fault in tree.errors[:3]]
    _check_head(tree)
    ids = [each.attrs["id"] for each in tree.query("[id]")]
    assert len(ids) == len(set(ids)), sorted(each for each in ids if ids.count(each) > 1)
    _check_forms(tree)
    _check_groups(tree)
    _check_order(tree)
    _check_policy(tree)


def words(element: Any) -> str:
    """What an element says."""
    return " ".join(str(element.to_text()).split())


def _check_head(tree: JustHTML) -> None:
    titles, headings = tree.query("head > title"), tree.query("h1")
    assert len(titles) == 1 and words(titles[0]), "a page needs a title"
    assert len(headings) == 1 and words(headings[0]), "a page needs one h1"
    assert tree.query("html[lang]")[0].attrs["lang"], "a page says its language"


def _check_forms(tree: JustHTML) -> None:
    labelled = {each.attrs.get("for") for each in tree.query("label") if words(each)}
    for each in tree.query("input, select, textarea"):
        if each.attrs.get("type") not in UNLABELLED:
            named = each.attrs.get("id") in labelled or each.attrs.get("aria-label")
            assert named, f"an input needs a label: {each.attrs}"
    for each in tree.query("button"):
        assert words(each) or each.attrs.get("aria-label"), f"a button says what it does: {each.attrs}"
    ids = {each.attrs["id"] for each in tree.query("[id]")}
    for each in tree.query("[aria-describedby], [aria-labelledby]"):
        told = f"{each.attrs.get('aria-describedby', '')} {each.attrs.get('aria-labelledby', '')}".split()
        assert set(told) <= ids, f"what describes it is not there: {each.attrs}"
    for form in tree.query('form[method="post"]'):
        assert form.query(PROVEN), "a form that changes something needs a token"


def _check_groups(tree: JustHTML) -> None:
    """Radio buttons, and boxes that belong together, stand in a fieldset that says what is asked."""
    for fieldset in tree.query("fieldset"):
        first = [each for each in fieldset.children if not each.name.startswith("#")][:1]
        assert first and first[0].name == "legend" and words(first[0]), "a fieldset begins with its legend"
    grouped = {id(each) for each in tree.query("fieldset input")}
    boxes = [each.attrs.get("name") for each in tree.query('input[type="checkbox"]')]
    for each in tree.query('input[type="radio"], input[type="checkbox"]'):
        alone = each.attrs["type"] == "checkbox" and boxes.count(each.attrs.get("name")) == 1
        assert id(each) in grouped or alone, f"choices need a fieldset: {each.attrs}"


def _check_order(tree: JustHTML) -> None:
    """The keyboard goes through a page as it is read."""
    jumps = [each.attrs for each in tree.query("[tabindex]") if each.attrs["tabindex"] not in ("0", "-1")]
    assert not jumps, f"the order of the page is the order of its keys: {jumps}"


def _check_policy(tree: JustHTML) -> None:
    assert not tree.query("style, [style]"), "no inline style"
    assert not tree.query("script:not([src])"), "no inline script"
    for each in tree.query("*"):
        assert not [name for name in each.attrs if EVENT.fullmatch(name)], f"no event handlers: {each.attrs}"
