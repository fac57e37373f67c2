"""The language of the interface: what learners read that no trainer wrote.

English stands in the source itself. Another language is offered when `translations/` holds its catalogue,
under its own name: see docs/translating.md.
"""

import contextlib
import functools
from collections.abc import Callable, Iterator
from gettext import NullTranslations
from pathlib import Path

from babel import Locale, UnknownLocaleError
from flask import Flask, current_app, g
from flask_babel import Babel, force_locale, get_locale, get_translations, refresh

SOURCE = "en-GB"
TRANSLATIONS = Path(__file__).parent / "translations"


def start(app: Flask, chosen: Callable[[], str]) -> None:
    """Let each page speak the language that `chosen` names. Catalogues are read once by each process."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(
        app,
        default_locale=_locale_name(SOURCE),
        locale_selector=lambda: _locale_name(chosen()),
        configure_jinja=False,  # it would look for the catalogue with each message, which a page feels
    )
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda message: _catalogue().gettext(message),
        ngettext=lambda one, many, number: _catalogue().ngettext(one, many, number),
        newstyle=True,
    )
    catalogues = sorted(path.parts[-3] for path in TRANSLATIONS.glob("*/LC_MESSAGES/messages.mo"))
    app.jinja_env.policies["ext.i18n.trimmed"] = True  # a message may run over lines of a template
    app.extensions["languages"] = (SOURCE, *(name.replace("_", "-") for name in catalogues))


def offered() -> tuple[str, ...]:
    """The languages there are, English first, as HTML names them: `cy`, `en-GB`."""
    languages: tuple[str, ...] = current_app.extensions["languages"]
    return languages


def nearest(locale: str) -> str:
    """The language that is offered for a locale such as `cy_GB`; empty where none is."""
    wanted = locale.replace("_", "-").casefold()
    found = next((each for each in offered() if each.casefold() == wanted), None)
    alike = (each for each in offered() if each.partition("-")[0].casefold() == wanted.partition("-")[0])
    return found or next(alike, "")


def tag() -> str:
    """The language of this page, as HTML names it."""
    found: str | None = g.get("language")
    if found is None:
        found = g.language = str(get_locale()).replace("_", "-")
    return found


def choose_again() -> None:
    """Another language was chosen within this request."""
    g.pop("language", None)
    g.pop("catalogue", None)
    refresh()


@contextlib.contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak that language for a while where it is offered, or else English: a mail has no page to go by."""
    wanted = language if language in offered() else SOURCE
    choose_again()
    with force_locale(_locale_name(wanted)):
        yield
    choose_again()


def _catalogue() -> NullTranslations:
    """The messages of this page's language; in English they are their own."""
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return g.catalogue  # type: ignore[no-any-return]


@functools.lru_cache(maxsize=64)
def direction(language: str) -> str:
    """`rtl` for a language written from right to left, or else `ltr`."""
    try:
        return Locale.parse(language, sep="-").text_direction
    except (ValueError, UnknownLocaleError):
        return "ltr"


def _locale_name(language: str) -> str:
    return language.replace("-", "_")
