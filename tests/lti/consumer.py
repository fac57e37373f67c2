"""Open edX's own implementation of a platform, which knows nothing of ours: it plays the learning system."""

import functools
import warnings

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # it warns of Python 3.11, and its own webob of cgi
    settings.configure(PLATFORM_NAME="A learning system in a test")
    from lti_consumer.data import Lti1p3LaunchData
    from lti_consumer.lti_1p3.consumer import LtiAdvantageConsumer
    from lti_consumer.lti_1p3.key_handlers import PlatformKeyHandler, ToolKeyHandler

__all__ = ["Lti1p3LaunchData", "LtiAdvantageConsumer", "ToolKeyHandler", "key", "signer"]


@functools.cache
def key(number: int) -> rsa.RSAPrivateKey:
    """One of the keys that platforms have, each made once."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@functools.cache
def signer(number: int) -> PlatformKeyHandler:
    """What signs with that key. It reads the key anew whenever one is made, which takes longer than a launch."""
    kind = serialization.PrivateFormat.PKCS8
    text = key(number).private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption())
    return PlatformKeyHandler(text.decode(), f"key-{number}")
