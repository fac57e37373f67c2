"""The small course that a trainer begins with."""

import re

from courses.course import Lesson
from courses.library import OPTIONAL, facts
from courses.reader import read
from courses.slurs import spelled_out
from courses.starter import bundle
from courses.writing_ids import with_ids
from quizzes.quiz import Quiz


def test_it_has_nothing_to_mend() -> None:
    """Whoever begins with it begins with no problem, no advice, and every question with an id."""
    assert read(bundle(), "mine", {*facts(), *OPTIONAL}).problems == ()
    assert with_ids(bundle()) == {} and list(spelled_out(bundle())) == []


def test_it_shows_each_piece_of_the_format() -> None:
    """Each block, note, kind of file and kind of question is there to be copied."""
    files = bundle()
    text = "\n".join(data.decode() for path, data in files.items() if path.endswith(".md"))
    for piece in (
        "::: check",
        "::: more",
        "::: story",
        "::: include",
        "::: if ",
        "::: if no ",
        "::: video",
        "{{strands}}",
    ):
        assert piece in text, piece
    assert set(re.findall(r"> \[!(\w+)\]", text)) == {"NOTE", "TIP", "IMPORTANT", "WARNING", "SUPPORT"}
    for piece in (
        "[^1]",
        "| You write |",
        "](#",
        ".md)",
        "![",
        "picture:",
        "captions:",
        "transcript:",
        "draw:",
        "Tags:",
        "Marks:",
        "Marking:",
        "Why:",
    ):
        assert piece in text, piece
    course = read(files, "mine", {*facts(), *OPTIONAL}).course
    assert course and course.glossary and course.banks and course.certificate
    assert all("easy" in lesson.versions for lesson in course.lessons[:1])
    assert all(isinstance(step, Lesson | Quiz) for step in course.steps) and course.quizzes[0].twins


def test_it_is_what_git_keeps() -> None:
    """Nothing in it is made by a program: no hidden file, no line end of another system, a line end at the end."""
    for path, data in bundle().items():
        if path.endswith((".md", ".vtt")):
            assert data.endswith(b"\n") and not data.endswith(b"\n\n") and b"\r" not in data, path
