"""Everything that is held about a person, for them to read, keep, and delete."""

import msgspec
from flask import Blueprint, Response, abort, redirect, render_template, url_for
from flask import session as cookie
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as Redirect

from lms.access import me, open_to
from lms.erasing import erase
from lms.holding import Held, held_about
from lms.language import SOURCE, tag
from lms.models import AuditEvent, User
from lms.pages.account_forms import PasswordForm, TickForm
from lms.signing_in import sign_out, waiting_guest

pages = Blueprint("my_data", __name__)


WAITS = "a place in a course waits for an answer"
NAMES = {
    "e-mail": lazy_gettext("E-mail"),
    "name": lazy_gettext("Name"),
    "role": lazy_gettext("Role"),
    "area": lazy_gettext("Area"),
    "begun at": lazy_gettext("Started"),
    "last active at": lazy_gettext("Last used this site"),
    "has a password": lazy_gettext("Has a password"),
    "has a come-back code": lazy_gettext("Has a come-back code"),
    WAITS: lazy_gettext("A place in a course waits for your answer"),
    "course": lazy_gettext("Course"),
    "round": lazy_gettext("Round: 1 is the first time, 2 the second"),
    "completed at": lazy_gettext("Finished"),
    "lesson": lazy_gettext("Lesson"),
    "done at": lazy_gettext("Done"),
    "quiz": lazy_gettext("Quiz"),
    "number": lazy_gettext("Number"),
    "time until": lazy_gettext("Time limit"),
    "extra time in per cent": lazy_gettext("Extra time, in per cent"),
    "handed in at": lazy_gettext("Handed in"),
    "marks in per cent": lazy_gettext("Marks out of 100"),
    "passed": lazy_gettext("Passed"),
    "question": lazy_gettext("Question"),
    "given": lazy_gettext("Answer given"),
    "saved at": lazy_gettext("Saved"),
    "title": lazy_gettext("Title"),
    "code": lazy_gettext("Code"),
    "awarded": lazy_gettext("Awarded"),
    "valid until": lazy_gettext("Valid until"),
    "state": lazy_gettext("How it stands"),
    "last used at": lazy_gettext("Last used"),
    "ends at": lazy_gettext("Ends"),
    "display": lazy_gettext("Display"),
    "about": lazy_gettext("About"),
    "to": lazy_gettext("To"),
    "new address": lazy_gettext("New address"),
    "language": lazy_gettext("Language"),
    "asked for at": lazy_gettext("Asked for"),
    "sent at": lazy_gettext("Sent"),
}
"""What the names in the file mean, to who reads another language."""

WORDS = {
    "learner": lazy_gettext("learner"),
    "trainer": lazy_gettext("trainer"),
    "coordinator": lazy_gettext("coordinator"),
    "admin": lazy_gettext("administrator"),
    "valid": lazy_gettext("valid"),
    "expired": lazy_gettext("past its date"),
    "revoked": lazy_gettext("withdrawn"),
    "replaced": lazy_gettext("replaced"),
    "waiting": lazy_gettext("waiting"),
    "sent": lazy_gettext("sent"),
    "stalled": lazy_gettext("could not be sent"),
    "sign up": lazy_gettext("a new account"),
    "reset": lazy_gettext("a new password"),
    "invitation": lazy_gettext("an invitation"),
    "e-mail change": lazy_gettext("another e-mail address"),
    "new e-mail": lazy_gettext("a new e-mail address"),
    "idle account": lazy_gettext("an account that is not used"),
}
"""What is kept as a word of ours, in words."""
CHOSEN = ("role", "state", "about")
"""Under which names such a word is kept: anywhere else it is somebody's own."""


@pages.get("/account/data")
@open_to("learner")
def show() -> str:
    """To read."""
    return render_template(
        "account/data.html", held=_held(), names=NAMES, words=WORDS, chosen=CHOSEN, waits=WAITS
    )


def _held() -> Held:
    """All of it, and whether a guest waits to become part of it: what they did is not this person's yet."""
    held = held_about(me())
    if waiting_guest() is not None:
        held["account"][WAITS] = True
    return held


@pages.get("/account/data.json")
@open_to("learner")
def download() -> Response:
    """To keep. The file's name is neutral: others may see the downloads."""
    headers = {"Content-Disposition": 'attachment; filename="data.json"'}
    held = _held()
    if tag() != SOURCE:
        held["what the names mean"] = {name: str(said) for name, said in NAMES.items()}
    text = msgspec.json.format(msgspec.json.encode(held), indent=2)
    return Response(text, mimetype="application/json", headers=headers)


@pages.get("/account/deletion")
@open_to("learner")
def ask() -> str:
    """Say what goes, and ask whether they mean it."""
    return _asked(PasswordForm() if me().email else TickForm())


def _asked(form: PasswordForm | TickForm) -> str:
    mine = {"is_guest": not me().email, "elsewhere": me().elsewhere}
    waiting = waiting_guest() is not None
    return render_template("account/delete.html", form=form, waiting=waiting, **mine)


@pages.post("/account/deletion")
@open_to("learner")
def delete() -> Redirect:
    """Delete everything. An account needs its password, a guest's a tick."""
    form = PasswordForm() if me().email else TickForm()
    user = _certain(form) if form.validate_on_submit() else None
    if user is None:
        return form.refused(_asked(form))
    if user.role != "learner":
        AuditEvent.note("person removed", user.label, detail="by themselves")
    erase(user)
    sign_out()
    cookie["deleted"] = True
    return redirect(url_for("my_data.deleted"))


def _certain(form: PasswordForm | TickForm) -> User | None:
    if isinstance(form, TickForm):
        return User.locked(me().id)
    proven = form.proven(me().email or "")
    return (proven.user() or abort(409)) if proven else None


@pages.get("/deleted")
@open_to("anyone")
def deleted() -> str | Redirect:
    """Say once that it is done, and only where it was; nothing in the browser tells of it afterwards."""
    if not cookie.pop("deleted", False):
        return redirect(url_for("home.index"))
    return render_template("account/deleted.html")
