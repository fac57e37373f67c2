"""What a link opens: a course, or a module, lesson or quiz of one: `SLUG`, `SLUG/lessons/ID` and so on."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import url_for

from courses.course import Course
from courses.grades import mark_of
from lms.library import live_course
from lms.lti import claims as checks
from lms.lti.claims import LTI, Claims
from quizzes.quiz import Quiz

CUSTOM = "alongside"
"""The custom parameter that says what a link opens, where a platform always asks for the same address."""
_TARGET = re.compile(r"[\w-]+(/(modules|lessons|quizzes)/[\w.-]+)?")
_PAGE = re.compile(r"/courses/([\w-]+)(?:/(lessons|quizzes)/([\w.-]+))?/?")


@dataclass(frozen=True)
class Target:
    """What a link opens, as it is taught today. `quiz` is the one whose mark is the link's, if any is."""

    course: Course
    opens: str
    title: str
    address: str
    quiz: Quiz | None


def named(claims: Claims) -> str:
    """What a launch asks for: by its custom parameter, or else by the address; it may be nothing."""
    said = checks.group(claims, f"{LTI}custom").get(CUSTOM, "")
    if isinstance(said, str) and _TARGET.fullmatch(said):
        return said
    page = _PAGE.fullmatch(urlsplit(str(claims.get(f"{LTI}target_link_uri", ""))).path)
    if page is None:
        return ""
    course, kind, part = page.groups()
    return f"{course}/{kind}/{part}" if kind else str(course)


def target(opens: str) -> Target | None:
    """What is taught under this name now, or None."""
    slug, _, part = opens.partition("/")
    found = live_course(slug) if slug else None
    return _part(found[0], opens, part) if found else None


def _part(course: Course, opens: str, part: str) -> Target | None:
    kind, _, name = part.partition("/")
    if not part:
        return Target(course, opens, course.title, _course(course), mark_of(course.quizzes))
    if kind == "modules":
        for module in course.modules:
            if module.id == name and module.title:
                marked = mark_of(tuple(step for step in module.steps if isinstance(step, Quiz)))
                return Target(course, opens, module.title, f"{_course(course)}#module-{module.id}", marked)
    for step in course.steps:
        if step.id == name and isinstance(step, Quiz) == (kind == "quizzes"):
            quiz = step if isinstance(step, Quiz) else None
            return Target(course, opens, step.title, _step(course, kind, name), quiz)
    return None


def _course(course: Course) -> str:
    return url_for("courses.show", course=course.slug)


def _step(course: Course, kind: str, name: str) -> str:
    if kind == "quizzes":
        return url_for("quizzes.show", course=course.slug, quiz=name)
    return url_for("lessons.show", course=course.slug, lesson=name)
