"""Our keys towards platforms: made, turned over, published, and used to sign.

A new key is published a day before it signs, because a platform may keep what it fetched for some hours; the
one before it stays published for a month.
"""

import base64
import datetime
import functools
import json

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from jwcrypto.jwk import JWK

from lms.db import begin_writing, db, now
from lms.models import ToolKey

AHEAD = datetime.timedelta(days=1)
BEHIND = datetime.timedelta(days=30)


class KeyLostError(Exception):
    """There is no key that can sign: none was made, or the secret key is not the one it was kept with."""


def make_first() -> None:
    """Make a key where there is none, before a platform asks for it. The caller commits."""
    begin_writing()
    if not ToolKey.published():
        rotate()


def rotate() -> ToolKey:
    """Publish a new key, which will sign from tomorrow on. The caller commits.

    It signs at once where it is the first, or where the one before is lost.
    """
    begin_writing()
    before = ToolKey.published()
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    jwk = JWK.from_pem(pem)
    public = json.loads(jwk.export_public()) | {"alg": "RS256", "use": "sig", "kid": jwk.thumbprint()}
    starts = now() + AHEAD if before and not lost() else now()
    key = ToolKey(kid=public["kid"], public=public, private=_safe().encrypt(pem), signs_from=starts)
    for each in before:
        each.retires_at = each.retires_at or starts + BEHIND
    db.session.add(key)
    return key


def published() -> dict[str, list[dict[str, str]]]:
    """The key set that platforms fetch."""
    return {"keys": [key.public for key in ToolKey.published()]}


def signing() -> tuple[str, rsa.RSAPrivateKey]:
    """The key that signs now, with its id. Parsed once in each process: that takes longer than a page."""
    kid = ToolKey.signing()
    if kid is None:
        raise KeyLostError("There is no key. Make one: alongside lti rotate-key")
    return kid, _opened(kid, current_app.config["SECRET_KEY"])


def lost() -> bool:
    """Whether the key that should sign cannot be read."""
    try:
        signing()
    except KeyLostError:
        return True
    return False


@functools.lru_cache(maxsize=4)
def _opened(kid: str, _secret: str) -> rsa.RSAPrivateKey:
    key = db.session.get_one(ToolKey, kid)
    try:
        pem = _safe().decrypt(key.private)
    except InvalidToken as error:
        raise KeyLostError(
            "ALONGSIDE_SECRET_KEY has changed. Make a new key: alongside lti rotate-key"
        ) from error
    private = serialization.load_pem_private_key(pem, None)
    assert isinstance(private, rsa.RSAPrivateKey)  # noqa: S101  we made it
    return private


def _safe() -> Fernet:
    """What private keys are kept in: made from this installation's secret, for nothing else."""
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"alongside lti tool keys")
    return Fernet(base64.urlsafe_b64encode(derive.derive(current_app.config["SECRET_KEY"].encode())))
