"""Signing in and out, here and everywhere, and seeing where one is signed in."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from lms.access import me, open_to, own_session
from lms.db import begin_writing, db
from lms.models import Session, User
from lms.pages.account_forms import SignInForm
from lms.signing_in import sign_in, sign_out, this_session, waiting_guest

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
def create() -> Response:
    """Sign in, by a new session, who gives the right password."""
    form = SignInForm()
    proven = form.proven(form.email.data) if form.validate_on_submit() else None
    if proven is None:
        return form.refused(render_template("account/sign_in.html", form=form))
    return enter(proven.user() or abort(409))


@pages.post("/sign-out")
@open_to("learner")
def end() -> Response:
    """Sign out in this browser."""
    begin_writing()
    sign_out(keep_waiting=True)
    return redirect(url_for("home.index"))


@pages.get("/account/sessions")
@open_to("learner")
def index() -> str:
    """Every browser that this person is signed in with; nothing is kept that could tell which it is."""
    token, guest = this_session(), me().guest
    mine = [(each, each.holds(token)) for each in Session.of(me())]
    return render_template("account/sessions.html", sessions=mine, me_is_guest=guest)


@pages.post("/account/sessions/<int(max=2147483647):session>/sign-out")
@open_to("owner")
def end_one(session: int) -> Response:
    """Sign out in one browser. No password is asked: who has to be quick must not look for it."""
    begin_writing()
    db.session.delete(own_session(session))
    return redirect(url_for("sessions.index"))


@pages.post("/account/other-sign-outs")
@open_to("learner")
def end_others() -> Response:
    """Sign out everywhere else."""
    user = User.locked(me().id) or abort(409)
    Session.end_all(user, but=this_session())
    return redirect(url_for("sessions.index"))


@pages.post("/account/sign-outs")
@open_to("learner")
def end_all() -> Response:
    """Sign out everywhere, here included."""
    user = User.locked(me().id) or abort(409)
    Session.end_all(user)
    sign_out(keep_waiting=True)
    return redirect(url_for("home.index"))
