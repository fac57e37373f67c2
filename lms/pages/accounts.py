"""Your account: what it says of you, and what you may do with it. Guests have one without a password."""

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from lms import passwords
from lms.access import me, my_account, myself, open_to
from lms.accounts import change_password
from lms.models import User
from lms.pages.account_forms import ChangePasswordForm, OwnNameForm
from lms.signing_in import sign_in, waiting_guest

pages = Blueprint("accounts", __name__, url_prefix="/account")


@pages.get("")
@open_to("learner")
def show() -> str:
    """All there is to do."""
    return render_template("account/account.html", account=me(), waiting=waiting_guest() is not None)


@pages.get("/name")
@open_to("learner")
def edit_name() -> str:
    """Ask for the name to print on certificates from now on."""
    return render_template("account/name.html", form=OwnNameForm(name=myself().name))


@pages.post("/name")
@open_to("learner")
def change_name() -> Response | tuple[str, int]:
    """Keep it."""
    account, form = myself(), OwnNameForm()
    if not form.validate_on_submit():
        return render_template("account/name.html", form=form), 422
    (User.locked(account.id) or abort(409)).name = form.name.data
    return redirect(url_for("accounts.show"))


@pages.get("/password")
@open_to("learner")
def edit_password() -> str:
    """Ask for the password there is and the one to come."""
    return render_template("account/password.html", form=ChangePasswordForm(), email=my_account().email)


@pages.post("/password", endpoint="change_password")
@open_to("learner")
def keep_password() -> Response:
    """Keep the new one; every other session ends, and this one is renewed."""
    account, form = my_account(), ChangePasswordForm()
    form.for_email = email = account.email or ""
    proven = form.proven(email) if form.validate_on_submit() else None
    if proven is None:
        return form.refused(render_template("account/password.html", form=form, email=email))
    password_hash = passwords.hashed(form.new_password.data)
    user = proven.user() or abort(409)
    change_password(user, password_hash)
    sign_in(user)
    return redirect(url_for("accounts.show"))
