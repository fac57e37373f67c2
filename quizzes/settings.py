"""The front matter of a quiz: its title, its rules and what it draws from banks."""

import re
from collections.abc import Callable, Mapping
from typing import get_args

import msgspec

from markup import front_matter, units
from markup.front_matter import Entry, FrontMatter
from markup.ids import slug
from markup.problems import Problem, nearest
from markup.source import Source
from quizzes.quiz import Counts, Draw, Order, Rules, ShowAnswers

CHOICES: Mapping[str, tuple[str, ...]] = {
    "questions": get_args(Order),
    "options": get_args(Order),
    "counts": get_args(Counts),
    "show answers": get_args(ShowAnswers),
}
LATER = {
    "confidence": ("not asked", "ask how sure people are"),
}
"""What this version cannot do, the one value it can take, and how to say it."""

KEYS = (
    *("kind", "id", "title", "minutes", "content note", "pass mark", "attempts", "wait between attempts"),
    *("time limit", "grace"),
    *CHOICES,
    *LATER,
)
BANK_KEYS = ("kind", "id", "title")
MOST_DRAWN = 200
SHORTEST_LIMIT = 60  # seconds

_DRAW = re.compile(r"([0-9]{1,4})\s+(?:questions?\s+)?from\s+(\S+)(?:\s+tagged\s+(.+))?", re.IGNORECASE)


class Settings(msgspec.Struct, frozen=True):
    """All that the front matter of a quiz says. `body` is the line its text begins on."""

    title: str
    minutes: int | None
    content_note: str
    rules: Rules
    draws: tuple[Draw, ...]
    body: int


def read_settings(source: Source, otherwise: str) -> tuple[Settings, tuple[Problem, ...]]:
    """The settings of a quiz, titled `otherwise` where it says no title.

    A setting that cannot be read keeps its default, and is a problem.
    """
    front, problems = front_matter.read(source, KEYS, ("draw",))
    reader = _Reader(source, front)
    settings = Settings(
        title=reader.title(otherwise),
        minutes=reader.read("minutes", _minutes, "Write a whole number of minutes, such as 10."),
        content_note=front.value("content note"),
        rules=reader.rules(),
        draws=reader.draws(),
        body=front.body,
    )
    reader.refuse_later()
    return settings, (*problems, *reader.problems)


def read_bank_settings(source: Source, otherwise: str) -> tuple[str, int, tuple[Problem, ...]]:
    """A bank's title (else `otherwise`), the line its questions begin on, and problems."""
    front, problems = front_matter.read(source, BANK_KEYS)
    reader = _Reader(source, front)
    return reader.title(otherwise), front.body, (*problems, *reader.problems)


class _Reader:
    """Reads one setting after the other and gathers problems."""

    def __init__(self, source: Source, front: FrontMatter) -> None:
        self.source = source
        self.front = front
        self.problems: list[Problem] = []

    def title(self, otherwise: str) -> str:
        if "title" not in self.front.entries:
            mend = "Write “title:” and a few words between the two --- lines at the top."
            self.problems.append(self.source.problem(1, "This file has no title.", mend))
        return self.front.value("title", otherwise)

    def rules(self) -> Rules:
        attempts = self.read("attempts", _attempts, "Write a whole number such as 3, or “no limit”.")
        wait = self.read("wait between attempts", units.seconds, "Write a time such as 1 hour, or “none”.")
        pass_mark = self.read("pass mark", _pass_mark, "Write a share from 1% to 100%, such as 80%.")
        chosen = {key.replace(" ", "_"): self._choice(key) for key in CHOICES}
        known = {key: value for key, value in chosen.items() if value}
        rules = {"pass_mark": pass_mark, "attempts": attempts or None, "wait": wait or 0}
        return msgspec.convert({**rules, **self._time(), **known}, Rules)

    def _time(self) -> dict[str, int | None]:
        limit = self.read("time limit", _time_limit, "Write a minute or more, such as 20 minutes, or “none”.")
        grace = self.read("grace", units.seconds, "Write a time such as 2 minutes, or “none”.")
        unread = limit is None and "time limit" in self.front.entries
        if grace and not limit and not unread:
            message = "“grace:” does nothing here, because this quiz has no time limit."
            mend = "Add a line such as “time limit: 20 minutes”, or take this line out."
            self._refuse(self.front.entries["grace"], message, mend)
        return {"time_limit": limit or None} | ({} if grace is None else {"grace": grace})

    def read(self, key: str, unit: Callable[[str], int | None], mend: str) -> int | None:
        """The number after a key; None where the key is not there or cannot be read."""
        entry = self.front.entries.get(key)
        number = unit(entry.value) if entry else None
        if entry and number is None:
            self._refuse(entry, f"“{entry.value}” does not fit “{key}:”.", mend)
        return number

    def _choice(self, key: str) -> str | None:
        entry = self.front.entries.get(key)
        if entry is None:
            return None
        value = " ".join(entry.value.casefold().split())
        if value in CHOICES[key]:
            return value
        if key == "show answers" and value == "after each question":
            message = "Alongside cannot yet show answers after each question."
            self._refuse(entry, message, "Write “after submitting” for now.")
            return None
        near = nearest(value, CHOICES[key])
        asked = f"Did you mean “{near}”? " if near else ""
        words = ", ".join(f"“{word}”" for word in CHOICES[key])
        self._refuse(entry, f"“{entry.value}” does not fit “{key}:”.", f"{asked}You can write {words}.")
        return None

    def draws(self) -> tuple[Draw, ...]:
        draws = (self._draw(entry) for entry in self.front.lists.get("draw", ()))
        return tuple(draw for draw in draws if draw)

    def _draw(self, entry: Entry) -> Draw | None:
        found = _DRAW.fullmatch(entry.value)
        if not found:
            message = f"“{entry.value}” does not say what to draw."
            self._refuse(entry, message, "Write it as “5 from banks/reporting tagged online”.")
        elif not 1 <= int(found[1]) <= MOST_DRAWN:
            message = f"A quiz cannot draw {found[1]} questions here."
            self._refuse(entry, message, f"Write a number from 1 to {MOST_DRAWN}.")
        else:
            bank = found[2].removeprefix("./").removesuffix(".md")
            return Draw(count=int(found[1]), bank=bank, tag=slug(found[3] or ""))
        return None

    def refuse_later(self) -> None:
        """Settings of the format that this version cannot honour are never passed over in silence."""
        for key, (allowed, what) in LATER.items():
            entry = self.front.entries.get(key)
            if entry and " ".join(entry.value.casefold().split()) != allowed:
                mend = f"Take this line out, or write “{key}: {allowed}”."
                self._refuse(entry, f"Alongside cannot {what} yet.", mend)

    def _refuse(self, entry: Entry, message: str, mend: str) -> None:
        self.problems.append(self.source.problem(entry.line, message, mend))


def _minutes(text: str) -> int | None:
    number = units.whole(text)
    return number if number is not None else _whole_minutes(units.seconds(text))


def _whole_minutes(seconds: int | None) -> int | None:
    return seconds // 60 if seconds and seconds % 60 == 0 else None


def _attempts(text: str) -> int | None:
    """0 stands for no limit."""
    if " ".join(text.casefold().split()) == "no limit":
        return 0
    return units.whole(text) or None


def _time_limit(text: str) -> int | None:
    """0 stands for no limit. Nobody can answer in seconds, so a limit in seconds is a slip."""
    seconds = units.seconds(text)
    return seconds if seconds == 0 or (seconds or 0) >= SHORTEST_LIMIT else None


def _pass_mark(text: str) -> int | None:
    return units.percent(text) or None
