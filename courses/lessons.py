"""One lesson file into a `LessonText`: prose, notes, stories, films, included files and quick checks."""

import html
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from courses import films
from courses.course import Block as Piece
from courses.course import LessonText
from courses.linking import heading_ids
from courses.markdown import Writer
from courses.marks import Begin, End, Mark, words_of
from markup import blocks
from markup.facts import Part, Prose
from markup.problems import Problem, nearest
from markup.source import Source
from quizzes.kinds import Question
from quizzes.reader import doubled_ids, read_check

BLOCKS = ("check", "more", "story", "include", "if", *films.KINDS)
ALONE = ("include",)
MOST_INCLUDED = 50
NOTE_TITLES = {
    "note": "Note",
    "tip": "Tip",
    "important": "Important",
    "warning": "Take care",
    "support": "Support",
}


@dataclass(frozen=True)
class Leaf:
    """A file that other files show: its text from line `body` on, and the writer for its prose."""

    source: Source
    body: int
    writer: Writer


Fetch = Callable[[str, str], "Leaf | str | None"]
"""A file to show, by the path of the file that asks and the address it gives; or what is wrong with that,
None where it has been said."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What is known of a lesson besides its text."""

    id: str
    title: str
    language: str = "en-GB"
    content_note: str = ""


def read_lesson(sheet: Sheet, leaf: Leaf, fetch: Fetch) -> tuple[LessonText, tuple[Problem, ...]]:
    """The words of one version of a lesson, and all problems, also those of the files it includes."""
    page = _Page(sheet.id, fetch)
    composer = _Composer(page, leaf)
    prose = leaf.writer.page(composer.text(), leaf.body)
    read = LessonText(
        title=sheet.title,
        path=leaf.source.path,
        language=sheet.language,
        content_note=sheet.content_note,
        blocks=tuple(_split(prose, page.checks)),
    )
    doubled = doubled_ids(leaf.source, ((check.id, check.line) for check in page.checks))
    return read, (*page.problems, *leaf.writer.problems, *doubled, *_doubled_headings(leaf, prose))


def _doubled_headings(leaf: Leaf, prose: Prose) -> list[Problem]:
    """Two headings of one page with the same id: one of them came from an included file."""
    twice = [name for name, count in Counter(heading_ids(prose)).items() if count > 1]
    message = "The heading “{}” is on this page twice: once in a file that is included."
    return [
        leaf.source.problem(leaf.body, message.format(name), "Change the words of one of the two.")
        for name in twice
    ]


@dataclass
class _Page:
    """What the parts of one page share."""

    lesson_id: str
    fetch: Fetch
    checks: list[Question] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    included: int = 0


