"""Everything that is wrong with a bundle: what its reader says, and what only the whole of it tells."""

import hashlib
from collections.abc import Collection, Iterator, Mapping

import msgspec

from courses.bundle import Bundle
from courses.changes import left_behind
from courses.fact_checks import in_answers, not_everywhere, stale
from courses.library import OPTIONAL
from courses.limits import first_of_each
from courses.media import AS_THEY_ARE, kind_of, look
from courses.paths import missing
from courses.reader import Reading
from courses.slurs import spelled_out
from courses.words_about_people import about_people
from lms import facts
from lms.models.award import today
from lms.rendering import Job, read_in_child
from markup.problems import Problem, in_order

MORE_SLURS = "words not spelled out"
ALLOWED = "words that may stand"
"""The two facts by which areas add to the list of slurs that ships, and allow words otherwise told."""


def check(
    bundle: Bundle, slug: str, *, live: Mapping[str, str], courses: Collection[str] | None = None
) -> Reading:
    """Read a bundle as publishing would, and say everything that is wrong with it.

    `live` is the manifest of what is live now, if anything is. `courses` are those that a path may name;
    None where no installation can tell.
    """
    looked = look(bundle)
    sent = {path: b"" if kind_of(path) in AS_THEY_ARE else data for path, data in bundle.items()}
    names = {fact.name for fact in facts.anywhere()} | OPTIONAL
    job = Job(slug=slug, bundle=sent, facts=sorted(names), media=looked.media)
    reading = read_in_child(job)
    problems = (*reading.problems, *looked.problems, *_of_the_whole(bundle, reading, live, courses))
    return msgspec.structs.replace(reading, problems=in_order(problems))


def _of_the_whole(
    bundle: Bundle, reading: Reading, live: Mapping[str, str], courses: Collection[str] | None
) -> Iterator[Problem]:
    yield from spelled_out(bundle, facts.words(MORE_SLURS), facts.words(ALLOWED))
    yield from first_of_each(about_people(bundle, facts.words(ALLOWED)))
    yield from left_behind(live, {path: hashlib.sha256(data).hexdigest() for path, data in bundle.items()})
    if reading.course is not None:
        yield from in_answers(reading.course, bundle)
        yield from not_everywhere(reading.course, bundle, facts.everywhere())
        yield from stale(reading.course, bundle, facts.anywhere(), today())
    if reading.path is not None and courses is not None:
        yield from missing(bundle, courses)
