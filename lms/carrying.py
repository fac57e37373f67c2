"""What carries a session from page to page: a cookie, a cookie that belongs to the frame we are shown in, or,
where a browser keeps neither, the address itself.

Inside a learning system our pages stand in a frame of another site. Browsers that block cookies there may
still keep one that is partitioned: it is known only within that system. Else each address begins with
`/s/<token>`. The token is then all there is: nothing else is kept, and it never reaches a log of ours.
"""

import hmac
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Request, Response, g, has_app_context, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature

PREFIX = "/s/"
CARRIED = "alongside.carried"
FRAMED = "framed"
"""The key in a session that says that its cookie belongs to a frame."""

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class AddressCarries:
    """Takes a session's token off the path: pages are found as ever, and every address made has it."""

    def __init__(self, application: WSGI) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith(PREFIX):
            token, _, rest = path.removeprefix(PREFIX).partition("/")
            environ[CARRIED] = token
            environ["SCRIPT_NAME"] = f"{environ.get('SCRIPT_NAME', '')}{PREFIX}{token}"
            environ["PATH_INFO"] = f"/{rest}"
        return self.application(environ, start)


def carried() -> bool:
    """Whether this request's session stands in its address."""
    return CARRIED in request.environ


def in_frame() -> bool:
    """Whether this page is for a frame, as far as browsers tell."""
    fetched_for = request.headers.get("Sec-Fetch-Dest", "")
    return carried() or bool(g.get("framed")) or fetched_for in ("iframe", "frame")


def from_here() -> bool:
    """Whether a page of ours asked. What stands in an address may be seen, and pasted elsewhere."""
    site, goes_to = (request.headers.get(f"Sec-Fetch-{name}", "") for name in ("Site", "Dest"))
    return site in ("", "same-origin") or (site == "none" and goes_to != "document")


class CarriedSession(SecureCookieSession):
    """A session that stands in the address. What is put into it lasts for this request."""


class Carrying(SecureCookieSessionInterface):
    """Flask's own signed cookie, or one of those above in its place."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of this request, by whichever of the three it came."""
        if token := request.environ.get(CARRIED):
            secret = str(app.secret_key).encode()
            forged = hmac.digest(secret, f"form token\0{token}".encode(), "sha256").hex()
            return CarriedSession({"_user_id": token, "csrf_token": forged})
        alone = request.headers.get("Sec-Fetch-Dest") == "document"  # in a window of its own
        g.framed = not alone and self.framed_name(app) in request.cookies
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Let the browser keep it, unless the address does."""
        if isinstance(session, CarriedSession):
            response.headers["Referrer-Policy"] = "no-referrer"
            return
        g.framed = g.get("framed", False) or FRAMED in session
        super().save_session(app, session, response)

    def get_cookie_name(self, app: Flask) -> str:
        """A frame's cookie has another name, so that it never takes the place of the ordinary one."""
        return self.framed_name(app) if _is_framed() else super().get_cookie_name(app)

    def get_cookie_samesite(self, app: Flask) -> str | None:
        """Sent to a frame on another site only where it has to be."""
        return "None" if _is_framed() else super().get_cookie_samesite(app)

    def get_cookie_partitioned(self, app: Flask) -> bool:
        """Known only within the site that shows the frame."""
        return _is_framed() or super().get_cookie_partitioned(app)

    def get_cookie_secure(self, app: Flask) -> bool:
        """A cookie for frames has to be."""
        return _is_framed() or super().get_cookie_secure(app)

    def framed_name(self, app: Flask) -> str:
        """What the cookie of a frame is called."""
        return f"{super().get_cookie_name(app)}-framed"


def held_beside(app: Flask) -> tuple[str, list[str]]:
    """The name of the cookie that this request came with and did not go by, and the tokens that it holds: a
    window of its own and a frame may be open in one browser.
    """
    interface = app.session_interface
    assert isinstance(interface, Carrying)  # noqa: S101  ours: see create_app
    own = interface.get_cookie_name(app)
    ordinary, framed = app.config["SESSION_COOKIE_NAME"], interface.framed_name(app)
    name = ordinary if own == framed else framed
    signer = interface.get_signing_serializer(app)
    try:
        said = signer.loads(request.cookies[name]) if signer and name in request.cookies else {}
    except BadSignature:
        said = {}
    return name, [str(said[key]) for key in ("_user_id", "guest") if key in said]


def _is_framed() -> bool:
    return has_app_context() and bool(g.get("framed"))
