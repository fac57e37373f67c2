"""A new password for whoever forgot theirs, or was invited and has none yet."""

from flask import Blueprint, abort, render_template, url_for
from werkzeug.wrappers import Response

from lms import links, passwords
from lms.access import open_to
from lms.accounts import ask_for_reset, reset_password, subject
from lms.pages.account_forms import EmailForm, NewPasswordForm
from lms.pages.mailed import gone, keep_address
from lms.pages.sessions import enter

pages = Blueprint("resets", __name__)
pages.after_request(keep_address)

KINDS = ("reset", "invitation")


@pages.get("/forgotten-password")
@open_to("anyone")
def new() -> str:
    """Ask for the address."""
    return render_template("account/forgotten.html", form=EmailForm())


@pages.post("/forgotten-password")
@open_to("anyone")
def create() -> str | Response:
    """Send a link. The answer is the same for every address."""
    form = EmailForm()
    if not form.validate_on_submit() or not form.may_send():
        return form.refused(render_template("account/forgotten.html", form=form))
    ask_for_reset(form.email.data)
    again = url_for("resets.new")
    return render_template("account/sent.html", email=form.email.data, sure=False, again=again)


@pages.get("/new-password/<token>")
@open_to("anyone")
def finish(token: str) -> str | tuple[str, int]:
    """Ask for the new password."""
    account = subject(links.read(token, *KINDS))
    if account is None:
        return gone(url_for("resets.new"))
    return render_template("account/new_password.html", form=NewPasswordForm(), email=account.email)


@pages.post("/new-password/<token>")
@open_to("anyone")
def complete(token: str) -> Response | tuple[str, int]:
    """Keep it, end all sessions, and sign in here."""
    claims, form = links.read(token, *KINDS), NewPasswordForm()
    account = subject(claims)
    if account is None or claims is None:
        return gone(url_for("resets.new"))
    form.for_email = account.email or ""
    if not form.validate_on_submit():
        return render_template("account/new_password.html", form=form, email=account.email), 422
    return enter(reset_password(claims, passwords.hashed(form.new_password.data)) or abort(409))
