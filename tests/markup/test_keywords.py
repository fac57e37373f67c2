"""Lines that begin with a keyword."""

import pytest

from markup.keywords import keyword, near_miss

KNOWN = ("why", "marks", "tags", "marking", "extra answers")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Why: because", ("why", "because")),
        ("  why : because: yes", ("why", "because: yes")),
        ("**Why:** because", ("why", "because")),
        ("**Why**: because", ("why", "because")),
        ("Extra  answers:Do nothing", ("extra answers", "Do nothing")),
        ("Why\u00a0: because", ("why", "because")),
        ("Why:", ("why", "")),
        ("Why not", None),
        ("Amira: hello", None),
        ("https://example.org", None),
        ("", None),
    ],
)
def test_a_keyword_and_its_value(line, expected):
    """Known keywords are found in any case, bold or with spaces around them; other words are not."""
    assert keyword(line, KNOWN) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Wy: because", "why"),
        ("Wyh: because", "why"),
        ("Mark: 2", "marks"),
        ("Tag: online", "tags"),
        ("Extra answer: none", "extra answers"),
        ("Why: because", None),
        ("What: a thing", None),
        ("Who: Sam", None),
        ("When: today", None),
        ("Amira: hello", None),
        ("Wy no colon", None),
        ("a" * 5000 + ":", None),
    ],
)
def test_a_near_miss(line, expected):
    """A slip of the pen is found; ordinary words before a colon are left alone."""
    assert near_miss(line, KNOWN) == expected
