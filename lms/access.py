"""Who someone is, and what they may see."""

import functools
import ipaddress
from collections.abc import Callable
from typing import ParamSpec, TypeVar, get_args

from flask import Flask, abort, g, request
from flask import session as cookie
from flask_login import AnonymousUserMixin, LoginManager, current_user
from werkzeug.exceptions import Forbidden, TooManyRequests

from lms import facts
from lms.carrying import FRAMED, carried, from_here
from lms.db import begin_writing, db, now, own_transaction
from lms.display import prefer, recall
from lms.models import Attempt, Award, ResourceLink, Session, Throttle, User
from lms.models.user import Role

P = ParamSpec("P")
R = TypeVar("R")


ROLES = get_args(Role)[1:]
"""Those that somebody has to be given."""


class NotYourRole(Forbidden):
    """The page is for people with another role."""


def open_to(audience: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Say who may use a view. A test refuses a view that does not say.

    `anyone`: no account needed. `learner`: someone who has begun a course; others are turned away with 403.
    `owner`: like learner, and the view loads the thing with `own_attempt`, `own_award` or `own_session`.
    `instructor`: someone who teaches where the session's link stands, for what is about that link.
    `trainer`, `coordinator`, `admin`: someone with that role, or an administrator. A role opens no more than
    the pages that name it: what belongs to a learner stays theirs.
    """

    def declare(view: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if audience != "anyone" and not current_user.is_authenticated:
                abort(403)
            if audience in ROLES and not me().may_as(audience):
                raise NotYourRole
            if audience == "instructor" and not teaches():
                raise NotYourRole
            return view(*args, **kwargs)

        guarded.audience = audience  # type: ignore[attr-defined]
        return guarded

    return declare


class VisitOver(Forbidden):
    """The session that an address carried has ended, or the address was taken elsewhere."""


class Visitor(AnonymousUserMixin):  # type: ignore[misc]
    """Someone who has not begun a course."""


def teaches() -> bool:
    """Whether the learning system that began this session says that they teach there."""
    return "held" in g and g.held.staff


def start(app: Flask) -> None:
    """Let Flask-Login find the person by the session token in the signed cookie."""
    manager = LoginManager(app)
    manager.anonymous_user = Visitor
    manager.session_protection = None  # the row decides; a changed address on a train must not sign out
    manager.user_loader(_user_of_token)
    app.before_request(_look_at_once)


def _look_at_once() -> None:
    """Who it is, before a view writes, so that use can be noted; and before a page is made, so that it looks
    as they chose. Leaving asks nothing, and never fails.
    """
    if carried() and request.blueprint != "exits":
        current_user.is_authenticated  # noqa: B018  finds the session


def _user_of_token(token: str) -> User | None:
    held = Session.find(token)
    if held is None or held.carried != carried() or (held.carried and not from_here()):
        return None
    g.held, g.idle, held.user.here = held, held.idle, held.context
    facts.note_session(held)
    if held.language:
        prefer(held.language)
    if held.carried:
        recall(held.display)
    if held.carried and held.idle:
        _note_use(held.id)
    return held.user


WAITING = frozenset({"guest", "waits for", "_permanent"})
"""What a cookie holds of a guest who waits to be asked about, and that it outlives the browser."""


def _note_use(session_id: int) -> None:
    """Reading is use, too, in a session that would end soon."""
    with own_transaction() as session:
        if held := session.get(Session, session_id):
            held.keep_alive()


def link() -> ResourceLink | None:
    """The learning system's link that this session came by, if it did."""
    held: Session | None = g.get("held")
    return db.session.get(ResourceLink, held.resource_link_id) if held and held.resource_link_id else None


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
    held = None if user.guest else Session.find(cookie.get("_user_id", ""))
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


def is_signed_in() -> bool:
    """Whether somebody is signed in, for every page to show: it asks nothing that a page does not ask anyway.

    Where nothing may be asked the cookie tells, whose session may have ended.
    """
    return "_user_id" in cookie and bool(g.get("asks_nothing") or current_user.is_authenticated)


def ask_nothing() -> None:
    """The database may be away: show this page to whoever it is as to anybody, with what was known last."""
    facts.ask_nothing()
    g.asks_nothing = True
    g._login_user = Visitor()  # noqa: SLF001  where Flask-Login looks, for every template, before it asks


def is_me(user: User | None) -> bool:
    """Whether it is this person who is signed in here."""
    return user is not None and current_user.is_authenticated and me().id == user.id


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


def me() -> User:
    """The learner who is signed in."""
    user: User = current_user._get_current_object()  # noqa: SLF001  Flask-Login has no other way to unwrap it
    return user


def my_account() -> User:
    """The person's account; to whoever has none, the page is not found."""
    return me() if me().email else abort(404)


def myself() -> User:
    """Whoever is not a guest: with an account, or from a learning system."""
    return abort(404) if me().guest else me()


def own_attempt(attempt_id: int) -> Attempt:
    """The person's own attempt; anyone else's is not found."""
    return Attempt.owned(attempt_id, me()) or abort(404)


def own_session(session_id: int) -> Session:
    """The person's own session, in this browser or another; anyone else's is not found."""
    return Session.owned(session_id, me()) or abort(404)


def own_award(award_id: int) -> Award:
    """The person's own award; anyone else's is not found."""
    return Award.owned(award_id, me()) or abort(404)


def caller() -> str:
    """The network a request came from, for throttling only: an IPv4 address, or the /64 of an IPv6 one.

    One customer holds a /64 and may come from any address in it.
    """
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if address.version == 4:
        return str(address)
    return str(address.ipv4_mapped or ipaddress.IPv6Address(int(address) >> 64 << 64))


def at_most(tries: int, what: str, who: str | None = None) -> None:
    """Count a try at something by this network, or by `who`; 429 for more than `tries` in an hour."""
    if not Throttle.allows(what, who or caller(), tries=tries, within=Throttle.LONGEST):
        raise TooManyRequests(retry_after=int(Throttle.LONGEST.total_seconds()))


def at_most_each(tries: int, what: str) -> None:
    """The same, counted for each person and not for their network. Visitors are counted as they begin."""
    if current_user.is_authenticated:
        at_most(tries, what, me().label)
