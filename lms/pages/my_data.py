"""Everything that is held about a person, for them to read, keep, and delete."""

import msgspec
from flask import Blueprint, Response, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response as Redirect

from lms.access import me, open_to, sign_out
from lms.erasing import erase
from lms.holding import held_about
from lms.models import User
from lms.pages.account_forms import PasswordForm, TickForm

pages = Blueprint("my_data", __name__)


@pages.get("/account/data")
@open_to("learner")
def show() -> str:
    """To read."""
    return render_template("account/data.html", held=held_about(me()))


@pages.get("/account/data.json")
@open_to("learner")
def download() -> Response:
    """To keep. The file's name is neutral: others may see the downloads."""
    headers = {"Content-Disposition": 'attachment; filename="data.json"'}
    text = msgspec.json.format(msgspec.json.encode(held_about(me())), indent=2)
    return Response(text, mimetype="application/json", headers=headers)


@pages.get("/account/deletion")
@open_to("learner")
def ask() -> str:
    """Say what goes, and ask whether they mean it."""
    return _asked(TickForm() if me().guest else PasswordForm())


def _asked(form: PasswordForm | TickForm) -> str:
    return render_template("account/delete.html", form=form, is_guest=me().guest)


@pages.post("/account/deletion")
@open_to("learner")
def delete() -> Redirect:
    """Delete everything. An account needs its password, a guest's a tick."""
    form = TickForm() if me().guest else PasswordForm()
    user = _certain(form) if form.validate_on_submit() else None
    if user is None:
        return form.refused(_asked(form))
    erase(user)
    sign_out()
    return redirect(url_for("my_data.deleted"))


def _certain(form: PasswordForm | TickForm) -> User | None:
    if isinstance(form, TickForm):
        return User.locked(me().id)
    proven = form.proven(me().email or "")
    return (proven.user() or abort(409)) if proven else None


@pages.get("/deleted")
@open_to("anyone")
def deleted() -> str:
    """Say that it is done."""
    return render_template("account/deleted.html")
