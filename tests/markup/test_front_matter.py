"""Settings at the top of a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markup import front_matter
from markup.source import Source

KNOWN = ("title", "pass mark", "minutes")


def read(text: str):
    return front_matter.read(Source("a.md", tuple(text.split("\n"))), KNOWN, ("draw",))


def test_settings_are_text_with_their_lines():
    """Values stay as written, never typed; keys ignore case and odd spaces."""
    front, problems = read("---\nTitle: No: it is 1:30\nPass\u00a0 mark : 80%\n---\n\nBody")
    assert front.entries == {
        "title": front_matter.Entry("No: it is 1:30", 2),
        "pass mark": front_matter.Entry("80%", 3),
    }
    assert front.body == 5
    assert front.value("title").startswith("No")
    assert front.value("minutes", "none said") == "none said"
    assert problems == ()


def test_a_list_stands_under_its_key():
    """Items may be indented or not, with any bullet, each with its line."""
    front, problems = read("---\ndraw:\n  - five\n* six\n---")
    assert front.lists == {"draw": (front_matter.Entry("five", 3), front_matter.Entry("six", 4))}
    assert "draw" not in front.entries
    assert problems == ()


def test_a_list_of_one_may_stand_on_the_line_of_its_key():
    """`draw: five` is a list with one item."""
    front, problems = read("---\ndraw: five\n---")
    assert front.lists == {"draw": (front_matter.Entry("five", 2),)}
    assert problems == ()


@pytest.mark.parametrize("fence", ["---", "-----", "——-", "—", " --- "])
def test_long_dashes_from_word_are_taken(fence):
    """Dashes that a word processor joined still open and close the settings."""
    front, problems = read(f"{fence}\ntitle: A\n{fence}\nBody")
    assert front.value("title") == "A"
    assert front.body == 4
    assert problems == ()


@pytest.mark.parametrize("text", ["Just words", "", "## Heading", "-"])
def test_a_file_without_settings_is_all_body(text):
    """No front matter is no problem here: what a file needs is for its reader to say."""
    front, problems = read(text)
    assert (front.entries, front.lists, front.body) == ({}, {}, 1)
    assert problems == ()


@pytest.mark.parametrize(
    ("lines", "line", "message", "mend"),
    [
        ("titel: A", 2, "“titel:”", "“title:”"),
        ("xyzzy: A", 2, "“xyzzy:”", "draw, minutes, pass mark, title"),
        ("title: A\ntitle: B", 3, "twice. The first is on line 2", "Keep one"),
        ("title:", 2, "nothing after “title:”", "take the line out"),
        ("draw:", 2, "nothing after “draw:”", "take the line out"),
        ("title: A\n- item", 3, "does not belong", "“draw:”"),
        ("title: A\nand more", 3, "not a setting", "key: value"),
        (": A", 2, "not a setting", "key: value"),
    ],
)
def test_a_slip_is_named_with_line_and_mend(lines, line, message, mend):
    """Each slip is one problem on its own line that says what to write."""
    _, (problem,) = read(f"---\n{lines}\n---\n")
    assert problem.line == line
    assert message in problem.message
    assert mend in problem.mend


def test_a_missing_end_leaves_the_body_to_be_read():
    """Settings without an end are one problem; they end at the first empty line."""
    front, (problem,) = read("---\ntitle: A\n\n## Question")
    assert front.value("title") == "A"
    assert front.body == 3
    assert problem.line == 1
    assert "---" in problem.mend


def test_comments_are_passed_over():
    """A line that begins with # between the fences is the author's own note."""
    front, problems = read("---\n# ours\ntitle: A\n---")
    assert front.value("title") == "A"
    assert problems == ()


@given(st.text(alphabet="-—: \nabtile#*", max_size=80))
def test_reading_never_raises_and_the_body_begins_after_the_settings(text):
    """Whatever stands there, the body begins on a line of the file or just past its end."""
    front, _ = read(text)
    assert 1 <= front.body <= len(text.split("\n")) + 1
