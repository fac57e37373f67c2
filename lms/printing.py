"""Printing awards: the fonts of this machine, one quilt for each course, and the public address."""

import functools
from pathlib import Path

from flask import current_app

from certificates.certificate import Certificate
from certificates.fonts import Fonts
from certificates.names import unset_characters
from certificates.pdf import print_certificate
from courses import quilt
from lms.models import Award
from lms.settings import Settings

MACHINE_FONTS = (Path("/usr/share/fonts/truetype/noto"), Path("/usr/share/fonts/opentype/noto"))
PRINTED_COLOURS = ("#6a1f5f", "#f6b93b", "#d9583b", "#2f8f6b", "#8cc3e3", "#f7d9e4")


@functools.cache
def _fonts(folder: Path) -> Fonts:
    return Fonts.load(folder, MACHINE_FONTS)


def _settings() -> Settings:
    return current_app.extensions["alongside"]  # type: ignore[no-any-return]


def fonts() -> Fonts:
    """The fonts that packages and this machine offer, unpacked once into the instance folder."""
    return _fonts(_settings().instance / "fonts")


def can_be_set(name: str) -> str:
    """The characters of a name that no font here can set, or nothing."""
    return unset_characters(name, fonts())


def check_url(award: Award) -> str:
    """Where anyone can check an award: what its QR code says."""
    return f"{_settings().url}/check/{award.code_display}"


def pdf_of(award: Award) -> bytes:
    """An award as PDF; the same award gives the same bytes."""
    shapes = quilt.quilt(award.course, 12, 3)
    return print_certificate(
        Certificate(
            name=award.name,
            title=award.title,
            summary=award.summary,
            issuer=award.issuer,
            awarded=award.awarded,
            valid_until=award.valid_until,
            code=award.code,
            check_url=check_url(award),
            quilt=quilt.svg(shapes, 12, 3, fills=PRINTED_COLOURS),
            name_given_by_learner=award.name_given_by_learner,
            language=award.language,
        ),
        fonts(),
    )
