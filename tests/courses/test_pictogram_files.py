"""The pictogram files themselves: one style, one set of colours, nothing that could act or fetch."""

import re
from collections import Counter
from importlib import resources
from xml.etree import ElementTree

import pytest

SVG = "{http://www.w3.org/2000/svg}"
FILES = {
    entry.name.removesuffix(".svg"): entry.read_text(encoding="utf-8")
    for entry in (resources.files("courses") / "pictograms").iterdir()
}
# A trainer's course may name any of these, so none is ever withdrawn or renamed.
PROMISED = """
    alone angry-words ask book broken-window bus calendar call-101 call-999 card certificate computer deaf
    different faith fake-friend form friends graffiti group heart help home hurt law listen message money no
    person phone police private pushing rainbow sad safe-place school see share skin-colour stop talk think
    time trans two-people wheelchair-user worried write yes
"""
GEOMETRY = {
    "path": {"d", "fill-rule"},
    "circle": {"cx", "cy", "r"},
    "rect": {"x", "y", "width", "height", "rx"},
}
# The patches which stand out from the tint behind them in light and in dark (the others are company).
STRONG = {"q1", "q3", "q4", "ink"}

each_file = pytest.mark.parametrize("name", sorted(FILES))


def parsed(name: str) -> ElementTree.Element:
    """The file's <svg> element."""
    return ElementTree.fromstring(FILES[name])  # noqa: S314 - our own files, not a stranger's


def shapes(name: str) -> list[ElementTree.Element]:
    """Everything after the title, at any depth."""
    return [element for child in parsed(name)[1:] for element in child.iter()]


def test_every_promised_pictogram_is_there() -> None:
    """No pictogram that a course may already use has gone missing."""
    assert set(PROMISED.split()) <= set(FILES)


@each_file
def test_names_are_what_authors_type(name: str) -> None:
    """A name is lower-case words and digits joined by hyphens, as in `picture:safe-place`."""
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)


@each_file
def test_it_begins_with_words_for_it(name: str) -> None:
    """The first thing in a file is its title: short words for someone who cannot see the picture."""
    first = parsed(name)[0]
    assert first.tag == f"{SVG}title"
    words = first.text or ""
    assert words == words.strip()
    assert 4 < len(words) <= 60
    assert not words.endswith(".")


@each_file
def test_it_is_drawn_on_the_same_sheet(name: str) -> None:
    """Every picture has the same frame, and nothing else on its root element."""
    root = parsed(name)
    assert root.tag == f"{SVG}svg"
    assert root.attrib == {"viewBox": "0 0 120 100"}


@each_file
def test_it_holds_only_flat_shapes(name: str) -> None:
    """A picture is made of plain shapes: no script, style, id, link, text or colour of its own."""
    for shape in shapes(name):
        tag = shape.tag.removeprefix(SVG)
        assert tag in GEOMETRY
        assert set(shape.attrib) <= GEOMETRY[tag] | {"class"}


@each_file
def test_its_colours_are_patches(name: str) -> None:
    """Every shape takes its colour from one patch, so that it follows the theme."""
    for shape in shapes(name):
        assert re.fullmatch(r"q[1-6]|ink", shape.get("class", ""))


@each_file
def test_it_stands_out_in_light_and_in_dark(name: str) -> None:
    """No picture is made of pale patches alone, which fade on a light ground."""
    assert STRONG & {shape.get("class") for shape in shapes(name)}


@each_file
def test_it_is_small(name: str) -> None:
    """A picture weighs under 1.5 KB, since an Easy Read page carries a dozen inside it."""
    assert len(FILES[name].encode()) < 1500


def test_no_two_drawings_are_the_same() -> None:
    """Two names never share one drawing."""
    drawings = Counter(tuple(tuple(sorted(shape.items())) for shape in shapes(name)) for name in FILES)
    assert [drawing for drawing, times in drawings.items() if times > 1] == []


def test_no_two_have_the_same_words() -> None:
    """Someone who hears the words can tell every picture from every other."""
    words = Counter(parsed(name)[0].text for name in FILES)
    assert [text for text, times in words.items() if times > 1] == []
