"""What a fact may say, and what a course may do with one."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.fact_checks import in_answers, is_stale, stale
from courses.fact_rules import faults, hidden
from courses.library import facts
from courses.mentions import mentions
from courses.reader import read
from markup.facts import As, Fact, as_html

DAY = datetime.date(2026, 11, 20)
TODAY = datetime.date(2026, 11, 21)
LATER = datetime.date(2027, 5, 20)
COURSE = b"---\ntitle: T\nsummary: S\n---\n\nAsk {{police name}}.\n"
LESSON = b"---\ntitle: L\n---\n\nOne.\n\nCall {{police number}} or {{ Police  name }}.\n"
QUIZ = b"""---
kind: quiz
title: Q
---

## What does {{police name}} say?

- (x) Call us
  > On {{police number}}.
- ( ) Do not
"""
BUNDLE = {"course.md": COURSE, "01-a.md": LESSON, "02-q.md": QUIZ}


def fact(*value: str, name: str = "it", shown_as: As = "text", words: str = "") -> Fact:
    return Fact(
        name=name, value=value, shown_as=shown_as, words=words, source="s", checked=DAY, review_by=LATER
    )


def test_shipped_facts_have_no_faults() -> None:
    """What ships keeps the rules that areas keep."""
    assert [faults(each, TODAY) for each in facts().values() if faults(each, TODAY)] == []


@pytest.mark.parametrize("number", ["999", "0800 555 111", "+44 121 496 0000", "18001 101", "0121-496 0000"])
def test_numbers_that_can_be_rung(number: str) -> None:
    """Numbers as people write them are kept."""
    assert faults(fact(number, shown_as="phone"), TODAY) == ()


@pytest.mark.parametrize(
    "number", ["", "12", "+44 (0)121", "١٠١", "101 or 999", "1" * 21, "101;ext=1", "tel:1"]
)
def test_numbers_that_cannot(number: str) -> None:
    """What a phone could not ring, or would ring wrongly, is refused."""
    assert faults(fact(number, shown_as="phone"), TODAY)
    assert faults(fact(number, shown_as="text message"), TODAY)


@pytest.mark.parametrize("link", ["https://a.example", "https://www.a.example:8443/b/?c=d&e=%20#f"])
def test_links_that_can_be_followed(link: str) -> None:
    """Whole https addresses are kept."""
    assert faults(fact(link, shown_as="link"), TODAY) == ()


@pytest.mark.parametrize(
    "link",
    [
        "http://a.example",
        "javascript:alert(1)",
        "https:javascript:alert(1)",
        "https://good.example@evil.example/",
        "https://a.example/ b",
        'https://a.example/"onmouseover=alert(1)',
        "https://а.example",  # a Cyrillic letter
        "https://localhost/",
        "//a.example",
        "https://a.example\\@evil.example",
        "HTTPS://",
    ],
)
def test_links_that_cannot(link: str) -> None:
    """What leads elsewhere than it seems, or nowhere, is refused."""
    assert faults(fact(link, shown_as="link"), TODAY)


@pytest.mark.parametrize(
    "sign", ["\0", "\x1b", "\n", "\u202e", "\u2066", "\u200b", "\ufeff", "\ue000", "\u2028"]
)
def test_hidden_characters(sign: str) -> None:
    """Characters that nobody sees are refused in every field, by their number."""
    one = fact("x")
    for changed in (
        fact(f"a{sign}b"),
        fact("x", words=f"a{sign}b"),
        Fact(name="it", value=("x",), source=f"a{sign}b", checked=DAY, review_by=LATER),
        Fact(name="it", value=("x",), owner=f"a{sign}b", source="s", checked=DAY, review_by=LATER),
    ):
        assert any(f"U+{ord(sign):04X}" in fault.message for fault in faults(changed, TODAY)), changed
    assert faults(one, TODAY) == ()


@pytest.mark.parametrize("words", ["Heddlu Llŷr", "Ελλάδα", "مركز", "A & B <team>", "it’s", "👩‍👩‍👧"])
def test_words_of_every_script(words: str) -> None:
    """Names are kept as they are written."""
    assert faults(fact(words), TODAY) == ()


@pytest.mark.parametrize(
    ("checked", "review_by"),
    [
        ("2026-11-22", "2027-05-20"),
        ("2026-11-20", "2026-11-20"),
        ("2026-11-20", "2026-11-01"),
        ("2026-11-20", "2036-11-20"),
        ("0206-11-20", "2027-05-20"),
    ],
)
def test_days_that_cannot_be(checked: str, review_by: str) -> None:
    """A day to come, a review before the check or years away, and a slip in the year are refused."""
    checked_on, due = datetime.date.fromisoformat(checked), datetime.date.fromisoformat(review_by)
    wrong = Fact(name="it", value=("x",), source="s", checked=checked_on, review_by=due)
    assert len(faults(wrong, TODAY)) == 1


def test_values_and_how_they_are_shown() -> None:
    """Only a list has several values, each once and none empty; nothing is endless."""
    assert faults(fact("a", "b", shown_as="list"), TODAY) == ()
    for wrong in (
        fact("a", "b"),
        fact("a", "A", shown_as="list"),
        fact("a", " ", shown_as="list"),
        fact(shown_as="list"),
        fact(*map(str, range(51)), shown_as="list"),
        fact("x" * 301),
        fact("x", words="x" * 301),
    ):
        assert len(faults(wrong, TODAY)) == 1, wrong


@pytest.mark.parametrize("name", ["", "Police", "a  b", "a{b", "a_b", "x" * 81, "no centre", " a", "a\n"])
def test_names_that_cannot_be(name: str) -> None:
    """A name is small letters, numbers and single spaces, so that it can be written in a gap."""
    assert faults(fact("x", name=name), TODAY)


LIKELY = st.builds(
    str.__add__,
    st.sampled_from(["https://a.example/", "https://a.example", "0800 ", ""]),
    st.text(max_size=30),
)


@given(LIKELY, st.sampled_from(["text", "phone", "text message", "link", "list"]), st.text(max_size=20))
def test_whatever_is_kept_is_shown_safely(value: str, shown_as: As, words: str) -> None:
    """No fact that passes the rules brings markup, or a link to anywhere but https, tel and sms."""
    held = fact(value, shown_as=shown_as, words=words)
    if not faults(held, TODAY):
        shown = as_html(held)
        inner = shown.removeprefix("<a href=").removesuffix("</a>")
        inner = (
            inner.replace('<bdi dir="ltr">', "").replace("</bdi>", "").replace(' rel="noreferrer">', "", 1)
        )
        assert "<" not in inner and not hidden(value + words)
        assert not shown.startswith("<a") or shown.startswith(
            ('<a href="https://', '<a href="tel:', '<a href="sms:')
        )


def test_where_a_course_mentions_facts() -> None:
    """Every file that mentions a fact is told, with the line of the question it is in."""
    course = read(BUNDLE, "c", {"police name", "police number"}).course
    assert course
    assert {(each.fact, each.path, each.line) for each in mentions(course)} == {
        ("police name", "course.md", 0),
        ("police number", "01-a.md", 0),
        ("police name", "02-q.md", 6),
        ("police number", "02-q.md", 6),
    }


def test_a_stale_fact_is_a_warning() -> None:
    """It names the fact, since when, how many files show it and how to check it, at its first place."""
    course = read(BUNDLE, "c", {"police name", "police number"}).course
    assert course
    held = [fact("101", name="police number"), fact("x", name="not mentioned")]
    assert list(stale(course, BUNDLE, held, LATER)) == []
    (problem,) = stale(course, BUNDLE, held, LATER + datetime.timedelta(days=1))
    assert (problem.path, problem.line, problem.severity) == ("01-a.md", 7, "warning")
    assert "“police number” was to be checked again by 2027-05-20. 2 files" in problem.message
    assert "alongside facts set" in problem.mend


def test_the_day_of_review_is_in_date() -> None:
    """A fact is stale from the day after."""
    assert not is_stale(fact("x"), LATER) and is_stale(fact("x"), LATER + datetime.timedelta(days=1))


def test_a_fact_in_an_answer_is_a_problem() -> None:
    """The words of an option cannot hold a fact; its feedback, the question and the reason can."""
    names = {"police name", "police number"}
    fine = read(BUNDLE, "c", names).course
    assert fine and list(in_answers(fine, BUNDLE)) == []
    held = {**BUNDLE, "02-q.md": QUIZ.replace(b"Call us", b"Call {{police number}}")}
    course = read(held, "c", names).course
    assert course
    (problem,) = in_answers(course, held)
    assert (problem.path, problem.line, problem.severity) == ("02-q.md", 8, "error")
    assert "police number" in problem.message and "Why:" in problem.mend
