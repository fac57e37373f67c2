"""Problems and their order."""

import pytest

from markup.problems import Problem, in_order, nearest


def test_problems_come_by_file_and_line_and_once():
    """Errors stand before warnings on one line, and nothing is told twice."""
    first = Problem(path="a.md", line=1, message="z", mend="m")
    warning = Problem(path="a.md", line=2, message="a", mend="m", severity="warning")
    error = Problem(path="a.md", line=2, message="b", mend="m")
    other = Problem(path="b.md", message="a", mend="m")
    assert in_order([other, warning, error, first, error]) == (first, error, warning, other)


@pytest.mark.parametrize(("word", "near"), [("Titel", "title"), ("minuets", "minutes"), ("xyzzy", None)])
def test_nearest(word, near):
    """A slip finds the word that was meant; a stranger finds none."""
    assert nearest(word, ("title", "minutes")) == near
