"""Markdown into safe HTML with gaps for facts.

A trainer's structure (blocks, facts, checks, pictograms) is set aside first: each piece leaves a mark of
private-use characters in the text. Python-Markdown renders the text, nh3 makes it safe, and only then
are the marks replaced by our own HTML. So nothing a trainer types can become one of our wrappers.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import markdown
import nh3
from markdown.extensions.toc import slugify_unicode

from courses.tree import MARK, Tree
from markup.facts import FactGap, Prose
from markup.problems import Problem, Severity, nearest
from markup.source import Source

RENDERER = "1"
"""Goes up whenever the same text would render differently, so that old revisions are rendered again."""

FACT = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")

TAGS = {
    *("a", "blockquote", "br", "code", "dd", "del", "div", "dl", "dt", "em", "h2", "h3", "h4", "hr", "img"),
    *("li", "ol", "p", "pre", "strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
ATTRIBUTES = {
    "a": {"href", "id"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "img": {"src", "alt", "loading"},
    "li": {"id"},
    "ol": {"start"},
    "sup": {"id"},
    "th": {"scope"},
}
CLASSES = {"a": {"term", "footnote-ref", "footnote-backref"}, "div": {"footnote"}}


@dataclass(frozen=True)
class Place:
    """What prose may point to: where it stands, and what the course around it holds.

    `link` turns a relative address into an address on the site, or None when there is no such file; `media`
    does the same for an image. `files` are the paths that can be linked to, for the nearest-name hint.
    """

    source: Source
    facts: frozenset[str]
    link: Callable[[str], str | None]
    media: Callable[[str], str | None]
    files: tuple[str, ...] = ()
    terms: Mapping[str, str] = field(default_factory=dict)


class Writer:
    """Renders the prose of one file and gathers what is wrong with it."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.problems: list[Problem] = []
        self.marks: list[FactGap | str] = []
        self.line = 1

    def prose(self, text: str, line: int) -> Prose:
        """A few words or paragraphs as prose; a lone paragraph comes without its `<p>`."""
        safe = self._safe(text, line, terms={})
        lone = re.fullmatch(r"<p>((?:(?!</?p>).)*)</p>", safe, re.DOTALL)
        return self._filled(lone[1] if lone else safe)

    def page(self, text: str, line: int) -> Prose:
        """A whole text, with headings checked and glossary words linked."""
        return self._filled(self._safe(text, line, terms=dict(self.place.terms)))

    def mark(self, wrapper: str) -> str:
        """A mark that our own HTML takes the place of, once the text around it is safe."""
        self.marks.append(wrapper)
        return f"\ue000{len(self.marks) - 1}\ue001"

    def problem(self, needle: str, message: str, mend: str, *, warning: bool = False) -> None:
        """Something wrong where `needle` stands, looked for from the line being rendered on."""
        lines = self.place.source.lines
        later = (n for n, shown in enumerate(lines[self.line - 1 :], self.line) if needle and needle in shown)
        severity: Severity = "warning" if warning else "error"
        self.problems.append(self.place.source.problem(next(later, self.line), message, mend, severity))

    def _safe(self, text: str, line: int, terms: dict[str, str]) -> str:
        self.line = line
        marked = FACT.sub(self._fact, text)
        try:
            rendered = self._markdown(terms).convert(marked)
        except RecursionError:
            self.problem("", "Lists or quotes lie too deep inside each other here.", "Use fewer levels.")
            return ""
        return _clean(rendered)

    def _markdown(self, terms: dict[str, str]) -> markdown.Markdown:
        renderer = markdown.Markdown(
            extensions=["tables", "footnotes", "sane_lists", "fenced_code", "def_list", "toc"],
            extension_configs={"toc": {"slugify": slugify_unicode, "permalink": False}},
        )
        renderer.preprocessors.deregister("html_block")  # what looks like a tag is shown, not used
        renderer.inlinePatterns.deregister("html")
        renderer.treeprocessors.register(Tree(renderer, self, terms), "alongside", 0)
        return renderer

    def _fact(self, found: re.Match[str]) -> str:
        name = found[1].casefold()
        if name not in self.place.facts:
            near = nearest(name, self.place.facts)
            mend = (
                f"Did you mean {{{{{near}}}}}?" if near else "Use the name of a fact this installation has."
            )
            self.problem(found[0], f"There is no fact called “{found[1]}”.", mend)
            return html.escape(found[1])
        self.marks.append(FactGap(name))
        return f"\ue000{len(self.marks) - 1}\ue001"

    def _filled(self, safe: str) -> Prose:
        parts = tuple(self._parts(_easy_lines(_scrolling(safe), self.marks)))
        return Prose(parts=_joined(parts), words=words_of(parts))

    def _parts(self, safe: str) -> Iterator[str | FactGap]:
        """The HTML cut at its marks. Whether a fact lies in a link's words is known from what came before."""
        inside_link = False
        at = 0
        for found in re.finditer(f"<p>{MARK.pattern}</p>|{MARK.pattern}", safe):
            before = safe[at : found.start()]
            inside_link = _in_link(before, inside=inside_link)
            yield before
            held = self.marks[int(found[1] or found[2])]
            alone = found[1] is not None
            match held:
                case FactGap(name):
                    yield FactGap(name, "list" if alone else "plain" if inside_link else "linked")
                case wrapper if alone or wrapper.startswith("<svg"):
                    yield wrapper
                case _:
                    self.problem(
                        ":::", "This block could not be placed.", "Leave an empty line before and after it."
                    )
            at = found.end()
        yield safe[at:]


def _joined(parts: Sequence[str | FactGap]) -> tuple[str | FactGap, ...]:
    """Neighbouring strings as one, empty ones left out."""
    joined: list[str | FactGap] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        elif part != "":
            joined.append(part)
    return tuple(joined)


def words_of(parts: Sequence[str | FactGap]) -> str:
    """Prose as plain text, facts as `{{name}}`."""
    text = "".join(part if isinstance(part, str) else f"{{{{{part.name}}}}}" for part in parts)
    spaced = re.sub(r"</(?:p|li|h[1-6]|t[dh]|div|blockquote|figcaption|summary)>", " ", text)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", spaced)).split())


def _in_link(text: str, *, inside: bool) -> bool:
    opened, closed = text.rfind("<a "), text.rfind("</a>")
    return inside if opened == closed else opened > closed


def _clean(rendered: str) -> str:
    return nh3.clean(
        rendered,
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noreferrer",
        strip_comments=True,
    )


def _scrolling(safe: str) -> str:
    """A wide table scrolls inside a region of its own, which the keyboard can reach."""
    region = '<div class="scroll" tabindex="0" role="region" aria-label="Table">'
    return safe.replace("<table>", f"{region}<table>").replace("</table>", "</table></div>")


def _easy_lines(safe: str, marks: Sequence[FactGap | str]) -> str:
    """A paragraph that begins with a pictogram becomes a picture with words beside it."""

    def line(found: re.Match[str]) -> str:
        if not str(marks[int(found[2])]).startswith("<svg"):
            return found[0]
        picture, words = f'<div class="easy-picture">{found[1]}</div>', found[3].strip()
        return f'<div class="easy-line">{picture}<div class="easy-words"><p>{words}</p></div></div>'

    return re.sub(f"<p>({MARK.pattern})((?:(?!</?p>).)+)</p>", line, safe, flags=re.DOTALL)
