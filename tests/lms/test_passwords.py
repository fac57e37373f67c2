"""Which passwords are refused: what people choose most often, by the patterns they are made of, made here.

No list of real passwords is used. The patterns are those that every report on leaked passwords names: a word with
an ending, two words, a run on the keyboard, repetition, a date, a telephone number.
"""

import itertools
import random
import string
from collections.abc import Iterable

import pytest

from lms.passwords import _ENOUGH, LEAST, _unforeseen

NAMES = [
    "michael",
    "sarah",
    "emma",
    "mohammed",
    "amelia",
    "charlie",
    "poppy",
    "karen",
    "stephen",
    "fatima",
    "callum",
    "niamh",
    "siobhan",
    "kayleigh",
    "brian",
    "gemma",
]
WORDS = [
    "password",
    "welcome",
    "monkey",
    "dragon",
    "sunshine",
    "princess",
    "football",
    "liverpool",
    "arsenal",
    "superman",
    "qwerty",
    "pokemon",
    "summer",
    "london",
    "chocolate",
    "butterfly",
    "rainbow",
    "manchester",
    "northampton",
    "computer",
    "chelsea",
    "diamond",
    "ginger",
]
UNLISTED = [
    "gadget",
    "walrus",
    "pebble",
    "thimble",
    "quarry",
    "fiddle",
    "harbour",
    "lantern",
    "mustard",
    "trellis",
    "badminton",
]
"""No list has these: a short word with an ending is refused whatever it is."""
YEARS = [str(year) for year in range(1950, 2031)]
ENDINGS = [
    *(
        "1",
        "12",
        "123",
        "1234",
        "12345",
        "!",
        "1!",
        "123!",
        "?",
        "01",
        "007",
        "99",
        "@123",
        "#1",
        "321",
        "_1",
    ),
    *YEARS,
    *(f"{year}!" for year in YEARS[50:]),
    *(f"{day}{month}{year}" for day in ("01", "14") for month in ("02", "11") for year in ("1985", "2004")),
]
LEET = str.maketrans("aeios", "43105")
MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", string.ascii_lowercase)


def words_with_endings() -> Iterable[str]:
    for word in (*NAMES, *WORDS, *UNLISTED):
        for form in {word, word.capitalize(), word.upper(), word.translate(LEET), word + word, word[::-1]}:
            for ending in ENDINGS:
                yield form + ending
                yield ending + form


def two_words() -> Iterable[str]:
    first = ("ilove", "i love ", "iloveyou", "mydog", "hello", "welcome", "super", "little", "baby")
    for one, two, ending in itertools.product(first, (*NAMES, *WORDS), ("", "1", "123", "!", "2024")):
        yield one + two + ending
    for one, two in itertools.permutations(NAMES, 2):
        yield from (one + two, f"{one}and{two}", f"{one}&{two}", f"{one.title()}{two.title()}1")


def runs() -> Iterable[str]:
    for row in ROWS:
        for length in range(3, len(row) + 1):
            for run in (row[:length], row[:length][::-1], row[-length:]):
                yield from (run * times + end for times in (1, 2, 3) for end in ("", "1", "!"))
    for one, two in itertools.permutations([row[:length] for row in ROWS for length in (3, 4, 5, 6)], 2):
        yield from (one + two, one.upper() + two)


def repetition() -> Iterable[str]:
    for one, two in itertools.product("abcxyz0129.!*", repeat=2):
        yield from ((one + two) * 6, one * 6 + two * 6, one * 12)


def dates() -> Iterable[str]:
    for day, month, year in itertools.product((1, 14, 31), range(1, 13), YEARS[::7]):
        for between in ("/", "-", ".", " ", ""):
            yield f"{day:02d}{between}{month:02d}{between}{year}"
            yield f"{year}{between}{month:02d}{between}{day:02d}"
        name = MONTHS[month - 1]
        yield from (
            f"{day}{name}{year}",
            f"{name.title()}{day}{year}!",
            f"{day}{name[:3]}{year}",
            f"{name}{year}",
        )


def telephones() -> Iterable[str]:
    chance = random.Random(7)  # noqa: S311  not a secret: the same ones each time
    for start, rest in itertools.product(("07", "+447", "0161", "020", "01942 "), range(40)):
        number = "".join(chance.choices(string.digits, k=8))
        yield from (start + number, f"{start}{number[:4]} {number[4:]}", f"{start}{rest:02d}{number[:6]}")


@pytest.mark.slow
@pytest.mark.parametrize("pattern", [words_with_endings, two_words, runs, repetition, dates, telephones])
def test_what_people_choose_most_is_refused(pattern: object) -> None:
    """Of the passwords made by the commonest patterns at most one in five hundred gets through."""
    tried = {password for password in pattern() if len(password) >= LEAST}  # type: ignore[operator]
    through = sorted(password for password in tried if _unforeseen(password, "") >= _ENOUGH)
    assert len(tried) > 150
    assert len(through) <= len(tried) // 500, (len(tried), through[:20])


def test_what_password_managers_make_is_taken() -> None:
    """Random passwords of ordinary letters and numbers are hardly ever refused."""
    chance = random.Random(11)  # noqa: S311  the same ones each time
    letters = string.ascii_letters + string.digits + "-_!"
    made = ["".join(chance.choices(letters, k=length)) for length in (12, 16, 20) for _ in range(300)]
    assert sum(_unforeseen(password, "sam@example.org") < _ENOUGH for password in made) <= 3


def test_words_that_do_not_belong_together_are_taken() -> None:
    """Three words, as we recommend, are taken in whatever way they are joined."""
    chance = random.Random(13)  # noqa: S311  the same ones each time
    for _ in range(300):
        three = chance.sample(UNLISTED, 3)
        for between in (" ", "-", "", "."):
            assert _unforeseen(between.join(three), "sam@example.org") >= _ENOUGH, three
