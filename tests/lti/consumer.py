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
    from lti_consumer.lti_1p3.key_handlers import ToolKeyHandler

__all__ = ["Lti1p3LaunchData", "LtiAdvantageConsumer", "ToolKeyHandler", "key", "pem"]


@functools.cache
def key(number: int) -> rsa.RSAPrivateKey:
    """One of the keys that platforms have, each made once."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(private: rsa.RSAPrivateKey) -> str:
    """A private key as text."""
    kind = serialization.PrivateFormat.PKCS8
    return private.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()).decode()
