"""Quilts, progress, bundles, facts files and plain words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import facts_file
from courses.course import Course, Lesson, LessonText, Module
from courses.library import facts
from courses.plain_words import grade
from courses.progress import complete, next_step
from courses.quilt import quilt, svg
from markup.source import Source
from quizzes.quiz import Quiz, Rules


@given(st.text(max_size=30), st.integers(1, 12), st.integers(1, 6))
def test_a_quilt_is_the_same_every_time(seed: str, columns: int, rows: int) -> None:
    """One name, one quilt; all its numbers lie within the cloth, and its colours are the six."""
    shapes = quilt(seed, columns, rows)
    assert shapes == quilt(seed, columns, rows)
    assert len(shapes) >= columns * rows and {shape.colour for shape in shapes} <= set(range(1, 7))
    assert quilt(seed, columns, rows + 1)[: len(shapes)] == shapes


def test_a_quilt_is_mirrored() -> None:
    """Every patch has its mirror image across the middle, in the same colour."""
    grounds = {}
    for shape in quilt("a-course", 8, 3):
        if found := re.fullmatch(r"M(\d+) (\d+)h40v40h-40z", shape.path):
            grounds[int(found[1]), int(found[2])] = shape.colour
    assert len(grounds) == 24
    assert all(colour == grounds[280 - x, y] for (x, y), colour in grounds.items())


def test_quilts_differ_and_draw() -> None:
    """Two courses have different quilts; for print colours are written, for pages they are classes."""
    assert quilt("a") != quilt("b")
    shapes = quilt("a", 2, 2)
    assert 'class="q' in svg(shapes, 2, 2) and "style" not in svg(shapes, 2, 2)
    assert 'fill="#' in svg(shapes, 2, 2, fills=["#000000"] * 6)


def lesson(name: str) -> Lesson:
    return Lesson(id=name, versions={"standard": LessonText(title=name, path=f"{name}.md")})


COURSE = Course(
    slug="c",
    title="C",
    modules=(
        Module(
            id="m",
            steps=(
                lesson("a"),
                lesson("b"),
                Quiz(id="q", title="Q", rules=Rules(pass_mark=80)),
                Quiz(id="poll", title="P"),
            ),
        ),
    ),
)


@pytest.mark.parametrize(
    ("read", "passed", "following", "done"),
    [
        ((), (), "a", False),
        (("a",), (), "b", False),
        (("b",), (), "a", False),
        (("a", "b"), (), "q", False),
        (("a", "b"), ("q",), "poll", True),
        (("a", "b"), ("q", "poll"), None, True),
        (("a",), ("q",), "b", False),
    ],
)
def test_progress(read: tuple[str, ...], passed: tuple[str, ...], following: str | None, done: bool) -> None:
    """The next step is the first not done; a quiz without a pass mark does not hold the certificate back."""
    found = next_step(COURSE, read, passed)
    assert (found and found.id) == following
    assert complete(COURSE, read, passed) is done


def read_facts(text: str) -> tuple[int, list[str]]:
    found, problems = facts_file.read(Source("facts.md", tuple(text.splitlines())))
    return len(found), [problem.message for problem in problems]


GOOD = "Value: 999\nAs: phone\nSource: seen\nChecked: 2026-01-01\nReview by: 2026-06-01\n"


@pytest.mark.parametrize(
    ("text", "count", "message"),
    [
        (GOOD, 1, ""),
        (GOOD.replace("Value: 999\n", ""), 0, "has no value"),
        (GOOD.replace("phone", "fax"), 0, "is shown as “fax”"),
        (GOOD.replace("2026-06-01", "soon"), 0, "needs two dates"),
        (GOOD.replace("Source: seen\n", ""), 0, "does not say where it was read"),
    ],
)
def test_facts_file(text: str, count: int, message: str) -> None:
    """A fact needs a value, a known kind, a source and two dates; what is missing is said."""
    found, messages = read_facts(f"---\nkind: facts\ntitle: F\n---\n\n## number\n{text}")
    assert found == count and message in " ".join(messages)


def test_shipped_facts_are_dated_and_sourced() -> None:
    """Every shipped fact says where it was read, when it was checked, and when to look again."""
    assert len(facts()) >= 15
    assert all(fact.source and fact.checked < fact.review_by for fact in facts().values())


def test_grade() -> None:
    """A plain text scores lower than a hard one, and no text scores nothing."""
    plain = "You can tell someone. They will listen. It is not your fault."
    hard = "Intersectional victimisation necessitates comprehensive multidisciplinary safeguarding interventions."
    assert grade(plain) < 5 < 12 < grade(hard)
    assert grade("") == 0
