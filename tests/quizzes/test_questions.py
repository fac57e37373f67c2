"""Questions as trainers write them: the right ones, the odd ones, and the wrong ones."""

import pytest

from quizzes.kinds.one_answer import OneAnswer
from quizzes.kinds.several_answers import SeveralAnswers

SAM = """\
Some words before the questions.

## Sam says his "friends" take his benefits. What do you do first? {#sam-first}

Read *slowly*.

- (x) Listen, and write down his own words
  > Yes. His words are the record.
  > Keep them.
- ( ) Ring the friends to check
  > No. This could put Sam in danger.

Why: Mate crime can be reported even when
Sam calls them friends.
Marks: 2
Tags: Mate crime, listening
"""


def test_a_question_with_everything(read):
    """Heading, body, options, feedback and keywords arrive whole, each with the line it begins on."""
    quiz, problems = read(SAM)
    (question,) = quiz.questions
    assert problems == ()
    assert quiz.intro.parts == ("5|Some words before the questions.",)
    assert isinstance(question, OneAnswer)
    assert (question.id, question.line) == ("final#sam-first", 7)
    assert question.stem.words == 'Sam says his "friends" take his benefits. What do you do first?'
    assert question.body.parts == ("9|Read *slowly*.",)
    assert [(option.text.parts[0], option.right) for option in question.options] == [
        ("11|Listen, and write down his own words", True),
        ("14|Ring the friends to check", False),
    ]
    assert [option.feedback.parts[0] for option in question.options] == [
        "12|Yes. His words are the record.\nKeep them.",
        "15|No. This could put Sam in danger.",
    ]
    assert question.why.parts == ("17|Mate crime can be reported even when\nSam calls them friends.",)
    assert (question.marks, question.tags) == (2, ("mate-crime", "listening"))


def test_several_answers_and_their_rule(read):
    """Square boxes may have any number of ticks, and any of the three rules."""
    quiz, problems = read("## Q\n- [x] a\n- [x] b\n- [ ] c\nMarking: All or nothing\n")
    (question,) = quiz.questions
    assert isinstance(question, SeveralAnswers)
    assert question.rule == "all or nothing"
    assert [option.right for option in question.options] == [True, True, False]
    assert problems == ()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("- (X) a", "- ( ) b"),
        ("- ( x ) a", "- () b"),
        ("* (x) a", "+ ( ) b"),
        ("- (x)\u00a0a", "- (\u00a0) b"),
        ("-\u00a0(x) a", "-\u00a0(\u00a0\u00a0) b"),
        ("  - (x) a", "\t- ( ) b"),
        ("- (x)a", "- ( )b"),
        ("– (x) a", "• ( ) b"),
        ("(x) a", "( ) b"),
        ("1. (x) a", "2. ( ) b"),
        ("- \\(x\\) a", "- \\( \\) b"),
        ("- [X] a", "- [\u202f] b"),
        ("- [ x ] a", "- [] b"),
        ("- \\[x\\] a", "- \\[ \\] b"),
    ],
)
def test_boxes_as_word_processors_leave_them(read, right, wrong):
    """Capital x, odd spaces, other bullets and escaped brackets are all the same box."""
    quiz, problems = read(f"## Q\n{right}\n{wrong}\n")
    assert problems == ()
    assert [(o.text.words, o.right) for o in quiz.questions[0].options] == [("a", True), ("b", False)]


@pytest.mark.parametrize(
    "text",
    [
        "- (x) a\n> Yes.\n> Indeed.\n- ( ) b",
        "- (x) a\n\n  > Yes.\n  > Indeed.\n\n- ( ) b",
        "- (x) a\n  > Yes.\nIndeed.\n- ( ) b",
        "- (x) a\n  >Yes.\n  >Indeed.\n- ( ) b\nTags: t",
        "- (x) a\n  > Yes.\n  > Indeed.\nMarks: 1\n- ( ) b",
    ],
)
def test_feedback_stands_under_its_option(read, text):
    """Indented or not, with gaps or keywords after it, feedback belongs to the option above it."""
    quiz, problems = read(f"## Q\n{text}\n")
    first, second = quiz.questions[0].options
    assert problems == ()
    assert first.feedback.words == "Yes.\nIndeed."
    assert not second.feedback


def test_feedback_keeps_its_paragraphs_and_lists(read):
    """An empty `>` and deeper spaces come through to the prose."""
    quiz, _ = read("## Q\n- (x) a\n  > Yes.\n  >\n  > - one\n  >   - two\n- ( ) b")
    assert quiz.questions[0].options[0].feedback.words == "Yes.\n\n- one\n  - two"


