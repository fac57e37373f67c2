"""What must hold between the files of a course, once each of them was read."""

from collections.abc import Collection, Iterable, Iterator, Mapping

import msgspec

from courses.course import Module
from courses.files import File
from courses.markdown import Writer
from courses.opening import STEPS
from markup.problems import Problem, nearest
from quizzes.paper import shortfalls
from quizzes.quiz import Bank, Draw, Quiz

Files = Mapping[str, File]


def originals(files: Files, unread: Collection[str]) -> Iterator[Problem]:
    """Every version of a file has its original beside it, of the same kind."""
    for file in files.values():
        if file.twin and file.kind in ("course", "module", "glossary"):
            mend = f"Write it into {file.original}: all versions show that."
            yield file.source.problem(0, f"A {file.kind} file has no other versions.", mend)
        elif file.original in unread:
            continue
        elif file.twin and file.original not in files:
            mend = f"It goes with {file.original}. Write that, or rename this file."
            yield file.source.problem(0, "This file has no original beside it.", mend)
        elif file.twin and file.kind != files[file.original].kind:
            mend = f"Write “kind: {files[file.original].kind}” at the top of both."
            yield file.source.problem(0, f"This is a {file.kind}, but {file.original} is not.", mend)


def identities(files: Files) -> Iterator[Problem]:
    """No two lessons or quizzes have the same identity."""
    held: dict[str, str] = {}
    for file in files.values():
        if file.kind in STEPS and not file.twin:
            if file.id in held:
                message = f"This file has the same id, “{file.id}”, as {held[file.id]}."
                mend = "Rename one, or write id: and another word between the ---."
                yield file.source.problem(0, message, mend)
            held.setdefault(file.id, file.path)


def draws(
    modules: Iterable[Module], banks: Mapping[str, Bank], files: Files, unread: Collection[str]
) -> Iterator[Problem]:
    """Every bank that a quiz draws from is there. One whose file cannot be read has been spoken of."""
    for quiz in _quizzes(modules):
        for draw in quiz.draws:
            if draw.bank not in banks and f"{draw.bank}.md" not in unread:
                near = nearest(draw.bank, banks)
                write = f"Write the file {draw.bank}.md, with kind: bank."
                mend = f"Did you mean {near}?" if near else write
                yield _where_drawn(files[quiz.path], draw, f"There is no bank {draw.bank}.", mend)


def sizes(
    modules: Iterable[Module], banks: Mapping[str, Bank], files: Files, faulty: Collection[str]
) -> Iterator[Problem]:
    """Every bank has the questions that are drawn from it. `faulty` are paths of banks that may have more
    questions once they are mended.
    """
    for quiz in _quizzes(modules):
        known = msgspec.structs.replace(quiz, draws=tuple(d for d in quiz.draws if d.bank in banks))
        for draw, short in shortfalls(known, banks):
            if banks[draw.bank].path not in faulty:
                yield _where_drawn(files[quiz.path], draw, *_too_small(draw, banks[draw.bank], short))


def _too_small(draw: Draw, bank: Bank, short: int) -> tuple[str, str]:
    """What is wrong, and how to mend it."""
    tags = {tag for question in bank.questions for tag in question.tags}
    if draw.tag and draw.tag not in tags:
        near = nearest(draw.tag, tags)
        mend = f"Did you mean “{near}”?" if near else f"Write “Tags: {draw.tag}” under some of them."
        return f"No question of {draw.bank} has the tag “{draw.tag}”.", mend
    count = sum(draw.tag in ("", *question.tags) for question in bank.questions)
    has = f"{count} question{'' if count == 1 else 's'}"
    has += f" with the tag “{draw.tag}”" if draw.tag else ""
    message = f"{draw.bank} is too small: it has {has}, and {short} more would be needed."
    return message, "Write more questions, or draw fewer."


def pointers(writers: Iterable[Writer], headings: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    """Every heading that a link names is there. `headings` are those of each file, by its path."""
    for writer in writers:
        for pointer in writer.pointers:
            anchor, known = pointer.target.anchor, headings.get(pointer.target.path, ())
            if anchor not in known:
                near = nearest(anchor, known)
                mend = f"Did you mean #{near}?" if near else "Take the # and what follows it out."
                message = f"There is no heading “{anchor}” where this link leads."
                yield writer.place.source.problem(pointer.line, message, mend)


def _quizzes(modules: Iterable[Module]) -> Iterator[Quiz]:
    return (step for module in modules for step in module.steps if isinstance(step, Quiz))


def _where_drawn(file: File, draw: Draw, message: str, mend: str) -> Problem:
    line = next((n for n, line in enumerate(file.source.lines, 1) if draw.bank in line), 0)
    return file.source.problem(line, message, mend)
