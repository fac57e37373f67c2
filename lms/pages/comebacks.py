"""A come-back code: the way back for a guest who leaves, changes phone or used Exit."""

import secrets

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from certificates import code as codes
from lms.access import caller, me, open_to, sign_in
from lms.db import begin_writing
from lms.models import Throttle, User

pages = Blueprint("comebacks", __name__, url_prefix="/come-back")


@pages.get("/code")
@open_to("learner")
def new() -> str | Response:
    """Offer a code. Who has an account needs none."""
    if not me().guest:
        return redirect(url_for("accounts.show"))
    return render_template("come_back.html", code_display=None)


@pages.post("/code")
@open_to("learner")
def create() -> str:
    """Make a code and show it, this once. An older code stops working."""
    code = codes.make(secrets.token_bytes(codes.RANDOM_BYTES))
    guest = User.locked(me().id)
    if guest is None or not guest.guest:
        abort(404)  # a code would be a second way into an account
    guest.keep_code(code)
    return render_template("come_back.html", code_display=codes.display(code))


@pages.get("")
@open_to("anyone")
def enter() -> str:
    """Ask for the code."""
    return render_template("come_back_enter.html", error=None)


@pages.post("")
@open_to("anyone")
def resume() -> Response | tuple[str, int, dict[str, str]]:
    """Back to where they were."""
    code = codes.parse(request.form.get("code", ""))
    if not Throttle.allows("come back", caller(), tries=20, within=Throttle.LONGEST):
        later = {"Retry-After": str(int(Throttle.LONGEST.total_seconds()))}
        return _again(gettext("That was tried too often. Wait an hour and try again.")), 429, later
    begin_writing()
    guest = User.with_code(code) if code else None
    if guest is None:
        wrong = gettext("That code does not bring anyone back. Check each letter and number.")
        return _again(wrong), 422, {}
    Throttle.forgive("come back", caller())  # a whole class may come back from behind one address
    sign_in(guest)
    return redirect(url_for("home.index"))


def _again(error: str) -> str:
    return render_template("come_back_enter.html", error=error)
