"""Every word that a certificate, or a name that cannot be printed, says."""

import datetime
from collections.abc import Collection

LANGUAGE = "en-GB"
BRAND = "Alongside"
HEADING = "Certificate of completion"
LEAD = "This certifies that"
GIVEN_BY_LEARNER = "Name as given by the learner"
VERB = "has completed"
AWARDED = "Awarded"
VALID_UNTIL = "Valid until"
CODE = "Certificate code"
CHECK = "Check this certificate at"
QR_ALT = "QR code that opens the check of this certificate"
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day(date: datetime.date) -> str:
    """A date as people in the UK write it: 14 March 2027."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def document_title(title: str, name: str) -> str:
    return f"{HEADING}: {title}. {name}"


def description(title: str, issuer: str) -> str:
    return f"{issuer} awarded this certificate for completing {title}."


def name_too_long(most: int) -> str:
    return f"This name is longer than {most} characters. Please give a shorter form of it."


def name_cannot_be_set(missing: Collection[str]) -> str:
    """For the learner, who can only choose another spelling."""
    return (
        f"We cannot print {_listed(missing)} on the certificate yet. "
        "Please write your name another way, for example in Latin letters."
    )


def text_cannot_be_set(missing: Collection[str]) -> str:
    return f"The certificate's own text has letters that no font here can print: {_listed(missing)}."


def fonts_to_install(packages: Collection[str]) -> str:
    """For the administrator, who can install fonts."""
    if not packages:
        return "No font package is known to print these. Choose another spelling."
    return f"To print these, install the package {' and '.join(packages)} (Debian, Ubuntu) and restart."


def _listed(missing: Collection[str]) -> str:
    """At most five letters, each in quotation marks: enough to see which they are."""
    some = ", ".join(f"“{letter}”" for letter in list(missing)[:5])
    return f"{some} and {len(missing) - 5} more" if len(missing) > 5 else some
