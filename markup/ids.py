"""Ids: from headings, and from file names."""

import re
import unicodedata

LONGEST = 80
_QUOTES = re.compile("['’‘\"“”`*]")
_NUMBER = re.compile(r"^\d+(?:[-_ ]+|\.\s+)(?=.)")
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
