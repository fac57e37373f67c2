"""Printing awards: the fonts of this machine, one quilt for each course, and the public address."""

import functools
from pathlib import Path

from flask import current_app

from certificates import fonts
from certificates.certificate import Certificate
from certificates.pdf import Printer
from courses import quilt
from lms.models import Award
from lms.settings import Settings

MACHINE_FONTS = (Path("/usr/share/fonts/truetype/noto"), Path("/usr/share/fonts/opentype/noto"))
PRINTED_COLOURS = ("#6a1f5f", "#f6b93b", "#d9583b", "#2f8f6b", "#8cc3e3", "#f7d9e4")
COLUMNS, ROWS = 8, 3


@functools.cache
def _printer(folder: Path) -> Printer:
    return Printer(fonts.gather(folder, (path for path in MACHINE_FONTS if path.is_dir())))


def printer() -> Printer:
    """Prints with the fonts of packages and of this machine, unpacked once into the instance folder."""
    return _printer(_settings().instance / "fonts")


def _settings() -> Settings:
    return current_app.extensions["alongside"]  # type: ignore[no-any-return]


def check_url(award: Award) -> str:
    """Where anyone can check an award: what its QR code says."""
    return f"{_settings().url}/check/{award.code_display}"


def pdf_of(award: Award) -> bytes:
    """An award as PDF; the same award gives the same bytes."""
    return printer().print_certificate(
        Certificate(
            name=award.name,
            title=award.title,
            summary=award.summary,
            issuer=award.issuer,
            awarded=award.awarded,
            valid_until=award.valid_until,
            code=award.code,
            check_url=check_url(award),
            quilt=_quilt(award.course),
            name_given_by_learner=award.name_given_by_learner,
            language=award.language,
        )
    )


@functools.lru_cache(maxsize=64)
def _quilt(course: str) -> str:
    return quilt.svg(quilt.quilt(course, COLUMNS, ROWS), COLUMNS, ROWS, fills=PRINTED_COLOURS)
