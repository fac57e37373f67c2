"""Addresses that a platform gives: which are taken, which belong together, and who may show us in a frame.

They come from whoever registers a platform, and end up in requests, in redirects and in a header.
"""

import re
from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

LONGEST, LONGEST_ISSUER = 1000, 500
_PRINTED = re.compile(r"[!-~]+")
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*", re.IGNORECASE)
_FRAME = re.compile(rf"https://(?:\*\.)?{_LABEL}(?:\.{_LABEL})+(?::[0-9]{{1,5}})?")
MOST_FRAMES, LONGEST_FRAMES = 20, 2000

KIN = {
    "canvas.instructure.com": "sso.canvaslms.com",
    "canvas.beta.instructure.com": "sso.beta.canvaslms.com",
    "canvas.test.instructure.com": "sso.test.canvaslms.com",
}
"""Issuers whose addresses are on another host, which is theirs as well."""
TOKENS = ("auth.brightspace.com",)
"""Hosts that give tokens for issuers elsewhere. Nothing is believed of them but the token."""
FRAMES = {
    "instructure.com": "https://*.instructure.com",
    "canvaslms.com": "https://*.instructure.com",
    "blackboard.com": "https://*.blackboard.com",
}
"""Whose pages show tools at customers' own addresses, by the end of the host."""


class AddressError(ValueError):
    """An address is not taken; the words say why."""


def checked(address: object, allowed: Collection[str] = ()) -> str:
    """An address as it was given, if it is https, or http on a host that is `allowed` by name."""
    if not isinstance(address, str) or len(address) > LONGEST or not _PRINTED.fullmatch(address):
        raise AddressError(f"It is not an address, or has more than {LONGEST} characters.")
    parts = _split(address)
    host = parts.hostname or ""
    if parts.username is not None or parts.fragment or not _HOST.fullmatch(host) or len(host) > 253:
        raise AddressError("It should be https://, a host name and a path.")
    if parts.scheme != "https" and (parts.scheme != "http" or host not in allowed):
        raise AddressError("It should begin with https://.")
    return address


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:  # brackets that do not close, a port that is none
        raise AddressError("It is not an address.") from error
    return parts


def host(address: str) -> str:
    """The host of an address that was checked."""
    return urlsplit(address).hostname or ""


def origin(address: str) -> str:
    """Scheme, host and port of an address that was checked."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")


def belongs(address: str, issuer: str) -> bool:
    """Whether an address is the issuer's: on its host, on one above or below it, or on that of its kin.

    So nobody can speak for an issuer from elsewhere; and no list of endings such as co.uk is needed.
    """
    ours, theirs = host(address), host(issuer)
    if ours == KIN.get(theirs):
        return True
    same_port = urlsplit(address).port == urlsplit(issuer).port
    return same_port and (_within(ours, theirs) or _within(theirs, ours))


def _within(name: str, whole: str) -> bool:
    return name == whole or name.endswith(f".{whole}")


def frames(*addresses: str) -> str:
    """Who will show us in a frame, as a policy lists it: the origins of a platform's addresses."""
    found = {origin(each) for each in addresses}
    found |= {wide for each in addresses for end, wide in FRAMES.items() if _within(host(each), end)}
    return " ".join(sorted(found))


def frames_of(address: object) -> str:
    """Who will show what we say of an address as it was given, also where it is not taken; or nobody."""
    try:
        return frames(checked(address, {urlsplit(str(address)).hostname or ""}))
    except ValueError:
        return ""


def checked_frames(text: str, allowed: Collection[str] = ()) -> str:
    """What an administrator typed of origins that may show us in a frame. It becomes part of a header."""
    given = text.split()
    if len(given) > MOST_FRAMES or len(text) > LONGEST_FRAMES:
        raise AddressError(f"At most {MOST_FRAMES} addresses can be given, and {LONGEST_FRAMES} characters.")
    for each in given:
        if not _FRAME.fullmatch(each.casefold()) and not _is_allowed(each, allowed):
            raise AddressError(
                "Write only https:// and a host name, such as https://moodle.example.org or "
                f"https://*.example.org, with spaces between. “{each}” is something else."
            )
    return " ".join(sorted({each.casefold() for each in given}))


def _is_allowed(each: str, allowed: Collection[str]) -> bool:
    """Whether it is the origin of a host in our own network that may be http."""
    try:
        return origin(checked(each, allowed)) == each and host(each) in allowed
    except AddressError:
        return False
