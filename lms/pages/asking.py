"""An attempt as its pages show it: in the version chosen, with the facts it began with."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from courses.course import Course
from lms.db import now
from lms.learning import questions, quiz_of
from lms.library import course_at
from lms.models import Attempt
from lms.pages.versions import version_asked, version_kept
from markup.facts import Prose
from quizzes.kinds import Question
from quizzes.paper import in_version, versions
from quizzes.question import Option
from quizzes.quiz import Bank, Quiz
from quizzes.rules import closes


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question of an attempt. `options` are (authored place, option, whether it was chosen) as shown."""

    number: int
    question: Question
    language: str
    options: tuple[tuple[int, Option, bool], ...]
    share: Fraction

    @property
    def answered(self) -> bool:
        """Whether anything was chosen."""
        return any(was_chosen for _, _, was_chosen in self.options)

    @property
    def shown(self) -> list[tuple[int, Option]]:
        """Its options with their authored places, in the order shown."""
        return [(place, option) for place, option, _ in self.options]

    @property
    def given(self) -> frozenset[int]:
        """The authored places of what was chosen."""
        return frozenset(place for place, _, was_chosen in self.options if was_chosen)

    @property
    def words(self) -> list[Prose]:
        """What was chosen, in words."""
        return [option.text for _, option, was_chosen in self.options if was_chosen]


def items(attempt: Attempt) -> list[Item]:
    """The questions of an attempt in the order asked, in the version chosen.

    An answer is a place among the options, which is the same in every version: it never moves.
    """
    course, quiz, given = course_at(attempt.revision_id), quiz_of(attempt), attempt.given
    version = version_of(quiz, course.banks)
    found = []
    for number, (asked, asking) in enumerate(zip(questions(attempt), attempt.paper, strict=True), 1):
        worded, chosen = in_version(quiz, course.banks, asked, version), given.get(asked.id, ())
        translated = worded is not asked and version != "easy"
        found.append(
            Item(
                number=number,
                question=worded,
                language=version if translated else course.language,
                options=tuple((place, worded.options[place], place in chosen) for place in asking.order),
                share=asked.share(chosen),
            )
        )
    return found


def version_of(quiz: Quiz, banks: Mapping[str, Bank]) -> str:
    """The version that was asked for, where the quiz has it; else `standard`."""
    chosen = version_asked()
    return chosen if chosen in versions(quiz, banks) else "standard"


def switching(quiz: Quiz, course: Course) -> dict[str, object]:
    """What a template needs to show a quiz in the version chosen and to lead to the others."""
    version = version_of(quiz, course.banks)
    return {
        "words": quiz.twins.get(version, quiz),
        "version": version,
        "versions": versions(quiz, course.banks),
        "kept": version_kept(course, version),
    }


def page(template: str, attempt: Attempt, **context: object) -> str:
    """A page about an attempt."""
    g.pinned_facts = attempt.pinned_facts
    course, quiz = course_at(attempt.revision_id), quiz_of(attempt)
    context |= switching(quiz, course)
    closing = closes(quiz.rules, attempt.deadline_at)
    return render_template(
        template, course=course, quiz=quiz, attempt=attempt, closing=closing, now=now(), **context
    )


def to(endpoint: str, **values: object) -> Response:
    """On to another page, in the same version."""
    return redirect(url_for(endpoint, version=request.args.get("version"), **values))  # type: ignore[arg-type]
