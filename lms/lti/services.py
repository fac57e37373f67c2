"""Asking a platform's services, with access tokens that are kept until they run out.

A token is kept in the process, by registration and scopes: two clients of one issuer never share one.
"""

import json
import secrets
import time
from collections.abc import Collection
from typing import Any, NamedTuple, TypeGuard

import jwt
from flask import current_app
from requests import Response

from lms.db import db
from lms.lti import keys
from lms.lti.outgoing import Outgoing
from lms.models import Platform

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LASTS = 300
"""Seconds that our word for who we are is good for: it is used at once, and clocks differ."""
EARLY = 30
"""Seconds before its end at which a token is not used any more."""
LONGEST = 3600
"""Seconds after which a token is asked for anew, however long it is said to last."""


class NoTokenError(Exception):
    """A platform gave no access token. `status` is what it answered; `retry_after` what it asked for."""

    def __init__(self, answer: Response) -> None:
        super().__init__(f"No access token: the answer was {answer.status_code}.")
        self.status = answer.status_code
        self.retry_after = answer.headers.get("Retry-After")
        self.error = _object(answer).get("error")


class Client(NamedTuple):
    """What we are to a platform, as values: no transaction is open while it is asked."""

    platform: int
    client_id: str
    token_url: str
    audience: str

    @classmethod
    def of(cls, platform: Platform) -> "Client":
        """From its registration."""
        audience = platform.audience or platform.token_url
        return cls(platform.id, platform.client_id, platform.token_url, audience)


def ask(
    platform: Platform | Client, scopes: Collection[str], method: str, url: str, **options: Any
) -> Response:
    """What a service answers, whatever it is; a token that has run out is asked for anew, once.

    `options` are those of `requests`. Ends the transaction: what was read before is read again, what was
    written is lost. Raises `OutgoingError` when the platform cannot be reached, `NoTokenError`.
    """
    client = platform if isinstance(platform, Client) else Client.of(platform)
    db.session.rollback()
    outgoing: Outgoing = current_app.extensions["outgoing"]
    headers = options.pop("headers", {})
    for fresh in (False, True):
        held = {**headers, "Authorization": f"Bearer {_token(client, frozenset(scopes), fresh=fresh)}"}
        answer = outgoing.request(method, url, headers=held, **options)
        if answer.status_code != 401:
            break
    return answer


def _token(client: Client, scopes: frozenset[str], *, fresh: bool) -> str:
    kept: dict[object, tuple[str, float]] = current_app.extensions.setdefault("lti tokens", {})
    token, ends = kept.get((client, scopes), ("", 0.0))
    if fresh or time.monotonic() > ends - EARLY:
        token, lasts = _granted(client, scopes)
        kept[client, scopes] = token, time.monotonic() + lasts
    return token


def _granted(client: Client, scopes: frozenset[str]) -> tuple[str, float]:
    """A new token, and the seconds that it lasts."""
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION,
        "client_assertion": assertion(client),
        "scope": " ".join(sorted(scopes)),
    }
    outgoing: Outgoing = current_app.extensions["outgoing"]
    answer = outgoing.post(client.token_url, data=form, headers={"Accept": "application/json"})
    held = _object(answer)
    token, lasts = held.get("access_token"), held.get("expires_in", LONGEST)
    if answer.status_code not in (200, 201) or not _fits_a_header(token):
        raise NoTokenError(answer)
    return token, lasts if isinstance(lasts, int | float) and 0 <= lasts <= LONGEST else LONGEST


def _fits_a_header(token: object) -> TypeGuard[str]:
    return isinstance(token, str) and bool(token) and token.isascii() and token.isprintable()


def assertion(client: Client) -> str:
    """Our signed word for who we are, good for one use. Ends the transaction."""
    moment = int(time.time())
    kid, key = keys.signing()
    db.session.rollback()
    claims = {
        "iss": client.client_id,
        "sub": client.client_id,
        "aud": client.audience,
        "iat": moment,
        "exp": moment + LASTS,
        "jti": secrets.token_urlsafe(16),
    }
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": kid})


def said(answer: Response) -> Any:
    """What was answered as JSON; None for anything else."""
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError):
        return None


def _object(answer: Response) -> dict[str, Any]:
    held = said(answer)
    return held if isinstance(held, dict) else {}
