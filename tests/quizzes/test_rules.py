"""What the rules of a quiz allow."""

import datetime

import pytest

from quizzes.quiz import Rules
from quizzes.rules import Refusal, answers_shown, closes, counted, deadline, may_begin, overdue

NOON = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)


@pytest.mark.parametrize(
    ("setting", "passed", "failed"),
    [("after passing", True, False), ("after submitting", True, True), ("never", False, False)],
)
def test_when_answers_show(setting, passed, failed):
    """Each setting, after passing and after failing."""
    rules = Rules(show_answers=setting)
    assert answers_shown(rules, passed=True) is passed
    assert answers_shown(rules, passed=False) is failed


def test_without_limits_one_may_always_begin():
    """No limit and no wait refuse nobody."""
    assert may_begin(Rules(), [NOON] * 50, NOON) is None


def test_the_limit_of_attempts():
    """The last attempt allowed may begin; the one after it may not, ever."""
    rules = Rules(attempts=2)
    assert may_begin(rules, [NOON], NOON) is None
    assert may_begin(rules, [NOON, NOON], NOON + 1000 * HOUR) == Refusal("no attempts left")


def test_the_wait_between_attempts():
    """The wait counts from the latest attempt, whatever their order, and is over on the dot."""
    rules = Rules(wait=3600)
    earlier = [NOON, NOON - HOUR]
    assert may_begin(rules, [], NOON) is None
    assert may_begin(rules, earlier, NOON + HOUR / 2) == Refusal("too soon", NOON + HOUR)
    assert may_begin(rules, earlier, NOON + HOUR) is None


def test_a_limit_is_told_before_a_wait():
    """Nobody is told to wait for an attempt that will not come."""
    assert may_begin(Rules(attempts=1, wait=3600), [NOON], NOON) == Refusal("no attempts left")


@pytest.mark.parametrize(("extra", "hours"), [(0, 2), (50, 3), (100, 4), (None, None)])
def test_when_time_is_up(extra, hours):
    """As set, half as much again, twice, or no limit: counted from the beginning."""
    expected = hours and NOON + hours * HOUR
    assert deadline(Rules(time_limit=7200), NOON, extra) == expected
    assert deadline(Rules(), NOON, extra) is None


def test_grace():
    """What arrives on the very moment of closing counts, what comes after it does not."""
    rules = Rules(time_limit=7200, grace=60)
    closing = closes(rules, NOON)
    assert closing == NOON + datetime.timedelta(seconds=60)
    assert not overdue(rules, NOON, closing)
    assert overdue(rules, NOON, closing + datetime.timedelta(microseconds=1))


def test_without_a_deadline_it_is_never_too_late():
    """No limit, or none chosen, closes never."""
    rules = Rules(time_limit=7200)
    assert closes(rules, None) is None
    assert not overdue(rules, None, NOON + 10_000 * HOUR)


@pytest.mark.parametrize(("counts", "index"), [("best", 1), ("last", 3), ("first", 0)])
def test_which_attempt_counts(counts, index):
    """The first of the best, the last, or the first."""
    outcomes = [("a", 5), ("b", 9), ("c", 9), ("d", 1)]
    assert counted(Rules(counts=counts), outcomes, lambda o: o[1]) == outcomes[index]
    assert counted(Rules(counts=counts), [], lambda o: o[1]) is None
