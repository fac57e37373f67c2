"""No text of a course becomes a script, an attribute that runs one, or a fetch from another host."""

import datetime
from collections.abc import Iterator
from typing import get_args

import justhtml
import msgspec
import pytest

from courses.course import Course
from courses.reader import read
from markup.facts import As, Fact, Prose, fill
from tests.hostile_files import COURSE, lesson
from tests.xss_payloads import LINES, PAYLOADS

TAGS = {
    *("html", "head", "body"),  # the parser's own, around the fragment
    *("a", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h2", "h3", "h4", "hr", "img"),
    *("li", "ol", "p", "pre", "strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul", "bdi"),
    *("figure", "figcaption", "details", "summary", "audio", "video", "track"),
    *("svg", "g", "path", "circle", "ellipse", "rect", "line", "polyline", "polygon"),
}
HREFS = ("https://", "http://", "mailto:", "tel:", "sms:", "/courses/", "#")
SRCS = ("/media/",)


def faults(html: str) -> list[str]:
    """What a browser would run or fetch in this HTML, and whatever is not on the list of what we write."""
    found = []
    for element in justhtml.JustHTML(html, sanitize=False).query("*"):
        if element.name not in TAGS:
            found.append(f"<{element.name}>")
        attributes = (element.attrs or {}).items()
        found += [f"{element.name} {name}={value}" for name, value in attributes if harms(name, value or "")]
    return found


def harms(name: str, value: str) -> bool:
    """Whether an attribute can run something, or fetch or lead where it should not."""
    if name in {"href", "xlink:href"}:
        return bool(value) and not value.startswith(HREFS)
    if name == "src":
        return bool(value) and not value.startswith(SRCS)
    return name.startswith("on") or name in {"style", "srcset", "srcdoc", "action", "formaction", "poster"}


def proses(value: object) -> Iterator[Prose]:
    """Every piece of prose anywhere in a course."""
    if isinstance(value, Prose):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from proses(getattr(value, name))
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from proses(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from proses(each)


def holding(payload: str) -> Course:
    """A course that holds a text in each of its places, whatever its problems."""
    line = " ".join(payload.split())
    name = line.replace("/", "∕").replace("\0", "")[:200]
    film = f"::: video media/{name}.mp4\ntitle: {line}\ncaptions: media/{name}.vtt\ntranscript: media/t.md\n:::\n"
    question = f"## {line} {{#q}}\n\n{payload}\n\n- (x) {line}\n  > {line}\n- ( ) Other\n  > {payload.splitlines()[0]}\n\nWhy: {line}\n"
    text = f"{payload}\n\n## {line}\n\n- {line}\n\n| {line} |\n|---|\n| {line} |\n\n> [!NOTE]\n> {line}\n\n"
    blocks = (
        f"::: story {line}\n{line}\n:::\n\n::: more {line}\n{line}\n:::\n\n::: check\n{question}:::\n\n{film}"
    )
    pictures = f"![{line}](media/a.png) [{line}](01-a.md) ![{line}](picture:talk) ![a](<media/{name}.png>)\n"
    files = {
        "course.md": COURSE + payload.encode("utf-8", "replace"),
        "01-a.md": lesson("Words."),
        "02-text.md": lesson(text),
        "03-blocks.md": lesson(blocks),
        "04-pictures.md": lesson(pictures),
        "05-quiz.md": f"---\nkind: quiz\ntitle: {line}\n---\n\n{line}\n\n{question}".encode(),
        "06-included.md": lesson("::: include shared/a.md"),
        "shared/a.md": payload.encode(),
        "glossary.md": f"## {line}\n\n{line}\n\n## Words\n\n{payload}\n".encode(),
        "media/t.md": payload.encode(),
        **{f"media/{each}": b"a" for each in ("a.png", f"{name}.mp4", f"{name}.vtt", f"{name}.png")},
    }
    course = read(files, "xss", ("police name",)).course
    assert course is not None
    return course


@pytest.mark.slow
def test_no_text_of_a_course_becomes_a_script() -> None:
    """Each of over five hundred payloads, in each place that a course has, is shown as words or left out."""
    assert len(PAYLOADS) >= 500
    seen = set()
    for payload in PAYLOADS:
        pieces = {fill(prose, {}) for prose in proses(holding(payload))}
        for html in pieces - seen:
            assert not faults(html), (payload, html, faults(html))
        seen |= pieces
    assert len(seen) > 5 * len(PAYLOADS), "every place was looked at"


@pytest.mark.parametrize("shown_as", get_args(As))
def test_no_fact_becomes_a_script(shown_as: As) -> None:
    """Each payload as the value, the words or the name of a fact is shown as words, however it is shown."""
    today = datetime.date(2026, 11, 21)
    prose = read(
        {"course.md": COURSE + b"{{x}}\n\n[{{x}}](https://a.example)\n\nA {{x}}."}, "xss", ("x",)
    ).course
    assert prose is not None
    for line in LINES:
        for value, words in ((line, ""), (f"https://{line}", line), ("999", line)):
            fact = Fact(
                name="x", value=(value,), words=words, shown_as=shown_as, checked=today, review_by=today
            )
            html = fill(prose.introduction, {"x": fact})
            assert not faults(html), (line, html)


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<p onclick=alert(1)>words</p>",
        '<a href="javascript:alert(1)">words</a>',
        '<img src="https://evil.example/i.png">',
        '<p style="background:url(//evil.example)">words</p>',
        '<video src="/media/x" autofocus onfocus="alert(1).mp4"></video>',
        "<svg><script>alert(1)</script></svg>",
    ],
)
def test_the_oracle_sees(html: str) -> None:
    """What would run or fetch is found by the check that the tests above rely on."""
    assert faults(html)


def test_the_name_of_a_film_stays_a_name() -> None:
    """Quotes in the name of a file do not end the attribute that holds its address."""
    course = holding('x" autofocus onfocus="alert(1)')
    film = next(fill(prose, {}) for prose in proses(course) if "<video" in fill(prose, {}))
    assert "x%22%20autofocus%20onfocus%3D%22alert%281%29.mp4" in film


def test_marks_cannot_be_forged() -> None:
    """A number that stands for one of our own signs is no such sign once the text is parsed."""
    course = holding("a &#xe000;0&#xe001; b &#57344;99&#57345; c")
    assert all("\ue000" not in fill(prose, {}) for prose in proses(course))
