"""A trainer's file as lines: bytes in, lines out, with everything that editors add absorbed."""

import re
import unicodedata

import msgspec

from markup.problems import Problem, Severity

LARGEST = 1024 * 1024
"""The most bytes one text file may have."""

SHOWN = 160
REPLACEMENT = "\ufffd"
_LINE_END = re.compile(r"\r\n|\r|\n")
_SOFT_BREAKS = str.maketrans("\v\f", "  ")
_INVISIBLE = "\ufeff\u200b"
_SAVE_AS = "Save it as UTF-8. In Notepad: Save as, Encoding: UTF-8. In Word: Save as, Plain text, UTF-8."


class Source(msgspec.Struct, frozen=True):
    """One file: its path in the bundle and its lines, without their ends."""

    path: str
    lines: tuple[str, ...]

    def problem(self, line: int, message: str, mend: str, severity: Severity = "error") -> Problem:
        """A problem on `line` (1 is the first, 0 the whole file), with the line as it was read."""
        read = self.lines[line - 1].strip() if 0 < line <= len(self.lines) else ""
        shown = read if len(read) <= SHOWN else read[: SHOWN - 1] + "…"
        return Problem(path=self.path, line=line, message=message, mend=mend, shown=shown, severity=severity)


def read(path: str, data: bytes) -> tuple[Source | None, tuple[Problem, ...]]:
    """The file's lines, and what is wrong with its characters.

    Takes UTF-8 with any line ends, with or without a byte-order mark. The source is None when the file is
    no readable text at all; otherwise characters that cannot stay are replaced, so that the rest of
    the file is still checked.
    """
    if len(data) > LARGEST:
        mend = "A text file may have 1 MiB at most. Split it into several files."
        return None, (Problem(path=path, message="This file is too long.", mend=mend),)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = len(_LINE_END.split(data[: error.start].decode("utf-8-sig", "replace")))
        message = "This file cannot be read: it is not saved as UTF-8."
        return None, (Problem(path=path, line=line, message=message, mend=_SAVE_AS),)
    if "\0" in text:
        line = len(_LINE_END.split(text.partition("\0")[0]))
        return None, (Problem(path=path, line=line, message="This is not a text file.", mend=_SAVE_AS),)
    lines = [line.strip(_INVISIBLE) for line in _LINE_END.split(text.translate(_SOFT_BREAKS))]
    clean = Source(path, tuple(_without(line, _refused(line)) for line in lines))
    return clean, _refusals(clean, lines)


def _refused(line: str) -> set[str]:
    """Characters that no page may hold: control characters, and those our own marks are made of.

    The Markdown step puts private-use characters (U+E000 to U+F8FF) into the text as marks; a file
    that held some could forge one.
    """
    if line.isascii() and line.isprintable():
        return set()
    return {c for c in line if c != "\t" and (unicodedata.category(c) == "Cc" or "\ue000" <= c <= "\uf8ff")}


def _without(line: str, refused: set[str]) -> str:
    return line.translate({ord(c): REPLACEMENT for c in refused}) if refused else line


def _refusals(source: Source, lines: list[str]) -> tuple[Problem, ...]:
    """One problem for all such characters: they come by the hundred, by pasting."""
    places = [number for number, line in enumerate(lines, start=1) if _refused(line)]
    if not places:
        return ()
    others = f" {len(places) - 1} more lines have the same problem." if len(places) > 1 else ""
    mend = f"Delete what shows here as {REPLACEMENT} and type it again.{others}"
    message = "This line holds a hidden or special character that cannot be shown."
    return (source.problem(places[0], message, mend),)
