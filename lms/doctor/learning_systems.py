"""Learning systems: do any wait for somebody, are marks given up, can we sign what we send?"""

from collections.abc import Iterator

from sqlalchemy import Select, func, select

from lms.db import db
from lms.doctor.finding import Finding, ok, take_care, wrong
from lms.lti import keys
from lms.models import Delivery, Deployment, Platform, ToolKey
from lms.settings import Settings


def approvals(_settings: Settings) -> Iterator[Finding]:
    """Nothing that a learning system wants to open waits for an administrator."""
    waiting = _count(select(func.count(Platform.id)).where(Platform.approved_at.is_(None)))
    places = _count(
        select(func.count(Deployment.id))
        .join(Platform)
        .where(Platform.approved_at.is_not(None), Deployment.approved_at.is_(None))
    )
    if waiting or places:
        yield take_care(
            "learning systems",
            f"Waiting for approval: learning systems {waiting}, and deployments of approved ones {places}.",
            "Look at each, on the page Learning systems or with: alongside lti list",
        )
    else:
        known = _count(select(func.count(Platform.id)))
        yield ok("learning systems", f"Learning systems: {known}, and none waits for approval.")


def marks(_settings: Settings) -> Iterator[Finding]:
    """Marks arrive, or it is known that they do not."""
    if stalled := Delivery.stalled("grade"):
        yield wrong(
            "marks",
            f"Marks that were given up on their way to a learning system: {stalled}.",
            "See why on the page Learning systems, mend it, then: alongside lti retry",
        )
    else:
        yield ok("marks", "No mark for a learning system was given up.")


def signing_key(_settings: Settings) -> Iterator[Finding]:
    """What we send to learning systems can be signed."""
    if db.session.scalar(select(ToolKey.kid).limit(1)) is None:
        yield ok("signing key", "There is no key for learning systems yet; the first start makes it.")
    elif keys.lost():
        yield wrong(
            "signing key",
            "The key that signs what learning systems get cannot be read: ALONGSIDE_SECRET_KEY has changed.",
            "Set the secret key of before again, or make a new key: alongside lti rotate-key",
        )
    else:
        yield ok("signing key", "What learning systems get can be signed.")


def _count(asked: Select[int]) -> int:
    return db.session.scalar(asked) or 0


CHECKS = (approvals, marks, signing_key)
