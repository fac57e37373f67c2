"""Advice on plain words: how long sentences are, and how hard a text is to read."""

import functools
import math
import re
from collections.abc import Collection, Iterator

from markup.problems import Problem
from markup.source import Source

_SIGNS = re.compile(r"^\s*(?:[-*+•·▪◦‣●○–—]\s+(?:[(\[][ xX]?[)\]]\s*)?|\d+[.)]\s+|Why:)", re.IGNORECASE)
"""What stands before the words of a list, of an answer and of what is said to all."""

_FILM = re.compile(r"\s*:::\s*(?:video|audio)\b", re.IGNORECASE)

_END = re.compile(r"(?<=[.!?])\s+|(?<=[.!?][”’\"'])\s+(?=[A-Z“‘])")
"""Where a sentence ends, also one that someone says."""

_FACT = re.compile(r"\{\{[^{}]*\}\}")
"""A fact stands here. Nobody reads its name."""

ADULT = 18
HARDEST = 3
ENOUGH = 6
"""Words in a sentence before it can be the hardest: of fewer, one long word decides."""
LONGEST = 30
"""Words in a sentence before it draws a warning. Aim for under 20."""

FASTEST, USUAL = 300, 180
"""Words that people read in a minute."""


def grade(text: str) -> float:
    """The Flesch-Kincaid grade of a text: about the school year that reads it with ease.

    Syllables are counted as groups of vowels, which comes close for English.
    """
    words = re.findall(r"[A-Za-z’'-]+", text)
    sentences = sum(bool(re.search("[A-Za-z]", each)) for each in _sentences(text))
    if not words:
        return 0.0
    syllables = sum(_syllables(word) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def _syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouy]+", word.casefold()))
    silent = word.casefold().endswith("e") and not word.casefold().endswith("le") and groups > 1
    return max(1, groups - silent)


def reading_age(source: Source, first: int, known: Collection[str]) -> int:
    """The age of a reader for whom a text is right: five years more than its grade.

    `known` words, which the glossary explains, do not count, nor do facts and quoted official definitions.
    """
    texts = [text for _, text in _paragraphs(source, first)]
    whole = " ".join(text if text.endswith((".", "!", "?")) else f"{text}." for text in texts)
    return round(grade(_without(whole, known))) + 5


def hardest(source: Source, first: int, known: Collection[str]) -> list[tuple[int, str]]:
    """The hardest sentences of a text with their lines, the hardest first. `known` as above."""
    every = [(line, each) for line, text in _paragraphs(source, first) for each in _sentences(text)]
    sentences = [found for found in every if len(_FACT.sub("", found[1]).split()) >= ENOUGH] or every
    first_of_each = {sentence: line for line, sentence in reversed(sentences)}
    return sorted(
        ((line, sentence) for sentence, line in first_of_each.items()),
        key=lambda found: (-grade(_without(found[1], known)), found[0]),
    )[:HARDEST]


def too_hard(source: Source, first: int, known: Collection[str], age: int) -> Iterator[Problem]:
    """A warning when a text asks for a reader older than `age`. `known` as above."""
    needed = reading_age(source, first, known)
    if needed <= age:
        return
    sentences = hardest(source, first, known)
    reader = f"age {needed}" if needed <= ADULT else "an adult reader"
    yield source.problem(
        sentences[0][0] if sentences else first,
        f"This reads like a text for {reader}; the course aims at {age}.",
        "Shorten the hardest sentences, and use everyday words: "
        + " ".join(f"Line {line}: “{_short(sentence)}”" for line, sentence in sentences),
        "warning",
    )


def _without(text: str, known: Collection[str]) -> str:
    text = _FACT.sub("", text)
    return _any_of(tuple(known)).sub("", text) if known else text


@functools.lru_cache(maxsize=4)
def _any_of(known: tuple[str, ...]) -> re.Pattern[str]:
    """Any of these words. A course has one list of them, so this is compiled once."""
    words = "|".join(re.escape(word) for word in sorted(known, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


def _sentences(paragraph: str) -> list[str]:
    return [sentence for sentence in _END.split(paragraph) if sentence.strip()]


def _short(sentence: str) -> str:
    return sentence if len(sentence) <= 80 else sentence[:79].rstrip() + "…"


def long_sentences(source: Source, first: int) -> Iterator[Problem]:
    """A warning for each sentence of more than 30 words. Facts and quoted definitions do not count."""
    for line, paragraph in _paragraphs(source, first):
        for sentence in _sentences(paragraph):
            count = len(re.findall(r"\w[\w’'-]*", _FACT.sub("", sentence)))
            if count > LONGEST:
                yield source.problem(
                    line,
                    f"A sentence here has {count} words: “{sentence[:60].strip()}…”",
                    "Make two or three of it. Sentences under 20 words are read with ease.",
                    "warning",
                )


def hurried(source: Source, line: int, words: int, minutes: int) -> Iterator[Problem]:
    """A warning when a lesson of so many words says, on `line`, that it takes fewer minutes than it can."""
    if words > minutes * FASTEST:
        message = f"This lesson has {words:,} words: more than anyone reads in {minutes} minutes."
        mend = f"Write “minutes: {math.ceil(words / USUAL)}”, or make several lessons of it."
        yield source.problem(line, message, mend, "warning")


def _words(line: str) -> str:
    """A line as it is read aloud: links and pictures by their words."""
    linked = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", _SIGNS.sub("", line))
    return re.sub(r"[*_`]", "", linked).strip()


def _paragraphs(source: Source, first: int) -> Iterator[tuple[int, str]]:
    gathered: list[str] = []
    begun, in_film = first, False
    for number, line in enumerate((*source.lines[first - 1 :], ""), first):
        if line.lstrip().startswith(":::"):
            in_film = bool(_FILM.match(line))
        plain = bool(line.strip()) and not in_film and not re.match(r"\s*(?:[#>|:]|\[//\])", line)
        starts = re.match(r"\s*(?:[-*+•·▪◦‣●○–—]|\d+\.)\s", line)
        if gathered and (not plain or starts):
            yield begun, " ".join(gathered)
            gathered = []
        if plain:
            begun = number if not gathered else begun
            gathered.append(_words(line))
