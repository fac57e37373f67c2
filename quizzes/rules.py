"""What the rules of a quiz allow: when to begin, for how long, which attempt counts, when answers show."""

import datetime
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeVar

import msgspec

from quizzes.quiz import Rules

T = TypeVar("T")


class Refusal(msgspec.Struct, frozen=True):
    """Why an attempt may not begin: none are left, or it is too soon; then `until` is when it may."""

    reason: Literal["no attempts left", "too soon"]
    until: datetime.datetime | None = None


def answers_shown(rules: Rules, *, passed: bool) -> bool:
    """Whether the right answers show after an attempt. Feedback on what was chosen always does."""
    return rules.show_answers == "after submitting" or (rules.show_answers == "after passing" and passed)


def may_begin(rules: Rules, submitted: Sequence[datetime.datetime], now: datetime.datetime) -> Refusal | None:
    """None when a new attempt may begin. `submitted` holds when earlier ones were handed in, in any order.

    All times are of one kind: all with a time zone, or all without.
    """
    if rules.attempts is not None and len(submitted) >= rules.attempts:
        return Refusal("no attempts left")
    if submitted and rules.wait:
        until = max(submitted) + datetime.timedelta(seconds=rules.wait)
        return Refusal("too soon", until) if now < until else None
    return None


def deadline(rules: Rules, began: datetime.datetime, extra: int | None) -> datetime.datetime | None:
    """When the time of an attempt that began then is up, or None where it never is.

    `extra` is what the learner asked to have added, in per cent of the limit; None asks for no limit.
    """
    if rules.time_limit is None or extra is None:
        return None
    return began + datetime.timedelta(seconds=rules.time_limit * (100 + extra) / 100)


def closes(rules: Rules, deadline: datetime.datetime | None) -> datetime.datetime | None:
    """The last moment at which answers and handing in count: the deadline and its grace. None for no end."""
    return deadline and deadline + datetime.timedelta(seconds=rules.grace)


def overdue(rules: Rules, deadline: datetime.datetime | None, now: datetime.datetime) -> bool:
    """Whether it is too late to answer or hand in. On the very moment of closing it is not."""
    closing = closes(rules, deadline)
    return closing is not None and now > closing


def counted(rules: Rules, outcomes: Sequence[T], score: Callable[[T], Any]) -> T | None:
    """The outcome that counts, from those of all attempts in order; None when there is none.

    `score` gives what to compare by. Of equally good ones, the first is the best.
    """
    if not outcomes:
        return None
    match rules.counts:
        case "best":
            return max(outcomes, key=score)
        case "last":
            return outcomes[-1]
        case "first":
            return outcomes[0]
