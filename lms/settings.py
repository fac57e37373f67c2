"""All settings, read from the environment once and then frozen."""

import contextlib
import ipaddress
import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

LONGEST = 36500
"""Days that anything can be kept."""
SHORTEST_SECRET, FEWEST_LETTERS = 32, 10
"""Characters of a secret key that is long enough, and how many different ones a random one has at least."""


class SettingsError(Exception):
    """A setting is missing or wrong. The message says which one and what to do."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How this installation runs. Each field is described in docs/settings.md.

    `url` is the public address, used in links, mails and QR codes; https there means production.
    `url_is_a_guess` when neither an address nor a port was given, so that another command may know better.
    """

    instance: Path
    database_url: str
    secret_key: str
    url: str = "http://127.0.0.1:8000"
    url_is_a_guess: bool = False
    issuer: str = "Alongside"
    organisation: str = ""
    contact: str = ""
    leave_to: str = "https://www.bbc.co.uk/weather"
    trusted_proxies: int = 0
    bind: str = "127.0.0.1"
    port: int = 8000
    web_processes: int = 2
    smtp_url: str = field(default="", repr=False)  # may hold a password
    mail_from: str = ""
    lti_allow: frozenset[str] = frozenset()
    keep_guests_days: int = 30
    keep_accounts_days: int = 730
    keep_mails_days: int = 30
    keep_audit_days: int = 365
    keep_launches_days: int = 30
    session_days: int = 90
    role_session_hours: int = 12

    @property
    def production(self) -> bool:
        """Whether the public address is https."""
        return urlsplit(self.url).scheme == "https"

    @property
    def sqlite(self) -> bool:
        """Whether the database is an SQLite file."""
        return self.database_url.startswith("sqlite")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ, *, make: bool = True) -> "Settings":
        """Settings from environment variables; an empty one is as good as none.

        A missing folder is made, and outside production a missing secret, unless `make` is False:
        a command that only looks must leave nothing behind.
        """
        given = {name: value for name, value in environ.items() if value.strip()}
        port = _number(given, "PORT", 8000, 1, 65535)
        url = _address(given.get("ALONGSIDE_URL", f"http://127.0.0.1:{port}"))
        instance = _folder(Path(given.get("ALONGSIDE_INSTANCE", "instance")), make=make)
        may_make_secret = make and urlsplit(url).scheme != "https"
        secret_key = given.get("ALONGSIDE_SECRET_KEY") or _kept_secret(instance, make=may_make_secret)
        if urlsplit(url).scheme == "https":
            _refuse_weak(secret_key)
        return cls(
            instance=instance,
            database_url=given.get("ALONGSIDE_DATABASE_URL", f"sqlite:///{instance / 'alongside.db'}"),
            secret_key=secret_key,
            url=url,
            url_is_a_guess=not {"ALONGSIDE_URL", "PORT"} & given.keys(),
            issuer=given.get("ALONGSIDE_ISSUER", cls.issuer),
            organisation=given.get("ALONGSIDE_ORGANISATION", "").strip(),
            contact=given.get("ALONGSIDE_CONTACT", "").strip(),
            leave_to=_elsewhere(given.get("ALONGSIDE_LEAVE_TO", cls.leave_to).strip(), url),
            trusted_proxies=_number(given, "ALONGSIDE_TRUSTED_PROXIES", 0, 0, 10),
            bind=_ip(given.get("ALONGSIDE_BIND", cls.bind)),
            port=port,
            web_processes=_number(given, "ALONGSIDE_WEB_PROCESSES", 2, 1, 256),
            smtp_url=(smtp_url := _mail_server(given.get("ALONGSIDE_SMTP_URL", "").strip())),
            mail_from=_mail_from(given.get("ALONGSIDE_MAIL_FROM", "").strip(), needed=bool(smtp_url)),
            lti_allow=_hosts(given.get("ALONGSIDE_LTI_ALLOW", "")),
            keep_guests_days=_number(given, "ALONGSIDE_KEEP_GUESTS_DAYS", cls.keep_guests_days, 30, LONGEST),
            keep_accounts_days=_accounts_days(given),
            keep_mails_days=_number(given, "ALONGSIDE_KEEP_MAILS_DAYS", cls.keep_mails_days, 30, LONGEST),
            keep_audit_days=_number(given, "ALONGSIDE_KEEP_AUDIT_DAYS", cls.keep_audit_days, 30, LONGEST),
            keep_launches_days=_number(
                given, "ALONGSIDE_KEEP_LAUNCHES_DAYS", cls.keep_launches_days, 1, LONGEST
            ),
            session_days=_number(given, "ALONGSIDE_SESSION_DAYS", cls.session_days, 1, 365),
            role_session_hours=_number(given, "ALONGSIDE_ROLE_SESSION_HOURS", cls.role_session_hours, 1, 168),
        )


