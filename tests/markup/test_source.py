"""Bytes into lines."""

from hypothesis import given
from hypothesis import strategies as st

from markup import source


def test_every_line_end_is_taken():
    """Windows, old Mac and Unix line ends give the same lines."""
    read, problems = source.read("a.md", b"one\r\ntwo\rthree\nfour")
    assert read is not None
    assert read.lines == ("one", "two", "three", "four")
    assert problems == ()


def test_a_byte_order_mark_and_zero_width_spaces_are_absorbed():
    """What editors put invisibly before the first word does not hide it."""
    read, problems = source.read("a.md", "\ufeff---\n\u200b## Hello".encode())
    assert read is not None
    assert read.lines == ("---", "## Hello")
    assert problems == ()


def test_other_encodings_are_named_with_their_line():
    """A file saved as Windows-1252 is a problem on the line with the first foreign character."""
    read, (problem,) = source.read("a.md", "first\nsecond caf\u00e9".encode("cp1252"))
    assert read is None
    assert (problem.path, problem.line) == ("a.md", 2)
    assert "UTF-8" in problem.mend


def test_a_file_with_nul_is_no_text():
    """A picture renamed to .md, or UTF-16, is refused as a whole."""
    read, (problem,) = source.read("a.md", b"good\nbad\0")
    assert read is None
    assert problem.line == 2


def test_a_file_may_have_one_mebibyte_and_no_more():
    """The cap is exact, and the problem states it."""
    assert source.read("a.md", b"x" * source.LARGEST)[0] is not None
    read, (problem,) = source.read("a.md", b"x" * (source.LARGEST + 1))
    assert read is None
    assert "1 MiB" in problem.mend


def test_characters_of_our_own_marks_never_come_through():
    """A private-use character is one problem for the file, and is gone from the lines."""
    read, (problem,) = source.read("a.md", "fine\nforged \ue000\nagain \ue001\x02".encode())
    assert read is not None
    assert read.lines == ("fine", "forged \ufffd", "again \ufffd\ufffd")
    assert problem.line == 2
    assert problem.is_error
    assert "1 more" in problem.mend


def test_a_soft_break_from_a_slide_becomes_a_space():
    """The vertical tab that presentation programs put between lines does no harm."""
    read, problems = source.read("a.md", b"one\x0btwo\tthree")
    assert read is not None
    assert read.lines == ("one two\tthree",)
    assert problems == ()


def test_a_problem_shows_its_line_as_it_was_read():
    """A problem carries path and line; a very long line is shortened, line 0 shows nothing."""
    text = source.Source("a.md", ("  short  ", "x" * 1000))
    assert text.problem(1, "m", "n").shown == "short"
    assert len(text.problem(2, "m", "n").shown) == source.SHOWN
    assert text.problem(0, "m", "n").shown == ""
    assert text.problem(99, "m", "n", severity="warning").is_error is False


@given(st.binary(max_size=300))
def test_no_bytes_raise(data):
    """Any bytes give lines or a problem, and lines hold no character that could be one of our marks."""
    read, problems = source.read("a.md", data)
    assert read is not None or problems
    if read is not None:
        assert not any("\ue000" <= c <= "\uf8ff" or c in "\0\x02\x03" for line in read.lines for c in line)
