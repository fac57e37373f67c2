"""What a trainer who is new to the format types: each slip is told on its line, and its mend works."""

import pytest

from courses.reader import Reading
from markup.problems import Problem
from tests.courses.conftest import ReadWith

ONE = "01-first/01-one.md"
QUESTION = "## Is it so?\n\n- (x) Yes\n  > Right.\n- ( ) No\n  > Wrong."


def told(found: Reading) -> list[tuple[int, str]]:
    return [(problem.line, problem.message) for problem in found.problems]


def the_one(found: Reading, line: int, message: str) -> Problem:
    """The only problem there is: more of them about one slip would mislead."""
    assert [(each, message in said) for each, said in told(found)] == [(line, True)], told(found)
    return found.problems[0]


@pytest.mark.parametrize(
    ("text", "line", "message", "mend", "mended"),
    [
        (f"Words.\n\n{QUESTION}", 9, "does not say “kind: quiz”", "::: check", f"::: check\n{QUESTION}\n:::"),
        ("## Is it so?\n\n- [ ] Yes\n- [x] No", 7, "does not say “kind: quiz”", "kind: quiz", "Words."),
        ("Ring {{police name now.", 5, "has no }} on the same line", "{{police name}}", "{{police name}}"),
        ("Ring {{polise name}.", 5, "two braces before it", "{{police name}}", "{{police name}}"),
        ("Ring {Police name}.", 5, "two braces before it", "{{police name}}", "{{Police name}}"),
        ("Ring {{{police name}}}.", 5, "two braces before it", "{{police name}}", "{{police name}}"),
    ],
)
def test_slips_that_stop_a_course(
    reading: ReadWith, text: str, line: int, message: str, mend: str, mended: str
) -> None:
    """Each is one error, on its line; the text as mended has none."""
    problem = the_one(reading(text), line, message)
    assert problem.is_error and mend in problem.mend
    assert told(reading(mended)) == []


@pytest.mark.parametrize(
    ("text", "line", "message", "mend", "mended"),
    [
        (
            "To do:\n\n- [ ] Ring\n- [x] Write",
            7,
            "nobody can tick it",
            "Take the boxes out",
            "- Ring\n- Write",
        ),
        ("It is <b>now</b>.", 5, "shown as it is typed: <b>", "**words**", "It is **now**."),
        ("One<br/>\nTwo", 5, "shown as it is typed: <br/>", "empty line", "One\n\nTwo"),
        (
            "A\n\n<!-- note -->",
            7,
            "as it is typed: <!-- note",
            "[//]: # (like this)",
            "A\n\n[//]: # (like this)",
        ),
        ("[The second] (02-two.md)", 5, "no link yet", "space", "[The second](02-two.md)"),
        ("As said[^1].", 5, "[^1] has no words", "[^1]: Its words.", "As said[^1].\n\n[^1]: Its words."),
    ],
)
def test_slips_that_are_advice(
    reading: ReadWith, text: str, line: int, message: str, mend: str, mended: str
) -> None:
    """Each is one warning, on its line; the text as mended has none."""
    problem = the_one(reading(text), line, message)
    assert not problem.is_error and mend in problem.mend
    assert told(reading(mended)) == []


@pytest.mark.parametrize(
    "text",
    [
        "```\n{{police name\n<b>\n- (x) a\n```",
        "Write `<b>` for bold.",
        "It is < 5 <and so on>.",
        f"::: check\n{QUESTION}\n:::",
        "He said (as I did) no. {A note}",
        "Look [here it is](02-two.md) (in the next lesson).",
    ],
)
def test_what_is_no_slip(reading: ReadWith, text: str) -> None:
    """Code, checks and ordinary brackets are left alone."""
    assert told(reading(text)) == []


def test_a_quiz_that_does_not_say_so(reading: ReadWith) -> None:
    """Its settings are one problem, not one each; saying what it is mends it."""
    text = "---\n{}title: T\npass mark: 80%\nattempts: 3\n---\n\n" + QUESTION + "\n"
    problem = the_one(reading(**{"01-first/04-end.md": text.format("")}), 3, "“pass mark:”")
    assert problem.is_error and "kind: quiz" in problem.mend
    assert told(reading(**{"01-first/04-end.md": text.format("kind: quiz\n")})) == []
