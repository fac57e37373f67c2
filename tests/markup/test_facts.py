"""Facts in their gaps."""

import datetime

import pytest

from markup.facts import As, Fact, FactGap, Prose, WhenFact, fill, needed, shown

DAY = datetime.date(2026, 11, 20)


def fact(*value: str, shown_as: As = "text", words: str = "") -> dict[str, Fact]:
    return {"it": Fact(name="it", value=value, shown_as=shown_as, words=words, checked=DAY, review_by=DAY)}


def test_prose_is_filled_in_order():
    """Gaps take today's words, escaped; the HTML around them stays."""
    prose = Prose(("<p>Ask ", FactGap("it"), ".</p>"), "Ask {{it}}.")
    assert fill(prose, fact("A & B")) == "<p>Ask A &amp; B.</p>"


def test_a_missing_fact_shows_its_name():
    """A withdrawn fact leaves a visible gap, never an error."""
    assert shown(FactGap("<gone>"), {}) == "[&lt;gone&gt;]"


@pytest.mark.parametrize(
    ("facts", "form", "html"),
    [
        (
            fact("0800 123", shown_as="phone"),
            "linked",
            '<a href="tel:0800123"><bdi dir="ltr">0800 123</bdi></a>',
        ),
        (fact("0800 123", shown_as="phone"), "plain", '<bdi dir="ltr">0800 123</bdi>'),
        (
            fact("61016", shown_as="text message"),
            "linked",
            '<a href="sms:61016"><bdi dir="ltr">61016</bdi></a>',
        ),
        (
            fact("https://a.example/?b&c", shown_as="link", words="Report"),
            "linked",
            '<a href="https://a.example/?b&amp;c" rel="noreferrer">Report</a>',
        ),
        (fact("https://a.example", shown_as="link", words="Report"), "plain", "Report"),
        (fact("race", "<faith>", shown_as="list"), "list", "<ul><li>race</li><li>&lt;faith&gt;</li></ul>"),
        (fact("race", "faith", shown_as="list"), "linked", "race, faith"),
    ],
)
def test_each_kind_of_fact_in_each_kind_of_gap(facts, form, html):
    """Numbers can be rung or texted, links followed, lists listed; plain gaps hold words only."""
    assert shown(FactGap("it", form), facts) == html


def test_empty_prose_is_false():
    """`if question.why` asks whether there is anything to show."""
    assert not Prose()
    assert Prose(("a",), "a")


def test_a_fact_is_needed_where_nothing_guards_it() -> None:
    """A gap inside `::: if` of its own fact cannot be empty; inside any other it can."""
    gap = FactGap("centre name")
    inside = WhenFact("centre name", there=True, parts=("At ", gap))
    assert needed(Prose(parts=(inside,))) == frozenset()
    assert needed(Prose(parts=(WhenFact("centre name", there=False, parts=(gap,)),))) == {"centre name"}
    assert needed(Prose(parts=(WhenFact("police name", there=True, parts=(gap, inside)),))) == {"centre name"}
    assert needed(Prose(parts=(inside, gap))) == {"centre name"}
