"""Blocks: `::: more Why it matters` ... `:::`, and notes written as GitHub alerts, `> [!NOTE]`."""

import re
from collections.abc import Collection, Sequence

import msgspec

from markup import fences
from markup.problems import Problem, nearest
from markup.source import Source

NOTES = ("note", "tip", "important", "warning", "support")
"""The notes a trainer can write, as `> [!NOTE]` and so on."""

DEEPEST = 6
_OPENING = re.compile(r"\s*:{3,}\s*([^\s:]\S*)(.*)")
_CLOSING = re.compile(r"\s*:{3,}\s*")
_TWO = re.compile(r"\s*::(?!:)\s*(?:([^\s:]+)(?:\s.*)?)?")
_ALERT = re.compile(r"\s{0,3}>\s?\s*\[!\s*([^\W\d_]+)\s*\]\s*(.*)")
_QUOTED = re.compile(r"\s{0,3}>\s?(.*)")
_STRUCTURE = re.compile(r"\s*(?:[#>:|]|[-*+]\s|\d+[.)]\s|`{3}|~{3})")


class Text(msgspec.Struct, frozen=True, tag="text"):
    """Lines of Markdown; `line` is the number of the first."""

    lines: tuple[str, ...]
    line: int


class Block(msgspec.Struct, frozen=True, tag="block"):
    """A block or note: `argument` is what follows the name; `line` is its opening line.

    One that is not `ended` holds the rest of its file, so that what it holds says little about its author.
    """

    name: str
    argument: str
    line: int
    inside: tuple["Text | Block", ...]
    ended: bool = True


Piece = Text | Block


def read(
    source: Source, first: int, known: Collection[str], alone: Collection[str] = ()
) -> tuple[tuple[Piece, ...], tuple[Problem, ...]]:
    """The source from line `first` on, as text and blocks.

    `known` holds the names that may follow `:::`; those in `alone` are one line and have no end. Every
    line of text is in exactly one `Text`, with its own number; lines of nothing but space between blocks are
    left out.
    """
    lines = source.lines[first - 1 :]
    reader = _Reader(source, first, lines, known, alone)
    reader.run()
    return reader.finish(), (*reader.problems, *fences.unclosed(source, first, lines))


class _Open:
    """A block whose end has not been read yet. The file itself is one, without a name.

    An unknown block, or one too deep, is not `kept`: it shares the list of the block around it, and so
    leaves what it holds there.
    """

    def __init__(self, name: str, argument: str, line: int, shared: list[Piece] | None = None) -> None:
        self.name = name
        self.argument = argument
        self.line = line
        self.kept = shared is None
        self.inside: list[Piece] = [] if shared is None else shared


