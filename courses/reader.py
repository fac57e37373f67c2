"""A bundle of files into a `Course`, with everything that is wrong with it, all at once."""

import hashlib
import posixpath
import re
from collections import defaultdict
from collections.abc import Collection, Iterable

import msgspec

from courses.bundle import Bundle
from courses.course import Course, Lesson, LessonText, Module, Step, Term
from courses.files import File, address_of, order, said_kind, usual_kind
from courses.lessons import read_lesson
from courses.markdown import Place, Writer
from courses.plain_words import long_sentences, too_hard
from markup import front_matter, headings, ids, units
from markup import source as sources
from markup.facts import Prose
from markup.front_matter import FrontMatter
from markup.problems import Problem, in_order, nearest
from markup.source import Source
from quizzes.paper import shortfalls
from quizzes.quiz import Bank, Quiz
from quizzes.reader import read_bank, read_quiz

COURSE_KEYS = (
    *("kind", "id", "title", "summary", "audience", "access", "minutes", "certificate", "valid for"),
    *("renew with", "renew from", "content note", "language", "reading age"),
)
LESSON_KEYS = ("kind", "id", "title", "minutes", "content note")
MODULE_KEYS = ("kind", "title", "summary")
GLOSSARY_KEYS = ("kind", "title")
KINDS = ("course", "module", "lesson", "quiz", "bank", "glossary")
AUDIENCES = ("everyone", "ambassadors", "young people", "staff", "self-advocates")
MEDIA = (".png", ".jpg", ".jpeg", ".webp", ".gif")
TWIN = re.compile(r"easy|[a-z]{2,3}(?:-[A-Z]{2})?")


class Reading(msgspec.Struct, frozen=True):
    """What came of reading a bundle. There is a course whenever its course.md could be read."""

    course: Course | None
    problems: tuple[Problem, ...]


def read(bundle: Bundle, slug: str, facts: Collection[str]) -> Reading:
    """Read a course. `facts` are the names that may be used in it. Never raises, whatever the bytes."""
    return _Reader(bundle, slug, frozenset(facts)).run()