class _Composer:
    """Turns the blocks of one file into one Markdown text with marks, so that it is rendered in one go.

    `inside` are the files that led to this one by including it, and this one.
    """

    def __init__(self, page: _Page, leaf: Leaf, inside: tuple[str, ...] = ()) -> None:
        self.page = page
        self.source = leaf.source
        self.body = leaf.body
        self.writer = leaf.writer
        self.inside = (*inside, leaf.source.path)

    def text(self) -> str:
        pieces, problems = blocks.read(self.source, self.body, BLOCKS, ALONE)
        self.page.problems.extend(problems)
        return self._compose(pieces, top=True)

    def _compose(self, pieces: Sequence[blocks.Text | blocks.Block], *, top: bool) -> str:
        return "\n\n".join(
            "\n".join(piece.lines) if isinstance(piece, blocks.Text) else self._block(piece, top=top)
            for piece in pieces
        )

    def _block(self, block: blocks.Block, *, top: bool) -> str:
        match block.name:
            case "check":
                return self._check(block, top=top)
            case "more":
                return self._more(block)
            case "story":
                return self._story(block)
            case "include":
                return self._include(block)
            case "if":
                return self._if(block)
            case "video" | "audio":
                return self._film(block)
            case name:
                title = f'<p class="note-title">{NOTE_TITLES[name]}</p>'
                return self._wrapped(f'<div class="note note--{name}" role="note">{title}', block, "</div>")

    def _wrapped(self, opening: Mark, block: blocks.Block, closing: Mark) -> str:
        inside = self._compose(block.inside, top=not block.ended)
        return f"{self.writer.mark(opening)}\n\n{inside}\n\n{self.writer.mark(closing)}"

    def _more(self, block: blocks.Block) -> str:
        if not block.argument:
            mend = "Write them after it: ::: more Why it matters"
            self._problem(block, "This fold has no words to open it by.", mend)
        summary = html.escape(block.argument)
        return self._wrapped(f'<details class="more"><summary>{summary}</summary>', block, "</details>")

    def _story(self, block: blocks.Block) -> str:
        who = f"{html.escape(block.argument)}. " if block.argument else ""
        caption = f"<figcaption>{who}A fictional story.</figcaption>"
        return self._wrapped('<figure class="story"><blockquote>', block, f"</blockquote>{caption}</figure>")

    def _if(self, block: blocks.Block) -> str:
        """`::: if centre name` shows its text where that fact is known, `::: if no centre name` where not."""
        known, name = self.writer.place.facts, " ".join(block.argument.casefold().split())
        there = name in known or not name.startswith("no ")
        name = name if there else name.removeprefix("no ")
        if name not in known:
            near = nearest(name, known)
            mend = f"Did you mean “{near}”?" if near else "Write the name of a fact, as in {{police name}}."
            self._problem(block, f"There is no fact called “{name}”.", mend)
            return self._compose(block.inside, top=False)
        return self._wrapped(Begin(name, there), block, End())

    def _include(self, block: blocks.Block) -> str:
        shown = self._shown(block, block.argument)
        return "" if shown is None else self.writer.mark(shown)

    def _shown(self, block: blocks.Block, address: str) -> Prose | None:
        """The words of another file; None, and a problem, where it cannot be shown here."""
        leaf = self._fetched(block, address)
        if leaf is None:
            return None
        if leaf.source.path in self.inside or self.page.included >= MOST_INCLUDED:
            message = "These files include each other without end, or more than 50 times."
            self._problem(block, message, "Take one of the lines that ask for another file out.")
            return None
        self.page.included += 1
        prose = leaf.writer.page(_Composer(self.page, leaf, self.inside).text(), leaf.body)
        self.page.problems.extend(leaf.writer.problems)
        return prose

    def _fetched(self, block: blocks.Block, address: str) -> Leaf | None:
        found = self.page.fetch(self.source.path, address)
        if found is None or isinstance(found, Leaf):
            return found
        mend = "Write its path after it, such as ::: include shared/consent.md"
        self._problem(
            block,
            f"There is no file {address} to include." if address else "No file is named.",
            found or mend,
        )
        return None

    def _film(self, block: blocks.Block) -> str:
        film, problems = films.read(self.source, block, self.writer.place.media)
        self.page.problems.extend(problems)
        said = self._shown(block, film.transcript) if film.transcript else None
        if said is None:
            return self.writer.mark(films.opening(film) + films.CLOSING)
        marks = (films.opening(film) + films.TRANSCRIPT, said, films.END_TRANSCRIPT + films.CLOSING)
        return "\n\n".join(self.writer.mark(mark) for mark in marks)

    def _check(self, block: blocks.Block, *, top: bool) -> str:
        if not top:
            self._problem(block, "A check cannot lie inside another block.", "Move it out, below the block.")
            return ""
        if not block.ended:
            return ""
        text = next((piece for piece in block.inside if isinstance(piece, blocks.Text)), None)
        if text is None or len(block.inside) != 1:
            mend = "Move other blocks out of it."
            self._problem(block, "A check holds one question and nothing else.", mend)
            return ""
        question, problems = read_check(self.source, text, self.page.lesson_id, self.writer.prose)
        self.page.problems.extend(problems)
        if question is None:
            return ""
        self.page.checks.append(question)
        return self.writer.mark(_check_mark(len(self.page.checks) - 1))

    def _problem(self, block: blocks.Block, message: str, mend: str) -> None:
        self.page.problems.append(self.source.problem(block.line, message, mend))


def _check_mark(number: int) -> str:
    """Where a check goes. A comment: none that a trainer writes comes through."""
    return f"<!--check {number}-->"


def _split(prose: Prose, checks: Sequence[Question]) -> list[Piece]:
    """Prose cut where its checks stand."""
    cut: list[list[Part]] = [[]]
    for part in prose.parts:
        first, *later = _at_checks(part, len(checks)) if isinstance(part, str) else [part]
        cut[-1].append(first)
        cut.extend([piece] for piece in later)
    pieces: list[Piece] = []
    for number, parts in enumerate(cut):
        kept = tuple(part for part in parts if not isinstance(part, str) or part.strip())
        if kept:
            pieces.append(Prose(parts=kept, words=words_of(kept)))
        if number < len(cut) - 1:
            pieces.append(checks[number])
    return pieces


def _at_checks(text: str, count: int) -> list[Part]:
    rest, pieces = text, []
    for number in range(count):
        before, found, after = rest.partition(_check_mark(number))
        if found:
            pieces.append(before)
            rest = after
    return [*pieces, rest]
