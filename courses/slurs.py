"""Slurs are never spelled out: someone in the room may have had that word shouted at them.

The list that ships holds fingerprints, so that nobody has to read the words to work on this project.
An area adds words of its own and allows others: see docs/authoring.md.
"""

import functools
import hashlib
import itertools
import re
from collections.abc import Collection, Iterator
from importlib import resources

from courses.bundle import Bundle
from markup import source as sources
from markup.problems import Problem
from markup.source import Source

TEXTS = (".md", ".vtt")
_WORD = re.compile(r"[^\W\d_]+")


@functools.cache
def shipped() -> frozenset[str]:
    """The fingerprints of the words that ship with the product."""
    text = (resources.files("courses") / "slurs.txt").read_text(encoding="ascii")
    return frozenset(line for line in text.split("\n") if line and not line.startswith("#"))


def fingerprint(word: str) -> str:
    """SHA-256 of a word as it is compared: small letters, with a hyphen between words."""
    return hashlib.sha256("-".join(_WORD.findall(word.casefold())).encode()).hexdigest()


def spelled_out(
    bundle: Bundle, more: Collection[str] = (), allowed: Collection[str] = ()
) -> Iterator[Problem]:
    """An error for each line that spells a slur out. `more` and `allowed` are an area's own words."""
    refused = (shipped() | {fingerprint(word) for word in more}) - {fingerprint(word) for word in allowed}
    for path in sorted(bundle):
        if path.casefold().endswith(TEXTS):
            source, _ = sources.read(path, bundle[path])
            if source is not None:
                yield from _in_lines(source, refused)


def _in_lines(source: Source, refused: frozenset[str]) -> Iterator[Problem]:
    for line, text in enumerate(source.lines, 1):
        found = next((word for word in _words(text) if refused & set(_same(word))), None)
        if found:
            yield source.problem(
                line,
                f"A slur is spelled out here: {len(found)} letters, the first of them “{found[0]}”.",
                "Say what was meant instead, such as “a racist insult”. If it is a name or an everyday word "
                "here, your coordinator can allow it: see “Words that hurt” in docs/authoring.md.",
            )


def _words(text: str) -> Iterator[str]:
    """Each word of a line, and each two words that follow one another."""
    words = _WORD.findall(text.casefold())
    yield from words
    yield from (f"{one}-{two}" for one, two in itertools.pairwise(words))


def _same(word: str) -> Iterator[str]:
    """The fingerprints of a word, and of it without the endings of many."""
    yield from (fingerprint(form) for form in {word, word.removesuffix("s"), word.removesuffix("es")} if form)
