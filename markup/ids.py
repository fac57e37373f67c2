"""Ids: from headings, and from file names."""

import re
import unicodedata

LONGEST = 80
_QUOTES = re.compile("['’‘\"“”`*]")
_NUMBER = re.compile(r"^\d+(?:[-_ ]+|\.\s+)(?=.)")
_DOTTED = re.compile(r"\d+\.\s+")
_TEXT_FILE = re.compile(r"\.(?:md|markdown)$", re.IGNORECASE)


def slug(text: str) -> str:
    """A heading as an id: lower case, letters and numbers of any script, hyphens between words.

    At most 80 characters. Empty when the text has neither letter nor number.
    """
    text = unicodedata.normalize("NFC", _QUOTES.sub("", text)).lower()
    kept = "".join(c if c.isalnum() or unicodedata.category(c).startswith("M") else " " for c in text)
    return "-".join(kept.split())[:LONGEST].rstrip("-")


def identity(file_name: str) -> str:
    """What a file or folder is, whatever its place and version: `02-check.easy.md` is `check`."""
    stem = _TEXT_FILE.sub("", file_name.rpartition("/")[2])
    return slug(_NUMBER.sub("", stem).partition(".")[0]) if stem else ""


def parted(file_name: str) -> tuple[str, str]:
    """A text file's name without its ending, and its version: `3. check.easy.md` is `3. check`, `easy`."""
    number = _DOTTED.match(file_name)
    before = number[0] if number else ""
    base, _, version = file_name[len(before) :].removesuffix(".md").partition(".")
    return before + base, version
