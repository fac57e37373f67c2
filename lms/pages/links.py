"""A link in a learning system, for who teaches there: the class, the grades, and what the link opens."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from lms import access, grades
from lms.access import me, open_to
from lms.db import begin_writing, db
from lms.lti import members
from lms.lti.choices import Shelf
from lms.lti.roll import roll
from lms.lti.targets import target
from lms.lti.troubles import explained
from lms.models import AuditEvent, Delivery, Enrolment, ResourceLink

pages = Blueprint("links", __name__, url_prefix="/lti/link")


@pages.get("")
@open_to("instructor")
def show() -> Response | str:
    """The class: who has done what, and what became of the grades."""
    opens = target(_mine().opens)
    if opens is None:
        return redirect(url_for("links.choices"))
    listed = members.fetch(_mine())
    page = request.args.get("page", 1, type=int)
    shown = roll(_mine(), opens, listed, page)
    return render_template("lti/link.html", link=_mine(), opens=opens, roll=shown, explained=explained)


@pages.post("/grades")
@open_to("instructor")
def send() -> Response:
    """Send a grade again, or all of this link."""
    begin_writing()
    link, which = _mine(), request.form.get("grade", type=int)
    if which is None:
        grades.catch_up(link)
    else:
        delivery = db.session.get(Delivery, min(abs(which), 2**31 - 1), with_for_update=True)
        if delivery is None or delivery.resource_link_id != link.id:
            abort(404)
        delivery.begin_again()
    page = request.form.get("page", type=int)
    return redirect(url_for("links.show", page=page, sending="one" if which else "all"))


@pages.get("/choices")
@open_to("instructor")
def choices() -> str:
    """What this link could open."""
    return _choices(Shelf.of("", [_mine().opens]))


@pages.post("/choices")
@open_to("instructor")
def choose() -> Response | str | tuple[str, int]:
    """Search, keeping what is ticked; or let the link open it."""
    do, picked = request.form.get("do", "search"), request.form.getlist("opens")
    shelf = Shelf.of("" if do == "all" else request.form.get("q", ""), picked)
    if do != "save":
        return _choices(shelf)
    if len(shelf.picked) != 1:
        return _choices(shelf, gettext("Choose what this link opens.")), 422
    _open(shelf.picked[0].opens)
    return redirect(url_for("links.show"))


def _choices(shelf: Shelf, error: str = "") -> str:
    link = _mine()
    return render_template(
        "lti/link_choices.html",
        link=link,
        opens=target(link.opens),
        begun=_begun(link),
        shelf=shelf,
        error=error,
    )


def _open(opens: str) -> None:
    """Let the link open something else. Marks that were earned for it before are sent."""
    begin_writing()
    link = _mine()
    if link.opens == opens:
        return
    said = f"{link.opens or 'nothing'} to {opens}"
    AuditEvent.note("link changed", f"link {link.id}", detail=said, actor=me())
    link.opens = opens
    grades.catch_up(link)


def _begun(link: ResourceLink) -> int:
    """How many have begun what it opens."""
    here = select(func.count(Enrolment.user_id.distinct())).where(Enrolment.context == link.context)
    return db.session.scalar(here.where(Enrolment.course == link.course)) or 0 if link.opens else 0


def _mine() -> ResourceLink:
    held = access.link()
    return held if held and held.approved else abort(404)
