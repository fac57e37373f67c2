"""Mails as they travel: what a mail server gets, and what is written where there is none."""

import contextlib
import dataclasses
import datetime
import os
import smtplib
import socket
import ssl
import stat
import subprocess
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from lms import mail
from lms.db import now
from lms.mail import forget_files, sender
from lms.outbox import Mail
from lms.settings import Settings, SettingsError
from tests.conftest import settings_for
from tests.lms.served import free_port

LINK = f"https://learn.example.org/{'long-' * 30}?a=b&c=d"
HELLO = Mail("sam@example.org", "Your place – in the course", f"Shwmae Llŷr,\n\n{LINK}\n")
PASSWORD = "p@ss/word"


class Post:
    """Keeps what it is handed."""

    def __init__(self) -> None:
        self.got: list[tuple[Any, EmailMessage]] = []

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """A mail has come."""
        self.got.append((session, message_from_bytes(envelope.content, policy=default)))  # type: ignore[arg-type]
        return "250 OK"


def words(got: EmailMessage) -> str:
    """What the mail says, with the line ends of this machine."""
    return str(got.get_content()).replace("\r\n", "\n")


def check_password(_server: Any, _session: Any, _envelope: Any, _mechanism: Any, given: Any) -> AuthResult:
    assert isinstance(given, LoginPassword)
    return AuthResult(success=given == LoginPassword(b"us er", PASSWORD.encode()), handled=False)


