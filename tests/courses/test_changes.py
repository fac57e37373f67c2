"""What differs between two bundles, and twins that were left behind."""

from hypothesis import given
from hypothesis import strategies as st

from courses.changes import changes, left_behind

BUNDLES = st.dictionaries(st.sampled_from(["a.md", "a.easy.md", "media/b.png"]), st.binary(max_size=20))


def test_each_file_that_differs_is_told_once_by_path() -> None:
    """New, gone and changed files come in order; text with its lines, a picture without."""
    old = {"b.md": b"one\ntwo\n", "gone.md": b"x", "same.md": b"x", "p.png": b"\x89a", "e.md": b"a\r\nb"}
    new = {"b.md": b"one\n2\n", "new.md": b"x", "same.md": b"x", "p.png": b"\x89b", "e.md": b"a\nb"}
    told = {change.path: (change.what, change.lines) for change in changes(old, new)}
    assert list(told) == ["b.md", "e.md", "gone.md", "new.md", "p.png"]
    assert told["b.md"] == ("changed", ("@@ -1,2 +1,2 @@", " one", "-two", "+2"))
    assert (
        told["p.png"] == ("changed", ()) and told["gone.md"] == ("gone", ()) and told["new.md"] == ("new", ())
    )
    assert told["e.md"] == ("changed", (" (only the ends of lines differ)",))


def test_a_long_difference_is_cut() -> None:
    """A rewritten book does not fill the screen."""
    [change] = changes({"a.md": b"x\n" * 3000}, {"a.md": b"y\n" * 3000})
    assert len(change.lines) == 401 and "lines more" in change.lines[-1]


@given(BUNDLES, BUNDLES)
def test_nothing_differs_exactly_where_bundles_are_equal(
    old: dict[str, bytes], new: dict[str, bytes]
) -> None:
    """Equal bundles have no change; others name exactly the paths that differ."""
    differing = {path for path in old.keys() | new.keys() if old.get(path) != new.get(path)}
    assert {change.path for change in changes(old, new)} == differing


def test_a_twin_is_left_behind_only_when_its_original_moves_alone() -> None:
    """A warning names the twin when the original changed and it did not; in every other case there is none."""
    old = {"01-a.md": "1", "01-a.easy.md": "1", "01-a.cy.md": "1", "media/x.png": "1"}
    [problem] = left_behind(old, {**old, "01-a.md": "2", "01-a.easy.md": "2"})
    assert problem.path == "01-a.cy.md" and not problem.is_error and "01-a.md" in problem.message
    assert list(left_behind(old, old)) == []
    assert list(left_behind(old, {**old, "01-a.easy.md": "2"})) == []
    assert list(left_behind({"01-a.md": "1"}, {"01-a.md": "2", "01-a.easy.md": "1"})) == []
    assert list(left_behind(old, {"01-a.md": "2"})) == []
