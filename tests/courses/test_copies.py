"""Advice about a course as a whole: copies, names of files, draws and times that cannot be right."""

import pytest

from tests.courses.conftest import BANK, LESSON, QUIZ, ReadWith

OTHER = LESSON.format(title="Other", text="Words.")


@pytest.mark.parametrize(
    ("path", "text", "line", "message", "mend"),
    [
        ("01-first/01-one - Copy.md", OTHER, 0, "a copy of 01-first/01-one.md", "Take it out"),
        ("01-first/01-one copy 2.md", OTHER, 0, "a copy of 01-first/01-one.md", "Take it out"),
        ("01-first/01-one (1).md", OTHER, 0, "a copy of 01-first/01-one.md", "Take it out"),
        ("01-first/01-one-easy.md", OTHER, 0, "no version of 01-first/01-one.md", "mean 01-one.easy.md?"),
        ("02-next/01-a.md", LESSON.format(title="one", text="A."), 2, "same title as 01-first/01-one", "own"),
    ],
)
def test_copies(reading: ReadWith, path: str, text: str, line: int, message: str, mend: str) -> None:
    """A copy that was left, or a version that is not named as one, is a warning."""
    (problem,) = reading(**{path: text}).problems
    assert (problem.path, problem.line, problem.severity) == (path, line, "warning")
    assert message in problem.message and mend in problem.mend


def test_names_that_are_no_copies(reading: ReadWith) -> None:
    """A lesson may be about copies, and about what is easy."""
    names = ("making-a-copy.md", "read-and-copy.md", "it-is-not-easy.md")
    files = {f"02-next/{name}": LESSON.format(title=name, text="Words.") for name in names}
    assert reading(**files).problems == ()


@pytest.mark.parametrize(("path", "name"), [("Course.md", "course.md"), ("COURSE.MD", "COURSE.md")])
def test_a_course_file_of_another_name(reading: ReadWith, path: str, name: str) -> None:
    """The name it must have is the only thing told."""
    (problem,) = reading(**{"course.md": "", path: "---\ntitle: T\nsummary: S\n---\n"}).problems
    assert problem.path == path and problem.is_error and f"Rename it to {name}" in problem.mend


@pytest.mark.parametrize(
    ("draw", "message", "mend"),
    [
        ("6 from banks/all", "it has 3 questions, and 3 more would be needed", "draw fewer"),
        ("2 from banks/all tagged mate", "it has 1 question with the tag “mate”, and 1 more", "draw fewer"),
        ("1 from banks/all tagged mates", "No question of banks/all has the tag “mates”", "mean “mate”?"),
        ("1 from banks/all tagged zebra", "No question of banks/all has the tag “zebra”", "“Tags: zebra”"),
    ],
)
def test_draws_that_cannot_be_met(reading: ReadWith, draw: str, message: str, mend: str) -> None:
    """What the bank has and what is missing are told on the line of the draw."""
    bank = BANK.replace("## Question 1?\n\n", "## Question 1?\n\nTags: mate\n\n")
    quiz = QUIZ.replace("2 from banks/all", draw)
    (problem,) = reading(**{"banks/all.md": bank, "01-first/03-check.md": quiz}).problems
    assert problem.line == 6 and message in problem.message and mend in problem.mend


def test_a_bank_to_be_mended_is_not_called_too_small(reading: ReadWith) -> None:
    """A question with a mistake in it is told, and not that it is missing."""
    found = reading(**{"banks/all.md": BANK.replace("(x)", "( )")})
    assert {problem.path for problem in found.problems} == {"banks/all.md"}


def test_an_empty_line_in_why(reading: ReadWith) -> None:
    """The empty line is named as the trouble; without it all is well."""
    bank = BANK + "\nWhy: This is so.\n{}And this, too.\nAnd more.\n"
    (problem,) = reading(**{"banks/all.md": bank.format("\n")}).problems
    assert problem.message == "An empty line cuts the words after “Why:” in two."
    assert (
        problem.shown == "And this, too."
        and problem.line == bank.format("\n").splitlines().index(problem.shown) + 1
    )
    assert reading(**{"banks/all.md": bank.format("")}).problems == ()


def test_minutes_that_are_too_few(reading: ReadWith) -> None:
    """A lesson of 4,000 words does not take five minutes."""
    text = "---\ntitle: T\nminutes: {}\n---\n\n" + "All is well here. " * 1000
    (problem,) = reading(**{"01-first/04-long.md": text.format(5)}).problems
    assert (problem.line, problem.severity) == (3, "warning")
    assert "4,000 words" in problem.message and "“minutes: 23”" in problem.mend
    assert reading(**{"01-first/04-long.md": text.format(23)}).problems == ()


def test_hard_sentences_are_quoted_once(reading: ReadWith) -> None:
    """A text beyond school is for an adult; a sentence that comes twice is quoted once, where it is first."""
    hard = "Intersectional victimisation necessitates comprehensive multidisciplinary interventions."
    course = "---\ntitle: T\nsummary: S\nreading age: 11\n---\n\nWelcome.\n"
    (problem,) = reading(f"{hard}\n\n{hard}", **{"course.md": course}).problems
    assert "for an adult reader; the course aims at 11" in problem.message
    assert problem.mend.count("Intersectional") == 1 and problem.line == 5
