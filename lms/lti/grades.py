"""Sending grades: claim one, work out the mark, send it while no transaction is open, mark it as sent.

A platform that is in trouble rests, so that it holds up no other.
"""

import datetime
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlalchemy import and_, bindparam, delete, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from lms.db import begin_writing, db, now
from lms.grades import Mark, mark
from lms.lti import line_items, services, troubles
from lms.lti.keys import KeyLostError
from lms.lti.line_items import Column
from lms.lti.outgoing import OutgoingError
from lms.lti.services import Client, NoTokenError
from lms.lti.troubles import NotSentError
from lms.models import Delivery, Deployment, Identity, Platform, ResourceLink
from lms.outbox import GRADE, OURS, Claim, claim, claiming, put_off, sent, wait

TRY_FOR = datetime.timedelta(days=7)
SCORES = "application/vnd.ims.lis.v1.score+json"
MOST = 100
"""Marks are sent in per cent; a gradebook makes of them what its column says."""
FINAL = {400: "not taken", 404: "gone", 410: "gone"}
MOMENT = datetime.timedelta(milliseconds=1)


@dataclass(frozen=True)
class Grade:
    """One grade, as values. `before` is the time that the last one bore."""

    claim: Claim
    column: Column
    subject: str
    mark: Mark
    before: str

    def score(self, moment: datetime.datetime) -> dict[str, Any]:
        """What is said of it. Whatever is not fully graded would erase the grade in Moodle."""
        return {
            "userId": self.subject,
            "timestamp": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "scoreGiven": self.mark.percent,
            "scoreMaximum": MOST,
            "activityProgress": "Completed" if self.mark.final else "Submitted",
            "gradingProgress": "FullyGraded",
        }

    def moment(self) -> datetime.datetime:
        """Now; later than the last one, even where our clock was put back meanwhile."""
        last = datetime.datetime.fromisoformat(self.before) if self.before else None
        return max(now(), last + MOMENT) if last else now()


class Postbag:
    """Sends grades, one after the other, and knows which platforms rest, and until when."""

    def __init__(self) -> None:
        self._resting: dict[int, tuple[int, datetime.datetime]] = {}

    def send_next(self) -> bool:
        """Send the grade that has been due longest; False when none is due. Commits."""
        claimed = claim(self._claiming())
        if claimed is None:
            return False
        try:
            self._send(claimed)
        except NotSentError as trouble:
            _put_off(claimed, trouble)
        except Exception:  # whatever it is, it is tried again, and holds up no other
            current_app.logger.exception("Delivery %s could not be sent.", claimed.id)
            _put_off(claimed, NotSentError("ours"))
        return True

    def _claiming(self) -> ReturningUpdate[int, int, int]:
        """What claims a grade, but for those of platforms that rest."""
        resting = [platform for platform, (_, until) in self._resting.items() if until > now()]
        if not resting:
            return _ANY
        of_platform = select(ResourceLink.id).join(ResourceLink.deployment)
        theirs = of_platform.where(Deployment.platform_id.in_(resting))
        return claiming(and_(Delivery.kind == GRADE, Delivery.resource_link_id.not_in(theirs)))

    def _send(self, claimed: Claim) -> None:
        grade = _read(claimed)
        if grade is None:
            return _drop(claimed)
        platform = grade.column.client.platform
        try:
            moment = _sent(grade)
        except NotSentError as trouble:
            if trouble.rests:
                rests = self._resting.get(platform, (0, now()))[0] + 1
                self._resting[platform] = rests, now() + (trouble.after or wait(rests))
            raise
        self._resting.pop(platform, None)
        return sent(claimed, {"moment": moment.isoformat(timespec="milliseconds")})


_ANY = claiming(Delivery.kind == GRADE)
_GRADE = (
    select(Delivery.about, ResourceLink, Platform, Deployment.approved_at, Identity.subject, Identity.user_id)
    .join(ResourceLink, Delivery.resource_link_id == ResourceLink.id)
    .join(ResourceLink.deployment)
    .join(Deployment.platform)
    .join(Identity, Delivery.identity_id == Identity.id)
    .where(Delivery.id == bindparam("claimed"))
)


def _read(claimed: Claim) -> Grade | None:
    """What is to be sent now; None when nothing is any more."""
    row = db.session.execute(_GRADE, {"claimed": claimed.id}).first()
    if row is None:
        return None
    earned = mark(row.ResourceLink.opens, row.ResourceLink.context, row.user_id)
    if earned is None:
        return None
    if row.approved_at is None or row.Platform.approved_at is None:
        raise NotSentError("not approved", hopeless=True)
    column = Column.of(row.ResourceLink, Client.of(row.Platform))
    return Grade(claimed, column, row.subject, earned, row.about.get("moment", ""))


def _sent(grade: Grade) -> datetime.datetime:
    """Send it; the time that it bore. Raises `NotSentError`."""
    try:
        return _told(grade)
    except OutgoingError as error:
        raise NotSentError("unreachable", str(error).rstrip("."), rests=True) from error
    except NoTokenError as error:
        raise troubles.of_token(error) from error
    except KeyLostError as error:
        raise NotSentError("ours", str(error).rstrip("."), rests=True) from error


def _told(grade: Grade) -> datetime.datetime:
    column, tries = grade.column, grade.claim.tries
    address = line_items.address(column, tries)
    moment = grade.moment()
    answer = services.ask(
        column.client,
        column.scopes,
        "POST",
        line_items.within(address, "scores"),
        json=grade.score(moment),
        headers={"Content-Type": SCORES},
    )
    if trouble := troubles.of_answer(answer, tries, FINAL):
        if answer.status_code in (404, 410):
            line_items.forget(column, address)
        raise trouble
    return moment


def _drop(claimed: Claim) -> None:
    """Nothing is to be sent any more: whoever earned it left the course there, or teaches in it now."""
    begin_writing()
    gone = delete(Delivery).where(*OURS, Delivery.wanted == claimed.wanted)
    db.session.execute(gone, claimed.ours)
    db.session.execute(update(Delivery).where(*OURS).values(leased_until=None), claimed.ours)
    db.session.commit()


def _put_off(claimed: Claim, trouble: NotSentError) -> None:
    db.session.rollback()
    put_off(
        claimed,
        str(trouble),
        try_for=trouble.try_for or TRY_FOR,
        after=trouble.after,
        hopeless=trouble.hopeless,
    )
