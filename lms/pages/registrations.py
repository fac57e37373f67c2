"""An invitation to register a learning system, opened by its administrator inside it."""

from collections.abc import Mapping

from flask import Blueprint, current_app, g, render_template, request
from werkzeug.wrappers import Response

from lms.access import open_to
from lms.counting import at_most
from lms.lti import tool
from lms.lti.addresses import frames_of
from lms.lti.registration import Asked, InvitationOver, RegistrationError, register
from lms.models import Invitation

pages = Blueprint("registrations", __name__)

TRIES = 30
"""So often an hour may one network have platforms asked."""


@pages.get("/lti/register/<token>")
@open_to("anyone")
def show(token: str) -> str | tuple[str, int]:
    """Say what will be registered; or, to who opened the link by itself, what to do with it. Asks nobody."""
    _let_frame(token, request.args)
    invitation = Invitation.open(token)
    if invitation is None:
        return _over()
    if "openid_configuration" not in request.args:
        link = f"{current_app.extensions['alongside'].url}{tool.REGISTER}{token}"
        return _page("told", name=invitation.name, link=link)
    try:
        asked = Asked.of(request.args)
    except RegistrationError as error:
        return _page("failed", why=str(error)), 422
    return _page("asked", name=invitation.name, asked=asked)


@pages.post("/lti/register/<token>")
@open_to("anyone")
def create(token: str) -> str | tuple[str, int]:
    """Register with the platform, once. Whoever holds the link may: that is what it is for."""
    _let_frame(token, request.form)
    at_most(TRIES, "registration")
    try:
        asked = Asked.of(request.form)
        platform = register(token, asked)
    except InvitationOver:
        return _over()
    except RegistrationError as error:
        return _page("failed", why=str(error)), 422
    return _page("done", platform=platform)


@pages.after_request
def _for_a_window_that_opened_us(response: Response) -> Response:
    """Some systems open a window of their own, and are told in the end that it may be closed."""
    response.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
    return response


def _let_frame(token: str, said: Mapping[str, str]) -> None:
    """Whoever was invited may show our page in a frame, also where the invitation is over."""
    if Invitation.known(token):
        g.framers = frames_of(said.get("openid_configuration"))


def _over() -> tuple[str, int]:
    return _page("over"), 410


def _page(state: str, **held: object) -> str:
    return render_template(f"lti/registration_{state}.html", nav="", **held)
