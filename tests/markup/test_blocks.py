"""Blocks and notes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markup.blocks import DEEPEST, Block, Text, read
from markup.source import Source

KNOWN = ("check", "more", "story")


def blocks(text: str, first: int = 1):
    return read(Source("a.md", tuple(text.split("\n"))), first, KNOWN)


def all_texts(pieces):
    for piece in pieces:
        if isinstance(piece, Text):
            yield piece
        else:
            yield from all_texts(piece.inside)


def test_blocks_and_text_come_in_order_with_their_lines():
    """A block has name, argument, line and what is inside it; text around it stays around it."""
    pieces, problems = blocks("a\n\n::: more Why it matters\nb\n:::\nc")
    assert pieces == (
        Text(("a", ""), 1),
        Block("more", "Why it matters", 3, (Text(("b",), 4),)),
        Text(("c",), 6),
    )
    assert problems == ()


def test_reading_begins_where_it_is_told():
    """Lines before `first` are not read, and lines keep their numbers in the file."""
    assert blocks("---\n---\na", first=3)[0] == (Text(("a",), 3),)


@pytest.mark.parametrize("line", [":::more Why", "  ::: MORE Why", "::: more Why :::", ":::: more Why"])
def test_other_ways_to_write_the_opening_line(line):
    """Case, spaces, more colons and colons at the end make no difference."""
    ((block,), problems) = blocks(f"{line}\nb\n:::")
    assert (block.name, block.argument) == ("more", "Why")
    assert problems == ()


def test_blocks_lie_inside_each_other():
    """The innermost open block is the one that ends."""
    ((outer,), problems) = blocks("::: story Danny, 24\n::: more\nb\n:::\nc\n:::")
    assert [type(piece) for piece in outer.inside] == [Block, Text]
    assert problems == ()


@pytest.mark.parametrize("name", ["NOTE", "tip", "Important", "WARNING", "SUPPORT"])
def test_alerts_are_notes(name):
    """The five notes are blocks, with the quote's words inside and their own lines."""
    ((note, after), problems) = blocks(f"> [!{name}]\n> Ring 999\n>\n> - now\n\nb")
    assert note == Block(name.lower(), "", 1, (Text(("", "Ring 999", "", "- now"), 1),))
    assert after.lines == ("", "b")
    assert problems == ()


def test_a_note_may_begin_on_its_first_line_and_go_on_without_its_sign():
    """Words straight after the sign, and a paragraph that goes on unquoted, belong to the note."""
    ((note, after), problems) = blocks("> [!TIP] Listen\nfirst\n## Not this")
    assert note.inside == (Text(("Listen", "first"), 1),)
    assert after.lines == ("## Not this",)
    assert problems == ()


def test_two_notes_without_a_gap_are_two():
    """A second alert sign begins a second note."""
    (pieces, _) = blocks("> [!NOTE]\n> a\n> [!TIP]\n> b")
    assert [piece.name for piece in pieces] == ["note", "tip"]


def test_an_ordinary_quote_is_text():
    """Only the five notes are taken out of the text."""
    assert blocks("> [link]\n> a") == ((Text(("> [link]", "> a"), 1),), ())


def test_code_is_passed_over():
    """An example inside a fence is neither block nor note."""
    text = "```\n::: more\n> [!NOTE]\n```"
    assert blocks(text) == ((Text(tuple(text.split("\n")), 1),), ())


@pytest.mark.parametrize(
    ("text", "line", "message", "mend"),
    [
        ("::: mroe\nb\n:::", 1, "“mroe” is not a block", "“::: more”"),
        ("::: xyzzy\nb\n:::", 1, "“xyzzy” is not a block", "check, more, story"),
        ("a\n::: more\nb", 2, "“more” that begins here has no end", ":::"),
        ("a\n:::", 2, "none is open", "Take the line out"),
        ("> [!NOTTE]\n> b", 1, "not a note", "[!NOTE]"),
        ("> [!XYZZY]\n> b", 1, "not a note", "[!SUPPORT]"),
        ("> [!NOTE]\n\nb", 1, "no words", ">"),
        ("> [!NOTE]\n> ::: more", 2, "inside a note", "above or below"),
        ("```\na", 1, "never ends", "once more"),
        ("::: :x", 1, "no name", "check, more, story"),
    ],
)
def test_a_slip_is_named_with_line_and_mend(text, line, message, mend):
    """Each slip is one problem on its own line that says what to write."""
    _, (problem,) = blocks(text)
    assert problem.line == line
    assert message in problem.message
    assert mend in problem.mend


def test_what_an_unknown_block_holds_is_still_read():
    """A misspelt name does not hide the mistakes inside the block."""
    pieces, problems = blocks("::: mroe\n::: check\nb\n:::\n:::\nc")
    assert [type(piece) for piece in pieces] == [Block, Text]
    assert len(problems) == 1


def test_blocks_are_never_nested_without_end():
    """However deep a file goes, what comes out is shallow, and each step too far is a problem."""
    deep = 3000
    pieces, problems = blocks("::: more\n" * deep + "a\n" + ":::\n" * deep)
    depth = 0
    while pieces and isinstance(pieces[0], Block):
        depth, pieces = depth + 1, pieces[0].inside
    assert depth == DEEPEST
    assert len(problems) == deep - DEEPEST


LINES = st.sampled_from(
    [
        "a",
        "",
        ":::",
        "::: more b",
        "::: nope",
        "> [!NOTE]",
        "> a",
        "> [!NO]",
        "```",
        "~~~",
        "- x",
        ">",
        "::: :",
    ]
)


@given(st.lists(LINES, max_size=25))
def test_every_word_is_in_one_text_with_its_own_number(lines):
    """Any mixture is read without raising; no line comes twice, and plain lines are never lost."""
    pieces, _ = blocks("\n".join(lines))
    numbers = [text.line + place for text in all_texts(pieces) for place in range(len(text.lines))]
    assert len(numbers) == len(set(numbers))
    assert {n for n, line in enumerate(lines, 1) if line in ("a", "- x")} <= set(numbers)


@given(st.text(alphabet=":>[!]NOTEmore `~\n-", max_size=80))
def test_no_text_raises(text):
    """Signs in any order are read, and every problem points to a line of the file."""
    _, problems = blocks(text)
    assert all(1 <= problem.line <= len(text.split("\n")) for problem in problems)
