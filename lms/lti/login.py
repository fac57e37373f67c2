"""The beginning of a launch: the platform asks us to ask it who someone is."""

import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import request
from pylti1p3.contrib.flask.request import FlaskRequest
from pylti1p3.exception import OIDCException
from pylti1p3.oidc_login import OIDCLogin
from pylti1p3.redirect import Redirect

from lms.counting import at_most_written
from lms.db import db
from lms.lti.refusals import Refused
from lms.lti.registry import Registered, Registry
from lms.models import LaunchTransaction

ASKED = ("iss", "client_id", "lti_deployment_id", "login_hint", "lti_message_hint", "target_link_uri")
LAUNCHES = 6_000
"""So many launches of one network are begun in an hour: a council may sit behind it."""
LONGEST = 4_000
"""Characters of one thing that a platform sends: Moodle's hints are some hundred long."""


@dataclass(frozen=True)
class Began:
    """A launch that was begun: `next` is where to send the browser, which is to keep `browser` until it is
    back with `state`. `storage` is the platform's frame that keeps things for us, where it has one.
    """

    next: str
    state: str
    browser: str
    storage: str

    @property
    def keeper(self) -> str:
        """The origin of the platform: it alone may keep things for us."""
        parts = urlsplit(self.next)
        return f"{parts.scheme}://{parts.netloc}"


def begin(launch_url: str) -> Began:
    """Begin the launch that this request asks for; the platform will answer to `launch_url`.

    Raises `Refused`. Commits by itself: the protocol asks by GET, too.
    """
    at_most_written(LAUNCHES, "launches")
    login = _Login({name: asked(name) for name in ASKED})
    try:
        next_url, storage = login.begin(launch_url), asked("lti_storage_target")[:255]
    except Refused:
        db.session.commit()  # of a refused one the count stays
        raise
    kept = {"state": login.state, "nonce": login.nonce, "browser": login.browser}
    LaunchTransaction.begin(login.platform_id, storage=storage, **kept)
    db.session.commit()
    return Began(next_url, login.state, login.browser, storage)


def asked(name: str) -> str:
    """What the platform sends by GET or POST; what is too long, or cannot be kept, is nothing."""
    said = request.values.get(name, "")
    return said if len(said) <= LONGEST and "\0" not in said else ""


class _Login(OIDCLogin[FlaskRequest, Registry, Any, Any, str]):
    """PyLTI1p3's login, which keeps state and nonce for us instead of in cookies of its own."""

    _registration: Registered
    state = nonce = ""

    def __init__(self, said: dict[str, str]) -> None:
        super().__init__(FlaskRequest(request_data=said), Registry(), self, self)
        self.browser = secrets.token_urlsafe(32)

    @property
    def platform_id(self) -> int:
        return self._registration.platform.id

    def begin(self, launch_url: str) -> str:
        try:
            return str(self.redirect(launch_url))
        except OIDCException as error:
            raise Refused("incomplete", str(error)) from error

    def get_redirect(self, url: str) -> Redirect[str]:
        """The library puts a question mark between; some platforms have one in their address already."""
        address = self._registration.platform.auth_url
        return _Address(f"{address}&{url.removeprefix(f'{address}?')}" if "?" in address else url)

    def _get_uuid(self) -> str:
        return secrets.token_urlsafe(32)

    def _generate_nonce(self) -> str:
        return secrets.token_urlsafe(32)

    def set_cookie(self, name: str, _value: str, _seconds: int) -> None:
        """The library would keep the state in the browser."""
        self.state = name

    def save_nonce(self, nonce: str) -> None:
        """The library would keep the nonce in the session."""
        self.nonce = nonce


class _Address(Redirect[str]):
    """Where to go; how is for the page to say."""

    def __init__(self, url: str) -> None:
        self.url = url

    def do_redirect(self) -> str:
        return self.url

    do_js_redirect = get_redirect_url = do_redirect

    def set_redirect_url(self, location: str) -> None:
        self.url = location
