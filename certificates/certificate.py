"""What a certificate says, as a value."""

import datetime
from dataclasses import dataclass

from certificates.wording import ENGLISH, Wording


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """All that is printed. Dates are those of Europe/London; `code` has 12 symbols, without hyphens.

    `language` is the course's; `wording` is what is said around it. `quilt` is the finished quilt of the
    course as SVG. `check_url` is where the QR code leads.
    """

    name: str
    title: str
    summary: str
    issuer: str
    awarded: datetime.date
    valid_until: datetime.date | None
    code: str
    check_url: str
    quilt: str
    name_given_by_learner: bool
    language: str = "en-GB"
    wording: Wording = ENGLISH