def test_a_keyword_starts_afresh_after_feedback_and_after_a_table(read):
    """No keyword is ever glued into the feedback or the table above it."""
    quiz, problems = read(
        "## Q\n| a | b |\n|---|---|\n| c | d |\nTags: t\n- (x) a\n- ( ) b\n> No.\nWhy: So.\n"
    )
    (question,) = quiz.questions
    assert problems == ()
    assert question.body.words == "| a | b |\n|---|---|\n| c | d |"
    assert question.tags == ("t",)
    assert question.options[1].feedback.words == "No."
    assert question.why.words == "So."


def test_words_of_an_option_may_go_on(read):
    """A second line of an option belongs to it, also after an empty line when it is indented."""
    quiz, problems = read("## Q\n- (x) Listen,\n  and write\n\n  it down\n- ( ) b")
    assert quiz.questions[0].options[0].text.words == "Listen,\nand write\n\nit down"
    assert problems == ()


@pytest.mark.parametrize(
    ("words", "given"),
    [
        ("999. Always", "999\\. Always"),
        ("> 5 people", "\\> 5 people"),
        ("#ImWithSam", "\\#ImWithSam"),
        ("a. b", "a. b"),
    ],
)
def test_words_that_look_like_a_list_stay_words(read, words, given):
    """An option or heading that begins with a number or sign is one paragraph, not a list or heading."""
    quiz, _ = read(f"## 1. Q\n- (x) {words}\n- ( ) b")
    assert quiz.questions[0].options[0].text.words == given
    assert quiz.questions[0].stem.words == "1\\. Q"
    assert quiz.questions[0].id == "final#q"


def test_a_list_may_stand_in_the_body(read):
    """With an empty line before the answers, a list above them is no answer without a box."""
    quiz, problems = read("## Q\n- one\n- two\n\n- (x) a\n- ( ) b")
    assert problems == ()
    assert quiz.questions[0].body.words == "- one\n- two"


def test_double_brackets_are_words_where_there_are_answers(read):
    """Only a question without answers is taken for one with gaps."""
    quiz, problems = read("## Q\nThe sign says [[999]].\n- (x) a\n- ( ) b")
    assert problems == ()
    assert "[[999]]" in quiz.questions[0].body.words


def test_an_example_in_code_is_body(read):
    """Options and headings inside a fence are shown, not taken."""
    quiz, problems = read("## Q\n```\n- (x) not this\n## nor this\n```\n- (x) a\n- ( ) b")
    assert problems == ()
    assert len(quiz.questions[0].options) == 2
    assert "nor this" in quiz.questions[0].body.words


def test_a_fact_may_stand_in_an_answer(read):
    """Options are marked by their place, so a fact in their words cannot move a mark."""
    quiz, problems = read("## Q\n- (x) Ring {{emergency number}}\n- ( ) b")
    assert quiz.questions[0].options[0].text.words == "Ring {{emergency number}}"
    assert problems == ()


