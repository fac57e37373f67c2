"""A test client that looks at every page it fetches, as a strict reader would."""

import re
from html.parser import HTMLParser
from typing import Any

import justhtml
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

EVENT = re.compile(r"on[a-z]+")
UNLABELLED = {"hidden", "submit", "button"}


class CheckingClient(FlaskClient):
    """Follows forms by the token on the page; raises AssertionError for a page that is not fit to be seen."""

    token = ""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and response.status_code not in (301, 302, 303):
            page = response.get_data(as_text=True)
            check_page(page)
            found = re.search(r'name="csrf_token" value="([^"]+)"', page)
            self.token = found[1] if found else self.token
        return response

    def send(self, path: str, **fields: Any) -> TestResponse:
        """Post a form as the page last seen would."""
        return self.post(path, data={"csrf_token": self.token, **fields})


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None], str]] = []
        self.open: list[str] = []
        self.title = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes), " ".join(self.open)))
        if tag not in {"meta", "link", "input", "br", "hr", "img", "path", "circle", "rect"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while tag in self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["title"] and "svg" not in self.open:
            self.title += data


def check_page(page: str) -> None:
    """Valid, titled, labelled, and without anything the security policy forbids."""
    faults = justhtml.JustHTML(page, collect_errors=True).errors
    assert not faults, [str(fault) for fault in faults[:3]]
    reader = _Reader()
    reader.feed(page)
    tags = reader.tags
    assert reader.title.strip(), "a page needs a title"
    assert sum(tag == "h1" for tag, _, _ in tags) == 1, "a page needs one h1"
    assert any(tag == "html" and held.get("lang") for tag, held, _ in tags), "a page says its language"
    ids = [held["id"] for _, held, _ in tags if "id" in held]
    assert len(ids) == len(set(ids)), sorted(each for each in ids if ids.count(each) > 1)
    _check_forms(tags, page)
    for tag, held, _ in tags:
        assert tag != "style" and "style" not in held, f"no inline style: {tag} {held}"
        assert tag != "script" or held.get("src"), "no inline script"
        assert not [name for name in held if EVENT.fullmatch(name)], f"no event handlers: {held}"


def _check_forms(tags: list[tuple[str, dict[str, str | None], str]], page: str) -> None:
    labelled = {held.get("for") for tag, held, _ in tags if tag == "label"}
    for tag, held, inside in tags:
        if tag in ("input", "select", "textarea") and held.get("type") not in UNLABELLED:
            assert held.get("id") in labelled or held.get("aria-label"), f"an input needs a label: {held}"
        if tag == "input" and held.get("type") in ("radio", "checkbox"):
            assert "fieldset" in inside, "choices need a fieldset"
    assert sum(tag == "fieldset" for tag, _, _ in tags) == sum(tag == "legend" for tag, _, _ in tags)
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", page, re.DOTALL):
        assert "csrf_token" in form, "a form that changes something needs a token"
