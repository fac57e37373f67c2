"""Another e-mail address for an account: first the old one must agree, then the new. The old can stop it."""

from flask import Blueprint, Response, abort, render_template, request, url_for

from lms import links
from lms.access import is_me, my_account, open_to
from lms.accounts import (
    agree_to_new_email,
    ask_to_change_email,
    change_email,
    keep_email,
    locked_subject,
    subject,
)
from lms.pages.account_forms import NewEmailForm
from lms.pages.mailed import gone, keep_address
from lms.signing_in import sign_in

pages = Blueprint("emails", __name__, url_prefix="/account/email")
email_changes = Blueprint("email_changes", __name__, url_prefix="/email-change")
new_emails = Blueprint("new_emails", __name__, url_prefix="/new-email")
for _each in (email_changes, new_emails):
    _each.after_request(keep_address)

Page = str | tuple[str, int]


@pages.get("")
@open_to("learner")
def edit() -> Page:
    """Ask for the new address."""
    return render_template("account/email.html", form=NewEmailForm(), account=my_account())


@pages.post("")
@open_to("learner")
def ask() -> Page | Response:
    """Send the first of two links, to the address there is."""
    account, form = my_account(), NewEmailForm()
    form.present = account.email
    proven = form.proven(account.email or "") if form.validate_on_submit() else None
    if proven is None or not form.may_send():
        return form.refused(render_template("account/email.html", form=form, account=account))
    user = proven.user() or abort(409)
    ask_to_change_email(user, form.email.data)
    return render_template("account/email_asked.html", old=user.email, new=form.email.data)


@email_changes.get("/<token>")
@open_to("anyone")
def show(token: str) -> Page:
    """Ask the old address."""
    claims = links.read(token, "e-mail change")
    account = subject(claims)
    if account is None or claims is None:
        return gone(url_for("emails.edit"))
    return render_template("account/email_change.html", account=account, new=claims["new"])


@email_changes.post("/<token>")
@open_to("anyone")
def decide(token: str) -> Page:
    """Yes: ask the new address too. No: everything stays, and no link to change it works any more."""
    claims = links.read(token, "e-mail change")
    account = locked_subject(claims)
    if account is None or claims is None:
        return gone(url_for("emails.edit"))
    agreed = request.form.get("agreed") == "yes"
    if agreed:
        agree_to_new_email(account, claims["new"])
    else:
        keep_email(account)
    return render_template("account/email_decided.html", agreed=agreed, old=account.email, new=claims["new"])


@new_emails.get("/<token>", endpoint="show")
@open_to("anyone")
def show_new(token: str) -> Page:
    """Ask the new address."""
    claims = links.read(token, "new e-mail")
    if subject(claims) is None or claims is None:
        return gone(url_for("emails.edit"))
    return render_template("account/new_email.html", new=claims["to"])


@new_emails.post("/<token>")
@open_to("anyone")
def confirm(token: str) -> Page:
    """Use the new address from now on; every other session ends, and this one is renewed if it is theirs."""
    claims = links.read(token, "new e-mail")
    account = locked_subject(claims)
    here = is_me(account)
    if account is None or claims is None or not change_email(account, claims["to"]):
        return gone(url_for("emails.edit"))
    if here:
        sign_in(account)
    return render_template("account/email_changed.html", new=claims["to"])
