"""One lesson file into a `LessonText`: prose, notes, stories, folds and quick checks."""

import html
from collections.abc import Sequence

from courses.course import Block as Piece
from courses.course import LessonText
from courses.markdown import Writer, words_of
from markup import blocks
from markup.facts import FactGap, Prose
from markup.problems import Problem
from markup.source import Source
from quizzes.kinds import Question
from quizzes.reader import doubled_ids, read_check

BLOCKS = ("check", "more", "story")
LATER = ("include", "if", "video", "audio")
NOTE_TITLES = {
    "note": "Note",
    "tip": "Tip",
    "important": "Important",
    "warning": "Take care",
    "support": "Support",
}


def read_lesson(
    source: Source, body: int, lesson_id: str, title: str, writer: Writer, language: str, note: str
) -> tuple[LessonText, tuple[Problem, ...]]:
    """The words of one version of a lesson. The writer keeps the problems of the prose itself."""
    pieces, problems = blocks.read(source, body, (*BLOCKS, *LATER))
    composer = _Composer(source, lesson_id, writer)
    text = composer.compose(pieces)
    prose = writer.page(text, body)
    read = LessonText(
        title=title,
        path=source.path,
        language=language,
        content_note=note,
        blocks=tuple(_split(prose, composer.checks)),
    )
    doubled = doubled_ids(source, ((check.id, check.line) for check in composer.checks))
    return read, (*problems, *composer.problems, *doubled)


class _Composer:
    """Turns blocks into one Markdown text with marks, so that it is rendered in one go."""

    def __init__(self, source: Source, lesson_id: str, writer: Writer) -> None:
        self.source = source
        self.lesson_id = lesson_id
        self.writer = writer
        self.checks: list[Question] = []
        self.problems: list[Problem] = []

    def compose(self, pieces: Sequence[blocks.Text | blocks.Block], *, top: bool = True) -> str:
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
            case name if name in NOTE_TITLES:
                title = f'<p class="note-title">{NOTE_TITLES[name]}</p>'
                return self._wrapped(f'<div class="note note--{name}" role="note">{title}', block, "</div>")
            case _:
                self._problem(
                    block, f"Alongside cannot do “{block.name}” yet.", "Take the block out for now."
                )
                return ""

    def _wrapped(self, opening: str, block: blocks.Block, closing: str) -> str:
        inside = self.compose(block.inside, top=False)
        return f"{self.writer.mark(opening)}\n\n{inside}\n\n{self.writer.mark(closing)}"

    def _more(self, block: blocks.Block) -> str:
        if not block.argument:
            self._problem(
                block, "This fold has no words to open it by.", "Write them after it: ::: more Why it matters"
            )
        summary = html.escape(block.argument)
        return self._wrapped(f'<details class="more"><summary>{summary}</summary>', block, "</details>")

    def _story(self, block: blocks.Block) -> str:
        who = f"{html.escape(block.argument)}. " if block.argument else ""
        caption = f"<figcaption>{who}A fictional story.</figcaption>"
        return self._wrapped('<figure class="story"><blockquote>', block, f"</blockquote>{caption}</figure>")

    def _check(self, block: blocks.Block, *, top: bool) -> str:
        if not top:
            self._problem(block, "A check cannot lie inside another block.", "Move it out, below the block.")
            return ""
        text = next((piece for piece in block.inside if isinstance(piece, blocks.Text)), None)
        if text is None or len(block.inside) != 1:
            self._problem(
                block, "A check holds one question and nothing else.", "Move other blocks out of it."
            )
            return ""
        question, problems = read_check(self.source, text, self.lesson_id, self.writer.prose)
        self.problems.extend(problems)
        if question is None:
            return ""
        self.checks.append(question)
        return self.writer.mark(_check_mark(len(self.checks) - 1))

    def _problem(self, block: blocks.Block, message: str, mend: str) -> None:
        self.problems.append(self.source.problem(block.line, message, mend))


def _check_mark(number: int) -> str:
    """Where a check goes. A comment: none that a trainer writes comes through."""
    return f"<!--check {number}-->"


def _split(prose: Prose, checks: Sequence[Question]) -> list[Piece]:
    """Prose cut where its checks stand."""
    cut: list[list[str | FactGap]] = [[]]
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


def _at_checks(text: str, count: int) -> list[str]:
    rest, pieces = text, []
    for number in range(count):
        before, found, after = rest.partition(_check_mark(number))
        if found:
            pieces.append(before)
            rest = after
    return [*pieces, rest]
