"""Twins: a quiz or bank in Easy Read or another language. Its questions share ids and marks."""

from collections.abc import Iterator, Sequence

import msgspec

from markup import front_matter, headings
from markup.headings import Section
from markup.problems import Problem
from markup.source import Source
from quizzes.kinds import Question
from quizzes.question_reader import ReadProse, read_question
from quizzes.quiz import Bank, Quiz, Twin

KEYS = ("kind", "title", "content note")


def read_twin(
    source: Source, original: Quiz | Bank, language: str, prose: ReadProse
) -> tuple[Twin, tuple[Problem, ...]]:
    """The twin a file holds, and every problem. A question belongs to the one with its `{#id}`, or else to
    the one in the same place; it must have the same answers right, in the same order.
    """
    front, problems = front_matter.read(source, KEYS)
    before, sections = headings.split(source.lines[front.body - 1 :], front.body)
    pairer = _Pairer(source, original, prose)
    questions = dict(pairer.pairs(sections))
    missing = [question for question in original.questions if question.id not in questions]
    blank = next((place for place, text in enumerate(before) if text.strip()), len(before))
    intro = prose("\n".join(before[blank:]).rstrip(), front.body + blank)
    twin = Twin(
        title=front.value("title", original.title),
        path=source.path,
        language=language,
        intro=intro,
        content_note=front.value("content note"),
        questions=questions,
    )
    return twin, (*problems, *pairer.problems, *_missing(source, original, missing))


def _missing(source: Source, original: Quiz | Bank, missing: Sequence[Question]) -> Iterator[Problem]:
    for question in missing:
        message = (
            f"“{question.stem.words}”, on line {question.line} of {original.path}, is not in this version."
        )
        mend = "Write it here too. Until then it is shown as it stands there."
        yield source.problem(0, message, mend, "warning")


class _Pairer:
    """Finds the original of each question of a twin."""

    def __init__(self, source: Source, original: Quiz | Bank, prose: ReadProse) -> None:
        self.source = source
        self.original = original
        self.prose = prose
        self.by_id = {question.id: question for question in original.questions}
        self.problems: list[Problem] = []

    def pairs(self, sections: Sequence[Section]) -> Iterator[tuple[str, Question]]:
        taken: dict[str, int] = {}
        for place, section in enumerate(sections):
            partner = self._partner(section, place, len(sections))
            read, found = read_question(self.source, section, self.original.id, self.prose)
            self.problems += found
            if partner is None or read is None:
                continue
            if partner.id in taken:
                message = f"This question has the same original as the one on line {taken[partner.id]}."
                self._problem(section.line, message, "Give each the {#id} of its own original.")
                continue
            taken[partner.id] = section.line
            if self._same_answers(read, partner):
                yield (
                    partner.id,
                    msgspec.structs.replace(read, id=partner.id, marks=partner.marks, tags=partner.tags),
                )

    def _partner(self, section: Section, place: int, count: int) -> Question | None:
        named = self.by_id.get(f"{self.original.id}#{section.id}")
        if named is not None:
            return named
        if not section.written and count == len(self.original.questions):
            return self.original.questions[place]
        message = f"Alongside cannot tell which question of {self.original.path} this is."
        self._problem(section.line, message, "Write the same {#id} after both, such as {#first-step}.")
        return None

    def _same_answers(self, read: Question, partner: Question) -> bool:
        right = [option.right for option in partner.options]
        if type(read) is type(partner) and [option.right for option in read.options] == right:
            return True
        message = "The answers here are not those of the original, in the same order."
        mend = (
            f"On line {partner.line} of {self.original.path} it has {len(right)} answers. "
            "Write as many here, with the same ones ticked, in the same kind of box."
        )
        self._problem(read.line, message, mend)
        return False

    def _problem(self, line: int, message: str, mend: str) -> None:
        self.problems.append(self.source.problem(line, message, mend))
