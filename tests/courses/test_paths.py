"""A learning path: a file that is a bundle of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.paths import missing
from courses.reader import Reading, read
from markup.facts import named

PATH = """---
kind: path
title: Hate crime ambassador
summary: Three courses and one certificate.
audience: ambassadors
courses:
  - understanding-hate-and-mate-crime
  - taking-a-report
certificate: yes
valid for: 2 years
---

You can stop {{police name}} after each course.
"""


def reading(text: str) -> Reading:
    return read({"hate-crime-ambassador.md": text.encode()}, "hate-crime-ambassador", {"police name"})


def test_a_path() -> None:
    """Its courses come in the order they are written, with settings and an introduction."""
    found = reading(PATH)
    assert found.problems == () and found.course is None and found.path
    assert found.path.courses == ("understanding-hate-and-mate-crime", "taking-a-report")
    assert (found.path.title, found.path.certificate, found.path.valid_for) == (
        "Hate crime ambassador",
        True,
        24,
    )
    assert named(found.path.introduction) == {"police name"}


def test_what_comes_next() -> None:
    """The next course is the first that is not finished, in the path's own order."""
    path = reading(PATH).path
    assert path
    assert path.next(set()) == "understanding-hate-and-mate-crime"
    assert path.next({"taking-a-report"}) == "understanding-hate-and-mate-crime"
    assert path.next({"understanding-hate-and-mate-crime"}) == "taking-a-report"
    assert path.next({"taking-a-report", "understanding-hate-and-mate-crime"}) is None


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("  - taking-a-report\n", "  - understanding-hate-and-mate-crime\n", 8, "in this path twice"),
        ("  - taking-a-report\n  - understanding-hate-and-mate-crime\n", "", 1, "names no courses"),
        ("title: Hate crime ambassador\n", "", 1, "There is no title."),
        ("audience:", "audiense:", 5, "“audiense:” is not a setting"),
        ("{{police name}}", "{{polise name}}", 13, "no fact called “polise name”"),
        ("2 years", "soon", 10, "does not fit “valid for:”"),
        ("You can", "::: check\n## A?\n- (x) a\n- ( ) b\n:::\n\nYou can", 12, "cannot hold a quick check"),
        ("You can", "[a](01-lesson.md) can", 13, "01-lesson.md"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(old: str, new: str, line: int, message: str) -> None:
    """Each mistake in a path is an error on its line that says how to mend it."""
    text = (
        PATH.replace(old, new)
        if old in PATH
        else PATH.replace("  - understanding-hate-and-mate-crime\n  - taking-a-report\n", new)
    )
    found = [problem for problem in reading(text).problems if message in problem.message]
    assert found and found[0].is_error and found[0].mend, reading(text).problems
    assert found[0].line == line


def test_courses_that_are_not_there() -> None:
    """A course that is not published is named with the nearest that is."""
    [problem] = missing(
        {"p.md": PATH.encode()}, ["understanding-hate-and-mate-crime", "taking-a-report-well"]
    )
    assert problem.line == 8 and problem.is_error and "taking-a-report-well" in problem.mend


def test_a_path_inside_a_course_is_told_to_move() -> None:
    """A path that lies in a course's folder is an error that says what to do with it."""
    bundle = {
        "course.md": b"---\ntitle: T\nsummary: S\n---\n",
        "01-a.md": b"---\ntitle: A\n---\nx\n",
        "paths/p.md": PATH.encode(),
    }
    [problem] = read(bundle, "c", ["police name"]).problems
    assert problem.path == "paths/p.md" and "not part of a course" in problem.message


@given(st.text(max_size=300), st.binary(max_size=60))
def test_any_text_is_read(text: str, noise: bytes) -> None:
    """Whatever a path's file holds, reading it ends with problems and not with an exception."""
    read({"p.md": f"---\nkind: path\n{text}\n---\n{text}".encode(errors="replace") + noise}, "p", [])
