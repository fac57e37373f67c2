"""What is taught: courses that are live and rendered, facts that somebody has looked at."""

from collections.abc import Iterator

from sqlalchemy import Select, func, select

from courses.markdown import RENDERER
from lms import facts
from lms.db import db
from lms.doctor.finding import Finding, ok, take_care, wrong
from lms.models import CourseState, Rendering, Revision
from lms.models.award import today
from lms.settings import Settings

NAMED = 5


def courses(_settings: Settings) -> Iterator[Finding]:
    """At least one course is live, and every revision can be shown."""
    live = db.session.scalar(select(func.count()).select_from(CourseState)) or 0
    ours = select(Rendering.revision_id).where(Rendering.renderer == RENDERER)
    earlier, unseen = _without(ours), _without(select(Rendering.revision_id))
    if not live:
        yield wrong(
            "courses",
            "No course is live.",
            "Start `alongside serve`, which publishes those that ship with Alongside.",
        )
    elif unseen:
        yield wrong(
            "courses",
            f"{unseen} published revisions cannot be shown until this version has rendered them.",
            "Start `alongside serve` again, which does that first, and read what it says.",
        )
    elif earlier:
        yield take_care(
            "courses",
            f"{earlier} published revisions are shown as an earlier version of Alongside rendered them.",
            "Start `alongside serve` again. Where it cannot render one, publish the course anew.",
        )
    else:
        yield ok("courses", "1 course is live." if live == 1 else f"{live} courses are live.")


def _without(renderings: Select[int]) -> int:
    """How many revisions have none of these renderings."""
    return db.session.scalar(select(func.count(Revision.id)).where(Revision.id.not_in(renderings))) or 0


def dated_facts(_settings: Settings) -> Iterator[Finding]:
    """No fact that learners are shown is past its date for review."""
    late = sorted({fact.name for fact in facts.known().everywhere if fact.review_by < today()})
    if late:
        rest = f" and {len(late) - NAMED} more" if len(late) > NAMED else ""
        yield take_care(
            "facts",
            f"These facts are past their date for review: {', '.join(late[:NAMED])}{rest}.",
            "Check each against its source: a telephone number that is wrong may leave someone without help.",
        )
    else:
        yield ok("facts", "No fact is past its review day.")


CHECKS = (courses, dated_facts)
