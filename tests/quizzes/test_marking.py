"""Answers into marks."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.marking import mark
from quizzes.quiz import Rules

RULES = ("right minus wrong", "all or nothing", "each choice counts")


@st.composite
def answered(draw):
    """Which options are right, the rule (None for round boxes), and what somebody ticked."""
    rule = draw(st.sampled_from([None, *RULES]))
    size = draw(st.integers(2, 6))
    one = draw(st.integers(0, size - 1))
    right = [place == one or (rule is not None and draw(st.booleans())) for place in range(size)]
    given = draw(st.sets(st.integers(0, size - 1)))
    return right, {"rule": rule} if rule else {}, given


@pytest.mark.parametrize(
    ("rule", "given", "share"),
    [
        ("right minus wrong", {0, 1}, 1),
        ("right minus wrong", {0}, Fraction(1, 2)),
        ("right minus wrong", {0, 2}, 0),
        ("right minus wrong", {2, 3}, 0),
        ("all or nothing", {0, 1}, 1),
        ("all or nothing", {0}, 0),
        ("all or nothing", {0, 1, 2}, 0),
        ("each choice counts", {0, 1}, 1),
        ("each choice counts", {0}, Fraction(3, 4)),
        ("each choice counts", set(), Fraction(1, 2)),
        ("each choice counts", {2, 3}, 0),
    ],
)
def test_the_three_rules(ask, rule, given, share):
    """Two of four options are right: what each rule gives for what was ticked."""
    assert ask("q", [True, True, False, False], rule=rule).share(given) == share


@given(answered())
def test_a_share_is_between_nothing_and_all(ask, case):
    """No answer earns less than nothing or more than all."""
    right, kept, given = case
    assert 0 <= ask("q", right, **kept).share(given) <= 1


@given(answered())
def test_exactly_the_right_answers_earn_all(ask, case):
    """All marks are earned by the right ticks, and by no other set of ticks."""
    right, kept, given = case
    places = {place for place, is_right in enumerate(right) if is_right}
    question = ask("q", right, **kept)
    assert question.share(places) == 1
    assert given == places or question.share(given) < 1


@given(answered())
def test_a_wrong_tick_never_helps(ask, case):
    """Ticking one more wrong option never raises the share."""
    right, kept, given = case
    question = ask("q", right, **kept)
    for place in (place for place, is_right in enumerate(right) if not is_right):
        assert question.share(given | {place}) <= question.share(given - {place})


@given(answered(), st.randoms(use_true_random=False))
def test_the_order_of_ticks_changes_nothing(ask, case, chance):
    """Places may arrive in any order, and twice."""
    right, kept, given = case
    ticks = [*given, *given]
    chance.shuffle(ticks)
    question = ask("q", right, **kept)
    assert question.share(ticks) == question.share(given)


@given(answered())
def test_a_place_that_is_not_there_never_helps(ask, case):
    """A forged answer outside the options is worth no more than without it."""
    right, kept, given = case
    question = ask("q", right, **kept)
    assert 0 <= question.share(given | {99, -1}) <= question.share(given)


@pytest.mark.parametrize(
    ("right", "of", "pass_mark", "passed"),
    [(8, 10, 80, True), (7, 10, 80, False), (2, 3, 67, False), (2, 3, 66, True), (1, 1, 100, True)],
)
def test_the_pass_mark_is_met_exactly(ask, right, of, pass_mark, passed):
    """8 of 10 is 80% and passes; two thirds is not 67%."""
    questions = [ask(str(number), [True, False]) for number in range(of)]
    given = {str(number): [0] if number < right else [1] for number in range(of)}
    assert mark(questions, given, Rules(pass_mark=pass_mark)).passed is passed


def test_marks_weigh(ask):
    """A question with three marks counts three times."""
    questions = [ask("a", [True, False], marks=3), ask("b", [True, True, False], marks=2)]
    outcome = mark(questions, {"a": [0], "b": [0]}, Rules(pass_mark=80))
    assert (outcome.earned, outcome.possible, outcome.percent, outcome.passed) == (4, 5, 80, True)


def test_a_percentage_is_rounded_down(ask):
    """Just under the pass mark never shows as the pass mark."""
    questions = [ask(str(number), [True, False]) for number in range(3)]
    outcome = mark(questions, {"0": [0], "1": [0]}, Rules(pass_mark=67))
    assert (outcome.percent, outcome.passed) == (66, False)


def test_a_question_left_out_earns_nothing(ask):
    """Going on without a tick earns nothing, even where each box left empty would count."""
    question = ask("a", [True, False, False], rule="each choice counts")
    assert mark([question], {"other": [0]}, Rules()).earned == 0
    assert mark([question], {"a": []}, Rules()).earned == 0
    assert mark([question], {"a": [0, 1]}, Rules()).earned == Fraction(2, 3)


def test_a_quiz_without_a_pass_mark_is_passed_by_taking_it(ask):
    """Nobody fails a quiz that has no pass mark."""
    assert mark([ask("a", [True, False])], {}, Rules()).passed


def test_no_questions_are_no_pass():
    """Where nothing could be earned, a pass mark is not reached."""
    outcome = mark([], {}, Rules(pass_mark=50))
    assert (outcome.percent, outcome.passed) == (0, False)
