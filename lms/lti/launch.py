"""A launch: the platform's signed message, and every check it has to pass before it is believed."""

from typing import Any

import jwt
from flask import current_app, g, request
from jwt.utils import base64url_decode
from pylti1p3.contrib.flask.request import FlaskRequest
from pylti1p3.exception import LtiException
from pylti1p3.message_launch import MessageLaunch

from lms.db import begin_writing, db, now
from lms.lti import claims as checks
from lms.lti import platform_keys
from lms.lti.claims import LTI, Claims
from lms.lti.refusals import Refused
from lms.lti.registry import Registered, Registry
from lms.lti.roles import role_of
from lms.models import Deployment, LaunchTransaction, Platform
from lms.models.user import fingerprint

KINDS = ("LtiResourceLinkRequest", "LtiDeepLinkingRequest")


class Launch(MessageLaunch[FlaskRequest, Registry, Any, Any]):
    """PyLTI1p3's launch, where what it takes on trust is checked.

    State, nonce, platform and browser are those of one transaction, which is used up here.
    """

    _registration: Registered
    skew: int | None = None

    def __init__(self, transaction: LaunchTransaction, origin: str, *, cookie: str, proof: str) -> None:
        """`cookie` or `proof` is the secret that this browser was given as the launch began: kept by itself,
        or by the platform. Where both are empty, the caller gives it less. `origin` is ours.
        """
        super().__init__(FlaskRequest(), Registry(), _NOTHING_KEPT, _NOTHING_KEPT)
        self.transaction = transaction
        self.by_cookie, self.by_proof = (
            fingerprint(each) == transaction.browser_hash for each in (cookie, proof)
        )
        self.shown = bool(cookie or proof)
        self.origin = origin

    @property
    def platform(self) -> Platform:
        """Who sent it."""
        return self._registration.platform

    @property
    def framed(self) -> bool:
        """Whether the platform shows us in a frame; a browser that does not tell may."""
        return not in_a_window()

    @property
    def opens_a_link(self) -> bool:
        """Whether somebody opens a link; else a teacher looks for what to link to."""
        return bool(self._jwt["body"].get(f"{LTI}message_type") == KINDS[0])

    @property
    def claims(self) -> Claims:
        """What it says, once everything was checked."""
        return dict(self.get_launch_data())

    def validate(self) -> "Launch":
        """Every check, in order. Raises `Refused`, which says which one failed."""
        try:
            super().validate()
        except LtiException as error:
            raise Refused("message", str(error)) from error
        return self

    def _get_request_param(self, key: str) -> str:
        return str(self._request.get_param(key) or "")

    def validate_state(self) -> "Launch":
        """The browser is the one that began this. A frame that keeps nothing cannot show that: then less is
        given. What a platform gives back otherwise than we gave it does no harm to a cookie that is right.
        """
        if (self.shown or in_a_window()) and not (self.by_cookie or self.by_proof):
            raise Refused("browser")
        return self

    def validate_jwt_format(self) -> "Launch":
        """Something that can be read, and kept."""
        super().validate_jwt_format()
        checks.check_readable(self._jwt["header"], self._jwt["body"])
        return self

    def use_up(self, rung: str) -> None:
        """Go on only if nobody did before with this launch; `rung` carries the session.

        The request began to write before it read, or begins again, where keys were asked for in between: then
        what was approved is looked at anew. A launch that is refused is used up as well, where it was not
        before: see `LaunchTransaction.note`.
        """
        which, used = self.transaction.id, self.transaction.consumed_at
        begin_writing()
        if not LaunchTransaction.consume(which, rung=rung, skew=self.skew):
            raise Refused("used" if used else "state")
        if not (self.platform.approved_at and self.deployment.approved_at):
            raise Refused("not approved")

    def validate_nonce(self) -> "Launch":
        """The nonce is the one that went with this state."""
        nonce = checks.text(dict(self._jwt["body"]), "nonce")
        if fingerprint(nonce) != self.transaction.nonce_hash:
            raise Refused("nonce")
        return self

    def validate_registration(self) -> "Launch":
        """The message is from the platform that was asked, and meant for us."""
        platform = self.transaction.platform
        if platform is None or platform.approved_at is None:
            raise Refused("not approved")
        if self._jwt["body"].get("iss") != platform.issuer:
            raise Refused("issuer", "The message is from another platform than the one that began this.")
        checks.check_audience(dict(self._jwt["body"]), platform.client_id)
        self._registration = Registered(platform)
        return self

    def validate_jwt_signature(self) -> "Launch":
        """Signed with RS256 by a key that the platform publishes: the very text that was read, which is not
        read a second time. Times are checked by us, with leeway.
        """
        header = self._jwt["header"]
        if header.get("alg") != "RS256":
            raise Refused("signature", "Only RS256 is taken.")
        if "crit" in header:
            raise Refused("signature", "Its header calls critical what we do not know.")
        key = platform_keys.find(self.platform, header.get("kid"))
        signed, _, signature = self._get_id_token().rpartition(".")
        try:
            right = _RS256.verify(signed.encode(), key, base64url_decode(signature))
        except ValueError as error:  # no characters of a signature
            raise Refused("signature", "It cannot be read.") from error
        if not right:
            raise Refused("signature", "It is not by that key.")
        self.skew = g.launch_skew = checks.check_times(dict(self._jwt["body"]), now())
        return self

    def validate_deployment(self) -> "Launch":
        """The place in the platform is one that was approved; one we have not met waits for that."""
        name = checks.text(dict(self._jwt["body"]), f"{LTI}deployment_id")
        found = Deployment.named(self.platform, name)
        if found is None or found.approved_at is None:
            which = self.platform.id
            db.session.rollback()  # it is kept whatever becomes of this launch, and nobody waits for us
            Deployment.note(which, name)
            raise Refused("deployment")
        self.deployment = found
        return self

    def validate_message(self) -> "Launch":
        """All that every message must say is said; a person without an id is welcome as nobody known."""
        body = dict(self._jwt["body"])
        if body.get(f"{LTI}message_type") not in KINDS:
            raise Refused("claims", "message_type")
        if body.get(f"{LTI}version") != "1.3.0":
            raise Refused("claims", "version")
        self.subject = checks.check_somebody(body)
        self.role = role_of(checks.names(body, f"{LTI}roles"))
        self.target = checks.check_target(body, self.origin)
        if self.opens_a_link:
            checks.text(checks.group(body, f"{LTI}resource_link"), "id")
        else:
            checks.check_return(checks.group(body, checks.DEEP_LINKING).get("deep_link_return_url"))
        return self

    def save_launch_data(self) -> "Launch":
        """Nothing is kept: what matters becomes rows of ours."""
        return self


def in_a_window() -> bool:
    """Whether the browser says that this is a window, and no frame."""
    return request.headers.get("Sec-Fetch-Dest") == "document"


def asked_by_us() -> bool:
    """Whether a page of ours sent the form: by what browsers say of it now, or else by what older ones do."""
    ours = current_app.extensions["alongside"].url
    return request.headers.get("Sec-Fetch-Site", request.origin) in ("same-origin", ours)


class _NothingKept:
    """In place of the library's session and cookies: our transaction holds all there is to hold."""


_NOTHING_KEPT = _NothingKept()
_RS256 = jwt.get_algorithm_by_name("RS256")
