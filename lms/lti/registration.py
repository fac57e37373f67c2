"""Dynamic registration: a platform's administrator opens an invitation, and we tell the platform what we are.

The address to ask comes from a browser, so nothing is asked before the invitation is used up, only by the one
way out, and nothing is believed of an issuer that its own host does not say. What it answers is never shown.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app
from requests import Response
from sqlalchemy import select

from lms.db import begin_writing, db
from lms.lti import addresses, keys, tool
from lms.lti.addresses import AddressError
from lms.lti.outgoing import Outgoing, OutgoingError
from lms.models import AuditEvent, Deployment, Invitation, Platform
from lms.settings import Settings

LARGEST = 256 * 1024
"""Bytes of what a platform says of itself."""
LONGEST_TOKEN = 8000
PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
SHARED = (
    "https://canvas.instructure.com",
    "https://canvas.beta.instructure.com",
    "https://canvas.test.instructure.com",
)
"""Issuers that many customers have, besides Blackboard's, which registers by hand."""
ANEW = "Nothing was registered. Begin again in the learning system: this link still works."


class RegistrationError(Exception):
    """Nothing was registered; the words say why, to the administrator of a platform."""


class InvitationOver(Exception):  # noqa: N818  it is no fault
    """The invitation was used, or its time is up."""


@dataclass(frozen=True)
class Asked:
    """What the platform sent the browser with: where it says what it is, and its own token."""

    configuration: str
    token: str

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Asked":
        """From a query or a form. Raises `RegistrationError` for an address that is never asked."""
        token = given.get("registration_token", "")
        if len(token) > LONGEST_TOKEN or not token.isascii() or not (token + "x").isprintable():
            raise RegistrationError("The learning system sent a token that cannot be read.")
        try:
            return cls(addresses.checked(given.get("openid_configuration"), _settings().lti_allow), token)
        except AddressError as error:
            raise RegistrationError(
                f"The learning system gave an address that is not used. {error}"
            ) from error


@dataclass(frozen=True)
class _Said:
    """What a platform says of itself, read strictly."""

    issuer: str
    auth_url: str
    token_url: str
    keys_url: str
    registration_url: str
    is_canvas: bool


def register(token: str, asked: Asked) -> Platform:
    """Register with the platform by the invitation of this token. The platform waits for approval; the caller
    commits. No transaction is open while the platform is asked.
    """
    db.session.rollback()
    invitation_id = Invitation.claim(token)
    if invitation_id is None:
        raise InvitationOver
    try:
        keys_there()
        said = _said(_answer("get", asked.configuration, asked.token), asked)
        answer = _answer(
            "post",
            said.registration_url,
            asked.token,
            tool.registration(_settings().url, canvas=said.is_canvas),
        )
        return _kept(invitation_id, said, *_client(answer))
    except Exception:
        db.session.rollback()
        Invitation.release(invitation_id)
        raise


def keys_there() -> None:
    """A platform may fetch our keys as soon as it knows us."""
    keys.make_first()
    db.session.commit()


def _answer(method: str, address: str, token: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """What a platform answers: one JSON object, and nothing else."""
    out: Outgoing = current_app.extensions["outgoing"]
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        answer = out.request(method, address, headers=headers, json=body)
    except OutgoingError as error:
        raise RegistrationError(f"{error} {ANEW}") from error
    return _read(answer, addresses.host(address))


def _read(answer: Response, host: str) -> dict[str, Any]:
    if answer.status_code not in (200, 201):
        raise RegistrationError(f"{host} answered {answer.status_code}, and does not register us. {ANEW}")
    try:
        held = json.loads(answer.content) if len(answer.content) <= LARGEST else None
    except (ValueError, RecursionError):
        held = None
    if not isinstance(held, dict):
        raise RegistrationError(f"{host} answered with something that cannot be read. {ANEW}")
    return held


def _said(held: dict[str, Any], asked: Asked) -> _Said:
    issuer = _address(held, "issuer")
    if len(issuer) > addresses.LONGEST_ISSUER:
        raise RegistrationError("The learning system’s issuer is longer than can be kept.")
    family = held.get(PLATFORM)
    said = _Said(
        issuer=issuer,
        auth_url=_address(held, "authorization_endpoint"),
        token_url=_address(held, "token_endpoint"),
        keys_url=_address(held, "jwks_uri"),
        registration_url=_address(held, "registration_endpoint"),
        is_canvas=isinstance(family, dict) and family.get("product_family_code") == "canvas",
    )
    theirs = [asked.configuration, said.auth_url, said.keys_url]
    if addresses.host(said.token_url) not in addresses.TOKENS:
        theirs.append(said.token_url)
    if addresses.host(issuer) not in addresses.KIN:  # whose customers have addresses of their own
        theirs.append(said.registration_url)
    for address in theirs:
        if not addresses.belongs(address, issuer):
            raise RegistrationError(
                f"{addresses.host(address)} speaks for {addresses.host(issuer)}, which is another host. If "
                "that is right, the administrator of Alongside can register this learning system by hand."
            )
    return said


def _address(held: dict[str, Any], name: str) -> str:
    try:
        return addresses.checked(held.get(name), _settings().lti_allow)
    except AddressError as error:
        raise RegistrationError(f"The learning system’s {name} is not used. {error}") from error


def _client(answer: dict[str, Any]) -> tuple[str, str]:
    """Our client id there, and the deployment where the answer names one."""
    client_id, more = answer.get("client_id"), answer.get(tool.CONFIGURATION)
    deployment = more.get("deployment_id", "") if isinstance(more, dict) else ""
    deployment = str(deployment) if isinstance(deployment, int) else deployment
    for value, needed in ((client_id, True), (deployment, False)):
        if (
            not isinstance(value, str)
            or len(value) > 255
            or not value.isprintable()
            or (needed and not value)
        ):
            raise RegistrationError("The learning system answered without a client id that can be read.")
    return str(client_id), str(deployment)


def _kept(invitation_id: int, said: _Said, client_id: str, deployment: str) -> Platform:
    """The platform as a row, with its deployment. One that is known stays as it is: nobody takes it over."""
    begin_writing()
    invitation = db.session.get_one(Invitation, invitation_id)
    known = select(Platform).where(Platform.issuer == said.issuer, Platform.client_id == client_id)
    platform = db.session.scalar(known)
    if platform is None:
        platform = Platform(name=invitation.name, issuer=said.issuer, client_id=client_id)
        platform.auth_url, platform.token_url, platform.keys_url = (
            said.auth_url,
            said.token_url,
            said.keys_url,
        )
        platform.frames = addresses.frames(said.issuer, said.auth_url)
        platform.shared = said.issuer in SHARED
        db.session.add(platform)
        db.session.flush()
        which = f"by invitation {invitation_id}"
        AuditEvent.note("platform registered", platform.label, detail=which, way="invitation")
    if deployment and Deployment.named(platform, deployment) is None:
        db.session.add(Deployment(platform_id=platform.id, deployment=deployment))
    invitation.platform_id = platform.id
    return platform


def _settings() -> Settings:
    settings: Settings = current_app.extensions["alongside"]
    return settings
