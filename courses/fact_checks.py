"""What is wrong with the facts a course mentions: those that are stale, and those in answers."""

import datetime
import re
from collections.abc import Collection, Iterable, Iterator

from courses.bundle import Bundle
from courses.course import Course
from courses.mentions import Mention, mentions
from markup import source as sources
from markup.facts import Fact
from markup.problems import Problem, Severity


def is_stale(fact: Fact, today: datetime.date) -> bool:
    """Whether the day has passed by which it was to be checked again."""
    return fact.review_by < today


def stale(course: Course, bundle: Bundle, facts: Iterable[Fact], today: datetime.date) -> Iterator[Problem]:
    """A warning for each stale fact that the course mentions, at its first place.

    `facts` are all that someone is shown, in whatever area; `bundle` is what the course was read from.
    """
    places: dict[str, list[Mention]] = {}
    for mention in mentions(course):
        places.setdefault(mention.fact, []).append(mention)
    for fact in sorted(facts, key=lambda fact: (fact.name, fact.area)):
        if is_stale(fact, today) and fact.name in places:
            files = len({mention.path for mention in places[fact.name]})
            yield _problem(bundle, places[fact.name][0], _stale(fact, files), _how(fact), "warning")


def _stale(fact: Fact, files: int) -> str:
    area = f" of the area {fact.area}" if fact.area else ""
    more = f" {files} files of this course show it." if files > 1 else ""
    return f"The fact “{fact.name}”{area} was to be checked again by {fact.review_by}.{more}"


def _how(fact: Fact) -> str:
    return (
        f"It says “{', '.join(fact.value)}”. See whether that still holds (it was read here: {fact.source}), "
        "then use: alongside facts set"
    )


def not_everywhere(course: Course, bundle: Bundle, everywhere: Collection[str]) -> Iterator[Problem]:
    """A warning for each fact that some area lacks and whose words would have a gap there.

    `everywhere` are the names of facts that every area has.
    """
    for mention in mentions(course):
        if mention.needed and mention.fact not in everywhere:
            message = (
                f"The fact “{mention.fact}” is not known in every area. There, a gap shows in its place."
            )
            mend = f"Put a line “::: if {mention.fact}” before the words, and a line “:::” after them."
            yield _problem(bundle, mention, message, mend, "warning")


def in_answers(course: Course, bundle: Bundle) -> Iterator[Problem]:
    """A problem for each fact in the words of an answer: as it changed, a right answer could turn wrong."""
    for mention in mentions(course):
        if mention.in_answer:
            message = f"The fact “{mention.fact}” stands in an answer, so marks would change with it."
            mend = "Ask for something that stays, and give the fact in the question, under > or after Why:."
            yield _problem(bundle, mention, message, mend, "error")


def _problem(bundle: Bundle, mention: Mention, message: str, mend: str, severity: Severity) -> Problem:
    source, _ = sources.read(mention.path, bundle[mention.path])
    if source is None:  # it was read a moment ago, so this cannot be; the problem is told all the same
        return Problem(path=mention.path, message=message, mend=mend, severity=severity)
    name = re.escape(mention.fact).replace(r"\ ", r"\s+")
    written = re.compile(rf"\{{\{{\s*{name}\s*\}}\}}|:::\s*if\s.*{name}", re.IGNORECASE)
    start = mention.line if mention.in_answer else 1
    found = (
        number for number, line in enumerate(source.lines, 1) if number >= start and written.search(line)
    )
    return source.problem(next(found, mention.line), message, mend, severity)
