"""The keys that platforms sign with: fetched, kept for a day, and fetched again when one is new."""

import datetime

from flask import current_app
from jwcrypto.common import JWException
from jwcrypto.jwk import JWK

from lms.db import db, now, own_transaction
from lms.lti.outgoing import Outgoing, OutgoingError
from lms.lti.refusals import Refused
from lms.models import Platform

KEEP = datetime.timedelta(days=1)
AGAIN = datetime.timedelta(minutes=1)
"""How soon keys are fetched again for a message that names one we have not seen."""
MOST = 50


def find(platform: Platform, kid: object) -> bytes:
    """The public key of this id, as PEM. Raises `Refused` when the platform has none, or cannot be asked."""
    if not isinstance(kid, str) or not kid:
        raise Refused("signature", "The message names no key.")
    age = now() - platform.keys_at if platform.keys_at else KEEP
    key = _among(platform.keys or [], kid) if age < KEEP else None
    if key is None and age >= AGAIN:
        key = _among(_fetched(platform), kid)
    if key is None:
        raise Refused("signature", "The platform publishes no key of that name.")
    return key


def _among(keys: list[dict[str, object]], kid: str) -> bytes | None:
    for key in keys:
        if key.get("kid") == kid and key.get("kty") == "RSA" and key.get("alg", "RS256") == "RS256":
            try:
                return bytes(JWK(**key).export_to_pem())
            except (JWException, ValueError, TypeError) as error:
                raise Refused("keys", "A key cannot be read.") from error
    return None


def _fetched(platform: Platform) -> list[dict[str, object]]:
    """Ask the platform, and keep what it says whatever becomes of this launch."""
    asked: Outgoing = current_app.extensions["outgoing"]
    url, platform_id = platform.keys_url, platform.id
    db.session.rollback()  # nobody waits for a transaction of ours meanwhile
    try:
        answer = asked.get(url, headers={"Accept": "application/json"})
        found = answer.json().get("keys") if answer.ok else None
    except (OutgoingError, ValueError, AttributeError, RecursionError) as error:
        raise Refused("keys", str(error)) from error
    if not isinstance(found, list) or not all(isinstance(key, dict) for key in found) or len(found) > MOST:
        raise Refused("keys", f"The answer was {answer.status_code}, and no key set.")
    with own_transaction() as session:
        held = session.get_one(Platform, platform_id)
        held.keys, held.keys_at = found, now()
    return found