def _number(given: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = given.get(name, str(default)).strip()
    if not (text.isascii() and text.isdecimal()):
        raise SettingsError(f"{name} should be a whole number, but is {text!r}.")
    if not least <= int(text) <= most:
        raise SettingsError(f"{name} should be from {least} to {most}, but is {text}.")
    return int(text)


def _accounts_days(given: Mapping[str, str]) -> int:
    """How many days an account that is not used is kept; 0 for ever."""
    name = "ALONGSIDE_KEEP_ACCOUNTS_DAYS"
    for_ever = given.get(name, "").strip() == "0"
    return 0 if for_ever else _number(given, name, Settings.keep_accounts_days, 90, LONGEST)


def _address(text: str) -> str:
    """The public address without a slash at its end."""
    try:
        parts = urlsplit(text.strip())
        whole = parts.scheme in ("http", "https") and parts.hostname and not parts.path.strip("/")
    except ValueError:  # brackets that do not close
        whole = False
    if not whole:
        raise SettingsError(
            "ALONGSIDE_URL should be https:// and a host name of its own, such as "
            f"https://learn.example.org, but is {text!r}."
        )
    return f"{parts.scheme}://{parts.netloc}"


def _elsewhere(text: str, ours: str) -> str:
    """Where *Exit this page* leads: a whole address, and not of our own host, which would be no way out."""
    try:
        parts = urlsplit(text)
        whole = parts.scheme in ("http", "https") and parts.hostname and not parts.username
    except ValueError:  # brackets that do not close
        whole = False
    if not whole or " " in text:
        raise SettingsError(
            "ALONGSIDE_LEAVE_TO should be the whole address of a neutral page elsewhere, such as "
            f"https://www.bbc.co.uk/weather, but is {text!r}."
        )
    if parts.hostname == urlsplit(ours).hostname:
        raise SettingsError(
            f"ALONGSIDE_LEAVE_TO should lead away from here, but {text!r} is on the host of ALONGSIDE_URL. "
            "Who leaves in a hurry needs a page that has nothing to do with this one."
        )
    return text


def _hosts(text: str) -> frozenset[str]:
    """Names of hosts in our own network that learning systems may have, with commas or spaces between."""
    names = text.replace(",", " ").split()
    if wrong := [name for name in names if not re.fullmatch(r"[A-Za-z0-9.:-]+", name)]:
        raise SettingsError(
            "ALONGSIDE_LTI_ALLOW should be names of hosts without https:// and without ports, such as "
            f"moodle.council.internal, but {wrong[0]!r} is not one."
        )
    return frozenset(name.casefold() for name in names)


def _ip(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError:
        raise SettingsError(
            f"ALONGSIDE_BIND should be an address of this machine in numbers, such as 127.0.0.1, "
            f"or 0.0.0.0 for all of them, but is {text!r}."
        ) from None


def _mail_server(text: str) -> str:
    """The mail server's address as given. It is never shown: it may hold a password."""
    try:
        parts = urlsplit(text)
        whole = parts.scheme in ("smtp", "smtps") and parts.hostname and parts.port != 0
    except ValueError:  # a port that is none
        whole = False
    if text and not whole:
        raise SettingsError(
            "ALONGSIDE_SMTP_URL should be like smtp://user:password@mail.example.org:587 or "
            "smtps://user:password@mail.example.org. In a password, write : / ? # @ as %3A %2F %3F %23 %40."
        )
    return text


def _mail_from(text: str, *, needed: bool) -> str:
    """Whom mails come from: an address, or a name and an address in < >."""
    name, spec = parseaddr(text)
    try:
        return str(Address(name, addr_spec=spec)) if text or needed else ""
    except (ValueError, IndexError, HeaderParseError):
        raise SettingsError(
            "ALONGSIDE_MAIL_FROM should be the address that mails come from, such as "
            f'"Your organisation <learn@example.org>", but is {text!r}.'
        ) from None


def _folder(given: Path, *, make: bool) -> Path:
    """The instance folder, made private to its owner when it is missing."""
    path = given.expanduser().resolve()
    try:
        if make:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.is_dir()
    except OSError as error:
        raise SettingsError(
            f"The folder for data, {path}, cannot be made: {error.strerror}. Set ALONGSIDE_INSTANCE to a "
            "folder that the user who runs Alongside may make, or make it and give it to that user."
        ) from error
    if not found:
        raise SettingsError(
            f"The folder for data, {path}, is not there. Set ALONGSIDE_INSTANCE to where it is; "
            "`alongside serve` makes a new one."
        )
    return path


def _kept_secret(instance: Path, *, make: bool) -> str:
    """The secret kept in the instance folder, made on first use."""
    path = instance / "secret-key"
    try:
        if make and not path.exists():
            _make_secret(path)
        secret = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise SettingsError(
            "ALONGSIDE_SECRET_KEY is not set. In production (ALONGSIDE_URL begins with https) set it to a "
            'long random text, for example from: python3 -c "import secrets; print(secrets.token_hex(32))"'
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The secret in {path} cannot be read or made: {error}. Run Alongside as the user that owns it."
        ) from error
    if not secret:
        raise SettingsError(f"The secret in {path} is empty. Delete that file, and a new one is made.")
    return secret


def _refuse_weak(secret: str) -> None:
    """In production cookies must not be forged: no secret that is short, repeated or printed in our docs."""
    if len(secret) < SHORTEST_SECRET or len(set(secret)) < FEWEST_LETTERS or "long-random-text" in secret:
        raise SettingsError(
            "ALONGSIDE_SECRET_KEY is too easy to guess: sign-ins could be forged. Set it to what this "
            'prints: python3 -c "import secrets; print(secrets.token_hex(32))". It ends every session.'
        )


def _make_secret(path: Path) -> None:
    """Put a whole secret in place or none, so that processes starting together all read the same."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix="secret-key-") as file:  # mode 0600
        file.write(secrets.token_hex(32))
        file.flush()
        with contextlib.suppress(FileExistsError):  # another process made it first
            os.link(file.name, path)
