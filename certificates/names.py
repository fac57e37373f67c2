"""People's names: made clean for print, matched with kindness, read in their own language."""

import unicodedata
from collections import Counter

from certificates import wording

MOST_CHARACTERS = 100

_JOINERS = "\u200c\u200d"  # Persian, Urdu and Indian spelling needs them; elsewhere they only hide
_BLANK_LETTERS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # count as letters, print as nothing
_MOST_MARKS = 4  # on one letter; more is a prank that would print over the words around it

_LANGUAGES = {
    "HEBREW": "he", "DEVANAGARI": "hi", "BENGALI": "bn", "GURMUKHI": "pa", "GUJARATI": "gu", "TAMIL": "ta",
    "TELUGU": "te", "KANNADA": "kn", "MALAYALAM": "ml", "SINHALA": "si", "THAI": "th", "LAO": "lo",
    "MYANMAR": "my", "KHMER": "km", "GEORGIAN": "ka", "ARMENIAN": "hy", "GREEK": "el", "ETHIOPIC": "am",
    "HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja", "CJK": "zh", "THAANA": "dv", "TIBETAN": "bo",
}  # fmt: skip
# Letters that Unicode does not take apart, as people write them on a keyboard that lacks them.
_NO_PARTS = str.maketrans("łøđðħŧı", "loddhti") | str.maketrans({"ŋ": "ng", "þ": "th", "æ": "ae", "œ": "oe"})


class NameTooLong(ValueError):  # noqa: N818  says what is the matter
    """More than 100 characters. As a string: what to tell the learner."""


def clean(text: str) -> str | None:
    """A name as it will be printed, or None when there is nothing to print. Raises NameTooLong."""
    name = plain(text)
    if not any(c.isalnum() for c in name):
        return None
    if len(name) > MOST_CHARACTERS:
        raise NameTooLong(wording.name_too_long(MOST_CHARACTERS))
    return name


def plain(text: str) -> str:
    """Any text as one line of visible characters: Unicode NFC, single spaces, none at the ends.

    Control characters, direction overrides, characters that print as nothing and heaps of accents go.
    """
    spaced = " ".join(unicodedata.normalize("NFC", text).split())
    kept = "".join(c for i, c in enumerate(spaced) if _is_kept(spaced, i))
    return unicodedata.normalize("NFC", " ".join(kept.split()))


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are fairly the same name: Zoë O'Neill-Łuk is ZOE ONEILL LUK.

    Case, spaces and punctuation never count; nor do accents on Latin and Greek letters, which many
    keyboards lack. Marks of other scripts are letters in their own right and do count.
    """
    return _bare(one) == _bare(other) != ""


def language(text: str) -> str | None:
    """The language code to read `text` in, from most of its letters; None for Latin letters.

    A guess that only chooses a screen reader's voice and the direction of the line. "und"
    (undetermined) where guessing could offend, as with Cyrillic letters that many peoples share.
    """
    scripts = Counter(script(c) for c in text if c.isalpha())
    most = scripts.most_common(1)[0][0] if scripts else "LATIN"
    if most == "ARABIC":
        return _arabic_language(text)
    if most == "CYRILLIC":
        return _cyrillic_language(text.casefold())
    return None if most == "LATIN" else _LANGUAGES.get(most, "und")


def script(character: str) -> str:
    """The first word of a character's Unicode name, which for a letter is its script: "LATIN", "CJK"."""
    return unicodedata.name(character, "UNKNOWN").split()[0].split("-")[0]


def _is_kept(text: str, place: int) -> bool:
    character = text[place]
    if character in _JOINERS:
        return _is_joined(text[place - 1 : place]) and _is_joined(text[place + 1 : place + 2])
    if unicodedata.combining(character):
        before = text[max(place - _MOST_MARKS, 0) : place]
        return len(before) < _MOST_MARKS or not all(map(unicodedata.combining, before))
    return (
        unicodedata.category(character) not in ("Cc", "Cf", "Co", "Cs", "Cn")
        and character not in _BLANK_LETTERS
    )


def _is_joined(neighbour: str) -> bool:
    """Whether a joiner beside this letter or mark can change how it is written."""
    return bool(neighbour) and unicodedata.category(neighbour)[0] in "LM" and script(neighbour) not in (
        "LATIN", "GREEK", "CYRILLIC", "HEBREW", "COMBINING", "CJK",
    )  # fmt: skip


def _bare(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    letters = (_without_accent(c) for c in unicodedata.normalize("NFC", folded))
    kept = (c for c in "".join(letters) if unicodedata.category(c)[0] in "LMN")
    return "".join(kept).translate(_NO_PARTS)


def _without_accent(letter: str) -> str:
    """A Latin or Greek letter without its accents, and no stray accent; any other letter as it is."""
    if script(letter) in ("LATIN", "GREEK"):
        return unicodedata.normalize("NFKD", letter)[0]
    return "" if script(letter) == "COMBINING" else letter


def _arabic_language(text: str) -> str:
    if set(text) & set("ٹڈڑںےہھۂ"):
        return "ur"
    return "fa" if set(text) & set("پچژگکی") else "ar"


def _cyrillic_language(text: str) -> str:
    if set(text) & set("іїєґ"):
        return "be" if set(text) & set("ўыэё") else "uk"
    return "ru" if set(text) & set("ыэё") else "und"
