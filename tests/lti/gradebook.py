"""What a platform keeps of grades, by Moodle's rules."""

import time
from dataclasses import dataclass, field
from typing import Any

from tests.lti import strict


class NoGradeError(Exception):
    """A score is not taken: the status says why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class Grade:
    """The grade that is kept. `given` is None when there is none, or when it was erased again."""

    given: float | None
    most: float | None
    comment: str
    kept_at: float


@dataclass
class LineItem:
    """A column of the gradebook, with each score that arrived for it, taken or not."""

    number: int
    said: dict[str, Any]
    grades: dict[str, Grade] = field(default_factory=dict)
    scores: list[dict[str, Any]] = field(default_factory=list)


class Gradebook:
    """The columns of one course. `ahead` is how many seconds the platform's clock is ahead of ours."""

    def __init__(self) -> None:
        self.items: dict[int, LineItem] = {}
        self.ahead = 0.0

    def add(self, **said: Any) -> LineItem:
        """A new column."""
        item = LineItem(len(self.items) + 1, said)
        self.items[item.number] = item
        return item

    def keep(self, item: LineItem, said: dict[str, Any]) -> None:
        """Take a score. Raises `NoGradeError` where Moodle would not take it.

        Moodle compares the score's time, in whole seconds, with its own clock when the last one arrived. Anything but
        FullyGraded erases what there was.
        """
        item.scores.append(said)
        before, sent = item.grades.get(said["userId"]), int(strict.moment(said["timestamp"]).timestamp())
        if before and before.kept_at >= sent:
            raise NoGradeError(409)
        graded = said["gradingProgress"] == "FullyGraded"
        item.grades[said["userId"]] = Grade(
            given=said.get("scoreGiven") if graded else None,
            most=said.get("scoreMaximum"),
            comment=said.get("comment", ""),
            kept_at=int(time.time() + self.ahead),
        )
