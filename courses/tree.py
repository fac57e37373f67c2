"""Looks at links, pictures, headings and glossary words while a text is a tree, before it becomes HTML."""

import functools
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping
from typing import Protocol

import markdown
from markdown.treeprocessors import Treeprocessor

from courses import pictograms
from courses.linking import Target
from courses.media import Shown
from markup.problems import nearest

MARK = re.compile("\ue000([0-9]+)\ue001")
"""What stands in a text for a piece that is put in once the rest is safe."""


MOST_GUESSED = 100
"""Broken links of one text for which we look what was meant: that takes long in a large course."""

OUTSIDE = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)


_SAYS_NOTHING = re.compile(
    r"(?:(?:an?|the|this|my)\s+)?(?:picture|image|photo|photograph|img|pic|alt|alt text|description)\W*\d*"
    r"|\S+\.(?:png|jpe?g|webp|gif|heic)|(?:IMG|DSC|PXL)[-_ ]?\d\S*",
    re.IGNORECASE,
)


class Surroundings(Protocol):
    """What a text may point to. `link` and `media` say where on the site that is, or None."""

    @property
    def link(self) -> Callable[[str], Target | None]: ...
    @property
    def media(self) -> Callable[[str], Shown | None]: ...
    @property
    def no_picture(self) -> Callable[[str], tuple[str, str] | None]: ...
    @property
    def files(self) -> tuple[str, ...]: ...


class Notebook(Protocol):
    """Where what is found is written down: the `Writer` of the text."""

    weight: int

    @property
    def place(self) -> Surroundings: ...
    def mark(self, wrapper: str) -> str: ...
    def points_to(self, written: str, target: Target) -> None: ...
    def problem(self, needle: str, message: str, mend: str, *, warning: bool = False) -> None: ...


