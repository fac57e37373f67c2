"""What a platform's message says, read strictly: anything missing or odd is refused, never guessed."""

import datetime
import json
import re
from typing import Any
from urllib.parse import urlsplit

from lms.lti.refusals import Refused

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
GRADES = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
MEMBERS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"

LEEWAY = datetime.timedelta(seconds=60)
OLDEST = datetime.timedelta(minutes=10)
"""How long ago a message may have been issued: longer than anybody's sign-in takes."""
FARTHEST = 10**11
"""A moment that no clock shows: JSON may say 1e308, or infinity, or no number at all."""
LONGEST = 255
"""Characters of an id: the standard's own limit."""

HOST = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")

Claims = dict[str, Any]


def check_times(claims: Claims, moment: datetime.datetime) -> int:
    """Refuse a message that is too old, or from the future; return how many seconds its clock is ahead."""
    issued, ends = (_number(claims, name) for name in ("iat", "exp"))
    ours, leeway = moment.timestamp(), LEEWAY.total_seconds()
    if issued > ours + leeway:
        raise Refused("clock", f"It was issued {issued - ours:.0f} seconds from now.", skew=issued - ours)
    if ends < ours - leeway or issued < ours - OLDEST.total_seconds() - leeway:
        raise Refused("old", f"It was issued {ours - issued:.0f} seconds ago.", skew=issued - ours)
    return round(issued - ours)


def check_readable(*parts: object) -> None:
    """Refuse what is no JSON object, or holds what no database keeps: NUL, or half a character."""
    written = json.dumps(parts, ensure_ascii=False)
    if not all(isinstance(part, dict) for part in parts) or "\\u0000" in written:
        raise Refused("message", "It is no object, or holds NUL.")
    try:
        written.encode()
    except UnicodeEncodeError as error:
        raise Refused("message", "It holds half a character.") from error


def check_somebody(claims: Claims) -> str:
    """Whose message it is; nobody's when it names them in no other way either."""
    subject = text(claims, "sub", needed=False)
    if not subject and any(claims.get(name) for name in ("name", "given_name", "family_name", "email")):
        raise Refused("claims", "sub")
    return subject


def check_audience(claims: Claims, client_id: str) -> None:
    """Refuse a message that is not for us, or that another client asked for."""
    audience = claims.get("aud")
    meant = audience if isinstance(audience, list) else [audience]
    if client_id not in meant:
        raise Refused("audience", "Our client id is not in aud.")
    if claims.get("azp", client_id) != client_id or (len(meant) > 1 and "azp" not in claims):
        raise Refused("audience", "azp is not our client id.")


def check_target(claims: Claims, origin: str) -> str:
    """The address that was asked for; refused when it is not on this site."""
    target = claims.get(f"{LTI}target_link_uri")
    if not isinstance(target, str) or not same_origin(target, origin):
        raise Refused("target")
    return target


def check_return(address: object) -> str:
    """An address to send the browser back to: https, or this very machine.

    Its host is plain: it becomes part of a policy, and all browsers read it alike.
    """
    if not isinstance(address, str) or len(address) > 2000 or any(each <= " " for each in address):
        raise Refused("return address")
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise Refused("return address", "It cannot be read.") from error
    if not HOST.fullmatch(parts.netloc):
        raise Refused("return address", "Its host is not plain.")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        raise Refused("return address", "It is not https.")
    return address


def is_loopback(host: str | None) -> bool:
    """Whether a host name means the machine it is used on."""
    return host in ("localhost", "127.0.0.1", "::1")


def same_origin(address: str, origin: str) -> bool:
    """Whether an address is on the site whose scheme, host and port `origin` names."""
    try:
        parts, ours = urlsplit(address), urlsplit(origin)
        return (parts.scheme, parts.hostname, parts.port) == (ours.scheme, ours.hostname, ours.port)
    except ValueError:
        return False


def text(claims: Claims, name: str, *, needed: bool = True, longest: int = LONGEST) -> str:
    """A claim that is words; refused when it is anything else, or missing and needed."""
    value = claims.get(name, "")
    if not isinstance(value, str) or (needed and not value.strip()) or len(value) > longest:
        raise Refused("claims", name.rpartition("/")[2])
    return value


def names(claims: Claims, name: str) -> list[str]:
    """A claim that is a list of words, which may be empty but not missing; odd ones are left out."""
    value = claims.get(name)
    if not isinstance(value, list):
        raise Refused("claims", name.rpartition("/")[2])
    return [each for each in value if isinstance(each, str) and each]


def group(claims: Claims, name: str) -> Claims:
    """A claim that holds others; empty where it is not there."""
    value = claims.get(name)
    if value is not None and not isinstance(value, dict):
        raise Refused("claims", name.rpartition("/")[2])
    return value or {}


def _number(claims: Claims, name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < FARTHEST:
        raise Refused("claims", name)
    return value
