"""Mails in plain text: to the mail server that the settings name, or without one into files."""

import datetime
import functools
import logging
import re
import smtplib
import ssl
from email import message_from_bytes
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from urllib.parse import SplitResult, unquote, urlsplit

from lms.db import now
from lms.outbox import Mail, Send
from lms.settings import Settings

TIMEOUT = 20  # seconds for each step of the conversation
PORTS = {"smtp": 587, "smtps": 465}
HERE = ("localhost", "127.0.0.1", "::1")
NOBODY = "alongside@localhost"
FOLDER = "mails"
LONGEST_ADDRESS = 254
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]{2,}")
"""Without letters beyond ASCII, which many mail servers do not take."""

log = logging.getLogger(__name__)


def sender(settings: Settings) -> Send:
    """What sends mails as these settings say."""
    if settings.smtp_url:
        return functools.partial(_to_server, settings)
    return functools.partial(_to_folder, settings)


def deliverable(address: str) -> bool:
    """Whether a mail can be addressed so: `a..b@example.org` looks like an address, and is none."""
    if len(address) > LONGEST_ADDRESS or not ADDRESS.fullmatch(address):
        return False
    try:
        return bool(Address(addr_spec=address).domain)
    except (ValueError, IndexError, HeaderParseError):
        return False


def message(mail: Mail, reference: str, mail_from: str, *, encoding: str) -> EmailMessage:
    """A mail as it travels. Raises ValueError for an address or a subject that is more than that.

    The same `reference` gives the same Message-ID, so that mail readers show one that was sent twice once.
    """
    name, spec = parseaddr(mail_from)
    made = EmailMessage(policy=SMTP)
    made["From"] = sender_address = Address(name, addr_spec=spec)
    made["To"] = Address(addr_spec=mail.to)
    made["Subject"] = mail.subject
    made["Date"] = now()
    made["Message-ID"] = f"<{reference}@{sender_address.domain}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(mail.text, charset="utf-8", cte=encoding)
    return made


def _to_server(settings: Settings, mail: Mail, reference: str) -> None:
    """Hand a mail to the server. Passwords and words travel encrypted, but for a server on this machine."""
    made = message(mail, reference, settings.mail_from, encoding="quoted-printable")
    where = urlsplit(settings.smtp_url)
    with _connected(where) as server:
        if where.username:
            server.login(unquote(where.username), unquote(where.password or ""))
        server.send_message(made)


def _connected(where: SplitResult) -> smtplib.SMTP:
    host, port = str(where.hostname), where.port or PORTS[where.scheme]
    if where.scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port, timeout=TIMEOUT)
    if host not in HERE:
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def _to_folder(settings: Settings, mail: Mail, reference: str) -> None:
    """Keep a mail where only whoever runs Alongside can read it, and say where, but not what it says."""
    made = message(mail, reference, settings.mail_from or NOBODY, encoding="8bit")
    (folder := settings.instance / FOLDER).mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{reference}.eml"
    path.touch(mode=0o600)
    path.write_bytes(made.as_bytes())
    log.warning("ALONGSIDE_SMTP_URL is not set, so a mail was not sent, but written to %s.", path)


def forget_files_of(settings: Settings, address: str | None, references: set[str]) -> None:
    """Delete mails in files that went to this address, or have one of these references."""
    for path in (settings.instance / FOLDER).glob("*.eml"):
        held = message_from_bytes(path.read_bytes(), policy=SMTP)
        if path.stem in references or (address and held["To"] == address):
            path.unlink(missing_ok=True)


def forget_files(settings: Settings, before: datetime.datetime) -> None:
    """Delete mails that were written to files before this moment."""
    for path in (settings.instance / FOLDER).glob("*.eml"):
        if path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
