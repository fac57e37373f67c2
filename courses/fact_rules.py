"""What a fact may say. It is shown to everyone on every page, so it is looked at before it is kept."""

import datetime
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from markup.facts import Fact

LONGEST = {"value": 300, "words": 300, "source": 1000, "owner": 200}
MOST_ITEMS = 50
LONGEST_REVIEW = datetime.timedelta(days=5 * 366)
EARLIEST = datetime.date(2000, 1, 1)

_NAME = re.compile(r"[^\W_]+(?:[ '’-][^\W_]+)*")
_NUMBER = re.compile(r"\+?[0-9][0-9 -]*")
_LINK = re.compile(r"https://(?:[a-z0-9-]+\.)+[a-z0-9-]{2,}(?::[0-9]+)?(?:[/?#][!-~]*)?", re.IGNORECASE)
_UNSAFE_IN_LINK = frozenset("\"'<>\\^`{|}")
_JOINERS = "\u200c\u200d"  # some scripts and many pictures are written with them
_HIDDEN = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"))


class Fault(NamedTuple):
    """What is wrong with a fact, going on after “The fact …”, and how to mend it."""

    message: str
    mend: str


def faults(fact: Fact, today: datetime.date) -> tuple[Fault, ...]:
    """Everything that is wrong with a fact that is set today."""
    return (*_name(fact.name), *_words(fact), *_value(fact), *_dates(fact, today))


def _name(name: str) -> Iterator[Fault]:
    if not _NAME.fullmatch(name) or len(name) > 80 or name != name.casefold():
        mend = "Use small letters, numbers and single spaces, 80 at most, such as “centre name”."
        yield Fault("has a name that cannot be written between {{ and }}.", mend)
    elif name.startswith("no "):
        mend = "“::: if no …” asks for a fact that is not there, so choose a name without “no”."
        yield Fault("begins with “no”.", mend)


def _words(fact: Fact) -> Iterator[Fault]:
    """Hidden characters can turn a number round, or make one address look like another."""
    for field, longest in LONGEST.items():
        held = getattr(fact, field)
        for text in held if isinstance(held, tuple) else (held,):
            if found := hidden(text):
                mend = "Delete it and type it by hand: hidden characters come along when words are pasted."
                yield Fault(f"holds a hidden character, U+{ord(found):04X}, in its {field}.", mend)
            if len(text) > longest:
                yield Fault(f"has a {field} of {len(text)} characters.", f"Write {longest} at most.")


def hidden(text: str) -> str:
    """The first character that is not seen, such as one that turns the order of words round; or nothing."""
    return next((c for c in text if c not in _JOINERS and unicodedata.category(c) in _HIDDEN), "")


def _value(fact: Fact) -> Iterator[Fault]:
    if not fact.value or not all(item.strip() for item in fact.value):
        yield Fault("has no value.", "Write what it should say.")
    elif fact.shown_as == "list":
        yield from _items(fact.value)
    elif len(fact.value) > 1:
        yield Fault(f"has {len(fact.value)} values.", "Give one, or make it a list.")
    elif fact.shown_as == "link":
        yield from _link(fact.value[0])
    elif fact.shown_as != "text":
        yield from _number(fact.value[0])


def _items(items: tuple[str, ...]) -> Iterator[Fault]:
    if len(items) > MOST_ITEMS:
        yield Fault(f"has {len(items)} values.", f"A list may have {MOST_ITEMS} at most.")
    if len({item.casefold() for item in items}) < len(items):
        yield Fault("says the same thing twice.", "Give each item of the list once.")


def _link(address: str) -> Iterator[Fault]:
    if not _LINK.fullmatch(address) or _UNSAFE_IN_LINK & set(address):
        mend = "Write a whole address that begins with https://, as a browser shows it, without spaces."
        yield Fault("is not an address that can be followed safely.", mend)


def _number(number: str) -> Iterator[Fault]:
    if not _NUMBER.fullmatch(number) or not 3 <= sum(c.isdigit() for c in number) <= 20:
        mend = "Write digits and spaces, such as 0300 123 4567. Show words with a number in them as text."
        yield Fault("is not a number that can be rung.", mend)


def _dates(fact: Fact, today: datetime.date) -> Iterator[Fault]:
    if fact.checked > today:
        yield Fault(f"was checked on {fact.checked}, a day still to come.", "Give the day it was checked.")
    if fact.checked < EARLIEST:
        yield Fault(f"was checked on {fact.checked}, long ago.", "Check it again, and give that day.")
    elif not datetime.timedelta() < fact.review_by - fact.checked <= LONGEST_REVIEW:
        mend = "Give a day after the day it was checked, five years later at most. Half a year is usual."
        yield Fault(f"is to be checked again by {fact.review_by}.", mend)
