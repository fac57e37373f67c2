"""The session of this browser: how it begins and ends, and the guest who may wait beside it."""

from flask import g
from flask import session as cookie
from flask_login import current_user
from werkzeug.exceptions import Forbidden

from lms import facts
from lms.access import is_signed_in, me
from lms.carrying import FRAMED, carried
from lms.db import begin_writing, now
from lms.models import ResourceLink, Session, User


class VisitOver(Forbidden):
    """The session that an address carried has ended, or the address was taken elsewhere."""


WAITING = frozenset({"guest", "waits for", "_permanent"})
"""What a cookie holds of a guest who waits to be asked about, and that it outlives the browser."""


def launch(user: User, *, framed: bool, **launched: object) -> None:
    """Begin a session for someone a learning system sent, in its frame or in a window of its own.

    The frame's cookie is another: what the ordinary one leads to stays. In a window, a guest who learned
    there before waits to be asked about.
    """
    guest = None if framed else _guest_before(user) or _still_waiting(user)
    if framed and FRAMED not in cookie:
        cookie.clear()  # the ordinary cookie's, which came along from the same site
    sign_out()
    cookie["_user_id"], cookie["launched"] = Session.begin(user, **launched), True
    if framed:
        cookie[FRAMED] = True
    if guest:
        cookie["guest"], cookie["waits for"] = Session.begin(guest), user.id


def launched() -> bool:
    """Whether a learning system began this session, or the one that was here before it ended."""
    return carried() or "launched" in cookie


def visit_over() -> bool:
    """Whether a session that a learning system began has ended: only there it begins again."""
    return launched() and not is_signed_in()


def guest_by(link: ResourceLink) -> User | None:
    """The guest who learns in this browser and came by the same link, whom its platform tells no name of."""
    mine = current_user.is_authenticated and me().guest and g.held.resource_link_id == link.id
    return me() if mine else None


def sign_in(user: User) -> None:
    """Begin a session in this browser; what the cookie held before is dropped, so that it cannot be fixed.

    Only the area that was chosen stays, and becomes the person's own where they have none; and that this
    browser was told how to leave quickly. Where a guest signs in to an account, what they did waits to be
    asked about.
    """
    if carried():
        raise VisitOver
    guest = _guest_before(user) or _still_waiting(user)
    chosen, told = facts.chosen(), cookie.get("told")
    sign_out()
    if told:
        note_told()
    if chosen:
        facts.choose(chosen)
        user.area = user.area or chosen
    user.active_at = now()
    cookie["_user_id"] = Session.begin(user)  # where Flask-Login looks: the token, never the user's id
    if guest:
        cookie["guest"], cookie["waits for"] = Session.begin(guest), user.id
    cookie.permanent = True


def _guest_before(user: User) -> User | None:
    """The guest who learned in this browser until now, when it is an account that signs in."""
    held = None if user.guest or "_user_id" not in cookie else Session.find(cookie["_user_id"])
    return held.user if held and held.user.guest else None


def _still_waiting(user: User) -> User | None:
    """The guest that this account has not answered about yet: a new session does not lose it."""
    return waiting_guest() if cookie.get("waits for") == user.id else None


def waiting_guest() -> User | None:
    """The guest whose doings wait to be taken along, or left, by who has signed in since."""
    held = Session.find(cookie["guest"]) if "guest" in cookie else None
    return held.user if held and held.user.guest else None


def keep_waiting(guest: User) -> None:
    """Let a guest wait to be asked about, beside the account that is signed in."""
    leave_guest()
    cookie["guest"], cookie["waits for"] = Session.begin(guest), me().id


def leave_guest() -> None:
    """What the guest did here is not taken along: only its come-back code still leads to it."""
    Session.end(cookie.pop("guest", ""))


def sign_out(*, keep_waiting: bool = False) -> None:
    """End this browser's session, in the database and in the cookie.

    With `keep_waiting`, a guest whom the account has not answered about yet goes on waiting, seen by nobody,
    until that account signs in here again, or somebody else signs in or begins.
    """
    kept = WAITING if keep_waiting and "guest" in cookie else frozenset()
    for key in {"_user_id", "guest"} - kept:
        if token := cookie.get(key):
            Session.end(token)
    for key in cookie.keys() - kept:
        del cookie[key]


def this_session() -> str:
    """The token of this browser's session."""
    return str(cookie.get("_user_id", ""))


def note_told() -> None:
    """Keep in this browser that it was told how to leave quickly. Leaving forgets that too."""
    cookie["told"] = True


def stay_alive() -> None:
    """Something was done: the person's 30 days begin again, noted at most once an hour."""
    token = cookie.get("_user_id")
    if not token or not g.get("idle"):
        return
    begin_writing()  # a request that only read so far may not turn into one that writes
    if held := Session.find(token):
        held.keep_alive()
        cookie.modified = True
