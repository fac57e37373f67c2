"""A come-back code: the way back for a guest who leaves, changes phone or used Exit.

Whoever uses one leaves what this browser knew before; that is said first, and an account takes it along.
"""

import datetime
import hmac
import math
import secrets

from flask import Blueprint, abort, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from certificates import code as codes
from lms.access import is_me, me, open_to
from lms.counting import caller
from lms.db import begin_writing
from lms.learning import places
from lms.library import live_courses
from lms.models import Throttle, User
from lms.models.throttle import NO_TIME
from lms.pages.account_forms import too_soon
from lms.signing_in import keep_waiting, sign_in, waiting_guest

pages = Blueprint("comebacks", __name__, url_prefix="/come-back")

FREE_TRIES, SLOWEST = 100, datetime.timedelta(seconds=5)
"""Codes that one network may try before it has to wait, and how long at most: a class that sits behind one
address is never kept out by one who guesses. With 55 random bits in each code, guessing stays hopeless.
"""


@pages.get("/code")
@open_to("learner")
def new() -> str | Response:
    """Offer a code. Who has an account needs none."""
    if not me().guest:
        return redirect(url_for("accounts.show"))
    return _offered(me())


@pages.post("/code")
@open_to("learner")
def create() -> str:
    """Make a code and show it, this once; an older one stops working. The same form again makes none."""
    code = codes.make(secrets.token_bytes(codes.RANDOM_BYTES))
    guest = User.locked(me().id)
    if guest is None or not guest.guest:
        abort(404)  # a code would be a second way into an account
    if request.form.get("had", "") != _had(guest):
        return _offered(guest, again=True)
    guest.keep_code(code)
    return render_template("come_back.html", code_display=codes.display(code))


def _offered(guest: User, *, again: bool = False) -> str:
    return render_template("come_back.html", code_display=None, had=_had(guest), again=again)


def _had(guest: User) -> str:
    """Which code there was when a form was shown, without anything that could be tried against it."""
    if guest.come_back_hash is None:
        return ""
    secret = current_app.config["SECRET_KEY"].encode()
    return hmac.digest(secret, f"had {guest.come_back_hash}".encode(), "sha256").hex()[:16]


@pages.get("")
@open_to("anyone")
def enter() -> str:
    """Ask for the code."""
    return render_template("come_back_enter.html", error=None)


@pages.post("")
@open_to("anyone")
def resume() -> Response:
    """Back to where they were; first they are asked about what this browser would lose by it."""
    code = codes.parse(request.form.get("code", ""))
    wrong = gettext("That code does not bring anyone back. Check each letter and number.")
    if code is None:
        return _again(wrong, 422)  # a slip, which the last letter of a code gives away, and so no guess
    if wait := Throttle.must_wait("come back", caller(), free=FREE_TRIES, slowest=SLOWEST):
        return _again(too_soon(wait), 429, wait)
    begin_writing()
    guest = User.with_code(code)
    if guest is None:
        return _again(wrong, 422)
    Throttle.clear("come back", caller())  # a whole class may come back from behind one address
    if _leaves_another(guest) and request.form.get("sure") != "yes":
        return make_response(
            render_template("come_back_ask.html", code=code, places=places(me(), live_courses()))
        )
    return _back(guest)


def _leaves_another(guest: User) -> bool:
    """Whether another guest learned in this browser, be it a course that is not taught any more."""
    return current_user.is_authenticated and me().guest and not is_me(guest)


def _back(guest: User) -> Response:
    """Someone with an account keeps it, and is asked whether the guest becomes part of it."""
    if current_user.is_authenticated and not me().guest:
        waiting = waiting_guest()
        if waiting and waiting.id != guest.id and places(waiting, live_courses()):
            # the first is not left for the second without a word
            return redirect(url_for("merges.new", then="code"))
        keep_waiting(guest)
        return redirect(url_for("merges.new"))
    sign_in(guest)
    return redirect(url_for("home.index"))


def _again(error: str, status: int, wait: datetime.timedelta = NO_TIME) -> Response:
    answer = make_response(render_template("come_back_enter.html", error=error), status)
    answer.retry_after = math.ceil(wait.total_seconds()) or None
    return answer
