"""The front matter of a course's own files: its keys, and values with what is wrong with them."""

from collections.abc import Callable
from typing import get_args

from courses.course import Access
from courses.files import File
from markup import units
from markup.problems import Problem, Severity, nearest

KEYS = {
    "course": (
        *("kind", "id", "title", "summary", "audience", "access", "minutes", "certificate", "valid for"),
        *("renew with", "renew from", "content note", "language", "reading age"),
    ),
    "lesson": ("kind", "id", "title", "minutes", "content note"),
    "module": ("kind", "title", "summary"),
    "glossary": ("kind", "title"),
    "shared": ("kind", "title"),
    "transcript": ("kind", "title"),
}
"""What the front matter of each kind of file may say. Quizzes and banks read their own."""

AUDIENCES = ("everyone", "ambassadors", "young people", "staff", "self-advocates")
LATER = {"renew with": "renew certificates", "renew from": "renew certificates"}


class Settings:
    """Reads one setting of a file after the other. What does not fit keeps its default, and is a problem."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def text(self, key: str) -> str:
        """The words after a key, or nothing."""
        return self.file.front.value(key)

    def needed(self, key: str) -> str:
        """The words after a key that must be there; else what the file is called."""
        value = self.text(key)
        if not value:
            mend = f"Write {key}: and the words, between the two --- lines at the top."
            self.problems.append(self.file.source.problem(1, f"There is no {key}.", mend))
        return value or self.file.id

    def one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        """One of the allowed words; the first where the key is not there."""
        value = self.file.front.value(key, allowed[0]).casefold()
        if value in allowed:
            return value
        near = nearest(value, allowed)
        asked = f"Did you mean “{near}”? " if near else ""
        self._wrong(key, f"{asked}You can write: {', '.join(allowed)}.")
        return allowed[0]

    def whole(self, key: str) -> int | None:
        """A whole number."""
        return self._read(key, units.whole, "Write a whole number, such as 10.")

    def months(self, key: str) -> int | None:
        """A time in months."""
        return self._read(key, units.months, "Write a time such as 12 months or 2 years.")

    def access(self) -> Access:
        """Who may take the course: everyone, until there are accounts."""
        value = self.one_of("access", get_args(Access))
        if value != "open":
            message = f"Alongside cannot do “access: {value}” yet."
            self._say("access", message, "Write “access: open”, or take the line out.")
        return "open"

    def warn_of_later(self) -> None:
        """Settings that are read, and will be used in a later version."""
        for key, what in LATER.items():
            if key in self.file.front.entries:
                mend = "You can leave this line for later."
                self._say(key, f"Alongside cannot {what} yet.", mend, "warning")

    def _read(self, key: str, unit: Callable[[str], int | None], mend: str) -> int | None:
        value = self.text(key)
        number = unit(value) if value else None
        if value and number is None:
            self._wrong(key, mend)
        return number

    def _wrong(self, key: str, mend: str) -> None:
        self._say(key, f"“{self.text(key)}” does not fit “{key}:”.", mend)

    def _say(self, key: str, message: str, mend: str, severity: Severity = "error") -> None:
        line = self.file.front.entries[key].line
        self.problems.append(self.file.source.problem(line, message, mend, severity))
