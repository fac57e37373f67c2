"""Areas: whose numbers and names are shown. A link can choose, and so can the person."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from lms import facts
from lms.access import me, open_to
from lms.db import begin_writing, db
from lms.models import User

pages = Blueprint("areas", __name__)


@pages.get("/areas")
@open_to("anyone")
def index() -> str:
    """Ask which area is yours."""
    return _page() if _choices() else abort(404)


@pages.post("/areas")
@open_to("anyone")
def choose() -> Response | tuple[str, int]:
    """Keep the choice: in this browser, and with a person's place if they have one."""
    area = request.form.get("area", "")
    if area not in facts.known().areas:
        return _page(error=gettext("Choose your area.")), 422
    if current_user.is_authenticated:
        _keep(me().id, area)
    facts.choose(area)
    return redirect(url_for("home.index"))


@pages.get("/a/<area>")
@open_to("anyone")
def follow(area: str) -> Response | tuple[str, int]:
    """A link to the site as an area shows it. The choice stays in this browser; nothing is written."""
    if area in facts.known().areas:
        facts.choose(area)
        return redirect(url_for("home.index"))
    return (_page(unknown=True), 404) if _choices() else abort(404)


def _choices() -> bool:
    """Whether there is anything to choose."""
    return len(facts.known().areas) > 1


def _page(*, error: str = "", unknown: bool = False) -> str:
    known = facts.known()
    return render_template(
        "areas.html", areas=known.areas, here=facts.area(), error=error, unknown=unknown, nav=""
    )


def _keep(user_id: int, area: str) -> None:
    begin_writing()
    db.session.get_one(User, user_id, populate_existing=True).area = area
