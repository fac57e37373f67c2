"""Whole files of questions, and quick checks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markup.blocks import Text
from markup.facts import Prose
from markup.source import Source
from markup.source import read as read_source
from quizzes.reader import read_bank, read_check, read_quiz


def prose(text: str, line: int) -> Prose:
    return Prose((text,), text)


def check(text: str, line: int = 10):
    lines = tuple(text.split("\n"))
    return read_check(Source("a.md", ("",) * (line - 1) + lines), Text(lines, line), "lesson", prose)


@pytest.mark.parametrize("level", ["#", "##", "###"])
def test_a_check_holds_one_question(level):
    """A quick check is a question with any level of heading; its id is the lesson's and its own."""
    question, problems = check(f"\n{level} What first? {{#first}}\n- (x) Listen\n- ( ) Ring")
    assert question is not None
    assert (question.id, question.line) == ("lesson#first", 11)
    assert problems == ()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("- (x) a\n- ( ) b", [10]),
        ("Only words", [10]),
        ("## A\n- (x) a\n- ( ) b\n## B\n- (x) a\n- ( ) b", [13]),
        ("- (x) lost\n## A\n- (x) a\n- ( ) b", [10]),
        ("## A\n- (x) a", [11]),
    ],
)
def test_what_is_wrong_with_a_check(text, lines):
    """No question, two questions, answers above it and a bad question are each one error."""
    _, problems = check(text)
    assert [problem.line for problem in problems] == lines
    assert all(problem.is_error for problem in problems)


def test_a_quiz_without_questions_cannot_be_passed(read):
    """The problem names the pass mark that nobody could reach."""
    _, (problem,) = read("", "---\ntitle: A\npass mark: 80%\n---\n")
    assert "80%" in problem.message


def test_a_quiz_may_only_draw(read):
    """Questions from a bank are questions enough."""
    quiz, problems = read("", "---\ntitle: A\ndraw:\n- 5 from banks/a\n---\n")
    assert quiz.length == 5
    assert problems == ()


def test_an_empty_bank_is_a_problem():
    """A bank is nothing but its questions."""
    _, (problem,) = read_bank(Source("banks/a.md", ("---", "title: A", "---")), "banks/a", prose)
    assert "no questions" in problem.message


@pytest.mark.parametrize("heading", ["# Q", "### Q", "Q"])
def test_answers_without_a_question_above_them(read, heading):
    """A heading of another level is told at the first answer, with how to write it."""
    _, problems = read(f"{heading}\n- (x) a\n- ( ) b\n\n## Next\n- (x) a\n- ( ) b")
    assert [problem.line for problem in problems] == [6]
    assert "##" in problems[0].mend


def test_code_without_an_end_is_told_once(read):
    """A fence that never ends hides no question."""
    quiz, (problem,) = read("## Q\n```\nhello\n\n- (x) a\n- ( ) b")
    assert problem.line == 6
    assert len(quiz.questions) == 1


PIECES = st.sampled_from(
    [
        *("---", "title: A", "draw:", "- 5 from banks/a", "pass mark: 80%", "pass mark: x", "grace: 1 hour"),
        *("## Q", "## Q {#a}", "##", "### R", "- (x) a", "- ( ) b", "- [x] c", "- [ ]", "- (x] d", "- (v) e"),
        *("- f", "> g", "  > h", ">", "Why: i", "Why:", "Marks: 2", "Marks: -", "Tags: a,b", "Marking: x"),
        *("Match:", "Wy: j", "```", "~~~", "words", "  words", "", "\u00a0", "[[k]]", "| l | m |", "\ufffd"),
    ]
)
TEXTS = st.one_of(st.text(max_size=120), st.lists(PIECES, max_size=20).map("\n".join))


@given(TEXTS)
def test_no_text_raises(text):
    """Any text is read, and every problem has words, a mend and a line of the file."""
    source = Source("a.md", tuple(text.split("\n")))
    for _, problems in (
        read_quiz(source, "a", prose),
        read_bank(source, "a", prose),
        read_check(source, Text(source.lines, 1), "a", prose),
    ):
        for problem in problems:
            assert problem.message
            assert problem.mend
            assert 0 <= problem.line <= len(source.lines)


@given(TEXTS)
def test_what_is_read_can_always_be_asked(text):
    """Whatever the file, each question that comes out has two options, right ones, and words in all."""
    quiz, _ = read_quiz(Source("a.md", tuple(text.split("\n"))), "a", prose)
    assert quiz is not None
    for question in quiz.questions:
        assert len(question.options) > 1
        assert all(option.text for option in question.options)
        right = {place for place, option in enumerate(question.options) if option.right}
        assert question.share(right) == 1


def test_a_file_from_windows_is_read_like_any_other():
    """Byte-order mark, Windows line ends, curly quotes and hard spaces change nothing but the words."""
    text = (
        "\ufeff---\r\ntitle: Check\r\n---\r\n## Sam’s “friends”\r\n"
        "-\u00a0(\u00a0x\u00a0) Listen\r\n> Yes.\r\n- (\u00a0) Ring\r\n"
    )
    source, problems = read_source("final.md", text.encode())
    assert source is not None
    quiz, found = read_quiz(source, "final", prose)
    assert quiz is not None
    assert (problems, found) == ((), ())
    assert quiz.questions[0].id == "final#sams-friends"
    assert [option.text.words for option in quiz.questions[0].options] == ["Listen", "Ring"]
