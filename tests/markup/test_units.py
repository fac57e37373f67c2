"""Amounts in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markup import units


@pytest.mark.parametrize(
    ("text", "months"),
    [("12 months", 12), ("1 month", 1), ("2 years", 24), ("One year", 12), ("1 year and 6 months", 18)],
)
def test_months(text, months):
    """Months and years, in figures or small words, give months."""
    assert units.months(text) == months


@pytest.mark.parametrize(
    "text", ["", "12", "0 months", "months", "12 moons", "900 years", "none", "-1 months"]
)
def test_what_is_no_number_of_months(text):
    """A bare number, a wrong unit, nothing and more than a century cannot be read."""
    assert units.months(text) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1 hour", 3600), ("30 minutes", 1800), ("None", 0), ("1 hour 30 minutes", 5400), ("2 days", 172_800)],
)
def test_seconds(text, seconds):
    """Times give seconds; `none` gives 0."""
    assert units.seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "1", "soon", "1 month", "9999 weeks", "1 hour x", "and " * 100])
def test_what_is_no_time(text):
    """Words without a time, and more than a year, cannot be read."""
    assert units.seconds(text) is None


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("80%", 80),
        (" 80 % ", 80),
        ("80 per cent", 80),
        ("0%", 0),
        ("100%", 100),
        ("101%", None),
        ("80", None),
    ],
)
def test_percent(text, percent):
    """A share needs its sign, and goes from 0 to 100."""
    assert units.percent(text) == percent


@pytest.mark.parametrize(
    ("text", "number"),
    [("3", 3), (" 10 ", 10), ("0", 0), ("-1", None), ("3.5", None), ("1" * 10, None), ("", None)],
)
def test_whole(text, number):
    """Whole numbers in figures only, and no longer than nine of them."""
    assert units.whole(text) == number


@given(st.text(max_size=100))
def test_no_text_raises(text):
    """Any text is a number within its bounds, or None."""
    assert (units.months(text) or 1) <= units.LONGEST_MONTHS
    assert 0 <= (units.seconds(text) or 0) <= units.LONGEST_SECONDS
    assert 0 <= (units.percent(text) or 0) <= 100
    assert (units.whole(text) or 0) >= 0


@given(st.integers(min_value=0, max_value=units.LONGEST_SECONDS))
def test_what_is_said_is_read_back(number):
    """A time put into words is read as the same time."""
    assert units.seconds(units.words(number)) == number