class _Reader:
    def __init__(self, bundle: Bundle, slug: str, facts: frozenset[str]) -> None:
        self.bundle = bundle
        self.slug = slug
        self.facts = facts
        self.problems: list[Problem] = []
        self.files: dict[str, File] = {}
        self.terms: dict[str, str] = {}
        self.reading_age: int | None = None
        self.media = {
            path: hashlib.sha256(data).hexdigest() for path, data in bundle.items() if self._is_media(path)
        }

    def run(self) -> Reading:
        for path in sorted(self.bundle):
            if path.endswith(".md"):
                self._open(path)
            elif path not in self.media:
                self._stray(path)
        course = self._course() if "course.md" in self.files else None
        if course is None and not any(problem.path == "course.md" for problem in self.problems):
            self._say(
                "course.md", 0, "There is no course.md here.", "Write one: it holds the title of the course."
            )
        return Reading(course, in_order(self.problems))

    # which files there are

    def _is_media(self, path: str) -> bool:
        return "media/" in path and path.casefold().endswith(MEDIA)

    def _stray(self, path: str) -> None:
        if path.casefold().endswith(".svg"):
            self._say(path, 0, "SVG pictures can carry scripts, so they are not used.", "Save it as PNG.")
        elif not path.rpartition("/")[2].startswith("."):
            mend = "Take it out, or name it .md if it is a lesson. Pictures belong into media/."
            self._say(path, 0, "This file is not used.", mend, severity="warning")

    def _open(self, path: str) -> None:
        source, problems = sources.read(path, self.bundle[path])
        self.problems += problems
        if source is None:
            return
        kind = usual_kind(path)
        if kind == "lesson":
            kind = said_kind(source) or kind
        if kind not in KINDS:
            near = nearest(kind, KINDS)
            mend = f"Did you mean {near}?" if near else f"Write one of: {', '.join(KINDS)}."
            self._say(path, 2, f"Alongside does not know the kind “{kind}” here.", mend)
            return
        self.files[path] = File(source, self._front(source, kind), kind)

    def _front(self, source: Source, kind: str) -> FrontMatter:
        keys = {
            "course": COURSE_KEYS,
            "module": MODULE_KEYS,
            "glossary": GLOSSARY_KEYS,
            "lesson": LESSON_KEYS,
        }.get(kind)
        if keys is None:  # quizzes and banks read their own, and say what is wrong with it
            front, _ = front_matter.read(source, ("kind", "id", "title", "draw"), ("draw",))
            return front
        front, problems = front_matter.read(source, keys)
        self.problems += problems
        return front

    # what they hold

    def _course(self) -> Course:
        file = self.files["course.md"]
        self.reading_age = self._number(file, "reading age")
        self._say_later(file)
        glossary = self._glossary()
        banks = {bank.id: bank for bank in self._banks()}
        modules = self._modules()
        self._check_identities()
        self._check_draws(modules, banks)
        front = file.front
        return Course(
            slug=self.slug,
            title=self._needed(file, "title"),
            summary=self._needed(file, "summary"),
            audience=self._one_of(file, "audience", AUDIENCES),
            access=self._one_of(file, "access", ("open", "account", "assigned")),  # type: ignore[arg-type]
            language=front.value("language", "en-GB"),
            minutes=self._number(file, "minutes"),
            certificate=self._one_of(file, "certificate", ("no", "yes")) == "yes",
            valid_for=self._months(file, "valid for"),
            content_note=front.value("content note"),
            introduction=self._introduction(file),
            modules=modules,
            banks=banks,
            glossary=glossary,
            media=self.media,
        )

    def _say_later(self, file: File) -> None:
        for key, usual in (("access", "open"), ("id", self.slug)):
            entry = file.front.entries.get(key)
            if entry and entry.value.casefold() != usual:
                message = f"Alongside cannot do “{key}: {entry.value}” yet."
                mend = f"Take the line out: the course is then “{key}: {usual}”."
                self.problems.append(file.source.problem(entry.line, message, mend))
        for key in ("renew with", "renew from"):
            if entry := file.front.entries.get(key):
                message, mend = (
                    "Alongside cannot renew certificates yet.",
                    "You can leave this line for later.",
                )
                self.problems.append(file.source.problem(entry.line, message, mend, "warning"))

    def _introduction(self, file: File) -> Prose:
        writer, body = self._writer(file), file.front.body
        text, problems = read_lesson(file.source, body, "course", "", writer, "en-GB", "")
        self.problems += (*problems, *writer.problems)
        if any(not isinstance(block, Prose) for block in text.blocks):
            self._say(file.path, body, "The introduction cannot hold a check.", "Move it into a lesson.")
        prose = (block for block in text.blocks if isinstance(block, Prose))
        return Prose(parts=tuple(part for block in prose for part in block.parts))

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
        self.terms = {t.term.casefold(): f"/courses/{self.slug}/glossary#{t.id}" for t in terms}
        return terms

    def _banks(self) -> Iterable[Bank]:
        for file in self.files.values():
            if file.kind == "bank":
                writer = self._writer(file)
                bank, problems = read_bank(file.source, file.path.removesuffix(".md"), writer.prose)
                self.problems += (*problems, *writer.problems)
                if bank is not None:
                    yield bank

    def _modules(self) -> tuple[Module, ...]:
        by_folder: dict[str, list[File]] = defaultdict(list)
        for file in self.files.values():
            if file.kind in ("lesson", "quiz"):
                by_folder[file.module].append(file)
        folders = sorted(by_folder, key=lambda folder: (folder == "", order(folder)))
        modules = tuple(self._module(folder, by_folder[folder]) for folder in folders)
        if not any(module.steps for module in modules):
            self._say(
                "course.md", 0, "This course has no lesson.", "Write one, for example 01-start/01-welcome.md."
            )
        return modules

    def _module(self, folder: str, files: list[File]) -> Module:
        described = self.files.get(f"{folder}/module.md")
        originals = sorted((f for f in files if not f.twin), key=lambda f: order(f.path.rpartition("/")[2]))
        twins = defaultdict(list)
        for file in files:
            if file.twin:
                twins[file.original].append(file)
        for original in set(twins) - {file.path for file in originals}:
            for twin in twins[original]:
                self._say(twin.path, 0, "This file has no original beside it.", f"It goes with {original}.")
        steps = (self._step(file, twins[file.path]) for file in originals)
        return Module(
            id=ids.identity(folder) if folder else "",
            title=described.front.value("title") if described else "",
            summary=described.front.value("summary") if described else "",
            steps=tuple(step for step in steps if step is not None),
        )

    def _step(self, file: File, twins: list[File]) -> Step | None:
        if file.kind == "lesson":
            return self._lesson(file, twins)
        for twin in twins:
            self._say(
                twin.path, 0, "Alongside cannot read twins of quizzes yet.", "Take this file out for now."
            )
        return self._quiz(file)

    def _lesson(self, file: File, twins: list[File]) -> Lesson:
        versions = {"standard": self._text(file, "en-GB")}
        for twin in twins:
            if not TWIN.fullmatch(twin.twin):
                mend = "Write .easy for Easy Read, or a language such as .cy for Welsh."
                self._say(twin.path, 0, f"“.{twin.twin}” is not a version Alongside knows.", mend)
                continue
            versions[twin.twin] = self._text(twin, "en-GB" if twin.twin == "easy" else twin.twin)
        return Lesson(
            id=file.id,
            versions=versions,
            minutes=self._number(file, "minutes"),
        )

    def _text(self, file: File, language: str) -> LessonText:
        writer = self._writer(file)
        title = self._needed(file, "title")
        text, problems = read_lesson(
            file.source, file.front.body, file.id, title, writer, language, file.front.value("content note")
        )
        self.problems += (*problems, *writer.problems, *long_sentences(file.source, file.front.body))
        if age := self.reading_age:
            words = " ".join(block.words for block in text.blocks if isinstance(block, Prose))
            self.problems += too_hard(file.source, file.front.body, words, age)
        if not text.blocks:
            self._say(
                file.path,
                file.front.body,
                "This lesson has no words yet.",
                "Write them below the second ---.",
            )
        return text

    def _quiz(self, file: File) -> Quiz | None:
        writer = self._writer(file)
        quiz, problems = read_quiz(file.source, file.id, writer.prose)
        self.problems += (*problems, *writer.problems)
        return quiz

    # what must hold between them

    def _check_identities(self) -> None:
        held: dict[str, str] = {}
        for file in self.files.values():
            if file.kind in ("lesson", "quiz") and not file.twin:
                if file.id in held:
                    message = f"This file has the same id, “{file.id}”, as {held[file.id]}."
                    self._say(
                        file.path, 0, message, "Rename one, or write id: and another word between the ---."
                    )
                held.setdefault(file.id, file.path)

    def _check_draws(self, modules: tuple[Module, ...], banks: dict[str, Bank]) -> None:
        for quiz in (step for module in modules for step in module.steps if isinstance(step, Quiz)):
            for draw in quiz.draws:
                if draw.bank not in banks:
                    near = nearest(draw.bank, banks)
                    mend = (
                        f"Did you mean {near}?"
                        if near
                        else f"Write the file {draw.bank}.md, with kind: bank."
                    )
                    line = self._line_of(quiz.path, draw.bank)
                    self._say(quiz.path, line, f"There is no bank {draw.bank}.", mend)
            known = msgspec.structs.replace(quiz, draws=tuple(d for d in quiz.draws if d.bank in banks))
            for draw, short in shortfalls(known, banks):
                message = f"{draw.bank} is too small: this asks for {draw.count}, and {short} are missing."
                line = self._line_of(quiz.path, draw.bank)
                self._say(quiz.path, line, message, "Write more questions, or draw fewer.")

    def _line_of(self, path: str, words: str) -> int:
        lines = self.files[path].source.lines
        return next((n for n, line in enumerate(lines, 1) if words in line), 0)

    # settings

    def _needed(self, file: File, key: str) -> str:
        value = file.front.value(key)
        if not value:
            self._say(
                file.path, 1, f"There is no {key}.", f"Write {key}: and the words, between the two --- lines."
            )
        return value or file.id

    def _one_of(self, file: File, key: str, allowed: tuple[str, ...]) -> str:
        value = file.front.value(key, allowed[0]).casefold()
        if value not in allowed:
            self._wrong(file, key, f"Write one of: {', '.join(allowed)}.")
            return allowed[0]
        return value

    def _number(self, file: File, key: str) -> int | None:
        value = file.front.value(key)
        number = units.whole(value) if value else None
        if value and number is None:
            self._wrong(file, key, "Write a whole number, such as 10.")
        return number

    def _months(self, file: File, key: str) -> int | None:
        value = file.front.value(key)
        months = units.months(value) if value else None
        if value and months is None:
            self._wrong(file, key, "Write a time such as 12 months or 2 years.")
        return months

    def _wrong(self, file: File, key: str, mend: str) -> None:
        entry = file.front.entries[key]
        self.problems.append(file.source.problem(entry.line, f"“{entry.value}” does not fit {key}.", mend))

    def _say(self, path: str, line: int, message: str, mend: str, *, severity: str = "error") -> None:
        file = self.files.get(path)
        if file is not None and line:
            self.problems.append(file.source.problem(line, message, mend, severity))  # type: ignore[arg-type]
        else:
            self.problems.append(Problem(path=path, message=message, mend=mend, severity=severity))  # type: ignore[arg-type]

    # where prose may point

    def _writer(self, file: File) -> Writer:
        def resolved(address: str) -> str:
            return posixpath.normpath(posixpath.join(posixpath.dirname(file.path), address))

        def link(address: str) -> str | None:
            path, _, anchor = address.partition("#")
            target = self.files.get(resolved(path))
            return address_of(self.slug, target) + (f"#{anchor}" if anchor else "") if target else None

        def media(address: str) -> str | None:
            found = self.media.get(resolved(address)) or self.media.get(posixpath.normpath(address))
            return f"/media/{found}/{address.rpartition('/')[2]}" if found else None

        return Writer(
            Place(
                source=file.source,
                facts=self.facts,
                link=link,
                media=media,
                files=tuple(self.files),
                terms=self.terms if file.kind == "lesson" else {},
            )
        )
