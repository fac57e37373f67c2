"""Signed in where someone learned as a guest: was that the same person, and does it go along?"""

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from lms.access import myself, open_to
from lms.db import begin_writing
from lms.learning import places
from lms.library import live_courses
from lms.merging import merge
from lms.models import Award
from lms.signing_in import leave_guest, waiting_guest

pages = Blueprint("merges", __name__, url_prefix="/account/merge")


@pages.get("")
@open_to("learner")
def new() -> str | Response:
    """Ask, and show what it is about."""
    myself()
    guest = waiting_guest()
    if guest is None:
        return redirect(url_for("accounts.show"))
    return render_template(
        "account/merge.html",
        places=places(guest, live_courses()),
        who=guest.id,
        certified=bool(Award.all_of(guest)),
        kept=current_app.extensions["alongside"],
    )


@pages.post("")
@open_to("learner")
def create() -> Response:
    """Take it along, or leave it."""
    account, guest = myself(), waiting_guest()
    if guest and request.form.get("who", str(guest.id)) != str(guest.id):
        return redirect(url_for("merges.new"))  # the form was about another one
    if guest and request.form.get("take") == "yes" and merge(guest.id, account.id) is None:
        abort(409)
    begin_writing()
    leave_guest()
    return redirect(url_for("home.index"))
