"""Languages nobody speaks, made from the interface's own words: to see what is left untranslated or cut off.

`XA` is English with accents and a third longer; `XB` runs from right to left in Arabic letters, without a meaning.
Babel has no data for pseudo-locales, so each borrows the dates and numbers of a real locale that will have no
catalogue of its own. They are made when tests run, and are no part of the product.
"""

import copy
import re
from collections.abc import Callable
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

XA = "en-150"  # stands for en-XA
XB = "ar-001"  # stands for ar-XB

ACCENTS = str.maketrans("aceinorsuyACEINORSUY", "åçéîñöŕšûýÅÇÉÎÑÖŔŠÛÝ")
ARABIC = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ابتدهفغحيجكلمنوبقرستوفوخيزابتدهفغحيجكلمنوبقرستوفوخيز",
)
KEPT = re.compile(r"(%\(\w+\)s|<[^>]+>|%%)")
"""What a translator leaves as it is: places for values, and tags."""


def longer(words: str) -> str:
    """Accents, and a third more of the same letters."""
    extra = re.sub(r"[^a-z]", "", words)[: len(words) // 3]
    more = "".join(f" {extra[place : place + 9]}" for place in range(0, len(extra), 9))
    return (words + more).translate(ACCENTS)


def mirrored(words: str) -> str:
    """The same number of Arabic letters."""
    return words.translate(ARABIC)


def catalogue(template: Catalog, locale: str, speak: Callable[[str], str]) -> Catalog:
    """Every message in such a language, in brackets that show where it begins and ends."""
    made = Catalog(locale=locale)

    def said(text: str) -> str:
        parts = KEPT.split(text)
        return "⟦" + "".join(part if KEPT.fullmatch(part) else speak(part) for part in parts) + "⟧"

    for message in template:
        if message.id:
            plural = isinstance(message.id, (tuple, list))
            held = copy.copy(message)
            held.string = (said(message.id[-1]),) * made.num_plurals if plural else said(message.id)
            made[message.id] = held
    return made


def write(folder: Path, template: Catalog) -> None:
    """Put both catalogues into a folder like `lms/translations`."""
    for tag, speak in ((XA, longer), (XB, mirrored)):
        locale = tag.replace("-", "_")
        place = folder / locale / "LC_MESSAGES"
        place.mkdir(parents=True)
        with (place / "messages.mo").open("wb") as file:
            write_mo(file, catalogue(template, locale, speak))
