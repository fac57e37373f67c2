"""Which version of a lesson or quiz a page shows, and which one its links carry on."""

from flask import request

from courses.course import Course
from lms.display import display


def version_asked() -> str:
    """The version that the address or the form asks for, or else the one chosen under Display."""
    return request.values.get("version") or display().version


def version_kept(course: Course, *here: str) -> str | None:
    """What links carry on; None where that is what opens anyway.

    Also a version that this page lacks, where a lesson after it may have it. `here` are the page's own.
    """
    asked = version_asked()
    known = {"standard", *here}.union(*(lesson.versions for lesson in course.lessons))
    return asked if asked != display().version and asked in known else None
