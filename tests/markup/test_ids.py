"""Ids from headings and file names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markup.ids import LONGEST, identity, slug


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What do you do first?", "what-do-you-do-first"),
        ("Don’t ring “friends”", "dont-ring-friends"),
        ("Beth yw trosedd casineb? Tŷ ŵyr", "beth-yw-trosedd-casineb-tŷ-ŵyr"),
        ("हिन्दी शब्द", "हिन्दी-शब्द"),
        ("{{police name}}", "police-name"),
        ("?!", ""),
        ("", ""),
    ],
)
def test_a_heading_as_an_id(text, expected):
    """Letters of every script stay, with their marks; everything else becomes one hyphen."""
    assert slug(text) == expected


def test_composed_and_decomposed_letters_are_one_id():
    """A letter typed on a Mac gives the same id as on Windows."""
    assert slug("cafe\u0301") == slug("caf\u00e9")


@given(st.text(max_size=200))
def test_an_id_of_an_id_is_itself(text):
    """Making an id twice changes nothing, and an id holds no space and is never too long."""
    once = slug(text)
    assert slug(once) == once
    assert len(once) <= LONGEST
    assert not any(c.isspace() for c in once)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("02-check.easy.md", "check"),
        ("01-what-is-it", "what-is-it"),
        ("01-what-is-it/03_Who.cy.md", "who"),
        ("1. Who is it.md", "who-is-it"),
        ("final.md", "final"),
        ("01.md", "01"),
        ("01.easy.md", "01"),
        ("12-1-to-1.md", "1-to-1"),
        ("after-2-years.md", "after-2-years"),
        ("", ""),
    ],
)
def test_a_file_name_as_an_identity(name, expected):
    """The number in front, the version and the ending do not count."""
    assert identity(name) == expected


@given(st.text(alphabet="ab-", min_size=1, max_size=10), st.integers(0, 99))
def test_renumbering_keeps_identity(stem, number):
    """A file that moves to another place in its folder stays what it was."""
    assert identity(f"{number:02}-x{stem}.md") == identity(f"x{stem}.md")
