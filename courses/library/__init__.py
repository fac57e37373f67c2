"""The courses, facts and example areas that ship with the product, as the Markdown they were written in."""

import functools
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from courses import facts_file
from courses.bundle import Bundle, read_folder
from markup import front_matter
from markup import source as sources
from markup.facts import Fact, Facts
from markup.source import Source

FOLDER = Path(str(resources.files("courses") / "library"))
OPTIONAL = frozenset(
    (
        *("centre name", "centre number", "centre address", "centre times", "centre kind"),
        *("safe place scheme", "local slogan", "local report address", "partnership name"),
    )
)
"""Facts that an area may have, or not: a course asks for them with `::: if`."""

FACT_FILES = ("facts/national.md", "facts/england-and-wales.md")
"""National facts first; those of the default area stand before them where both have a name."""


def bundles() -> dict[str, Bundle]:
    """Every shipped course by its slug."""
    folders = sorted(path for path in (FOLDER / "courses").iterdir() if path.is_dir())
    return {folder.name: read_folder(folder) for folder in folders}


@functools.cache
def facts() -> Facts:
    """The shipped facts by name. A file that cannot be read raises: it is ours to mend."""
    return {fact.name: fact for path in FACT_FILES for fact in _read(path)}


@functools.cache
def facts_of(area: str) -> Facts:
    """The shipped facts of one area, by name; none for an area that has no file."""
    return {fact.name: fact for path in FACT_FILES for fact in _read(path) if area and fact.area == area}


class Example(NamedTuple):
    """An example area: what it is called, and its facts, read on old pages and all overdue for a check."""

    name: str
    facts: tuple[Fact, ...]


@functools.cache
def examples() -> Mapping[str, Example]:
    """The example areas by their name in addresses. None is shown anywhere until someone adds it."""
    paths = sorted(path for path in (FOLDER / "examples").iterdir() if path.suffix == ".md")
    return {path.stem: _example(f"examples/{path.name}") for path in paths}


def _example(path: str) -> Example:
    front, _ = front_matter.read(_source(path), ("kind", "title", "area"))
    return Example(front.value("title"), _read(path))


def _source(path: str) -> Source:
    source, problems = sources.read(path, (FOLDER / path).read_bytes())
    if source is None or problems:
        raise ValueError(problems)
    return source


def _read(path: str) -> tuple[Fact, ...]:
    found, problems = facts_file.read(_source(path))
    if problems:
        raise ValueError(problems)
    return found
