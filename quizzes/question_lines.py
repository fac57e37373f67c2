"""A question as its author wrote it: which line is body, option, feedback or keyword.

Whether the question can be asked is not judged here; only lines that belong nowhere are refused.
"""

import re
from collections.abc import Collection

from markup.fences import code_lines
from markup.headings import Section
from markup.keywords import keyword, near_miss
from markup.problems import Problem, Severity
from markup.source import Source

_BULLET = r"(?:[-*+–—•·]|\d{1,3}[.)])"
_OPTION = re.compile(
    rf"\s*(?:{_BULLET}\s*)?\\?([(\[])[\s\u200b]{{0,5}}([xX]?)[\s\u200b]{{0,5}}\\?([)\]])(?![(\[:])(.*)"
)
_ODD_BOX = re.compile(rf"\s*{_BULLET}\s+[(\[]\s{{0,5}}(\S)\s{{0,5}}[)\]]\s(.*)")
_NO_BOX = re.compile(rf"\s?{_BULLET}\s+\S")
_QUOTE = re.compile(r"\s*>\s?(.*)")


class Words:
    """Lines of one part of a question, kept in step with the lines of the file."""

    def __init__(self) -> None:
        self.line = 0
        self._lines: list[str] = []

    def add(self, line: int, text: str) -> None:
        if not self._lines:
            if not text.strip():
                return
            self.line = line
        gap = line - self.line - len(self._lines)
        self._lines += [*[""] * gap, text]

    @property
    def text(self) -> str:
        return "\n".join(self._lines).rstrip()


class Option:
    """One option: `square` for `[ ]`, else round; its words and the feedback under it."""

    def __init__(self, line: int, *, square: bool, ticked: bool) -> None:
        self.line = line
        self.square = square
        self.ticked = ticked
        self.words = Words()
        self.feedback = Words()


class Written:
    """The parts of one question. `broken` when a line was refused, so that no more need be said."""

    def __init__(self, section: Section) -> None:
        self.section = section
        self.line = section.line
        self.body = Words()
        self.options: list[Option] = []
        self.keywords: dict[str, tuple[int, Words]] = {}
        self.broken = False


def is_option(line: str) -> bool:
    """Whether the line has the shape of an option: `- (x) Words` or `- [ ] Words`."""
    return bool(_OPTION.fullmatch(line))


def sort_lines(
    source: Source, section: Section, known: Collection[str]
) -> tuple[Written, tuple[Problem, ...]]:
    """The lines under a question's heading, each in its part. `known` are the keywords there are."""
    sorter = _Sorter(source, section, known)
    code, _ = code_lines(section.lines)
    for place, text in enumerate(section.lines):
        sorter.take(section.line + 1 + place, text, code=place in code)
    return sorter.written, tuple(sorter.problems)


