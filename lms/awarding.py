"""Certificates: awarded for what was completed, made again with another name, and renewed.

Like the verbs of `lms.learning`, none of these commits: the request does.
"""

import datetime
import secrets

from dateutil.relativedelta import relativedelta

from certificates import code as codes
from lms.db import db
from lms.learning import locked
from lms.library import course_at
from lms.models import Award, Enrolment
from lms.models.award import today


def award(enrolment: Enrolment, revision_id: int, *, name: str, issuer: str) -> Award:
    """A certificate for a completed course, as the revision that was completed words it.

    `revision_id` stands in where that was not kept. A changed name is a new award that replaces the old.
    """
    held = locked(enrolment.id)
    old = Award.of(held)
    if old is not None and (old.name == name or old.revoked_at):
        return old  # what was withdrawn is not made valid by another name
    if old is not None:
        return _replace(old, name)
    revision_id = held.revision_id or revision_id
    course, awarded = course_at(revision_id), today()
    return _made(
        enrolment_id=held.id,
        revision_id=revision_id,
        name=name,
        course=course.slug,
        title=course.title,
        summary=course.summary,
        issuer=issuer,
        language=course.language,
        awarded=awarded,
        valid_until=_valid_until(awarded, course.valid_for),
    )


KEPT = (
    *("enrolment_id", "revision_id", "course", "title", "summary", "issuer"),
    *("language", "awarded", "valid_until"),
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


def renew(expired: Award) -> Enrolment:
    """A new cycle of the course of an expired award, or the one already begun. The award stays as it was."""
    old = locked(expired.enrolment_id)
    newest = Enrolment.of(old.user, old.course)
    if newest is not None and newest.id != old.id:
        return newest
    renewed = Enrolment(user_id=old.user_id, course=old.course, cycle=old.cycle + 1)
    db.session.add(renewed)
    db.session.flush()
    return renewed
