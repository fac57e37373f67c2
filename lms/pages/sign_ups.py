"""Making an account: an address first, then a password behind a link that only its mailbox has."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from lms import links, passwords
from lms.access import me, open_to
from lms.accounts import ask_to_sign_up, open_account
from lms.links import Claims
from lms.pages.account_forms import FinishForm, SignUpForm
from lms.pages.mailed import gone, keep_address
from lms.pages.sessions import enter
from lms.signing_in import sign_out

pages = Blueprint("sign_ups", __name__, url_prefix="/sign-up")
pages.after_request(keep_address)


@pages.get("")
@open_to("anyone")
def new() -> str | Response:
    """Ask for an address, and a guest whether to take along what they did."""
    if current_user.is_authenticated and not me().guest:
        return redirect(url_for("accounts.show"))
    return _asked(SignUpForm())


@pages.post("")
@open_to("anyone")
def create() -> str | Response:
    """Send a link. The answer is the same for every address."""
    form = SignUpForm()
    if not form.validate_on_submit() or not form.may_send():
        return form.refused(_asked(form))
    guest_id = me().id if _is_guest() else None
    ask_to_sign_up(form.email.data, guest_id, take=form.take.data or guest_id is None)
    again = url_for("sign_ups.new")
    return render_template("account/sent.html", email=form.email.data, sure=True, again=again)


def _is_guest() -> bool:
    return current_user.is_authenticated and me().guest


def _asked(form: SignUpForm) -> str:
    return render_template("account/sign_up.html", form=form, is_guest=_is_guest())


@pages.get("/<token>")
@open_to("anyone")
def finish(token: str) -> str | tuple[str, int]:
    """Ask for a password."""
    claims = links.read(token, "sign up")
    return _finishing(claims, FinishForm()) if claims else gone(url_for("sign_ups.new"))


@pages.post("/<token>")
@open_to("anyone")
def complete(token: str) -> Response | tuple[str, int]:
    """Make the account and sign in."""
    claims, form = links.read(token, "sign up"), FinishForm()
    if claims is None:
        return gone(url_for("sign_ups.new"))
    form.for_email = claims["to"]
    if not form.validate_on_submit():
        return _finishing(claims, form), 422
    account = open_account(claims, passwords.hashed(form.new_password.data), form.name.data)
    if account is None:
        abort(409)
    if not claims["take"]:
        sign_out()  # they said that what was done as a guest stays behind
    return enter(account)


def _finishing(claims: Claims, form: FinishForm) -> str:
    return render_template("account/finish.html", form=form, email=claims["to"], takes=claims["guest"])
