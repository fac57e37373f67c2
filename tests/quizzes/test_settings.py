"""The front matter of quizzes and banks."""

import pytest

from markup.facts import Prose
from markup.source import Source
from quizzes.quiz import Draw, Rules
from quizzes.reader import read_bank

QUESTION = "## Q\n- (x) a\n- ( ) b\n"


def front(*lines: str) -> str:
    return "\n".join(("---", "title: Check", *lines, "---", ""))


def test_all_settings_of_a_quiz(read):
    """Every setting that stands in a quiz's front matter arrives in the quiz."""
    quiz, problems = read(
        QUESTION,
        front(
            "kind: quiz",
            "id: check",
            "minutes: 10",
            "content note: Describes bullying.",
            "pass mark: 80%",
            "attempts: 3",
            "wait between attempts: 1 hour",
            "time limit: 1 hour 30 minutes",
            "grace: 2 minutes",
            "confidence: not asked",
            "questions: Shuffled",
            "options: shuffled",
            "counts: last",
            "show answers: after submitting",
            "draw:",
            "  - 5 from banks/strands",
            "  - 3 questions from ./banks/reporting.md tagged Mate crime",
        ),
    )
    assert problems == ()
    assert (quiz.title, quiz.minutes, quiz.content_note) == ("Check", 10, "Describes bullying.")
    assert quiz.rules == Rules(
        pass_mark=80,
        attempts=3,
        wait=3600,
        time_limit=5400,
        grace=120,
        questions="shuffled",
        options="shuffled",
        counts="last",
        show_answers="after submitting",
    )
    assert quiz.draws == (
        Draw(count=5, bank="banks/strands"),
        Draw(count=3, bank="banks/reporting", tag="mate-crime"),
    )
    assert quiz.length == 9


def test_what_is_not_set_has_its_default(read):
    """A quiz with a title alone is taken without limits."""
    quiz, problems = read(QUESTION, front())
    assert quiz.rules == Rules()
    assert problems == ()


def test_no_limit_in_words(read):
    """`no limit` and `none` lift what can be limited."""
    quiz, problems = read(
        QUESTION, front("attempts: No limit", "wait between attempts: none", "time limit: None")
    )
    assert quiz.rules == Rules()
    assert problems == ()


def test_no_grace(read):
    """A trainer can take the minute of grace away."""
    quiz, problems = read(QUESTION, front("time limit: 20 minutes", "grace: none"))
    assert (quiz.rules.time_limit, quiz.rules.grace) == (1200, 0)
    assert problems == ()


def test_grace_is_not_blamed_for_a_limit_that_cannot_be_read(read):
    """One slip is one problem."""
    _, problems = read(QUESTION, front("time limit: soon", "grace: 2 minutes"))
    assert [problem.line for problem in problems] == [3]


@pytest.mark.parametrize(
    ("line", "message", "mend"),
    [
        ("pass mark: 80", "“80” does not fit “pass mark:”", "such as 80%"),
        ("pass mark: 0%", "does not fit", "from 1% to 100%"),
        ("pass mark: 120%", "does not fit", "from 1% to 100%"),
        ("attempts: 0", "does not fit", "no limit"),
        ("attempts: many", "does not fit", "no limit"),
        ("wait between attempts: 1", "does not fit", "1 hour"),
        ("minutes: ten", "does not fit", "such as 10"),
        ("counts: bst", "does not fit", "Did you mean “best”? You can write “best”, “last”, “first”"),
        ("questions: xyzzy", "does not fit", "You can write “as written”, “shuffled”"),
        ("show answers: always", "does not fit", "“after passing”"),
        ("show answers: after each question", "cannot yet", "after submitting"),
        ("time limit: 20", "“20” does not fit “time limit:”", "such as 20 minutes"),
        ("time limit: 59 seconds", "does not fit", "a minute or more"),
        ("grace: soon", "“soon” does not fit “grace:”", "such as 2 minutes"),
        ("grace: 1 minute", "no time limit", "Add a line such as “time limit: 20 minutes”"),
        ("confidence: asked", "cannot ask how sure people are yet", "Take this line out"),
        ("draw: five from banks/a", "does not say what to draw", "5 from banks/reporting"),
        ("draw: 5 of banks/a", "does not say what to draw", "5 from banks/reporting"),
        ("draw: 0 from banks/a", "cannot draw 0", "from 1 to"),
        ("draw: 9999 from banks/a", "cannot draw 9999", "from 1 to"),
        ("pas mark: 80%", "not a setting", "“pass mark:”"),
    ],
)
def test_a_setting_that_does_not_fit(read, line, message, mend):
    """Each is one error on its own line, and says what can be written instead."""
    _, (problem,) = read(QUESTION, front(line))
    assert (problem.line, problem.shown, problem.is_error) == (3, line, True)
    assert message in problem.message
    assert mend in problem.mend


def test_a_quiz_needs_a_title(read):
    """Without a title there is a problem, and the id stands in."""
    quiz, (problem,) = read(QUESTION, "---\nkind: quiz\n---\n")
    assert quiz.title == "final"
    assert "no title" in problem.message


def test_a_bank_has_questions_and_no_rules():
    """A bank reads its title and questions; a rule in it is a problem, for it would do nothing."""
    source = Source("banks/a.md", tuple(f"---\ntitle: A\npass mark: 80%\n---\n{QUESTION}".split("\n")))
    bank, (problem,) = read_bank(source, "banks/a", lambda text, _: Prose((text,), text))
    assert bank is not None
    assert (bank.id, bank.title, bank.path) == ("banks/a", "A", "banks/a.md")
    assert [question.id for question in bank.questions] == ["banks/a#q"]
    assert problem.line == 3
