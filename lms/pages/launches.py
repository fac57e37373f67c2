"""Where learning systems send people: to begin a launch, to end it, and to fetch our keys."""

import contextlib

from flask import Blueprint, current_app, g, make_response, redirect, render_template, request
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from lms.access import open_to
from lms.counting import at_most
from lms.db import begin_writing, db
from lms.lti import arriving, deep_linking, keys
from lms.lti.launch import Launch, asked_by_us, in_a_window
from lms.lti.login import Began, asked, begin
from lms.lti.refusals import WORDS, Refused
from lms.models import LaunchTransaction, Platform
from lms.models.user import fingerprint

pages = Blueprint("launches", __name__, url_prefix="/lti")

KEPT_FOR = 600  # seconds that a browser keeps what it was given when a launch began
REFUSALS = 600
"""So many refusals of one network are noted in an hour: a council may sit behind it."""


@pages.get("/login", endpoint="login_by_address")
@pages.post("/login")
@open_to("anyone")
def login() -> Response:
    """Begin: keep something in this browser, or with the platform around it, and ask who it is."""
    g.issuer = asked("iss")
    began = begin(f"{_url()}/lti/launch")
    page = render_template("lti/remember.html", began=began) if began.storage else redirect(began.next)
    return _keep(began, make_response(page))


@pages.get("/launch")
@open_to("anyone")
def look() -> str:
    """Platforms look whether something is here; people may come by, too."""
    return render_template("lti/look.html")


@pages.post("/launch")
@open_to("anyone")
def launch() -> Response | str:
    """The platform's answer. What was kept in the browser shows that it is the one that began."""
    request.form  # noqa: B018  all of it has to be here: who sends slowly holds nobody up
    begin_writing()  # before anything is read: what is right is used up in the same transaction
    transaction, cookie = _begun(), request.cookies.get(_cookie(request.form["state"]), "")
    if transaction.storage and "proof" not in request.form and not in_a_window():
        return render_template("lti/proof.html", storage=transaction.storage, keeper=_keeper(transaction))
    checked = Launch(transaction, _url(), cookie=cookie, proof=_proof(transaction)).validate()
    if checked.opens_a_link:
        return arriving.opened(checked)
    checked.use_up("form")
    return deep_linking.opened(checked)


@pages.post("/arrivals")
@open_to("anyone")
def arrive() -> Response:
    """Go on in a window of its own."""
    return arriving.in_window(request.form.get("arrival", ""))


@pages.get("/jwks.json")
@open_to("anyone")
def key_set() -> Response:
    """The keys that show what is from us."""
    response = make_response(keys.published())
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@pages.app_errorhandler(Refused)
def refuse(error: Refused) -> tuple[str, int]:
    """Say what happened and what to do, and keep it for the administrator."""
    db.session.rollback()  # nothing of it stays, and it holds nobody up
    skew = g.get("launch_skew") if error.skew is None else error.skew
    became = {"failed": error.check, "detail": error.detail[:300], "skew": skew}
    if not LaunchTransaction.note(g.get("launch_transaction"), **became):
        with contextlib.suppress(TooManyRequests):  # what is not noted any more is refused all the same
            at_most(REFUSALS, "refused launches")
            LaunchTransaction.note_again(g.get("launch_transaction"), **became)
    g.framers = Platform.framers(g.get("issuer", ""))  # one that waits for approval may show why
    happened, do = WORDS[error.check]
    return render_template("lti/refused.html", happened=happened, do=do, check=error.check), 403


def _begun() -> LaunchTransaction:
    """The launch that is answered. Whatever else is wrong, a platform's own refusal is said first."""
    found = LaunchTransaction.of_state(request.form.get("state", ""))
    g.launch_transaction = found and found.id
    g.issuer = found.platform.issuer if found and found.platform else ""
    if "error" in request.form:
        raise Refused("platform", request.form["error"][:60].replace("\0", ""))
    if found is None:
        raise Refused("state")
    return found


def _proof(transaction: LaunchTransaction) -> str:
    """What the platform kept for us. Anybody can post their own; only a page of ours in a frame may."""
    asked_for = transaction.storage and asked_by_us() and not in_a_window()
    return request.form.get("proof", "") if asked_for else ""


def _keeper(transaction: LaunchTransaction) -> str:
    return Began(transaction.platform.auth_url, "", "", "").keeper if transaction.platform else ""


def _keep(began: Began, response: Response) -> Response:
    """Partitioned: known only within the platform's site, so not blocked with what could follow people."""
    response.set_cookie(
        _cookie(began.state),
        began.browser,
        KEPT_FOR,
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
    )
    return response


def _cookie(state: str) -> str:
    return f"__Host-launch-{fingerprint(state)[:16]}"


def _url() -> str:
    return str(current_app.extensions["alongside"].url)
