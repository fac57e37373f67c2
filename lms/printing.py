"""Printing awards: the fonts of this machine, one quilt for each course, and the public address."""

import dataclasses
import datetime
import functools
from pathlib import Path
from typing import Any

from babel.dates import format_date
from flask import current_app
from flask_babel import get_locale, gettext

from certificates import fonts
from certificates.certificate import Certificate
from certificates.pdf import Printer, TextCannotBeSet
from certificates.wording import ENGLISH, Wording
from courses import quilt
from lms.language import SOURCE, direction, offered, speaking
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
    """An award as PDF; the same award gives the same bytes.

    It was worded in the language of its course where the site spoke it on the day it was awarded, and else in
    English; in English too where no font here has the letters.
    """
    said = _kept(award)
    try:
        return printer().print_certificate(_certificate(award, said))
    except TextCannotBeSet:
        if said.language == ENGLISH.language:
            raise
        return printer().print_certificate(_certificate(award, ENGLISH))


def wording(language: str) -> Wording:
    """What certificates of courses in that language say around names and titles.

    The sheet is drawn from left to right, so a language that runs the other way gets an English one.
    """
    if language == SOURCE or language not in offered() or direction(language) == "rtl":
        return ENGLISH
    with speaking(language):
        return Wording(
            language=language,
            heading=gettext("Certificate of completion"),
            lead=gettext("This certifies that"),
            given_by_learner=gettext("Name as given by the learner"),
            verb=gettext("has completed"),
            awarded=gettext("Awarded"),
            valid_until=gettext("Valid until"),
            code=gettext("Certificate code"),
            check=gettext("Check this certificate at"),
            qr_alt=gettext("QR code that opens the check of this certificate"),
            describes=gettext("%(issuer)s awarded this certificate for completing %(title)s."),
            day=functools.partial(format_date, format="long", locale=get_locale()),
        )


def words(language: str, *days: datetime.date | None) -> dict[str, Any]:
    """What a certificate says today in that language, with these days written out, for its award to keep."""
    said = wording(language)
    kept = {name: getattr(said, name) for name in _WORDS}
    return {**kept, "days": {day.isoformat(): said.day(day) for day in days if day}}


_WORDS = tuple(field.name for field in dataclasses.fields(Wording) if field.name != "day")


def _kept(award: Award) -> Wording:
    """The words of the day it was awarded."""
    if award.words is None:
        return wording(award.language)
    kept, days = award.words, award.words["days"]
    said = {name: kept[name] for name in _WORDS if name in kept}
    # a date that somebody mended in the database since was not written out then
    return Wording(**said, day=lambda day: days.get(day.isoformat()) or ENGLISH.day(day))


def _certificate(award: Award, said: Wording) -> Certificate:
    return Certificate(
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
        wording=said,
    )


@functools.lru_cache(maxsize=64)
def _quilt(course: str) -> str:
    return quilt.svg(quilt.quilt(course, COLUMNS, ROWS), COLUMNS, ROWS, fills=PRINTED_COLOURS)
