"""The beginning of a launch: the platform asks us to ask it who someone is."""

import secrets
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from pylti1p3.contrib.flask import FlaskRequest
from pylti1p3.exception import OIDCException
from pylti1p3.oidc_login import OIDCLogin
from pylti1p3.redirect import Redirect

from lms.db import db, now
from lms.lti.refusals import Refused
from lms.lti.registry import Registered, Registry
from lms.models import LaunchTransaction
from lms.models.user import fingerprint

ASKED = ("iss", "client_id", "lti_deployment_id", "login_hint", "lti_message_hint", "target_link_uri")
LONGEST = 4_000
"""Characters of one thing that a platform sends: Moodle's hints are some hundred long."""


class Login(OIDCLogin[FlaskRequest, Registry, Any, Any, str]):
    """PyLTI1p3's login, which keeps state and nonce in one transaction instead of in cookies of its own."""

    _registration: Registered

    def __init__(self, browser: str) -> None:
        """`browser` is the secret that this browser holds, by cookie or in the platform's storage."""
        request = FlaskRequest(request_data=_asked())
        self.transaction = LaunchTransaction(browser_hash=fingerprint(browser), began_at=now())
        super().__init__(request, Registry(), self, self)

    def begin(self, launch_url: str) -> str:
        """Where to send the browser. The transaction is added; the caller commits."""
        try:
            url: str = self.redirect(launch_url)
        except OIDCException as error:
            raise Refused("incomplete", str(error)) from error
        self.transaction.platform = self._registration.platform
        self.transaction.asked = dict(self._request._request_data)
        db.session.add(self.transaction)
        return url

    def _get_uuid(self) -> str:
        return secrets.token_urlsafe(32)

    def _generate_nonce(self) -> str:
        return secrets.token_urlsafe(32)

    def set_cookie(self, name: str, _value: str, _seconds: int) -> None:
        """The library would keep the state in the browser: ours is in the transaction."""
        self.state = name
        self.transaction.state_hash = fingerprint(name)

    def save_nonce(self, nonce: str) -> None:
        """The library would keep the nonce in the session."""
        self.transaction.nonce_hash = fingerprint(nonce)