class _Sorter:
    """Takes line by line. `part` is where a line without a sign of its own would go on."""

    def __init__(self, source: Source, section: Section, known: Collection[str]) -> None:
        self.source = source
        self.known = known
        self.written = Written(section)
        self.part = self.written.body
        self.after_blank = False
        self.problems: list[Problem] = []
        self.before = ""

    def take(self, line: int, text: str, *, code: bool) -> None:
        if code:
            self.part.add(line, text)
        elif not text.strip():
            self.after_blank = True
            return
        elif not (self._option(line, text) or self._keyword(line, text) or self._feedback(line, text)):
            self._plain(line, text)
        self.after_blank = False
        self.before = text

    @property
    def _last(self) -> Option | None:
        """The option whose words or feedback are being read."""
        last = self.written.options[-1] if self.written.options else None
        return last if last and self.part in (last.words, last.feedback) else None

    def _option(self, line: int, text: str) -> bool:
        found = _OPTION.fullmatch(text)
        if not found:
            return self._odd_box(line, text)
        if self._adjacent_list_in_body():
            self._no_box(line - 1)
        self._add_option(line, square=found[1] == "[", ticked=bool(found[2]), words=found[4])
        if found[1] + found[3] not in ("()", "[]"):
            mend = "Write (x) or ( ) where one answer is right, [x] or [ ] where several are."
            self._refuse(line, f"The box begins with {found[1]} and ends with {found[3]}.", mend)
        return True

    def _odd_box(self, line: int, text: str) -> bool:
        found = _ODD_BOX.fullmatch(text)
        if not found or (found[1].isalnum() and not self.written.options):
            return False
        self._add_option(line, square="[" in text.partition(found[1])[0], ticked=False, words=found[2])
        mend = "Put an x in the box of a right answer and a space in the others: (x) and ( ), or [x] and [ ]."
        self._refuse(line, f"There is “{found[1]}” in the box of this answer.", mend)
        return True

    def _add_option(self, line: int, *, square: bool, ticked: bool, words: str) -> None:
        option = Option(line, square=square, ticked=ticked)
        option.words.add(line, words.strip())
        self.written.options.append(option)
        self.part = option.words

    def _adjacent_list_in_body(self) -> bool:
        return not (self.written.options or self.after_blank) and bool(_NO_BOX.match(self.before))

    def _keyword(self, line: int, text: str) -> bool:
        found = keyword(text, self.known)
        if not found:
            return False
        name, value = found
        words = Words()
        words.add(line, value)
        if name in self.written.keywords:
            first = self.written.keywords[name][0]
            message = f"“{name.capitalize()}:” is here twice. The first is on line {first}."
            self._refuse(line, message, "Keep one of them and take the other out.")
        self.written.keywords.setdefault(name, (line, words))
        self.part = words
        return True

    def _feedback(self, line: int, text: str) -> bool:
        found = _QUOTE.fullmatch(text)
        last = self._last
        if not found or not self.written.options:
            return False
        if last is None and self._ended(text):
            message = "This feedback does not stand under an answer."
            self._refuse(line, message, "Move it straight under the answer it belongs to.")
            return True
        self.part = last.feedback if last else self.part
        self.part.add(line, found[1])
        return True

    def _plain(self, line: int, text: str) -> None:
        """A line without a sign of its own goes on with the part before it, or belongs nowhere."""
        last = self._last
        near = near_miss(text, self.known)
        if last and _NO_BOX.match(text):
            self._no_box(line)
        elif self.part is self.written.body or not self._ended(text):
            self.part.add(line, text if self.part is self.written.body else text.strip())
            self._warn_of(line, near, "warning")
        elif not self.written.options:
            self.part = self.written.body
            self.part.add(line, text)
            self._warn_of(line, near, "warning")
        elif near:
            self._warn_of(line, near, "error")
        else:
            message = "Alongside does not know what this line belongs to."
            mend = "Begin it with > for feedback, or with Why:, or put it above the answers."
            if self.part is self.written.keywords.get("why", (0, None))[1]:
                message = "An empty line cuts the words after “Why:” in two."
                mend = "Take the empty line above this one out."
            if text.lstrip().startswith("#"):
                message = "Alongside does not know what this line belongs to."
                mend = "If this is the next question, begin it with ## and a space."
            self._refuse(line, message, mend)

    def _ended(self, text: str) -> bool:
        """Whether the part being read is over: after a blank line, and after a one-line keyword."""
        last = self._last
        if last:
            return self.after_blank and not (self.part is last.words and text[:1].isspace())
        why = self.written.keywords.get("why", (0, None))[1]
        return self.after_blank or self.part is not why

    def _warn_of(self, line: int, near: str | None, severity: Severity) -> None:
        if near:
            message = "This line begins almost like a keyword."
            mend = f"Did you mean “{near.capitalize()}:”? If not, leave the line as it is."
            if severity == "error":
                mend = f"Did you mean “{near.capitalize()}:”? If not, put the line above the answers."
            self.problems.append(self.source.problem(line, message, mend, severity))

    def _no_box(self, line: int) -> None:
        mend = "Write - (x) or - ( ) before it where one answer is right, - [x] or - [ ] where several are."
        self._refuse(line, "This answer has no box.", mend)

    def _refuse(self, line: int, message: str, mend: str) -> None:
        self.written.broken = True
        self.problems.append(self.source.problem(line, message, mend))
