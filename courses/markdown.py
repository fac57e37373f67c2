"""Markdown into safe HTML with gaps for facts.

A trainer's structure (blocks, facts, checks, pictograms) is set aside first: each piece leaves a mark of
private-use characters in the text. Python-Markdown renders the text, nh3 makes it safe, and only then
are the marks replaced by our own HTML. So nothing a trainer types can become one of our wrappers.
"""

import html
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import markdown
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.toc import TocExtension

from courses.bullets import as_markdown
from courses.limits import Weighing
from courses.linking import HEADING, Target
from courses.marks import Begin, End, Mark, in_link, joined, nested, terms_once, words_of
from courses.media import Shown
from courses.safe_html import clean
from courses.tree import MARK, Tree
from markup.facts import FactGap, Part, Prose
from markup.ids import slug
from markup.problems import Problem, Severity, nearest
from markup.source import Source

RENDERER = "7"
"""Goes up whenever the same text would render differently, so that old revisions are rendered again."""

FACT = re.compile(r"\{\{([^{}]*)\}\}")


def _no_picture(address: str) -> tuple[str, str] | None:
    """What is said of a picture in a text that can show none, such as that of a learning path."""
    return f"There is no picture {address}.", "Put it into the folder media/."


@dataclass(frozen=True)
class Place:
    """What prose may point to: where it stands, and what the course around it holds.

    `link` finds where a relative address leads, or None when there is no such file; `media` says how a
    picture, video or other file is shown on the site, and `no_picture` what to say where that is None, and
    how to mend it. `files` are the paths that can be linked to, for hints.
    """

    source: Source
    facts: frozenset[str]
    link: Callable[[str], Target | None]
    media: Callable[[str], Shown | None]
    no_picture: Callable[[str], tuple[str, str] | None] = _no_picture
    files: tuple[str, ...] = ()
    terms: Mapping[str, str] = field(default_factory=dict)


class Pointer(NamedTuple):
    """A link to a heading, and the line it is on: whether the heading is there is known at the end."""

    line: int
    written: str
    target: Target


