"""Files of questions into a `Quiz` or a `Bank`, and the quick checks of lessons into questions."""

from collections.abc import Iterable

from markup import fences, headings
from markup.blocks import Text
from markup.facts import Prose
from markup.headings import Section
from markup.problems import Problem
from markup.source import Source
from quizzes.kinds import Question
from quizzes.question_lines import is_option
from quizzes.question_reader import ReadProse, read_question
from quizzes.quiz import Bank, Quiz
from quizzes.settings import read_bank_settings, read_settings

__all__ = ["ReadProse", "doubled_ids", "read_bank", "read_check", "read_quiz"]


def read_quiz(
    source: Source,
    id: str,  # noqa: A002
    prose: ReadProse,
) -> tuple[Quiz | None, tuple[Problem, ...]]:
    """The quiz a file holds, with those of its questions that can be asked, and every problem.

    `id` is the quiz's own; its questions are `id#heading`. The quiz is None only where nothing of it can
    be read; where a problem is an error it must not be published.
    """
    settings, problems = read_settings(source, id)
    intro, sections = headings.split(source.lines[settings.body - 1 :], settings.body)
    questions, found = _questions(source, sections, id, prose)
    quiz = Quiz(
        id=id,
        title=settings.title,
        path=source.path,
        intro=_intro(intro, settings.body, prose),
        minutes=settings.minutes,
        content_note=settings.content_note,
        rules=settings.rules,
        questions=questions,
        draws=settings.draws,
    )
    empty = () if sections or settings.draws else (_no_questions(source, settings.rules.pass_mark),)
    stray = _outside(source, intro, settings.body)
    code = fences.unclosed(source, settings.body, source.lines[settings.body - 1 :])
    return quiz, (*problems, *stray, *found, *empty, *code)


def read_bank(
    source: Source,
    id: str,  # noqa: A002
    prose: ReadProse,
) -> tuple[Bank | None, tuple[Problem, ...]]:
    """The bank a file holds, with those of its questions that can be asked, and every problem.

    `id` is the file's path without its ending; the questions are `id#heading`.
    """
    title, body, problems = read_bank_settings(source, id)
    before, sections = headings.split(source.lines[body - 1 :], body)
    questions, found = _questions(source, sections, id, prose)
    empty = () if sections else (_no_questions(source, None),)
    code = fences.unclosed(source, body, source.lines[body - 1 :])
    bank = Bank(id=id, title=title, path=source.path, questions=questions)
    return bank, (*problems, *_outside(source, before, body), *found, *empty, *code)


def read_check(
    source: Source, text: Text, file_id: str, prose: ReadProse
) -> tuple[Question | None, tuple[Problem, ...]]:
    """The one question inside `::: check`. It is not scored. Any level of heading may begin it."""
    before, sections = headings.split(text.lines, text.line, level=None)
    if not sections:
        mend = "Begin the question with ## and a space, on a line of its own above the answers."
        return None, (source.problem(text.line, "This check has no question.", mend),)
    problems = list(_outside(source, before, text.line))
    if len(sections) > 1:
        message = f"This check has a second question. The first is on line {sections[0].line}."
        mend = "Put it into a check of its own: end this one with ::: and write ::: check again."
        problems.append(source.problem(sections[1].line, message, mend))
    question, found = read_question(source, sections[0], file_id, prose)
    return question, (*problems, *found)


def doubled_ids(source: Source, places: Iterable[tuple[str, int]]) -> tuple[Problem, ...]:
    """A problem for each id, given with its line, that an earlier question of the same file has."""
    first: dict[str, int] = {}
    problems = []
    for identity, line in places:
        if identity in first:
            message = f"This question has the same id, “{identity}”, as the one on line {first[identity]}."
            mend = "Write another id after the question, such as {#" + identity[:70] + "-2}."
            problems.append(source.problem(line, message, mend))
        first.setdefault(identity, line)
    return tuple(problems)


def _questions(
    source: Source, sections: tuple[Section, ...], file_id: str, prose: ReadProse
) -> tuple[tuple[Question, ...], tuple[Problem, ...]]:
    read = [read_question(source, section, file_id, prose) for section in sections]
    same = doubled_ids(source, ((section.id, section.line) for section in sections if section.id))
    found = (problem for _, problems in read for problem in problems)
    return tuple(question for question, _ in read if question), (*same, *found)


def _intro(lines: tuple[str, ...], first: int, prose: ReadProse) -> Prose:
    blank = next((place for place, text in enumerate(lines) if text.strip()), len(lines))
    return prose("\n".join(lines[blank:]).rstrip(), first + blank) if blank < len(lines) else Prose()


def _outside(source: Source, lines: tuple[str, ...], first: int) -> tuple[Problem, ...]:
    """A problem where answers stand above the first question: its heading has slipped."""
    line = next((first + place for place, text in enumerate(lines) if is_option(text)), None)
    if line is None:
        return ()
    mend = "Begin the question with ## and a space, on a line of its own above its answers."
    return (source.problem(line, "This answer has no question above it.", mend),)


def _no_questions(source: Source, pass_mark: int | None) -> Problem:
    message = "There are no questions here."
    if pass_mark is not None:
        message = f"There are no questions here, so nobody can reach the pass mark of {pass_mark}%."
    mend = "Begin each question with ## and a space, and write its answers under it."
    return source.problem(0, message, mend)
