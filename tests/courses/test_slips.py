"""What a trainer who is new to the format types: each slip is told on its line, and its mend works."""

import pytest

from courses.reader import Reading
from markup.facts import Prose
from markup.problems import Problem
from tests.courses.conftest import ReadWith

ONE = "01-first/01-one.md"
QUESTION = "## Is it so?\n\n- (x) Yes\n  > Right.\n- ( ) No\n  > Wrong."

TABLE = "| A | B |\n|---|---|\n| 1 | 2 |"


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
        (
            "| A | B |\n|---|---|\n| 1 |",
            7,
            "has 1 cell, but the first row of the table has 2",
            "empty",
            TABLE,
        ),
        ("| A | B |\n|---|---|\n| 1 | 2 | 3 |", 7, "has 3 cells", r"write \|", TABLE),
        ("| A | B |\n| 1 | 2 |", 5, "no line under its first row", "|---|---|", TABLE),
        ("| A | B |\n|—|—|\n| 1 | 2 |", 6, "long dashes", "|---|---|", TABLE),
        (f"{TABLE}\n\n| 3 | 4 |", 9, "An empty line cuts", "empty line above", f"{TABLE}\n| 3 | 4 |"),
        ("| A | B |\n\n|---|---|\n| 1 | 2 |", 7, "An empty line cuts", "empty line above", TABLE),
        (f"Words.\n{TABLE}", 6, "goes on with the words above", "empty line above", f"Words.\n\n{TABLE}"),
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
        f"{TABLE}\n\nWords.\n\n{TABLE}\n\n{TABLE}",
        "| A |\n|---|\n| 1 \\| 2 |\n| `a|b` |",
        f"::: story Danny\n{TABLE}\n:::",
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


# what follows from one slip is not told again


def test_a_file_that_cannot_be_read_is_told_once(reading: ReadWith) -> None:
    """Links to it, draws from it, its twins and what includes it are not called wrong as well."""
    utf16 = "---\nkind: bank\ntitle: é\n---\n".encode("utf-16")
    linked = "[The second](02-two.md#top)\n\n::: include ../shared/safe.md"
    files = dict.fromkeys(("01-first/02-two.md", "banks/all.md", "shared/safe.md"), utf16)
    found = reading(linked, **files, **{"01-first/02-two.easy.md": "---\ntitle: E\n---\nEasy.\n"})
    assert [problem.path for problem in found.problems] == sorted(files)
    assert all("In Notepad: Save as, Encoding: UTF-8" in problem.mend for problem in found.problems)


def test_a_bank_of_an_unknown_kind_is_told_once(reading: ReadWith) -> None:
    """A file that is there for its author is not called missing."""
    text = "---\nkind: lessen\ntitle: T\n---\nWords.\n"
    found = reading("[Three](03-three.md)", **{"01-first/03-three.md": text})
    assert [(p.path, "kind “lessen”" in p.message) for p in found.problems] == [
        ("01-first/03-three.md", True)
    ]


@pytest.mark.parametrize(
    ("text", "line", "message", "mended"),
    [
        (
            f"::: story Danny\nThey came.\n\n::: check\n{QUESTION}\n:::",
            5,
            "“story” that begins here has no end",
            "",
        ),
        (f"::: check\n{QUESTION}\n\nMore words.\n\nAnd more.", 5, "“check” that begins here has no end", ""),
        (f"::: check\n{QUESTION}\n\n::: check\n{QUESTION} {{#b}}\n:::", 5, "“check” that begins here", ""),
        ("Words.\n\n:: story Danny\nThey came.\n:::", 7, "two colons", "::: story Danny\nThey came.\n:::"),
        ("::: story Danny\nThey came.\n::\n\nWords.", 7, "two colons", "::: story Danny\nThey came.\n:::"),
        (f":: check\n{QUESTION}\n:::", 5, "two colons", f"::: check\n{QUESTION}\n:::"),
    ],
)
def test_a_block_without_its_end_is_told_once(
    reading: ReadWith, text: str, line: int, message: str, mended: str
) -> None:
    """What only follows from a missing end or colon is not told."""
    assert the_one(reading(text), line, message).is_error
    assert not mended or told(reading(mended)) == []


def test_a_missing_first_line(reading: ReadWith) -> None:
    """Settings without the --- above them are told as that, and read."""
    found = reading(**{"01-first/04-end.md": "title: End\nminutes: 5\n---\n\nWords.\n"})
    assert the_one(found, 1, "no --- above it").mend == "Write --- on a line above this one."
    quiz = f"title: End\nkind: quiz\n---\n\n{QUESTION}\n"
    the_one(reading(**{"01-first/04-end.md": quiz}), 1, "no --- above it")
    assert told(reading(**{"01-first/04-end.md": f"---\n{quiz}"})) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("You can:\n• ring\n• write", "<p>You can:</p>\n<ul>\n<li>ring</li>\n<li>write</li>\n</ul>"),
        ("· ring", "<ul>\n<li>ring</li>\n</ul>"),
        ("– ring\n– write", "<ul>\n<li>ring</li>\n<li>write</li>\n</ul>"),
        ("He left\n– at last – home.", "<p>He left\n– at last – home.</p>"),
        ("```\n• as it is\n```", "• as it is"),
    ],
)
def test_lists_from_a_word_processor(reading: ReadWith, text: str, shown: str) -> None:
    """Its bullets make a list, which people who listen to a page hear as one; a dash in prose stays."""
    found = reading(text)
    assert found.problems == () and found.course
    (prose,) = found.course.lessons[0].versions["standard"].blocks
    assert isinstance(prose, Prose) and shown in "".join(map(str, prose.parts))
