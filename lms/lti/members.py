"""Names and roles: who is in a learning system's course. Asked when a teacher looks, and kept nowhere."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from requests import Response

from lms.lti.claims import LONGEST, same_origin
from lms.lti.keys import KeyLostError
from lms.lti.outgoing import OutgoingError
from lms.lti.roles import role_of
from lms.lti.services import Client, NoTokenError, ask
from lms.models import ResourceLink

SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
AT_ONCE, ANSWERS, MOST = 500, 60, 5_000
"""How many people to ask for at once; how many answers and people we take in all."""
WITHIN = 15
"""Seconds after which a teacher waits for no further answer."""
LONGEST_NAME = 200
NEXT = re.compile(r"<([^<>]*)>[^<>]*?;\s*rel\s*=\s*\W*next\b", re.IGNORECASE)

Why = Literal["", "not shared", "refused", "away", "odd", "cut short"]


@dataclass(frozen=True)
class Member:
    """Someone in the course: the platform's id of them, and their name where that is shared."""

    subject: str
    name: str = ""
    teaches: bool = False


@dataclass(frozen=True)
class Members:
    """Who is in the course, and `why` not all of them are here."""

    people: tuple[Member, ...] = ()
    why: Why = ""


class _Stopped(Exception):  # noqa: N818  how it ended, and not always an error
    """There is no more to be had; the reason is one of `Why`."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def fetch(link: ResourceLink) -> Members:
    """Everyone whom the platform names in the course of this link. What it does wrong is never raised.

    Ends what was read so far: no transaction is open while the platform is asked.
    """
    people: dict[str, Member] = {}
    try:
        for answer in _answers(Client.of(link.deployment.platform), link.members_url, link.link):
            people |= {each.subject: each for each in _listed(answer)}
            if len(people) > MOST:
                raise _Stopped("cut short")
    except _Stopped as stopped:
        return Members(tuple(people.values()), stopped.why)
    return Members(tuple(people.values()))


def _answers(platform: Client, url: str, link: str) -> Iterator[Response]:
    """The pages of the list, one after the other, all from the host that was named in the launch."""
    if not url:
        raise _Stopped("not shared")
    until = time.monotonic() + WITHIN
    answer = _first(platform, url, link)
    for _ in range(ANSWERS):
        yield answer
        following = next_page(answer)
        if not following:
            return
        if not same_origin(following, url):
            raise _Stopped("odd")
        if time.monotonic() > until:
            raise _Stopped("cut short")
        answer = _checked(_asked(platform, following))
    raise _Stopped("cut short")


def _first(platform: Client, url: str, link: str) -> Response:
    """Those who may open the link; or the whole course, where the platform does not take that question."""
    answer = _asked(platform, _with(url, rlid=link, limit=AT_ONCE))
    return _checked(_asked(platform, url) if answer.status_code in (400, 404, 422) else answer)


def _asked(platform: Client, url: str) -> Response:
    try:
        return ask(platform, [SCOPE], "GET", url, headers={"Accept": TYPE})
    except NoTokenError as error:
        raise _Stopped(_why(error.status)) from error
    except (OutgoingError, KeyLostError) as error:
        raise _Stopped("away") from error


def _checked(answer: Response) -> Response:
    if not answer.ok:
        raise _Stopped(_why(answer.status_code))
    return answer


def _why(status: int) -> Why:
    return "refused" if status in (400, 401, 403, 404) else "away" if status >= 400 else "odd"


def _listed(answer: Response) -> list[Member]:
    """The people on one page who are there today; what is no person is left out."""
    try:
        said = [each for each in answer.json()["members"] if isinstance(each, dict)]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _Stopped("odd") from error
    here = [each for each in said if each.get("status", "Active") == "Active" and _id(each)]
    return [Member(_id(each), _name(each), _teaches(each)) for each in here]


def _id(said: dict[str, Any]) -> str:
    subject = said.get("user_id")
    is_one = isinstance(subject, str | int) and not isinstance(subject, bool)
    return str(subject) if is_one and len(str(subject)) <= LONGEST else ""


def _teaches(said: dict[str, Any]) -> bool:
    roles = said.get("roles")
    return role_of([str(each) for each in (roles if isinstance(roles, list) else ())]) == "instructor"


def _name(said: dict[str, Any]) -> str:
    whole = said.get("name") or f"{said.get('given_name') or ''} {said.get('family_name') or ''}"
    printable = "".join(each if each.isprintable() else " " for each in str(whole))
    return " ".join(printable.split())[:LONGEST_NAME]


def next_page(answer: Response) -> str:
    """The address of the next page, or nothing. Moodle is known to write the header as if it were prose."""
    header = answer.headers.get("Link", "").encode("latin-1", "replace").decode("utf-8", "replace")
    found = NEXT.search(header.replace("&amp;", "&"))
    try:
        return urljoin(answer.url, found[1].strip()) if found else ""
    except ValueError:
        raise _Stopped("odd") from None


def _with(url: str, **asked: object) -> str:
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), *asked.items()]
    return parts._replace(query=urlencode(query)).geturl()
