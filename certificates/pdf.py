"""A certificate as a PDF: accessible (PDF/UA-1), lasting (PDF/A-3a), and the same bytes each time."""

import datetime
import json
import re
import threading
from pathlib import Path
from typing import Literal, cast

import typst

from certificates import code, names, qr, wording
from certificates.certificate import Certificate
from certificates.fonts import package_for

_TEMPLATE = Path(__file__).with_name("certificate.typ")
_MISSING = re.compile(r"the text `\"(.+?)\"` could not be displayed")
_LONGEST_TITLE = 160
_LONGEST_ISSUER = 100
_LONGEST_SUMMARY = 420


class CannotBeSet(ValueError):  # noqa: N818  says what is the matter
    """Letters that no font at hand can print. As a string: what to tell the reader.

    `missing` has the letters, `hint` says to an administrator which font packages to install.
    """

    def __init__(self, words: str, missing: tuple[str, ...]) -> None:
        super().__init__(words)
        self.missing = missing
        packages = {package for letter in missing if (package := package_for(letter))}
        self.hint = wording.fonts_to_install(sorted(packages))


class NameCannotBeSet(CannotBeSet):
    """The learner's `name` needs another spelling, or the machine another font."""

    def __init__(self, name: str, missing: tuple[str, ...]) -> None:
        super().__init__(wording.name_cannot_be_set(missing), missing)
        self.name = name


class TextCannotBeSet(CannotBeSet):
    """The course's title or summary, or the issuer, has letters that cannot be printed."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(wording.text_cannot_be_set(missing), missing)


class Printer:
    """Prints certificates with the fonts of `certificates.fonts.gather`; any thread may use it.

    Typst's compiler may not be shared, so each thread has its own, made when it first prints: after a
    server has forked, not before. The template reads no file and no network.
    """

    def __init__(self, fonts: typst.Fonts) -> None:
        self._fonts = fonts
        self._own = threading.local()

    def print_certificate(self, certificate: Certificate) -> bytes:
        """The PDF. Raises NameCannotBeSet, TextCannotBeSet, NameTooLong; ValueError for an empty name."""
        return self._compile(certificate, "pdf")

    def picture(self, certificate: Certificate, pixels_per_inch: float = 96) -> bytes:
        """The certificate as a PNG. Letters without a font are empty boxes here: print it first."""
        return self._compile(certificate, "png", pixels_per_inch)

    def check_name(self, name: str) -> None:
        """Raises what `print_certificate` would for this name, before there is an award."""
        self.print_certificate(_specimen(name))

    def _compile(
        self, certificate: Certificate, kind: Literal["pdf", "png"], ppi: float | None = None
    ) -> bytes:
        data = _data(certificate)
        midnight = datetime.datetime.combine(certificate.awarded, datetime.time.min, datetime.UTC)
        try:
            made = self._compiler().compile(
                sys_inputs={"data": json.dumps(data)},
                timestamp=midnight,
                format=kind,
                ppi=ppi,
                pdf_standards=["a-3a", "ua-1"] if kind == "pdf" else [],
            )
        except typst.TypstError as error:
            missing = tuple(_unescaped(found) for found in _MISSING.findall(error.diagnostic))
            if not missing:
                raise
            raise _refusal(str(data["name"]), missing) from error
        return cast("bytes", made)  # one page, so never a list

    def _compiler(self) -> typst.Compiler:
        if not hasattr(self._own, "compiler"):
            self._own.compiler = typst.Compiler(
                str(_TEMPLATE), root=str(_TEMPLATE.parent), font_paths=self._fonts, ignore_system_fonts=True
            )
        compiler: typst.Compiler = self._own.compiler
        return compiler


def _data(certificate: Certificate) -> dict[str, object]:
    """What the template prints, as JSON values: all words and figures are made here, none in the template."""
    name = names.clean(certificate.name)
    if name is None:
        raise ValueError("A certificate needs a name.")
    title = _shortened(certificate.title, _LONGEST_TITLE)
    issuer = _shortened(certificate.issuer, _LONGEST_ISSUER)
    summary = _shortened(certificate.summary, _LONGEST_SUMMARY)
    said = certificate.wording
    return {
        "language": said.language,
        "document_title": said.document_title(title, name),
        "description": said.description(title, issuer),
        "brand": wording.BRAND,
        "heading": said.heading,
        "lead": said.lead,
        "verb": said.verb,
        "name": name,
        "name_language": names.language(name),
        "name_note": said.given_by_learner if certificate.name_given_by_learner else None,
        "title": title,
        "title_language": names.language(title) or certificate.language,
        "issuer": issuer,
        "issuer_language": names.language(issuer),
        "summary": summary,
        "summary_language": names.language(summary) or certificate.language,
        "facts": _facts(certificate),
        "check": said.check,
        "check_url": certificate.check_url,
        "check_words": certificate.check_url.removeprefix("https://"),
        "qr": qr.svg(certificate.check_url),
        "qr_alt": said.qr_alt,
        "quilt": certificate.quilt,
    }


def _facts(certificate: Certificate) -> list[dict[str, str]]:
    said = certificate.wording
    facts = [{"label": said.awarded, "value": said.day(certificate.awarded)}]
    if certificate.valid_until:
        facts.append({"label": said.valid_until, "value": said.day(certificate.valid_until)})
    return [*facts, {"label": said.code, "value": code.display(certificate.code)}]


def _refusal(name: str, missing: tuple[str, ...]) -> CannotBeSet:
    elsewhere = tuple(letter for letter in missing if letter not in name)
    return TextCannotBeSet(elsewhere) if elsewhere else NameCannotBeSet(name, missing)


def _unescaped(found: str) -> str:
    r"""Typst names a letter that cannot stand alone by its number: \u{bcd}."""
    number = re.fullmatch(r"\\u\{([0-9a-f]+)\}", found)
    return chr(int(number[1], 16)) if number else found


def _shortened(text: str, most: int) -> str:
    """On one line, without hidden characters, at most `most` long: there is only so much room on the page."""
    plain = names.plain(text)
    return plain if len(plain) <= most else plain[: most - 1].rsplit(" ", 1)[0] + "…"


def _specimen(name: str) -> Certificate:
    return Certificate(
        name=name, title="-", summary="-", issuer="-", awarded=datetime.date(2000, 1, 1), valid_until=None,
        code="0" * code.LENGTH, check_url="-", name_given_by_learner=False,
        quilt='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 3"/>',
    )  # fmt: skip