@contextlib.contextmanager
def mail_server(**options: Any) -> Iterator[tuple[Post, int]]:
    """A mail server on this machine: what it keeps, and its port."""
    post, port = Post(), free_port()
    controller = Controller(post, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield post, port
    finally:
        controller.stop()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A certificate for mail.example.org, and what a server needs to use it."""
    folder = tmp_path_factory.mktemp("tls")
    cert, key = folder / "cert.pem", folder / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test"]
    names = ["-addext", "subjectAltName=DNS:mail.example.org"]
    subprocess.run([*made, *names, "-out", cert, "-keyout", key], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every host name lead to this machine, as if mail.example.org were another."""
    connect = socket.create_connection

    def here(address: tuple[str, int], *rest: Any, **named: Any) -> socket.socket:
        return connect(("127.0.0.1", address[1]), *rest, **named)

    monkeypatch.setattr(socket, "create_connection", here)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = settings_for("sqlite://", tmp_path)
    return dataclasses.replace(made, mail_from="Llyfrgell – Library <learn@example.org>")


def through(settings: Settings, url: str) -> Settings:
    return dataclasses.replace(settings, smtp_url=url)


def test_as_it_arrives(settings: Settings) -> None:
    """A mail arrives whole, with who, when and a stable id, and says that nobody need answer."""
    with mail_server() as (post, port):
        send = sender(through(settings, f"smtp://localhost:{port}"))
        send(HELLO, "7.1")
        send(HELLO, "7.1")
    (_, got), (_, again) = post.got
    assert words(got) == HELLO.text and got.get_content_type() == "text/plain"
    assert got["Subject"] == HELLO.subject and got["To"] == HELLO.to
    assert got["From"] == settings.mail_from
    assert abs(got["Date"].datetime - now()) < datetime.timedelta(minutes=1)
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["Message-ID"] == again["Message-ID"] == "<7.1@example.org>"
    assert set(map(str.lower, got.keys())) == HEADERS


HEADERS = {
    *("from", "to", "subject", "date", "message-id", "auto-submitted"),
    *("mime-version", "content-type", "content-transfer-encoding"),
}


@pytest.mark.parametrize(
    "unfit",
    [
        dataclasses.replace(HELLO, to="sam@example.org\nBcc: all@example.org"),
        dataclasses.replace(HELLO, to="sam@example.org, all@example.org"),
        dataclasses.replace(HELLO, to="Sam <sam@example.org>"),
        dataclasses.replace(HELLO, to="sam"),
        dataclasses.replace(HELLO, to=""),
        dataclasses.replace(HELLO, subject="Hello\r\nBcc: all@example.org"),
        dataclasses.replace(HELLO, subject="Hello\nBcc: all@example.org"),
    ],
)
def test_no_other_header(settings: Settings, unfit: Mail) -> None:
    """An address or a subject that would add a header or a person is refused, and nothing is sent."""
    with mail_server() as (post, port):
        with pytest.raises((ValueError, IndexError)):
            sender(through(settings, f"smtp://localhost:{port}"))(unfit, "7.1")
        with pytest.raises((ValueError, IndexError)):
            sender(settings)(unfit, "7.1")
    assert not post.got and not (settings.instance / "mails").exists()


@pytest.mark.usefixtures("elsewhere")
def test_password_travels_encrypted(
    settings: Settings, certificate: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    """To another machine STARTTLS comes first, and the certificate is checked, before the password is said."""
    cert, context = certificate
    needs = {"tls_context": context, "require_starttls": True, "authenticator": check_password}
    with mail_server(**needs, auth_required=True) as (post, port):
        url = f"smtp://us%20er:p%40ss%2Fword@mail.example.org:{port}"
        with pytest.raises(ssl.SSLCertVerificationError):
            sender(through(settings, url))(HELLO, "7.1")
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
        with pytest.raises(ssl.SSLCertVerificationError):
            sender(through(settings, url.replace("mail.", "other.")))(HELLO, "7.1")
        assert not post.got
        sender(through(settings, url))(HELLO, "7.1")
        with pytest.raises(smtplib.SMTPAuthenticationError):
            sender(through(settings, url.replace("p%40ss", "pass")))(HELLO, "7.1")
    ((session, got),) = post.got
    assert session.authenticated and session.ssl and words(got) == HELLO.text


@pytest.mark.usefixtures("elsewhere")
def test_encrypted_from_the_start(
    settings: Settings, certificate: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    """smtps:// is encrypted from the first word."""
    cert, context = certificate
    with mail_server(ssl_context=context, server_hostname="127.0.0.1") as (post, port):
        monkeypatch.setenv("SSL_CERT_FILE", str(cert))
        sender(through(settings, f"smtps://mail.example.org:{port}"))(HELLO, "7.1")
    assert words(post.got[0][1]) == HELLO.text


@pytest.mark.usefixtures("elsewhere")
def test_never_in_the_clear(settings: Settings) -> None:
    """A server on another machine that cannot encrypt gets nothing."""
    with mail_server() as (post, port), pytest.raises(smtplib.SMTPNotSupportedError):
        sender(through(settings, f"smtp://mail.example.org:{port}"))(HELLO, "7.1")
    assert not post.got


def test_a_server_that_is_silent(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that does not answer holds us up only for a while."""
    monkeypatch.setattr(mail, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(OSError, match="timed out"):
        sender(through(settings, f"smtp://127.0.0.1:{silent.getsockname()[1]}"))(HELLO, "7.1")


def test_written_to_a_file(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    """Without a mail server each mail is a file for its owner only; the log says where, and no word of it."""
    sender(dataclasses.replace(settings, mail_from=""))(HELLO, "7.1")
    sender(settings)(HELLO, "7.1")
    (path,) = (settings.instance / "mails").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert LINK in path.read_text(encoding="utf-8"), "the link can be copied as it is"
    assert str(path) in caplog.text
    assert not [secret for secret in ("sam@", "example.org/", "Llŷr", "place") if secret in caplog.text]


def test_files_are_forgotten(settings: Settings) -> None:
    """Mails written to files go when they are old, and nothing else does."""
    forget_files(settings, now())
    sender(settings)(HELLO, "1.1")
    sender(settings)(HELLO, "2.1")
    folder = settings.instance / "mails"
    old = (now() - datetime.timedelta(days=31)).timestamp()
    (other := folder / "note.txt").touch()
    for path in (folder / "1.1.eml", other):
        os.utime(path, (old, old))
    forget_files(settings, now() - datetime.timedelta(days=30))
    assert {path.name for path in folder.iterdir()} == {"2.1.eml", "note.txt"}


def from_env(**environ: str) -> Settings:
    given = {"ALONGSIDE_SECRET_KEY": "x", "ALONGSIDE_INSTANCE": "."}
    return Settings.from_env({**given, **environ}, make=False)


@pytest.mark.parametrize(
    "url",
    ["mail.example.org", "http://mail.example.org", "smtp://", "smtp://u:Tell-Nobody@h:port", "smtp://h:0"],
)
def test_a_server_that_cannot_be(url: str) -> None:
    """A mail server that cannot be is refused at start, without saying the password."""
    with pytest.raises(SettingsError, match="ALONGSIDE_SMTP_URL should be like") as refused:
        from_env(ALONGSIDE_SMTP_URL=url, ALONGSIDE_MAIL_FROM="learn@example.org")
    assert "Tell-Nobody" not in str(refused.value)


@pytest.mark.parametrize("given", ["", "learn", "Org, Ltd <learn@example.org>", "<learn>", "@example.org"])
def test_a_sender_that_cannot_be(given: str) -> None:
    """A mail server needs an address that mails come from."""
    with pytest.raises(SettingsError, match="ALONGSIDE_MAIL_FROM should be the address"):
        from_env(ALONGSIDE_SMTP_URL="smtp://localhost:25", ALONGSIDE_MAIL_FROM=given)


def test_settings_that_can_be() -> None:
    """Both may be left out; given, they are kept, and the password is not shown with the other settings."""
    assert (from_env().smtp_url, from_env().mail_from) == ("", "")
    kept = from_env(
        ALONGSIDE_SMTP_URL="smtps://u:Tell-Nobody@h", ALONGSIDE_MAIL_FROM='"Org, Ltd" <learn@example.org>'
    )
    assert kept.mail_from == '"Org, Ltd" <learn@example.org>' and "Tell-Nobody" not in repr(kept)
