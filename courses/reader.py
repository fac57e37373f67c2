"""A bundle of files into a `Course`, with everything that is wrong with it, all at once."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from types import MappingProxyType
from urllib.parse import unquote

import msgspec

from courses import agreement, limits, plain_words
from courses.bundle import Bundle
from courses.copies import copies
from courses.course import Course, Lesson, LessonText, Module, Step, Term
from courses.files import File, order
from courses.lessons import Leaf, Sheet, read_lesson
from courses.linking import HEADING, Links, Target, heading_ids, resolved
from courses.markdown import Place, Writer
from courses.media import Media, Shown, is_media
from courses.opening import SHARED, STEPS, open_files
from courses.paths import LearningPath, is_path, read_path
from courses.settings import AUDIENCES, Settings
from courses.strays import Said, no_picture
from markup import headings, ids
from markup.facts import Prose
from markup.problems import Problem, nearest
from quizzes.quiz import Bank, Quiz, Twin
from quizzes.reader import read_bank, read_quiz
from quizzes.twins import read_twin

TWIN = re.compile(r"easy|[a-z]{2,3}(?:-[A-Z]{2})?")


class Reading(msgspec.Struct, frozen=True):
    """What came of reading a bundle. There is a course whenever its course.md could be read.

    A bundle that is a learning path holds no course, but `path`. `made` holds the pictures that were made
    anew for the course, each by its digest.
    """

    course: Course | None
    problems: tuple[Problem, ...]
    path: LearningPath | None = None
    made: dict[str, bytes] = {}

    @property
    def taught(self) -> Course | LearningPath | None:
        """The course or the path, whichever there is."""
        return self.course or self.path


def read(
    bundle: Bundle,
    slug: str,
    facts: Collection[str],
    *,
    media: Mapping[str, Media] = MappingProxyType({}),
    begun: Callable[[str], None] = lambda _path: None,
) -> Reading:
    """Read a course or a learning path. `facts` are the names that may be used in it; `media` is what its
    media files are served as, by path: one that is not among them could not be used, and that has been said.
    `begun` is told the path of each file before it is looked at, so that whoever stops this can name it.
    Never raises, whatever the bytes.
    """
    if is_path(bundle):
        path, problems = read_path(bundle, slug, frozenset(facts))
        return Reading(None, problems, path)
    return _Reader(bundle, slug, frozenset(facts), media, begun).run()


class _Reader:
    def __init__(
        self,
        bundle: Bundle,
        slug: str,
        facts: frozenset[str],
        media: Mapping[str, Media],
        begun: Callable[[str], None],
    ) -> None:
        self.begun = begun
        self.bundle = bundle
        self.media = media
        self.slug = slug
        self.facts = facts
        self.problems: list[Problem] = []
        self.files: Mapping[str, File] = {}
        self.unread: set[str] = set()  # files that are there: what is wrong with them is said once
        self.others = frozenset(path for path in bundle if not path.endswith(".md"))
        self.links = Links(slug, {})
        self.terms: dict[str, str] = {}
        self.words: frozenset[str] = frozenset()
        self.missing = 0  # pictures that were not found so far
        self.reading_age: int | None = None
        self.language = "en-GB"  # until course.md says otherwise
        self.writers: list[Writer] = []
        self.headings: dict[str, Collection[str]] = {}

    def run(self) -> Reading:
        if (too_many := limits.too_many(self.bundle)) is not None:
            return Reading(None, (too_many,))
        opened = open_files(self.bundle, self.facts, self.begun)
        self.files, self.unread, self.problems = opened.files, opened.unread, opened.problems
        if opened.excesses:  # what is missing without those files would only mislead
            return Reading(None, limits.first_of_each((*opened.excesses, *self.problems)))
        self.links = Links(self.slug, self.files)
        course = self._course(self.files["course.md"]) if "course.md" in self.files else None
        if course is None and not any(problem.path.casefold() == "course.md" for problem in self.problems):
            mend = "Write one: it holds the title of the course."
            message = "There is no course.md here."
            self.problems.append(Problem(path="course.md", message=message, mend=mend))
        return Reading(course, limits.first_of_each(self.problems))

    # what they hold

    def _course(self, file: File) -> Course:
        settings = Settings(file)
        self.reading_age = settings.whole("reading age")
        self.language = file.front.value("language", "en-GB")
        glossary = self._glossary()
        banks = {bank.id: bank for bank in self._banks()}
        modules = self._modules()
        self.problems += agreement.identities(self.files)
        self.problems += agreement.draws(modules, banks, self.files, self.unread)
        faulty = {problem.path for problem in self.problems if problem.is_error}
        self.problems += agreement.sizes(modules, banks, self.files, faulty)
        course = Course(
            slug=self.slug,
            title=settings.needed("title"),
            summary=settings.needed("summary"),
            audience=settings.one_of("audience", AUDIENCES),
            access=settings.access(),
            language=self.language,
            minutes=settings.whole("minutes"),
            certificate=settings.one_of("certificate", ("no", "yes")) == "yes",
            valid_for=settings.months("valid for"),
            content_note=settings.text("content note"),
            introduction=self._introduction(file),
            modules=modules,
            banks=banks,
            glossary=glossary,
            media=dict(self.media),
        )
        settings.warn_of_later()
        self.problems += settings.problems
        self.problems += agreement.pointers(self.writers, self.headings)
        return course

    def _introduction(self, file: File) -> Prose:
        text, problems = read_lesson(Sheet(id="course", title=""), self._leaf(file), self._fetch)
        self.problems += problems
        if any(not isinstance(block, Prose) for block in text.blocks):
            mend = "Move it into a lesson."
            message = "The introduction cannot hold a check."
            self.problems.append(file.source.problem(file.front.body, message, mend))
        prose = [block for block in text.blocks if isinstance(block, Prose)]
        whole = Prose(parts=tuple(part for block in prose for part in block.parts))
        self.headings[file.path] = heading_ids(whole)
        return whole

    def _glossary(self) -> tuple[Term, ...]:
        file = self.files.get("glossary.md")
        if file is None:
            return ()
        _, sections = headings.split(file.source.lines[file.front.body - 1 :], file.front.body)
        writer = self._writer(file)
        terms = tuple(
            Term(id=s.id, term=s.words, meaning=writer.prose("\n".join(s.lines), s.line + 1))
            for s in sections
        )
        self.problems += writer.problems
        self.terms = {t.term.casefold(): f"/courses/{self.slug}/glossary#{HEADING}{t.id}" for t in terms}
        self.words = frozenset(term.term for term in terms)
        self.headings[file.path] = frozenset(term.id for term in terms)
        return terms

    def _banks(self) -> Iterable[Bank]:
        for file in self.files.values():
            if file.kind == "bank" and not file.twin:
                writer = self._writer(file)
                bank, problems = read_bank(file.source, file.path.removesuffix(".md"), writer.prose)
                self.problems += (*problems, *writer.problems)
                if bank is not None:
                    twins = [f for f in self.files.values() if f.twin and f.original == file.path]
                    yield msgspec.structs.replace(bank, twins=dict(self._twins(bank, twins)))

    def _modules(self) -> tuple[Module, ...]:
        by_folder: dict[str, list[File]] = defaultdict(list)
        for file in self.files.values():
            if file.kind in (*STEPS, "module"):
                by_folder[file.module].append(file)
        self.problems += agreement.originals(self.files, self.unread)
        originals = [file for file in self.files.values() if file.kind == "lesson" and not file.twin]
        self.problems += copies(originals, self.files)
        folders = sorted(by_folder, key=lambda folder: (folder == "", order(folder)))
        modules = tuple(self._module(folder, by_folder[folder]) for folder in folders)
        if not self.unread and not any(module.steps for module in modules):
            mend = "Write one, for example 01-start/01-welcome.md."
            self.problems.append(Problem(path="course.md", message="This course has no lesson.", mend=mend))
        return tuple(module for module in modules if module.steps)

    def _module(self, folder: str, files: list[File]) -> Module:
        described = self.files.get(f"{folder}/module.md")
        steps = [file for file in files if file.kind in STEPS]
        originals = sorted((f for f in steps if not f.twin), key=lambda f: order(f.path.rpartition("/")[2]))
        if described and not originals and not any(path.startswith(f"{folder}/") for path in self.unread):
            message = "This module has no lesson, so nobody sees it."
            mend = "Write a lesson into its folder, or take the folder out."
            self.problems.append(described.source.problem(0, message, mend, "warning"))
        read = (
            self._step(f, [t for t in steps if t.twin and t.original == f.path and t.kind == f.kind])
            for f in originals
        )
        return Module(
            id=ids.identity(folder) if folder else "",
            title=described.front.value("title") if described else "",
            summary=described.front.value("summary") if described else "",
            steps=tuple(step for step in read if step is not None),
        )

    def _step(self, file: File, twins: list[File]) -> Step | None:
        return self._lesson(file, twins) if file.kind == "lesson" else self._quiz(file, twins)

    def _lesson(self, file: File, twins: list[File]) -> Lesson:
        settings = Settings(file)
        minutes = settings.whole("minutes")
        self.problems += settings.problems
        versions = {"standard": self._text(file, self.language)}
        words = sum(len(b.words.split()) for b in versions["standard"].blocks if isinstance(b, Prose))
        if minutes:
            line = file.front.entries["minutes"].line
            self.problems += plain_words.hurried(file.source, line, words, minutes)
        for twin, language in self._languages(twins):
            versions[twin.twin] = self._text(twin, language)
        return Lesson(id=file.id, versions=versions, minutes=minutes)

    def _languages(self, twins: Iterable[File]) -> Iterator[tuple[File, str]]:
        """Each twin that is a version we know, with its language."""
        for twin in twins:
            if TWIN.fullmatch(twin.twin):
                yield twin, self.language if twin.twin == "easy" else twin.twin
            else:
                mend = "Write .easy for Easy Read, or a language such as .cy for Welsh."
                message = f"“.{twin.twin}” is not a version Alongside knows."
                self.problems.append(twin.source.problem(0, message, mend))

    def _text(self, file: File, language: str) -> LessonText:
        settings = Settings(file)
        sheet = Sheet(
            id=self.files[file.original].id if file.twin else file.id,
            title=settings.needed("title"),
            language=language,
            content_note=settings.text("content note"),
        )
        text, problems = read_lesson(sheet, self._leaf(file), self._fetch)
        self.problems += (*problems, *settings.problems)
        self._check_words(file, text, broken=any(problem.is_error for problem in problems))
        prose = [block for block in text.blocks if isinstance(block, Prose)]
        self.headings[file.path] = [name for block in prose for name in heading_ids(block)]
        return text

    def _check_words(self, file: File, text: LessonText, *, broken: bool) -> None:
        """Whether there are any, and whether they are plain."""
        body = file.front.body
        if not text.blocks and not broken:
            mend = "Write them below the second ---."
            self.problems.append(file.source.problem(body, "This lesson has no words yet.", mend))
        if text.language == "en-GB":
            self.problems += plain_words.long_sentences(file.source, body)
            if self.reading_age:
                self.problems += plain_words.too_hard(file.source, body, self.words, self.reading_age)

    def _quiz(self, file: File, twins: list[File]) -> Quiz | None:
        writer = self._writer(file)
        quiz, problems = read_quiz(file.source, file.id, writer.prose)
        self.problems += (*problems, *writer.problems)
        return quiz and msgspec.structs.replace(quiz, twins=dict(self._twins(quiz, twins)))

    def _twins(self, original: Quiz | Bank, files: list[File]) -> Iterator[tuple[str, Twin]]:
        for file, language in self._languages(files):
            writer = self._writer(file)
            twin, problems = read_twin(file.source, original, language, writer.prose)
            self.problems += (*problems, *writer.problems)
            yield file.twin, twin

    # where prose may point

    def _leaf(self, file: File, prefix: str = "") -> Leaf:
        return Leaf(file.source, file.front.body, self._writer(file, prefix))

    def _fetch(self, origin: str, address: str) -> Leaf | str | None:
        """A file of shared words or a transcript, in the version of the file that asks where there is one."""
        version = self.files[origin].twin
        asked = [address.removesuffix(".md") + f".{version}.md", address] if version else [address]
        tried = [path for each in asked for path in (resolved(origin, each), posixpath.normpath(each))]
        found = next((self.files[path] for path in tried if path in self.files), None)
        if found is not None and found.kind in SHARED:
            return self._leaf(found, prefix=f"{len(self.writers)}-")
        if found is not None:
            return "Only files in the folder shared/ can be included. Move the words there."
        if self.unread.intersection(tried):
            return None
        near = nearest(address, [path for path, file in self.files.items() if file.kind in SHARED])
        return f"Did you mean {near}?" if near else ""

    def _target(self, file: File, address: str) -> Target | None:
        """Where a link leads. A file that is there but cannot be read is no broken link."""
        path = resolved(file.path, unquote(address.partition("#")[0]))
        return self.links.target(file, address) or (Target("") if path in self.unread else None)

    def _shown(self, file: File, address: str) -> Shown | None:
        """A media file as a page shows it; without an address when it could not be used."""
        tried = (resolved(file.path, unquote(address)), posixpath.normpath(unquote(address)))
        path = next((path for path in tried if path in self.bundle and is_media(path)), None)
        return Shown.of(path, self.media.get(path)) if path else None

    def _no_picture(self, file: File, address: str) -> Said | None:
        self.missing += 1
        guess = self.missing <= limits.MOST_TOLD
        return no_picture(unquote(address), file.path, self.others, guess=guess)

    def _writer(self, file: File, prefix: str = "") -> Writer:
        self.begun(file.path)
        place = Place(
            source=file.source,
            facts=self.facts,
            link=lambda address: self._target(file, address),
            media=lambda address: self._shown(file, address),
            no_picture=lambda address: self._no_picture(file, address),
            files=tuple(self.files),
            terms=self.terms if file.kind in ("lesson", "shared") else {},
        )
        self.writers.append(Writer(place, prefix))
        return self.writers[-1]