class Writer:
    """Renders the prose of one file and gathers what is wrong with it."""

    def __init__(self, place: Place, prefix: str = "") -> None:
        """`prefix` tells the footnotes of this text from those of others on the same page."""
        self.place = place
        self.prefix = prefix
        self.problems: list[Problem] = []
        self.marks: list[Mark] = []
        self.pointers: list[Pointer] = []
        self.line = 1
        self.rendered = 0
        self.tables = 0
        self.weight = 0
        self.footnotes = FootnoteExtension()
        self.renderer = _renderer(self.footnotes)
        self.renderer.treeprocessors.register(
            Weighing(self.renderer, self), "weighing", 30
        )  # inline is at 20

    def prose(self, text: str, line: int) -> Prose:
        """A few words or paragraphs as prose; a lone paragraph comes without its `<p>`."""
        safe = self._safe(text, line, terms={})
        lone = re.fullmatch(r"<p>((?:(?!</?p>).)*)</p>", safe, re.DOTALL)
        return self._filled(lone[1] if lone else safe)

    def page(self, text: str, line: int) -> Prose:
        """A whole text, with headings checked and glossary words linked."""
        page = self._filled(self._safe(text, line, terms=dict(self.place.terms)))
        return Prose(parts=terms_once(page.parts, set()), words=page.words)

    def mark(self, held: Mark) -> str:
        """A mark that what is held takes the place of, once the text around it is safe."""
        self.marks.append(held)
        return f"\ue000{len(self.marks) - 1}\ue001"

    def points_to(self, written: str, target: Target) -> None:
        """Note where a link leads, if that is a heading."""
        if target.anchor:
            self.pointers.append(Pointer(self._line_of(written), written, target))

    def problem(self, needle: str, message: str, mend: str, *, warning: bool = False) -> None:
        """Something wrong where `needle` stands, looked for from the line being rendered on."""
        severity: Severity = "warning" if warning else "error"
        self.problems.append(self.place.source.problem(self._line_of(needle), message, mend, severity))

    def _line_of(self, needle: str) -> int:
        lines = self.place.source.lines[self.line - 1 :]
        later = (n for n, shown in enumerate(lines, self.line) if needle and needle in shown)
        return next(later, self.line)

    def _safe(self, text: str, line: int, terms: dict[str, str]) -> str:
        self.line = line
        marked = FACT.sub(self._fact, as_markdown(text))
        try:
            rendered = self._markdown(terms).convert(marked)
        except RecursionError:
            self.problem("", "Lists or quotes lie too deep inside each other here.", "Use fewer levels.")
            return ""
        return clean(rendered)

    def _markdown(self, terms: dict[str, str]) -> markdown.Markdown:
        self.rendered += 1
        self.footnotes.setConfig("SEPARATOR", f"-{self.prefix}{self.rendered}-")
        self.renderer.treeprocessors.register(Tree(self.renderer, self, terms), "alongside", 0)
        return self.renderer.reset()

    def _fact(self, found: re.Match[str]) -> str:
        written = found[1].strip()
        name = written.casefold()
        if name not in self.place.facts:
            near = nearest(name, self.place.facts)
            asked = (
                f"Did you mean {{{{{near}}}}}?" if near else "Use the name of a fact this installation has."
            )
            mend = f"{asked} `alongside facts list` shows all names."
            self.problem(found[0], f"There is no fact called “{written}”.", mend)
            return html.escape(written)
        return self.mark(FactGap(name))

    def _filled(self, safe: str) -> Prose:
        scrolling = _scrolling(safe, self.tables)
        self.tables += safe.count("<table>")
        parts = joined(nested(self._parts(_easy_lines(scrolling, self.marks))))
        return Prose(parts=parts, words=words_of(parts))

    def _parts(self, safe: str) -> Iterator[Part | Begin | End]:
        """The HTML cut at its marks. Whether a fact lies in a link's words is known from what came before."""
        inside_link = False
        at = 0
        for found in re.finditer(f"<p>{MARK.pattern}</p>|{MARK.pattern}", safe):
            before = safe[at : found.start()]
            inside_link = in_link(before, inside=inside_link)
            yield before
            held = self.marks[int(found[1] or found[2])]
            alone = found[1] is not None
            match held:
                case FactGap(name):
                    yield FactGap(name, "list" if alone else "plain" if inside_link else "linked")
                case str() if alone or held.startswith("<svg"):
                    yield held
                case Prose() if alone:
                    yield from held.parts
                case Begin() | End() if alone:
                    yield held
                case _:
                    self.problem(
                        ":::", "This block could not be placed.", "Leave an empty line before and after it."
                    )
            at = found.end()
        yield safe[at:]


def _renderer(footnotes: FootnoteExtension) -> markdown.Markdown:
    """Made once for each file: it takes longer than a question's few words take to render."""
    slugs = TocExtension(slugify=lambda words, _separator: HEADING + slug(words), permalink=False)
    renderer = markdown.Markdown(
        extensions=["tables", footnotes, "sane_lists", "fenced_code", "def_list", slugs]
    )
    renderer.preprocessors.deregister("html_block")  # what looks like a tag is shown, not used
    renderer.inlinePatterns.deregister("html")
    return renderer


_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_HEADER = re.compile(r"<th[^>]*>(.*?)</th>", re.DOTALL)


def _scrolling(safe: str, before: int) -> str:
    """A wide table scrolls inside a region of its own, which the keyboard can reach, and which is named by
    its number, after so many tables `before`, and its first heading.
    """
    numbers = itertools.count(before + 1)

    def region(table: re.Match[str]) -> str:
        heading = _HEADER.search(table[0])
        words = MARK.sub("", words_of([heading[1]])) if heading else ""
        label = html.escape(f"Table {next(numbers)}: {words}".rstrip(": "))
        return f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">{table[0]}</div>'

    return _TABLE.sub(region, safe)


def _easy_lines(safe: str, marks: Sequence[Mark]) -> str:
    """A paragraph that begins with a pictogram becomes a picture with words beside it."""

    def line(found: re.Match[str]) -> str:
        if not str(marks[int(found[2])]).startswith("<svg"):
            return found[0]
        picture, words = f'<div class="easy-picture">{found[1]}</div>', found[3].strip()
        return f'<div class="easy-line">{picture}<div class="easy-words"><p>{words}</p></div></div>'

    return re.sub(f"<p>({MARK.pattern})((?:(?!</?p>).)+)</p>", line, safe, flags=re.DOTALL)
