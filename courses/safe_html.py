"""What HTML a page may hold: whatever came out of Markdown is made to fit."""

import html
import re

import nh3

TAGS = {
    *("a", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h2", "h3", "h4", "hr", "img"),
    *("li", "ol", "p", "pre", "strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
ATTRIBUTES = {
    "a": {"href", "id"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "img": {"src", "alt", "loading", "width", "height"},
    "li": {"id"},
    "ol": {"start"},
    "sup": {"id"},
    "th": {"scope"},
}
CLASSES = {"a": {"term", "footnote-ref", "footnote-backref"}, "div": {"footnote"}}

_NUMBERED = re.compile(r"&#[xX]?[0-9a-fA-F]+;?")


def clean(rendered: str) -> str:
    """The same HTML with nothing in it but what is allowed above, and none of our own marks."""
    return nh3.clean(
        _NUMBERED.sub(_no_mark, rendered),
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noreferrer",
        strip_comments=True,
    )


def _no_mark(found: re.Match[str]) -> str:
    """`&#xe000;` would become the sign that our own marks begin with: nobody may forge one."""
    return "\ufffd" if "\ue000" <= html.unescape(found[0]) <= "\uf8ff" else found[0]
