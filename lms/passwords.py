"""Passwords are kept as argon2id hashes."""

from argon2 import PasswordHasher

LEAST, MOST = 10, 200
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hashed(password: str) -> str:
    """What to keep of a password. Takes long on purpose, so do it before asking for the database's turn."""
    return _HASHER.hash(password)


def problem(password: str, email: str = "") -> str | None:
    """What is wrong with a new password, in words for the person; None when it will do."""
    if not LEAST <= len(password) <= MOST:
        return f"Use from {LEAST} to {MOST} characters."
    if email and email.partition("@")[0].casefold() in password.casefold():
        return "Do not use your e-mail address."
    return None
