"""What became of launches and marks, for administrators: which check failed, and what is still on its way."""

import datetime
from dataclasses import dataclass

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from sqlalchemy import or_, select
from werkzeug.wrappers import Response

from lms.access import me, open_to
from lms.counting import at_most
from lms.db import begin_writing, db, now
from lms.language import SOURCE, speaking
from lms.lti.asking import ask as asked
from lms.lti.refusals import WORDS
from lms.models import AuditEvent, Delivery, Deployment, LaunchTransaction, Platform, ResourceLink
from lms.models.launch_transaction import OPEN_FOR
from lms.pages.platforms import NUMBER

pages = Blueprint("diagnostics", __name__, url_prefix="/platforms")

ON_A_PAGE = 50
SHOWN_FOR = datetime.timedelta(days=30)
"""How long marks that were sent are shown."""
QUESTIONS = 60
"""So often an hour an administrator may have platforms asked."""
OFF_BY = 5  # seconds between clocks that are worth a word
RUNGS = {
    "cookie": "by a cookie of the frame",
    "storage": "in its address, kept by the learning system",
    "address": "in its address, since cookies are blocked",
    "window": "by a cookie, in a window of its own",
    "top": "by a cookie, without a frame",
}
"""What carried the session, by rung of the ladder."""


@dataclass(frozen=True)
class Shown:
    """A launch as it is shown. `said` is what became of it, in words; `clock` is whose clock is ahead."""

    launch: LaunchTransaction
    said: str
    clock: str

    @classmethod
    def of(cls, launch: LaunchTransaction) -> "Shown":
        """In English: it is for administrators."""
        return cls(launch, _became(launch), _clock(launch.skew))


def _became(launch: LaunchTransaction) -> str:
    if launch.failed:
        with speaking(SOURCE):
            return str(WORDS[launch.failed][0]) if launch.failed in WORDS else launch.failed
    if launch.rung:
        return f"Opened; the session is carried {RUNGS.get(launch.rung, launch.rung)}"
    if launch.consumed_at:
        return "Opened"
    return "On its way" if launch.began_at > now() - OPEN_FOR else "Begun, and never came back from there"


def _clock(skew: int | None) -> str:
    if skew is None:
        return ""
    if abs(skew) < OFF_BY:
        return "agrees"
    return f"theirs is {abs(skew)} seconds {'ahead' if skew > 0 else 'behind'}"


@pages.get("/launches")
@open_to("admin")
def launches() -> str:
    """The newest first, of all or of one platform; `before` is the id where the last page ended."""
    before, platform = (request.args.get(name, type=_number) for name in ("before", "platform"))
    found = LaunchTransaction.newest(ON_A_PAGE + 1, before=before, platform_id=platform)
    older = found[ON_A_PAGE - 1].id if len(found) > ON_A_PAGE else None
    of = db.session.get(Platform, platform) if platform else None
    shown = [Shown.of(each) for each in found[:ON_A_PAGE]]
    days = current_app.extensions["alongside"].keep_launches_days
    return _page("launches", launches=shown, older=older, before=before, of=of, days=days)


@pages.get("/grades")
@open_to("admin")
def grades() -> str:
    """Marks that wait, were given up, or were sent not long ago, the newest first; how many were given up."""
    before = request.args.get("before", type=_number)
    found = _deliveries(before)
    older = found[ON_A_PAGE - 1][0].id if len(found) > ON_A_PAGE else None
    return _page(
        "grades",
        rows=found[:ON_A_PAGE],
        older=older,
        before=before,
        stalled=Delivery.stalled("grade"),
        days=SHOWN_FOR.days,
    )


@pages.post(f"/grades/<{NUMBER}:delivery>/retries")
@open_to("admin")
def retry(delivery: int) -> Response:
    """Send a mark again that was given up or waits."""
    begin_writing()
    held = db.session.get(Delivery, delivery, with_for_update=True)
    if held is None or held.kind != "grade":
        abort(404)
    held.begin_again()
    AuditEvent.note("mark sent again", f"delivery {held.id}", actor=me())
    return redirect(url_for("diagnostics.grades"))


@pages.post(f"/<{NUMBER}:platform>/questions")
@open_to("admin")
def ask(platform: int) -> str:
    """Ask a platform for its keys and a token now, and say what came of it."""
    at_most(QUESTIONS, "platform asked", me().label)
    held = db.session.get(Platform, platform) or abort(404)
    told = asked(held)
    return _page("asked", platform=db.session.get_one(Platform, platform), told=told)


def _number(text: str) -> int:
    """An id as a database can hold it: one that is none finds nothing."""
    return max(0, min(int(text), 2**31 - 1))


def _deliveries(before: int | None) -> list[tuple[Delivery, str]]:
    """Grades, the newest first, each with the name of its platform."""
    found = (
        select(Delivery, Platform.name)
        .join(ResourceLink, Delivery.resource_link_id == ResourceLink.id)
        .join(Deployment, ResourceLink.deployment_id == Deployment.id)
        .join(Platform, Deployment.platform_id == Platform.id)
        .where(Delivery.kind == "grade", or_(Delivery.state != "sent", Delivery.sent_at > now() - SHOWN_FOR))
        .order_by(Delivery.id.desc())
        .limit(ON_A_PAGE + 1)
    )
    rows = db.session.execute(found if before is None else found.where(Delivery.id < before))
    return [(delivery, name) for delivery, name in rows]


def _page(page: str, **held: object) -> str:
    return render_template(f"platforms/{page}.html", **held)
