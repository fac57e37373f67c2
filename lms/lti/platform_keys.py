"""The keys that platforms sign with: fetched, kept for a day, and fetched again when one is new."""

import datetime
import functools
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from flask import current_app
from jwcrypto.common import JWException
from jwcrypto.jwk import JWK
from sqlalchemy import CursorResult, or_, update

from lms.db import db, now, own_transaction
from lms.lti.outgoing import Outgoing, OutgoingError
from lms.lti.refusals import Refused
from lms.models import Platform

KEEP = datetime.timedelta(days=1)
AGAIN = datetime.timedelta(minutes=1)
"""How soon a platform is asked again: for a key that we have not seen, or because it did not answer."""
MOST = 50
SHORTEST = 2048
"""Bits of a key: what is shorter, others may work out."""


def find(platform: Platform, kid: object) -> RSAPublicKey:
    """The public key of this id. Raises `Refused` when the platform has none, or cannot be asked.

    While one launch asks for new keys, others go by those that are there.
    """
    if not isinstance(kid, str) or not kid:
        raise Refused("signature", "The message names no key.")
    held, fresh = platform.keys, platform.keys_at is not None and now() - platform.keys_at < KEEP
    key = _among(held or [], kid) if fresh else None
    if key is None:
        held = _fetched(platform, fresh=fresh) if _may_ask(platform) else held
        key = _among(held or [], kid)
    if held is None:
        raise Refused("keys", "They were asked for less than a minute ago.")
    if key is None:
        raise Refused("signature", "The platform publishes no key of that name.")
    return key


def _may_ask(platform: Platform) -> bool:
    """Whether a minute has passed since it was last asked. Who may, is noted to have asked: whatever comes of
    it, nobody asks again before.
    """
    due = or_(Platform.asked_at.is_(None), Platform.asked_at <= now() - AGAIN)
    mine = update(Platform).where(Platform.id == platform.id, due)
    db.session.rollback()  # nobody waits for a transaction of ours meanwhile
    with own_transaction() as session:
        done = cast("CursorResult[Any]", session.execute(mine.values(asked_at=now())))
        return done.rowcount == 1


def _among(keys: list[dict[str, object]], kid: str) -> RSAPublicKey | None:
    found = next((key for key in keys if key.get("kid") == kid and _of_kind(key)), None)
    return _checked(found) if found else None


def signs(key: object) -> bool:
    """Whether signatures would be checked with this, which a platform publishes."""
    try:
        return isinstance(key, dict) and _of_kind(key) and bool(_checked(key))
    except Refused:
        return False


def _of_kind(key: dict[str, object]) -> bool:
    return key.get("kty") == "RSA" and key.get("alg", "RS256") == "RS256"


def _checked(key: dict[str, object]) -> RSAPublicKey:
    try:
        found = _read(key.get("n"), key.get("e"))
    except (JWException, ValueError, TypeError) as error:
        raise Refused("keys", "A key cannot be read.") from error
    if found.key_size < SHORTEST:
        raise Refused("signature", f"Its key has {found.key_size} bits; at least {SHORTEST} are needed.")
    return found


@functools.lru_cache(maxsize=MOST)
def _read(n: object, e: object) -> RSAPublicKey:
    """The key of this modulus and exponent; read once, and not for each launch."""
    return cast("RSAPublicKey", JWK(kty="RSA", n=n, e=e).get_op_key("verify"))


def _fetched(platform: Platform, *, fresh: bool) -> list[dict[str, object]]:
    """Ask the platform, and keep what it says whatever becomes of this launch. Where it does not answer, keys
    that are no longer `fresh` are good for nobody.
    """
    url, platform_id = platform.keys_url, platform.id
    db.session.rollback()
    try:
        found = _asked(url)
    except Refused:
        if not fresh:
            _keep(platform_id, None)
        raise
    _keep(platform_id, found)
    return found


def _asked(url: str) -> list[dict[str, object]]:
    outgoing: Outgoing = current_app.extensions["outgoing"]
    try:
        answer = outgoing.get(url, headers={"Accept": "application/json"})
        found = answer.json().get("keys") if answer.ok else None
    except (OutgoingError, ValueError, AttributeError, RecursionError) as error:
        raise Refused("keys", str(error)) from error
    if not isinstance(found, list) or not all(isinstance(key, dict) for key in found) or len(found) > MOST:
        raise Refused("keys", f"The answer was {answer.status_code}, and no key set.")
    return found


def _keep(platform_id: int, found: list[dict[str, object]] | None) -> None:
    with own_transaction() as session:
        held = session.get_one(Platform, platform_id)
        held.keys, held.keys_at = found, now() if found is not None else None
