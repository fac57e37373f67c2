"""Files made to keep the reader busy: each is a problem within seconds, and honest large ones are not."""

import time

import pytest
from hypothesis import given
from hypothesis import settings as rules
from hypothesis import strategies as st

from courses import limits
from courses.reader import Reading, read
from tests.hostile_files import HOSTILE, QUESTION, course, lesson

BOUND = 5
"""Seconds of processor time that any input may take."""
FACTS = ("police name",)


def timed(bundle: dict[str, bytes]) -> Reading:
    began = time.process_time()
    reading = read(bundle, "hostile", FACTS)
    assert time.process_time() - began < BOUND
    return reading


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_in_time(name: str) -> None:
    """What would keep Markdown busy for minutes is an error that says what to do, within five seconds."""
    reading = timed(HOSTILE[name]())
    errors = [problem for problem in reading.problems if problem.is_error]
    assert errors and all(problem.message and problem.mend for problem in errors)
    assert len(reading.problems) <= 3 * (limits.MOST_TOLD + 1), "no more than a person can read"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Words.\n\n" + "a" * (limits.LONGEST_LINE + 1), 7),
        ("Words.\n\n" + "> " * (limits.DEEPEST + 1) + "a", 7),
        ("Words.\n\n" + ">" * (limits.DEEPEST + 1), 7),
        ("Words.\n\n" + "+ " * (limits.DEEPEST + 1), 7),
        ("Words.\n\n" + "    " * limits.DEEPEST + "- a", 7),
        ("Words.\n\n" + "- " * (limits.DEEPEST + 1) + "a", 7),
        ("Words.\n\n" + "|" * (limits.MOST_COLUMNS + 2), 7),
        ("Words.\n\n```" + " " * limits.MOST_SPACES + "a", 7),
        ("Words.\n\n~~~~" + "\t" * (limits.MOST_SPACES // 4 + 1), 7),
        ("Words.\n\n" + "[a " * 2_000, 7),
        ("Words.\n\n" + "**a _b " * 1_500, 7),
    ],
)
def test_the_line_is_named(text: str, line: int) -> None:
    """A problem with one line says which, in the file it is in."""
    [problem] = [each for each in timed(course(**{"02-b.md": lesson(text)})).problems if each.is_error]
    assert (problem.path, problem.line) == ("02-b.md", line)


@pytest.mark.parametrize(
    "text",
    [
        "- - - - - - - - - - - - - - - - - - - -",
        "* * * * * * * * * * * * * * * * * * * *",
        "word " * 3_000,
        "```" + " " * (limits.MOST_SPACES - 1) + "\nCode." + " " * 5_000 + "\n```",
        "\n".join("    " * level + "- a" for level in range(8)),
        "> " * 8 + "a",
        "|" + " a |" * 30 + "\n|" + "---|" * 30 + "\n" + ("|" + " b |" * 30 + "\n") * 100,
        "\n\n".join(f"Some words and [a link](01-a.md) and *more* of **them** in {n}." for n in range(2_000)),
        "\n".join(f"- [A link](01-a.md) number {n}, with `code` and *stress*." for n in range(2_000)),
        "\n".join(f"Line {n} of a long paragraph that is broken by hand." for n in range(300)),
        "".join(f"Words[^{n}].\n\n[^{n}]: A note.\n\n" for n in range(300)),
    ],
)
def test_honest_text_is_taken(text: str) -> None:
    """Long lessons, deep lists, wide tables and many links are no problem while people could have written them."""
    reading = timed(course(**{"02-b.md": lesson(text)}))
    assert not [problem for problem in reading.problems if problem.is_error]


def test_honest_large_quiz_is_taken() -> None:
    """Four hundred questions in one file are no problem."""
    questions = "".join(QUESTION.format(n=n) for n in range(400))
    reading = timed(course(**{"02-q.md": b"---\nkind: quiz\ntitle: Q\n---\n\n" + questions.encode()}))
    assert reading.problems == ()


@pytest.mark.slow
def test_honest_large_course_is_taken() -> None:
    """Fifty lessons of two thousand words, each in Easy Read as well, have no problem.

    The time they take is far below what `lms.rendering` allows a course of this size.
    """
    text = lesson(
        "## Part\n\n" + "Someone tells you what *happened* to them. You listen, and you write.\n\n" * 160
    )
    files = {
        f"{n // 10}-m/{n}-l{n}{twin}.md": text.replace(b"A lesson", b"Lesson %d" % n)
        for n in range(50)
        for twin in ("", ".easy")
    }
    began = time.process_time()
    reading = read(course(**files), "large", FACTS)
    taken, size = time.process_time() - began, sum(map(len, files.values()))
    assert reading.course is not None and len(reading.course.lessons) == 51 and reading.problems == ()
    assert taken < size / 40_000


def test_problems_left_out_stay_errors() -> None:
    """Where more is wrong with a file than is told at once, that is said; an error among them still counts."""
    warned = "".join(f"{'word ' * 31}end {n}.\n\n" for n in range(limits.MOST_TOLD + 20))
    problems = timed(course(**{"02-b.md": lesson(warned + "![ ](media/none.png)\n")})).problems
    told = [problem for problem in problems if problem.path == "02-b.md"]
    assert len(told) == limits.MOST_TOLD + 1
    assert "23 more problems" in told[-1].message and told[-1].is_error
    assert not any(problem.is_error for problem in told[:-1])


PIECES = st.sampled_from(
    [
        "[",
        "]",
        "(",
        ")",
        "![",
        "](",
        "[a](b)",
        "*",
        "**",
        "_",
        "__",
        "`",
        "``",
        "<",
        ">",
        "<a ",
        "&",
        "&#",
        "\\",
    ]
    + ["|", "{{", "}}", "[^1]", "[^1]: ", "[a]: ", ": ", "- ", "1. ", "> ", "    ", "#", "## ", "```", "~~~"]
    + [
        ":::",
        "::: more a",
        "::: check",
        "a",
        " ",
        "é",
        '"',
        "'",
        "\n",
        "\n\n",
        "---",
        "===",
        "<!--",
        "http://",
    ]
)
RUNS = st.lists(
    st.tuples(st.lists(PIECES, min_size=1, max_size=4).map("".join), st.integers(1, 20_000)), max_size=6
)


@pytest.mark.slow
@given(RUNS)
@rules(max_examples=150)
def test_no_mixture_takes_long(runs: list[tuple[str, int]]) -> None:
    """Whatever is repeated however often, in whatever order, the reader answers in time and never fails."""
    text = "".join(piece * times for piece, times in runs)[:290_000]
    timed(course(**{"02-b.md": lesson(text)}))


@pytest.mark.slow
@given(RUNS)
@rules(max_examples=150)
def test_no_mixture_within_the_limits_takes_long(runs: list[tuple[str, int]]) -> None:
    """The same in paragraphs and lines short enough to be taken, as many as a file may have."""
    paragraph = "".join(piece * min(times, 400) for piece, times in runs)[:1_400]
    fits = min(limits.LARGEST // (len(paragraph) + 2), limits.MOST_LINES // (paragraph.count("\n") + 2)) - 5
    timed(course(**{"02-b.md": lesson((paragraph + "\n\n") * max(1, fits))}))
