"""How hard each lesson of a course is to read."""

from collections.abc import Iterator
from typing import NamedTuple

from courses.bundle import Bundle
from courses.course import Course
from courses.plain_words import hardest, reading_age
from courses.settings import KEYS
from markup import front_matter
from markup import source as sources


class ReadingAge(NamedTuple):
    """The age of reader that one version of a lesson is right for, and its hardest sentence with its line."""

    path: str
    version: str
    age: int
    line: int
    hardest: str


def reading_ages(course: Course, bundle: Bundle) -> Iterator[ReadingAge]:
    """Every version of every lesson that is in English, in order; `bundle` is what the course was read from.

    Words that the glossary explains and quoted definitions do not count. Advice, and no more: it counts
    syllables.
    """
    known = frozenset(term.term for term in course.glossary)
    for lesson in course.lessons:
        for version, text in lesson.versions.items():
            source, _ = sources.read(text.path, bundle[text.path])
            if text.language == "en-GB" and source is not None:
                first = front_matter.read(source, KEYS["lesson"])[0].body
                found = hardest(source, first, known)
                line, sentence = found[0] if found else (0, "")
                yield ReadingAge(text.path, version, reading_age(source, first, known), line, sentence)
