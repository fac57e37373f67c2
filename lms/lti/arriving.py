"""From a launch to the page it opens: who it is, where they learn, and what carries their session.

In a frame whose browser keeps our cookie, that. Where it keeps none, the address: for learners, with the
least rights. Who teaches then goes on in a window of their own; so may anybody, and where a course is hard
to read beside others, that is offered first.
"""

import datetime
from dataclasses import asdict, dataclass

from flask import current_app, g, redirect, render_template, url_for
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from lms import signing_in
from lms.carrying import PREFIX
from lms.db import begin_writing, db, now
from lms.display import prefer
from lms.language import nearest
from lms.learning import launch as launch_course
from lms.learning import leave, teaching
from lms.lti import claims as checks
from lms.lti.claims import LTI
from lms.lti.launch import Launch, asked_by_us
from lms.lti.people import link, person
from lms.lti.refusals import Refused
from lms.lti.targets import Target, target
from lms.models import Enrolment, LaunchTransaction, ResourceLink, Session, User

WINDOW_WITHIN = 600  # seconds


@dataclass(frozen=True)
class Arrival:
    """Someone on their way to a page: `where` it is, and what their session is to know."""

    transaction: int
    user: int
    link: int
    context: str
    staff: bool
    language: str
    where: str

    @property
    def launched(self) -> dict[str, object]:
        """What the session is to know."""
        return {
            "resource_link_id": self.link,
            "context": self.context,
            "staff": self.staff,
            "language": self.language,
        }

    @property
    def token(self) -> str:
        """All this, to come back with in another window."""
        return str(_signer().dumps(asdict(self)))


def opened(launch: Launch) -> Response | str:
    """The answer to a launch that was checked. Writes; the request commits."""
    launch.use_up(_rung(launch))
    if language := _language(launch):
        prefer(language)
    held, staff = link(launch), launch.role == "instructor"
    user = person(launch, signing_in.guest_by(held))
    opens = target(held.opens)
    if opens is None and not staff:
        return render_template("lti/nothing.html")
    if staff:
        leave(user, held.context)
    enrolment = launch_course(user, held.course, held.context) if opens and not staff else None
    db.session.flush()
    where = _where(opens, enrolment) if opens and enrolment else url_for("links.show")
    said = (held.id, teaching(held.context) if staff else held.context, staff, language)
    arrival = Arrival(launch.transaction.id, user.id, *said, where)
    if not launch.framed:
        return _at_once(user, arrival)
    return _in_frame(launch, user, arrival, hard=opens is not None and bool(opens.course.content_note))


def in_window(token: str) -> Response:
    """Begin the session in a window of its own, which only a page of ours may ask for, once."""
    try:
        arrival = Arrival(**_signer().loads(token, max_age=WINDOW_WITHIN))
    except BadData as error:
        raise Refused("old") from error
    g.launch_transaction = arrival.transaction
    if not asked_by_us():
        raise Refused("browser")
    begin_writing()
    user, held = db.session.get(User, arrival.user), db.session.get(ResourceLink, arrival.link)
    if held is None or not held.approved:
        raise Refused("not approved")
    if user is None or not LaunchTransaction.arrive(arrival.transaction):
        raise Refused("used")
    Session.end_begun(user, arrival.link, now() - datetime.timedelta(seconds=WINDOW_WITHIN))
    signing_in.launch(user, framed=False, **arrival.launched)
    return redirect(url_for("merges.new") if signing_in.waiting_guest() else arrival.where)


def _where(opens: Target, enrolment: Enrolment) -> str:
    """The page; before a whole course is begun, how to leave quickly."""
    whole = opens.opens == opens.course.slug
    if whole and not enrolment.completed_at and not enrolment.has_read:
        return url_for("safety.before", course=opens.course.slug)
    return opens.address


def _at_once(user: User, arrival: Arrival) -> Response:
    """In a window of its own from the beginning."""
    signing_in.launch(user, framed=False, **arrival.launched)
    return redirect(arrival.where)


def _in_frame(launch: Launch, user: User, arrival: Arrival, *, hard: bool) -> Response | str:
    """`hard`: what comes may be hard to read."""
    if launch.by_cookie:
        signing_in.launch(user, framed=True, **arrival.launched)
        ask_first = hard and not arrival.staff
        return _page(arrival, arrival.where, ask_first=True) if ask_first else redirect(arrival.where)
    if arrival.staff:
        return _page(arrival, None, ask_first=True)
    token = Session.begin(user, carried=True, **arrival.launched)
    return _page(arrival, f"{PREFIX}{token}{arrival.where}", ask_first=hard)


def _page(arrival: Arrival, here: str | None, *, ask_first: bool) -> str:
    return render_template("lti/arrive.html", arrival=arrival.token, here=here, ask_first=ask_first)


def _rung(launch: Launch) -> str:
    """What carries the session: a window of its own, or in a frame a cookie, or the address."""
    if not launch.framed:
        return "top"
    if launch.by_cookie:
        return "cookie"
    return "storage" if launch.by_proof else "address"


def _language(launch: Launch) -> str:
    said = checks.group(launch.claims, f"{LTI}launch_presentation").get("locale")
    return nearest(said) if isinstance(said, str) else ""


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="lti arrival")
