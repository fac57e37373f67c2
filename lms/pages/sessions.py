"""Signing in and out, here and everywhere."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from lms.access import me, open_to, sign_in, sign_out, waiting_guest
from lms.db import begin_writing
from lms.models import Session, User
from lms.pages.account_forms import SignInForm

pages = Blueprint("sessions", __name__)


def enter(account: User) -> Response:
    """Sign in; then on to the courses, or first to the question what becomes of a guest's doings."""
    sign_in(account)
    return redirect(url_for("merges.new" if waiting_guest() else "home.index"))


@pages.get("/sign-in")
@open_to("anyone")
def new() -> str | Response:
    """Ask who it is."""
    if current_user.is_authenticated and not me().guest:
        return redirect(url_for("accounts.show"))
    return render_template("account/sign_in.html", form=SignInForm())


@pages.post("/sign-in")
@open_to("anyone")
def create() -> Response | tuple[str, int]:
    """Sign in, by a new session, who gives the right password."""
    form = SignInForm()
    proven = form.proven(form.email.data) if form.validate_on_submit() else None
    if proven is None:
        return render_template("account/sign_in.html", form=form), 422
    return enter(proven.user() or abort(409))


@pages.post("/sign-out")
@open_to("learner")
def end() -> Response:
    """Sign out in this browser."""
    begin_writing()
    sign_out()
    return redirect(url_for("home.index"))


@pages.post("/account/sign-outs")
@open_to("learner")
def end_all() -> Response:
    """Sign out everywhere, here included."""
    user = User.locked(me().id) or abort(409)
    Session.end_all(user)
    sign_out()
    return redirect(url_for("home.index"))
