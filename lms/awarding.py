"""Certificates: awarded for what was completed, made again with another name, and renewed.

Like the verbs of `lms.learning`, none of these commits: the request does.
"""

import datetime
import secrets

from dateutil.relativedelta import relativedelta

from certificates import code as codes
from courses.paths import LearningPath
from lms.db import db, now
from lms.learning import locked
from lms.library import taught_at
from lms.models import AuditEvent, Award, Enrolment, User
from lms.models.award import today
from lms.printing import words


def award(enrolment: Enrolment, revision_id: int, *, name: str, issuer: str) -> Award:
    """A certificate for a completed course or path, as the revision that was completed words it.

    `revision_id` stands in where that was not kept. A changed name is a new award that replaces the old.
    """
    held = locked(enrolment.id)
    old = Award.of(held)
    if old is not None and (old.name == name or old.revoked_at):
        return old  # what was withdrawn is not made valid by another name
    if old is not None:
        return _replace(old, name)
    revision_id = held.revision_id or revision_id
    taught, awarded = taught_at(revision_id), today()
    valid_until = _valid_until(awarded, taught.valid_for)
    return _made(
        enrolment_id=held.id,
        revision_id=revision_id,
        name=name,
        course=taught.slug,
        title=taught.title,
        summary=taught.summary,
        issuer=issuer,
        language=taught.language,
        awarded=awarded,
        valid_until=valid_until,
        words=words(taught.language, awarded, valid_until),
    )


KEPT = (
    *("enrolment_id", "revision_id", "course", "title", "summary", "issuer"),
    *("language", "words", "awarded", "valid_until"),
)
"""What a certificate with another name keeps of the one it replaces."""


def _replace(old: Award, name: str) -> Award:
    new = _made(name=name, **{kept: getattr(old, kept) for kept in KEPT})
    old.replaced_by_id = new.id
    return new


def _made(**said: object) -> Award:
    new = Award(code=codes.make(secrets.token_bytes(codes.RANDOM_BYTES)), **said)
    db.session.add(new)
    db.session.flush()
    return new


def _valid_until(awarded: datetime.date, months: int | None) -> datetime.date | None:
    return None if months is None else awarded + relativedelta(months=months)


def take_name_off(award_id: int, enrolment_id: int) -> None:
    """Take the name from a certificate, for good. One that counted does not then; another can be made."""
    locked(enrolment_id)
    held = db.session.get_one(Award, award_id, populate_existing=True)
    if held.state == "valid":
        AuditEvent.note("certificate withdrawn", f"certificate {held.id}", detail="by its holder")
    held.name = ""


def renew(expired: Award) -> Enrolment:
    """A new cycle of what an expired award was for, or the one already begun. The award stays as it was.

    To renew a path is to take its courses again.
    """
    old = locked(expired.enrolment_id)
    newest = Enrolment.of(old.user, old.course)
    if newest is not None and newest.id != old.id:
        return newest
    taught = taught_at(expired.revision_id)
    for slug in taught.courses if isinstance(taught, LearningPath) else ():
        _begin_again(old.user, slug)
    return _begin_again(old.user, old.course)


def _begin_again(user: User, slug: str) -> Enrolment:
    """A new cycle of a course or path, where the last one is finished."""
    newest = Enrolment.of(user, slug)
    if newest is not None and newest.completed_at is None:
        return newest
    renewed = Enrolment(user=user, course=slug, cycle=Enrolment.cycles(user, slug) + 1)
    if newest is not None and newest.launched_at:
        renewed.context, renewed.launched_at = newest.context, now()
    db.session.add(renewed)
    db.session.flush()
    return renewed
