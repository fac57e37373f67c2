"""Passwords: hashed with argon2id, checked in the same time for everyone, and none that is easily guessed.

What a hash costs is `ARGON2` in the application's configuration; only tests make it cheap.
"""

import functools
import re
import threading
import unicodedata
from pathlib import Path
from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from flask_babel import gettext

LEAST, MOST = 10, 200


class Cost(NamedTuple):
    """What argon2id is told: rounds, KiB of memory, threads."""

    time_cost: int
    memory_cost: int
    parallelism: int


COST = Cost(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's figures for argon2id: 19 MiB and two rounds, about 40 ms of one core."""
_AT_ONCE = threading.BoundedSemaphore(2)  # in one process: a crowd must not take all memory and cores


def hashed(password: str) -> str:
    """The argon2id hash to keep. Takes long on purpose, so do it before asking for the database's turn."""
    with _AT_ONCE:
        return _hasher().hash(_typed(password))


def matches(held: str | None, password: str) -> bool:
    """Whether a password is the one whose hash is held. With none held, False after just as much work."""
    with _AT_ONCE:
        try:
            return _hasher().verify(held or _nobodys(_cost()), _typed(password)) and held is not None
        except (VerificationError, InvalidHashError):
            return False


def outdated(held: str) -> bool:
    """Whether a hash was made at another cost than today's."""
    return _hasher().check_needs_rehash(held)


def problem(password: str, email: str = "") -> str | None:
    """What is wrong with a new password, in words for the person; None when it will do."""
    if len(password) < LEAST:
        return str(
            gettext(
                "Use at least %(least)s characters. "
                "Three or four words that do not belong together work well.",
                least=LEAST,
            )
        )
    if len(password) > MOST:
        return str(gettext("Use at most %(most)s characters.", most=MOST))
    if _unforeseen(password, email) < _ENOUGH:
        return str(
            gettext("That password is easy to guess. Try three or four words that do not belong together.")
        )
    return None


def _typed(password: str) -> str:
    """One spelling for what keyboards write in several ways, such as é."""
    return unicodedata.normalize("NFKC", password)


def _hasher() -> PasswordHasher:
    return _with(_cost())


def _cost() -> Cost:
    cost: Cost = current_app.config["ARGON2"]
    return cost


def _with(cost: Cost) -> PasswordHasher:
    return PasswordHasher(cost.time_cost, cost.memory_cost, cost.parallelism)


@functools.lru_cache(maxsize=4)
def _nobodys(cost: Cost) -> str:
    """A hash that belongs to nobody, at today's cost."""
    return _with(cost).hash("nobody's")


# How hard a password is to foresee: 2 for each well-known word in it, 1 for each different letter beside
# them, 1 for all numbers, signs and runs together; nothing for the person's own address or our name.
_ENOUGH = 6
_OURS = ("alongside", "hatecrime", "matecrime")
_BETWEEN = ("and", "the", "you", "is", "my", "mr", "in", "to", "of")
_SWAPS = str.maketrans("013457@$!", "oieastasi")
_ROWS = (
    *("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"),
    *("1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "qazwsxedcrfvtgbyhnujm"),
)
_STEP = 3  # as many neighbours in a row are one piece
_YEAR = re.compile(r"(?:19|20)\d\d")
_TWICE = re.compile(r"(.{3,}?)\1+")
_EDGES = re.compile(r"^[!-@\[-`{-~]+|[!-@\[-`{-~]+$")
_ONE_WORD = re.compile(r"[^\W\d_]{,9}")


def _unforeseen(password: str, email: str) -> int:
    """Foreseen whichever way it is read; one short word with numbers around it is, whatever the word."""
    text = "".join(password.split())
    if _one_word(_EDGES.sub("", text)):
        return 0
    text = _TWICE.sub(r"\1", text.casefold())
    return min(_left(text, email), _left(text[::-1], email))


def _one_word(text: str) -> bool:
    as_written = text in (text.lower(), text.upper(), text.capitalize())  # and not as chance would have it
    once = _TWICE.sub(r"\1", text.casefold())
    return as_written and _ONE_WORD.fullmatch(once.translate(_SWAPS)) is not None


def _left(text: str, email: str) -> int:
    whole = text
    text, _ = _without(text, [*_OURS, *(part for part in re.split(r"[\W_]+", email) if len(part) >= _STEP)])
    text, words = _without(text, _most_used())
    text, _ = _without(_YEAR.sub("", text), _runs())
    text, disguised = _without(_EDGES.sub("", text).translate(_SWAPS), _most_used())
    text, _ = _without(text, _BETWEEN)
    letters = {each for each in text if each.isalpha() or not each.isascii()}
    return 2 * (words + disguised) + len(letters) + (not whole.isalpha())


def _without(text: str, pieces: list[str] | tuple[str, ...]) -> tuple[str, int]:
    """The text without any of the pieces, and how many different ones were in it."""
    found = 0
    for piece in pieces:
        if piece in text:
            text, found = text.replace(piece, ""), found + 1
    return text, found


@functools.cache
def _runs() -> tuple[str, ...]:
    """Neighbours in the alphabet, in numbers and on the keyboard, either way; the longest first."""
    ways = [row[::way] for row in _ROWS for way in (1, -1)]
    found = {w[i : i + n] for w in ways for n in range(_STEP, len(w) + 1) for i in range(len(w) - n + 1)}
    return tuple(sorted(found, key=lambda run: (-len(run), run)))


@functools.cache
def _most_used() -> tuple[str, ...]:
    """The words that passwords are most often made of, the longest first."""
    lines = Path(__file__).with_name("most-used-passwords.txt").read_text(encoding="utf-8").split()
    return tuple(sorted(set(lines), key=lambda word: (-len(word), word)))
