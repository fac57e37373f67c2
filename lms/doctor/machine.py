"""The machine: versions, the data folder, the secret, how we are reached, space, fonts and backups."""

import datetime
import ipaddress
import os
import platform
import pwd
import shutil
import stat
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from certificates import fonts
from lms.backups import LAST
from lms.db import now
from lms.doctor.finding import Finding, ok, take_care, wrong
from lms.mail import FOLDER
from lms.printing import MACHINE_FONTS
from lms.settings import SHORTEST_SECRET, Settings

LIBRARIES = ("Flask", "SQLAlchemy", "alembic", "psycopg", "gunicorn", "typst")
LITTLE, VERY_LITTLE = 1_000_000_000, 200_000_000  # bytes
BACKUP_EVERY = datetime.timedelta(days=7)


def versions(_settings: Settings) -> Iterator[Finding]:
    """What runs here; of use to whoever is asked for help."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    yield ok(
        "versions", f"Alongside {version('alongside')} on Python {platform.python_version()}: {libraries}."
    )


def data_folder(settings: Settings) -> Iterator[Finding]:
    """Only its owner may look into it, and that is who we are."""
    held = settings.instance.stat()
    owner, mode = _name_of(held.st_uid), stat.S_IMODE(held.st_mode)
    if mode & 0o077:
        yield wrong(
            "data folder",
            f"Other users of this machine may look into {settings.instance}.",
            f"Close it: chmod 700 {settings.instance}",
        )
    if held.st_uid != os.geteuid():
        yield take_care(
            "data folder",
            f"{settings.instance} belongs to {owner}, but this command runs as {_name_of(os.geteuid())}.",
            f"Run Alongside and its commands as {owner}: files made by another cannot be changed later.",
        )
    if not os.access(settings.instance, os.W_OK):
        yield wrong(
            "data folder",
            f"{settings.instance} cannot be written to.",
            "Give it to the user who runs Alongside.",
        )
    elif not mode & 0o077 and held.st_uid == os.geteuid():
        yield ok("data folder", f"{settings.instance} is private to {owner}.")


def secret_key(settings: Settings) -> Iterator[Finding]:
    """Long enough, and where nobody else can read it."""
    kept = settings.instance / "secret-key"
    if len(settings.secret_key) < SHORTEST_SECRET:
        yield wrong(
            "secret key",
            f"The secret key is shorter than {SHORTEST_SECRET} characters, so cookies could be forged.",
            "Set ALONGSIDE_SECRET_KEY to a long random text. It ends every session.",
        )
    elif kept.exists() and stat.S_IMODE(kept.stat().st_mode) & 0o077:
        yield wrong("secret key", f"Other users may read {kept}.", f"Close it: chmod 600 {kept}")
    else:
        yield ok("secret key", "The secret key is long enough and private.")


def address(settings: Settings) -> Iterator[Finding]:
    """Https wherever learners are on other machines, and a proxy in front that is trusted."""
    host, open_to_all = (
        urlsplit(settings.url).hostname or "",
        not ipaddress.ip_address(settings.bind).is_loopback,
    )
    if settings.production and not settings.trusted_proxies:
        yield wrong(
            "address",
            f"{settings.url} is https, but no proxy is trusted, so all visitors seem to be one.",
            "Set ALONGSIDE_TRUSTED_PROXIES to how many proxies stand before Alongside, mostly 1.",
        )
    elif not settings.production and (open_to_all or not _is_here(host)):
        yield wrong(
            "address",
            f"{settings.url} is not https: whoever shares a learner’s network can read along.",
            "Put a web server with https in front (docs/operating.md) and set ALONGSIDE_URL.",
        )
    elif settings.production and open_to_all:
        yield take_care(
            "address",
            f"Alongside listens on {settings.bind}, so it may be reached without the proxy.",
            "Let a firewall allow only the proxy. On the proxy’s own machine, leave ALONGSIDE_BIND out.",
        )
    else:
        yield ok("address", f"Learners come to {settings.url}.")


def mail(settings: Settings) -> Iterator[Finding]:
    """Mails leave this machine, or it is known that they do not."""
    if settings.smtp_url:
        yield ok("mail", f"Mails are sent through {urlsplit(settings.smtp_url).hostname}.")
    elif settings.production:
        yield take_care(
            "mail",
            f"No mail server is set, so mails are only written to {settings.instance / FOLDER}.",
            "Set ALONGSIDE_SMTP_URL and ALONGSIDE_MAIL_FROM: who forgets a password waits for a mail.",
        )
    else:
        yield ok("mail", f"Mails are written to {settings.instance / FOLDER}.")


def organisation(settings: Settings) -> Iterator[Finding]:
    """Who answers for this site is named on the pages that the law asks for."""
    needed = {"ALONGSIDE_ORGANISATION": settings.organisation, "ALONGSIDE_CONTACT": settings.contact}
    missing = " and ".join(name for name, value in needed.items() if not value)
    if missing:
        yield take_care(
            "organisation",
            "The privacy and accessibility pages do not say who runs this site and whom to ask.",
            f"Set {missing} (docs/settings.md).",
        )
    else:
        yield ok("organisation", f"The privacy and accessibility pages name {settings.organisation}.")


def disk_space(settings: Settings) -> Iterator[Finding]:
    """Enough for the database to grow and for a backup."""
    free = shutil.disk_usage(settings.instance).free
    said = f"{free / 1e9:.1f} GB are free where the data is."
    if free < VERY_LITTLE:
        yield wrong("disk space", said, "Make room now: answers cannot be saved on a full disk.")
    elif free < LITTLE:
        yield take_care("disk space", said, "Make room soon: delete or move old backups.")
    else:
        yield ok("disk space", said)


def certificate_fonts(_settings: Settings) -> Iterator[Finding]:
    """The fonts that come with us can be read, and the machine has those for other scripts."""
    with tempfile.TemporaryDirectory() as folder:
        fonts.gather(Path(folder))
    if any(path.is_dir() for path in MACHINE_FONTS):
        yield ok("fonts", "Certificates can be printed, in many scripts.")
    else:
        yield take_care(
            "fonts",
            "Names in Chinese, Tamil and some other scripts cannot be printed on certificates.",
            "On Debian or Ubuntu: sudo apt install fonts-noto-core fonts-noto-cjk",
        )


def backup(settings: Settings) -> Iterator[Finding]:
    """The last one that `alongside backup` made on this machine."""
    mend = (
        "Make one now and each night: alongside backup FILE. If you back up by other means, pass over this."
    )
    try:
        made = datetime.datetime.fromtimestamp((settings.instance / LAST).stat().st_mtime, datetime.UTC)
    except FileNotFoundError:
        yield take_care("backup", "No backup was made on this machine by `alongside backup`.", mend)
        return
    said = f"The last backup was made on {made:%-d %B %Y}."
    yield take_care("backup", said, mend) if made < now() - BACKUP_EVERY else ok("backup", said)


CHECKS = (
    versions,
    data_folder,
    secret_key,
    address,
    mail,
    organisation,
    disk_space,
    certificate_fonts,
    backup,
)


def _name_of(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:  # a user of another machine, or of a container
        return f"user {user}"


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
