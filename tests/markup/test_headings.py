"""Headings that hold something, and fenced code in which there are none."""

import pytest

from markup import fences, headings
from markup.source import Source


def split(text: str, level: int | None = 2):
    return headings.split(text.split("\n"), 10, level)


def test_lines_belong_to_the_heading_above_them():
    """What stands before the first heading is apart; lines keep their numbers; deeper headings are text."""
    before, (one, two) = split("intro\n## One {#first}\na\n### deeper\n## Two\nb")
    assert before == ("intro",)
    assert (one.words, one.id, one.line, one.lines) == ("One", "first", 11, ("a", "### deeper"))
    assert (two.words, two.id, two.line, two.lines) == ("Two", "two", 14, ("b",))


def test_without_headings_all_is_before():
    """A text without headings has no sections."""
    assert split("a\nb") == (("a", "b"), ())


@pytest.mark.parametrize(
    ("line", "words", "identity"),
    [
        ("##No space", "No space", "no-space"),
        ("## Closed ##", "Closed", "closed"),
        ("## Learn C#", "Learn C#", "learn-c"),
        ("## 12. Numbered", "12. Numbered", "numbered"),
        ("## Odd id { #Sam First }  ", "Odd id", "sam-first"),
        ("## Empty id {#}", "Empty id", "empty-id"),
        ("## A {{fact}}", "A {{fact}}", "a-fact"),
        ("##", "", ""),
        ("## ??", "??", ""),
    ],
)
def test_a_heading_has_words_and_an_id(line, words, identity):
    """The id is the one written, or else made from the words without a number before them."""
    _, (section,) = split(line)
    assert (section.words, section.id) == (words, identity)


def test_any_level_can_be_asked_for():
    """Without a level every heading begins a section."""
    _, sections = split("### A\n# B", level=None)
    assert [section.words for section in sections] == ["A", "B"]


@pytest.mark.parametrize("fence", ["```", "~~~~", "``` markdown"])
def test_no_headings_inside_code(fence):
    """An example of Markdown in a fence is not taken for the real thing."""
    _, sections = split(f"## A\n{fence}\n## not this\n{fence.split()[0]}\n## B")
    assert [section.words for section in sections] == ["A", "B"]


def test_a_fence_that_never_ends_hides_nothing():
    """Its line is a problem, and the headings under it still count."""
    text = "```\n## A"
    _, sections = split(text)
    (problem,) = fences.unclosed(Source("a.md", tuple(text.split("\n"))), 1, text.split("\n"))
    assert [section.words for section in sections] == ["A"]
    assert problem.line == 1


@pytest.mark.parametrize(
    ("lines", "code", "unclosed"),
    [
        (["```", "~~~", "```", "~~~"], {0, 1, 2}, (3,)),
        (["````", "```", "````"], {0, 1, 2}, ()),
        (["```", "``` info", "```"], {0, 1, 2}, ()),
        (["``` one line ```", "a"], set(), ()),
        (["~~~~", "~~~"], set(), (0, 1)),
        (["a"], set(), ()),
    ],
)
def test_which_lines_are_code(lines, code, unclosed):
    """A fence ends at the same sign, at least as long, with nothing after it."""
    assert fences.code_lines(lines) == (frozenset(code), unclosed)