class Tree(Treeprocessor):
    """Looks at links, images and headings before they become text."""

    def __init__(self, renderer: markdown.Markdown, writer: Notebook, terms: dict[str, str]) -> None:
        super().__init__(renderer)
        self.writer = writer
        self.terms = terms
        self.known = _pattern(tuple(terms))
        self.level = 1
        self.broken = 0

    def run(self, root: ElementTree.Element) -> None:
        for parent in list(root.iter()):
            for element in list(parent):
                self._look(parent, element)
        if self.terms:
            self._link_terms(root)

    def _look(self, parent: ElementTree.Element, element: ElementTree.Element) -> None:
        for attribute in ("href", "src", "alt", "title"):
            if MARK.search(element.get(attribute, "")):
                self.writer.problem(
                    "{{",
                    "A fact cannot stand inside an address or a description.",
                    "Write the fact in the words instead: it becomes a link by itself where it can.",
                )
                element.attrib[attribute] = ""
        match element.tag:
            case "a":
                self._link(element)
            case "img":
                self._image(parent, element)
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                self._heading(element)
            case "th" if not "".join(element.itertext()).strip():
                self.writer.problem(
                    "|",
                    "A column of this table has no heading.",
                    "Write one above it: people who listen to the page hear it with every cell.",
                    warning=True,
                )

    def _link(self, element: ElementTree.Element) -> None:
        address = element.get("href", "")
        words = "".join(element.itertext()).strip().casefold()
        if words in {"here", "click here", "this", "link", "read more", "more"}:
            self.writer.problem(
                address,
                f"The words of this link are only “{words}”.",
                "Say where it leads: some people hear links without the text around them.",
                warning=True,
            )
        if (element.get("class") or "").startswith("footnote-") or re.match(OUTSIDE, address):
            return
        target = None if ":" in address or address.startswith("/") else self.writer.place.link(address)
        if target is None:
            self._broken(element, address)
        else:
            element.set("href", target.address)
            self.writer.points_to(address, target)

    def _broken(self, element: ElementTree.Element, address: str) -> None:
        element.attrib.pop("href", None)
        self.broken += 1
        names = [path.rpartition("/")[2] for path in self.writer.place.files]
        near = nearest(address.rpartition("/")[2], names) if self.broken <= MOST_GUESSED else None
        mend = (
            f"Did you mean {near}?"
            if near
            else "Name a file of this course, or an address that begins with https://"
        )
        self.writer.problem(address, f"This link leads nowhere: {address or 'it has no address'}.", mend)

    def _image(self, parent: ElementTree.Element, element: ElementTree.Element) -> None:
        address, words = element.get("src", ""), element.get("alt", "").strip()
        if address.startswith("picture:"):
            self._pictogram(parent, element, address.removeprefix("picture:"), words)
            return
        target = self.writer.place.media(address)
        if target is None and (said := self.writer.place.no_picture(address)):
            self.writer.problem(address, *said)
        self._describe(address, words)
        element.attrib = {"src": target.address if target else "", "alt": words, "loading": "lazy"}
        if target and target.width and target.height:  # the page keeps its place while it loads
            element.attrib.update(width=str(target.width), height=str(target.height))

    def _describe(self, address: str, words: str) -> None:
        mend = "Write what it shows between the square brackets: ![Two people talking](../media/talk.png)"
        if not words:
            self.writer.problem(address, "This picture has no description.", mend)
        elif _SAYS_NOTHING.fullmatch(words):
            message = f"“{words}” does not say what this picture shows."
            self.writer.problem(address, message, mend, warning=True)

    def _pictogram(
        self, parent: ElementTree.Element, element: ElementTree.Element, name: str, words: str
    ) -> None:
        drawn = pictograms.picture(name)
        if drawn is None:
            near = nearest(name, pictograms.names())
            mend = (
                f"Did you mean picture:{near}?" if near else "Use one of the names in the list of pictograms."
            )
            self.writer.problem(f"picture:{name}", f"There is no pictogram called “{name}”.", mend)
        _replace(parent, element, self.writer.mark(drawn.svg(words)) if drawn else "")

    def _heading(self, element: ElementTree.Element) -> None:
        level, words = int(element.tag[1]), "".join(element.itertext())
        if level == 1 or level > self.level + 1:
            best = 2 if level == 1 else self.level + 1
            self.writer.problem(
                words[:40],
                f"The heading “{words}” is at level {level}, but level {best} comes next here.",
                f"Begin it with {'#' * best} and a space: people who listen to a page move by levels.",
            )
        self.level = max(2, level)

    def _link_terms(self, element: ElementTree.Element) -> None:
        if element.tag in {"a", "code", "pre", "h1", "h2", "h3", "h4", "h5", "h6"}:
            return
        self._link_text(element, None)
        for child in list(element):
            self._link_terms(child)
            self._link_text(element, child)

    def _link_text(self, parent: ElementTree.Element, after: ElementTree.Element | None) -> None:
        """Link the first use of each term in the text after a child, or in the parent's own text."""
        text = (parent.text if after is None else after.tail) or ""
        found = _first_term(text, self.known, self.terms)
        if found is None:
            return
        link = ElementTree.Element("a", {"class": "term", "href": self.terms.pop(found[0].casefold())})
        link.text, link.tail = markdown.util.AtomicString(found[0]), text[found.end() :]
        if after is None:
            parent.text = text[: found.start()]
            parent.insert(0, link)
        else:
            after.tail = text[: found.start()]
            parent.insert(list(parent).index(after) + 1, link)
        self._link_text(parent, link)


def _first_term(text: str, known: re.Pattern[str], terms: Mapping[str, str]) -> re.Match[str] | None:
    """The first of the `known` words in a text that is still among `terms`."""
    return next((found for found in known.finditer(text) if found[0].casefold() in terms), None)


@functools.lru_cache(maxsize=4)
def _pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    """Any of these words, the longest first. A course has one list of them, so this is compiled once."""
    longest_first = sorted(terms, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)


def _replace(parent: ElementTree.Element, element: ElementTree.Element, text: str) -> None:
    """Put text in the place of an element."""
    place = list(parent).index(element)
    text += element.tail or ""
    if place == 0:
        parent.text = (parent.text or "") + text
    else:
        parent[place - 1].tail = (parent[place - 1].tail or "") + text
    parent.remove(element)