class _Reader:
    """Goes through the lines once, with a stack of open blocks."""

    def __init__(
        self, source: Source, first: int, lines: Sequence[str], known: Collection[str], alone: Collection[str]
    ) -> None:
        self.source = source
        self.first = first
        self.lines = lines
        self.known = known
        self.alone = alone
        self.before = ""
        self.code, _ = fences.code_lines(lines)
        self.stack = [_Open("", "", 0)]
        self.gathered: list[str] = []
        self.problems: list[Problem] = []

    def run(self) -> None:
        place = 0
        while place < len(self.lines):
            place = self._step(place)
        self._flush(place)

    def _step(self, place: int) -> int:
        """Takes the line at `place`, or a whole note; gives the place to go on from."""
        text = self._with_three(place)
        alert = _ALERT.fullmatch(text)
        if place in self.code or not (alert or text.lstrip().startswith(":::")):
            self.gathered.append(text)
            self.before = "" if text.strip() else self.before
            return place + 1
        self._flush(place)
        if alert:
            return self._note(place, alert)
        opening = _OPENING.fullmatch(text)
        if opening:
            self._begin(place, opening[1].casefold(), opening[2].rstrip(" :").lstrip())
        elif _CLOSING.fullmatch(text):
            self._end(place)
        else:
            self._problem(place, "This line begins like a block but has no name.", self._names())
        return place + 1

    def _with_three(self, place: int) -> str:
        """The line; where it is a block with two colons, a problem, and the line as it was meant."""
        text = self.lines[place]
        found = None if place in self.code else _TWO.fullmatch(text)
        if not found or (found[1].casefold() not in self.known if found[1] else len(self.stack) == 1):
            return text
        meant = f":{text.strip()}"
        self._problem(place, "This line begins with two colons, but a block has three.", f"Write {meant}")
        return meant

    def _flush(self, place: int) -> None:
        """The text gathered up to `place` becomes a piece of the innermost open block."""
        if any(text.strip() for text in self.gathered):
            line = self.first + place - len(self.gathered)
            self.stack[-1].inside.append(Text(tuple(self.gathered), line))
        self.gathered = []

    def _begin(self, place: int, name: str, argument: str) -> None:
        if name not in self.known:
            near = nearest(name, self.known)
            self._problem(
                place,
                f"“{name}” is not a block Alongside knows.",
                f"Did you mean “::: {near}”?" if near else self._names(),
            )
        elif len(self.stack) > DEEPEST:
            self._problem(place, "Too many blocks lie inside each other here.", "End some of them first.")
        kept = name in self.known and len(self.stack) <= DEEPEST
        shared = None if kept else self.stack[-1].inside
        self.stack.append(_Open(name, argument, self.first + place, shared))
        self.before = ""
        if name in self.alone:
            self._close()
            self.before = name

    def _end(self, place: int) -> None:
        if len(self.stack) == 1 and self.before in self.alone:
            self.before = ""  # a block of one line, ended all the same
        elif len(self.stack) == 1:
            message = "This ::: ends a block, but none is open here."
            self._problem(place, message, "Take the line out, or write the line that begins the block.")
        else:
            self.before = ""
            self._close()

    def _close(self, *, ended: bool = True) -> None:
        block = self.stack.pop()
        if block.kept:
            inside = tuple(block.inside)
            self.stack[-1].inside.append(Block(block.name, block.argument, block.line, inside, ended))

    def _note(self, place: int, alert: re.Match[str]) -> int:
        """A note, up to the end of its quote; a paragraph may go on without its `>`."""
        name = alert[1].casefold()
        words = [alert[2]]
        end = place + 1
        while end < len(self.lines) and self._goes_on(end, words[-1]):
            quoted = _QUOTED.fullmatch(self.lines[end])
            words.append(quoted[1] if quoted else self.lines[end])
            end += 1
        self._check_note(place, name, words)
        inside = (Text(tuple(words), self.first + place),)
        self.stack[-1].inside.append(
            Block(name, "", self.first + place, inside) if name in NOTES else inside[0]
        )
        return end

    def _goes_on(self, place: int, before: str) -> bool:
        text = self.lines[place]
        if _QUOTED.fullmatch(text):
            return not _ALERT.fullmatch(text)
        begun = place > 0 and (before.strip() or _ALERT.fullmatch(self.lines[place - 1]))
        return bool(begun and text.strip() and not _STRUCTURE.match(text))

    def _check_note(self, place: int, name: str, words: list[str]) -> None:
        shout = ", ".join(f"[!{note.upper()}]" for note in NOTES)
        near = nearest(name, NOTES)
        if name not in NOTES:
            mend = f"Did you mean [!{near.upper()}]?" if near else f"The notes are {shout}."
            self._problem(place, f"“[!{name.upper()}]” is not a note Alongside knows.", mend)
        elif not any(text.strip() for text in words):
            self._problem(place, "This note has no words.", "Write them on the next line, after a >.")
        for number, text in enumerate(words):
            if text.lstrip().startswith(":::"):
                message = "A block cannot begin or end inside a note."
                self._problem(place + number, message, "Put the block above or below the note.")

    def _names(self) -> str:
        return f"Write ::: and one of these names: {', '.join(sorted(self.known))}."

    def _problem(self, place: int, message: str, mend: str) -> None:
        self.problems.append(self.source.problem(self.first + place, message, mend))

    def finish(self) -> tuple[Piece, ...]:
        while len(self.stack) > 1:
            block = self.stack[-1]
            message = f"The block “{block.name}” that begins here has no end."
            mend = "Write ::: on a line of its own where it ends."
            self.problems.append(self.source.problem(block.line, message, mend))
            self._close(ended=False)
        return tuple(self.stack[0].inside)
