"""Every word that a certificate, or a name that cannot be printed, says."""

import datetime
from collections.abc import Callable, Collection
from dataclasses import dataclass

BRAND = "Alongside"
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def day(date: datetime.date) -> str:
    """A date as people in the UK write it: 14 March 2027."""
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What a certificate says around names and titles, in one language: English, unless said otherwise.

    `describes` has places for issuer and title. `day` writes a date. The language reads from left to right:
    the sheet is drawn so.
    """

    language: str = "en-GB"
    heading: str = "Certificate of completion"
    lead: str = "This certifies that"
    given_by_learner: str = "Name as given by the learner"
    verb: str = "has completed"
    awarded: str = "Awarded"
    valid_until: str = "Valid until"
    code: str = "Certificate code"
    check: str = "Check this certificate at"
    qr_alt: str = "QR code that opens the check of this certificate"
    describes: str = "%(issuer)s awarded this certificate for completing %(title)s."
    day: Callable[[datetime.date], str] = day

    def document_title(self, title: str, name: str) -> str:
        """What the window of a reader is called."""
        return f"{self.heading}: {title}. {name}"

    def description(self, title: str, issuer: str) -> str:
        """What the document is, in one sentence."""
        return self.describes % {"issuer": issuer, "title": title}


ENGLISH = Wording()


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