@pytest.mark.parametrize(
    ("text", "line", "message", "mend"),
    [
        ("- (x) a\n- ( ) b\n- (x) c", 8, "two right answers marked with (x)", "The first (x) is on line 6"),
        ("- (x) a\n- (x) b\n- (x) c", 7, "3 right answers", "The first (x) is on line 6"),
        ("- (x) a\n- [ ] b", 7, "round boxes and square", "on line 6, has a round box"),
        ("- [ ] a\n- [ ] b", 5, "marked as right", "[x]"),
        ("- ( ) a\n- ( ) b", 5, "marked as right", "(x)"),
        ("- (x) a", 6, "only one answer", "one more"),
        ("- (x) a\n- ( )", 7, "no words", "after the box"),
        ("Just words.", 5, "no answers to choose from", "- (x)"),
        ("", 5, "no answers to choose from", "- (x)"),
        ("- (x] a\n- ( ) b", 6, "begins with ( and ends with ]", "(x)"),
        ("- (✓) a\n- ( ) b", 6, "“✓” in the box", "(x)"),
        ("- (x) a\n- (o) b", 7, "“o” in the box", "(x)"),
        ("- (x) a\n- b", 7, "no box", "- ( )"),
        ("- a\n- (x) b\n- ( ) c", 6, "no box", "- ( )"),
        ("- (x) a\n- ( ) b\n\nLost words", 9, "belongs to", "Why:"),
        ("- (x) a\n- ( ) b\n\n### Next?", 9, "belongs to", "begin it with ##"),
        ("- (x) a\n- ( ) b\nTags: t\nLost words", 9, "belongs to", "Why:"),
        ("- (x) a\n- ( ) b\n\nWhy: So.\n\n> Lost", 11, "under an answer", "Move it"),
        ("- (x) a\n- ( ) b\nMarks: many", 8, "“many” is not a number of marks", "from 1 to"),
        ("- (x) a\n- ( ) b\nMarks: 0", 8, "“0” is not a number of marks", "from 1 to"),
        ("- (x) a\n- ( ) b\nTags: ,", 8, "no tag", "commas"),
        ("- (x) a\n- ( ) b\nWhy:", 8, "nothing after “Why:”", "take the line out"),
        ("- (x) a\n- ( ) b\nWhy: a\nWhy: b", 9, "twice. The first is on line 8", "Keep one"),
        ("- (x) a\n- ( ) b\nMarking: all or nothing", 8, "several right answers", "[x]"),
        ("- [x] a\n- [ ] b\nMarking: all or noting", 8, "not a way of marking", "“all or nothing”"),
        ("- [x] a\n- [ ] b\nMarking: xyzzy", 8, "not a way of marking", "each choice counts"),
        ("Match:\n| a | b |\n|---|---|", 6, "cannot yet ask questions in which people match", "[x]"),
        ("Order:\n1. a\n2. b", 6, "cannot yet ask questions in which people put", "[x]"),
        ("Answer: £100\nNear enough: £5", 6, "cannot yet ask questions in which people type", "[x]"),
        ("Trainer marks: 4", 6, "cannot yet ask questions that a trainer marks", "[x]"),
        ("Ring [[999 | nine nine nine]].", 6, "fill gaps", "[x]"),
    ],
)
def test_a_question_that_cannot_be_asked(read, text, line, message, mend):
    """Each slip is one error on its own line with its mend, and the question is left out."""
    quiz, problems = read(f"## Q\n{text}")
    (problem,) = problems
    assert (problem.path, problem.line, problem.is_error) == ("final.md", line, True)
    assert message in problem.message
    assert mend in problem.mend
    assert quiz.questions == ()


@pytest.mark.parametrize(
    ("heading", "message"), [("##", "no words"), ("## ???", "No id can be made"), ("## {#a}", "no words")]
)
def test_a_question_needs_words_and_an_id(read, heading, message):
    """A heading without words, or without a letter in it, is an error."""
    _, (problem,) = read(f"{heading}\n- (x) a\n- ( ) b")
    assert message in problem.message
    assert problem.line == 5


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Wy: so\n- (x) a\n- ( ) b", "body"),
        ("- (x) a\n- ( ) b\nWhy: So.\nMark: 2", "why"),
    ],
)
def test_almost_a_keyword_is_a_warning_where_its_words_stay(read, text, kept):
    """The line is kept where it stands, and the trainer is asked."""
    quiz, (problem,) = read(f"## Q\n{text}")
    assert problem.severity == "warning"
    assert "Did you mean" in problem.mend
    assert getattr(quiz.questions[0], kept).words.endswith(problem.shown)


def test_almost_a_keyword_is_an_error_where_its_words_would_be_lost(read):
    """After the options there is no place to keep the line, so it must be mended."""
    _, (problem,) = read("## Q\n- (x) a\n- ( ) b\n\nWy: because")
    assert problem.is_error
    assert "“Why:”" in problem.mend


def test_two_options_with_the_same_words_are_a_warning(read):
    """The question can be asked, but it is likely a slip; the first one's line is named."""
    quiz, (problem,) = read("## Q\n- (x) Yes\n- ( )  yes")
    assert (problem.line, problem.severity) == (7, "warning")
    assert "line 6" in problem.message
    assert len(quiz.questions) == 1


def test_two_questions_with_one_id_name_both_lines(read):
    """The second is the problem, and it says where the first is."""
    _, (problem,) = read("## Q\n- (x) a\n- ( ) b\n## Other {#q}\n- (x) a\n- ( ) b")
    assert problem.line == 8
    assert "line 5" in problem.message
    assert "{#q-2}" in problem.mend


def test_all_problems_come_at_once(read):
    """One bad question hides neither the next bad one nor the good one."""
    quiz, problems = read("## A\n- (x) a\n\n## B\n- (x) a\n- ( ) b\n\n## C\n- ( ) a\n- ( ) b\nMarks: x")
    assert [question.id for question in quiz.questions] == ["final#b"]
    assert {problem.line for problem in problems} == {6, 12, 15}
