"""A learning path: courses in order, with one certificate at the end. Its file is a bundle of its own."""

from collections.abc import Collection, Iterator, Mapping

import msgspec

from courses.files import File, said_kind
from courses.lessons import Leaf, Sheet, read_lesson
from courses.markdown import Place, Writer
from courses.settings import AUDIENCES, Settings
from markup import front_matter
from markup import source as sources
from markup.facts import Prose
from markup.front_matter import Entry
from markup.ids import slug as as_slug
from markup.problems import Problem, in_order, nearest
from markup.source import Source

KIND = "path"
_ALL = (
    *("kind", "id", "title", "summary", "audience", "access", "certificate", "valid for"),
    *("renew with", "renew from", "content note", "language", "courses"),
)


class LearningPath(msgspec.Struct, frozen=True, kw_only=True):
    """What a path asks for. `courses` are slugs in the order they are taken; `valid_for` is in months."""

    slug: str
    title: str
    summary: str = ""
    audience: str = "everyone"
    language: str = "en-GB"
    certificate: bool = False
    valid_for: int | None = None
    content_note: str = ""
    introduction: Prose = Prose()
    courses: tuple[str, ...] = ()

    def next(self, finished: Collection[str]) -> str | None:
        """The first course that is not finished, or None when all are."""
        return next((course for course in self.courses if course not in finished), None)


def is_path(bundle: Mapping[str, bytes]) -> bool:
    """Whether a bundle is one file that says `kind: path`."""
    if len(bundle) != 1:
        return False
    path, data = next(iter(bundle.items()))
    source, _ = sources.read(path, data) if path.endswith(".md") else (None, ())
    return source is not None and said_kind(source) == KIND


def read_path(
    bundle: Mapping[str, bytes], slug: str, facts: Collection[str]
) -> tuple[LearningPath | None, tuple[Problem, ...]]:
    """The learning path in a bundle that is one, and everything that is wrong with it."""
    [(path, data)] = bundle.items()
    source, problems = sources.read(path, data)
    if source is None:
        return None, problems
    front, in_front = front_matter.read(source, _ALL, ("courses",))
    file = File(source, front, KIND)
    settings = Settings(file)
    introduction, in_text = _introduction(file, frozenset(facts))
    named = front.lists.get("courses", ())
    read = LearningPath(
        slug=slug,
        title=settings.needed("title"),
        summary=settings.needed("summary"),
        audience=settings.one_of("audience", AUDIENCES),
        language=settings.text("language") or "en-GB",
        certificate=settings.one_of("certificate", ("no", "yes")) == "yes",
        valid_for=settings.months("valid for"),
        content_note=settings.text("content note"),
        introduction=introduction,
        courses=tuple(dict.fromkeys(as_slug(entry.value) for entry in named)),
    )
    settings.access()
    settings.warn_of_later()
    return read, in_order((*problems, *in_front, *settings.problems, *in_text, *_wrong(source, named)))


def _introduction(file: File, facts: frozenset[str]) -> tuple[Prose, tuple[Problem, ...]]:
    place = Place(source=file.source, facts=facts, link=lambda _address: None, media=lambda _address: None)
    leaf = Leaf(file.source, file.front.body, Writer(place))
    text, problems = read_lesson(Sheet(id=KIND, title=""), leaf, lambda _origin, _address: "")
    prose = [block for block in text.blocks if isinstance(block, Prose)]
    whole = Prose(parts=tuple(part for block in prose for part in block.parts))
    if len(prose) < len(text.blocks):
        mend = "Move it into a lesson of one of the courses."
        problem = file.source.problem(file.front.body, "A path cannot hold a quick check.", mend)
        return whole, (*problems, problem)
    return whole, problems


def _wrong(source: Source, named: tuple[Entry, ...]) -> Iterator[Problem]:
    if not named:
        mend = "Write “courses:” between the --- lines, and below it each course on a line: “  - its-name”."
        yield source.problem(1, "This path names no courses.", mend)
    seen: dict[str, int] = {}
    for entry in named:
        slug = as_slug(entry.value)
        if slug in seen:
            message = f"The course {slug} is in this path twice; the first is on line {seen[slug]}."
            yield source.problem(entry.line, message, "Take one of them out.")
        seen.setdefault(slug, entry.line)


def missing(bundle: Mapping[str, bytes], known: Collection[str]) -> Iterator[Problem]:
    """A problem for each course of a path that is not among those `known`: nobody could finish the path."""
    [(path, data)] = bundle.items()
    source, _ = sources.read(path, data)
    front, _ = front_matter.read(source, _ALL, ("courses",)) if source else (None, ())
    for entry in front.lists.get("courses", ()) if front else ():
        if source and as_slug(entry.value) not in known:
            near = nearest(entry.value, known)
            mend = f"Did you mean {near}?" if near else "Publish the course first, then the path."
            yield source.problem(entry.line, f"There is no course called {entry.value} here.", mend)
