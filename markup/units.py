"""Amounts as people write them: `12 months`, `1 hour`, `80%`, `3`. What cannot be read is None."""

import re
from collections.abc import Mapping

_WORDS = (
    "none",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_NUMBERS = {word: number for number, word in enumerate(_WORDS) if number} | {"a": 1, "an": 1}
_MONTHS = {"month": 1, "year": 12}
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 7 * 86400}
_AMOUNT = re.compile(r"([a-z]+|[0-9]{1,6})\s*([a-z]+?)s?")
_AND = re.compile(r"\s*(?:,|\band\b)\s*|(?<=[a-z])\s+(?=[0-9])")
_PERCENT = re.compile(r"([0-9]{1,3})\s*(?:%|per\s?cent)", re.IGNORECASE)

LONGEST_TEXT = 80
LONGEST_MONTHS = 100 * 12
LONGEST_SECONDS = 366 * 86400


def months(text: str) -> int | None:
    """`12 months` or `2 years` in months: from 1 month to 100 years."""
    total = _total(text, _MONTHS)
    return total if total and total <= LONGEST_MONTHS else None


def seconds(text: str) -> int | None:
    """`1 hour`, `1 hour 30 minutes` or `2 days` in seconds, up to a year. `none` is 0."""
    if text.strip().casefold() == "none":
        return 0
    total = _total(text, _SECONDS)
    return total if total is not None and total <= LONGEST_SECONDS else None


def words(number: int) -> str:
    """Seconds as people say them, as `seconds` reads them: 5400 is `1 hour 30 minutes`; 0 is `none`."""
    parts = []
    for unit, size in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, number = divmod(number, size)
        if count:
            parts.append(f"{count} {unit}{'' if count == 1 else 's'}")
    return " ".join(parts) or "none"


def percent(text: str) -> int | None:
    """`80%` or `80 per cent` as 80, from 0 to 100. A bare number is not read: it might mean marks."""
    found = _PERCENT.fullmatch(text.strip())
    return int(found[1]) if found and int(found[1]) <= 100 else None


def whole(text: str) -> int | None:
    """A whole number in figures, up to nine of them."""
    text = text.strip()
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else None


def _total(text: str, units: Mapping[str, int]) -> int | None:
    if len(text) > LONGEST_TEXT:
        return None
    amounts = [_amount(part, units) for part in _AND.split(text.strip().casefold())]
    return None if None in amounts else sum(amount for amount in amounts if amount is not None)


def _amount(text: str, units: Mapping[str, int]) -> int | None:
    found = _AMOUNT.fullmatch(text)
    if not found or found[2] not in units:
        return None
    number = int(found[1]) if found[1].isdecimal() else _NUMBERS.get(found[1])
    return None if number is None else number * units[found[2]]
