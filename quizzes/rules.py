"""What the rules of a quiz allow: another attempt, seeing the answers, which attempt counts."""

import datetime
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from quizzes.quiz import Rules

T = TypeVar("T")


class Refusal(msgspec.Struct, frozen=True):
    """Why no attempt can begin now. `until` is None when none can begin at all."""

    until: datetime.datetime | None = None


def answers_shown(rules: Rules, *, passed: bool) -> bool:
    """Whether a learner may see the right answers once an attempt is submitted."""
    return rules.show_answers == "after submitting" or (rules.show_answers == "after passing" and passed)


def may_begin(rules: Rules, submitted: Sequence[datetime.datetime], now: datetime.datetime) -> Refusal | None:
    """None when an attempt may begin; else why not. `submitted` holds when earlier ones were handed in."""
    if rules.attempts is not None and len(submitted) >= rules.attempts:
        return Refusal()
    if submitted and rules.wait:
        ready = max(submitted) + datetime.timedelta(seconds=rules.wait)
        return Refusal(until=ready) if now < ready else None
    return None


def counted(rules: Rules, outcomes: Sequence[T], score: Callable[[T], float]) -> T | None:
    """The attempt that counts: the best (the earliest of equals), the last or the first. None for none."""
    if not outcomes:
        return None
    match rules.counts:
        case "best":
            return max(outcomes, key=score)
        case "last":
            return outcomes[-1]
        case "first":
            return outcomes[0]
