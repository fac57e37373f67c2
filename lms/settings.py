"""All settings, read from the environment once and then frozen."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


class SettingsError(Exception):
    """A setting is missing or wrong. The message says which one and what to do."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How this installation runs. Each field is described in docs/settings.md.

    `url` is the public address, used in links, mails and QR codes; https there means production.
    """

    instance: Path
    database_url: str
    secret_key: str
    url: str = "http://127.0.0.1:8000"
    issuer: str = "Alongside"
    leave_to: str = "https://www.bbc.co.uk/weather"
    trusted_proxies: int = 0
    port: int = 8000
    web_processes: int = 2

    @property
    def production(self) -> bool:
        """Whether the public address is https."""
        return urlsplit(self.url).scheme == "https"

    @property
    def sqlite(self) -> bool:
        """Whether the database is an SQLite file."""
        return self.database_url.startswith("sqlite")

    @classmethod
    def from_env(cls, environ: os._Environ[str] | dict[str, str] = os.environ) -> "Settings":
        """Settings from environment variables; a missing secret is made once, outside production."""
        instance = Path(environ.get("ALONGSIDE_INSTANCE", "instance")).resolve()
        port = _number(environ, "PORT", 8000)
        url = environ.get("ALONGSIDE_URL", f"http://127.0.0.1:{port}").rstrip("/")
        production = urlsplit(url).scheme == "https"
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(
            instance=instance,
            database_url=environ.get("ALONGSIDE_DATABASE_URL") or f"sqlite:///{instance / 'alongside.db'}",
            secret_key=environ.get("ALONGSIDE_SECRET_KEY") or _kept_secret(instance, production=production),
            url=url,
            issuer=environ.get("ALONGSIDE_ISSUER", cls.issuer),
            leave_to=environ.get("ALONGSIDE_LEAVE_TO", cls.leave_to),
            trusted_proxies=_number(environ, "ALONGSIDE_TRUSTED_PROXIES", 0),
            port=port,
            web_processes=_number(environ, "ALONGSIDE_WEB_PROCESSES", 2),
        )


def _number(environ: os._Environ[str] | dict[str, str], name: str, default: int) -> int:
    text = environ.get(name, str(default))
    if not text.isdecimal():
        raise SettingsError(f"{name} should be a whole number, but is {text!r}.")
    if name == "PORT" and not 1 <= int(text) <= 65535:
        raise SettingsError(f"PORT should be from 1 to 65535, but is {text}.")
    return int(text)


def _kept_secret(instance: Path, *, production: bool) -> str:
    """The secret kept in the instance folder, made on first use."""
    path = instance / "secret-key"
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    if production:
        raise SettingsError(
            "ALONGSIDE_SECRET_KEY is not set. In production (ALONGSIDE_URL begins with https) set it to a "
            'long random text, for example from: python3 -c "import secrets; print(secrets.token_hex(32))"'
        )
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    except FileExistsError:  # another process made it first
        pass
    return path.read_text(encoding="ascii").strip()
