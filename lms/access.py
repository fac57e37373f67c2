"""Who someone is, and what they may see."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar, get_args

from flask import Flask, abort, g, request
from flask import session as cookie
from flask_login import AnonymousUserMixin, LoginManager, current_user
from werkzeug.exceptions import Forbidden

from lms import facts
from lms.carrying import carried, from_here
from lms.db import db, own_transaction
from lms.display import prefer, recall
from lms.models import Attempt, Award, ResourceLink, Session, User
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
    if held.language and "spoken_there" not in g:  # a launch says what is spoken now
        prefer(held.language)
    if held.carried:
        recall(held.display)
    if held.carried and held.idle:
        _note_use(held.id)
    return held.user


def _note_use(session_id: int) -> None:
    """Reading is use, too, in a session that would end soon."""
    with own_transaction() as session:
        if held := session.get(Session, session_id):
            held.keep_alive()


def link() -> ResourceLink | None:
    """The learning system's link that this session came by, if it did."""
    held: Session | None = g.get("held")
    return db.session.get(ResourceLink, held.resource_link_id) if held and held.resource_link_id else None


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
