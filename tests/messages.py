"""`make messages`: what the interface says, gathered for translators; and their translations, compiled.

`lms/translations/messages.pot` is what they start from. Words for trainers and administrators only, such as
those of a preview and of commands, are not in it.
"""

import datetime
import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from lms.language import TRANSLATIONS

LMS = TRANSLATIONS.parent
TEMPLATE = TRANSLATIONS / "messages.pot"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"silent": "false", "trimmed": "true", "newstyle_gettext": "true"}}
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
HEADER = "# What the pages of Alongside say, for translators: see docs/translating.md."
MADE = datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC)
"""Not the day of gathering, so that the file stays the same while no message changes."""


def gathered() -> Catalog:
    """Every message of the interface, with the files it is in."""
    catalog = Catalog(project="Alongside", header_comment=HEADER, creation_date=MADE, fuzzy=False)
    found = extract_from_dir(
        LMS, METHODS, OPTIONS, KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
    )
    for path, _line, message, comments, context in found:
        catalog.add(message, locations=[(path, 0)], auto_comments=comments, context=context)
    return catalog


def written(catalog: Catalog) -> bytes:
    """The catalogue as a file that stays the same while no message changes."""
    file = io.BytesIO()
    write_po(file, catalog, width=100, include_lineno=False)
    return file.getvalue()


def bring_up_to_date(translation: Path, template: Catalog) -> None:
    """Give a translation the messages there are now, and compile it. What changed is left to the translator."""
    with translation.open("rb") as file:
        catalog = read_po(file, locale=translation.parts[-3])
    catalog.update(template)
    translation.write_bytes(written(catalog))
    with translation.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)


def main() -> None:
    """Write the template, then bring every translation up to date with it."""
    template = gathered()
    TEMPLATE.write_bytes(written(template))
    for translation in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po")):
        bring_up_to_date(translation, template)


if __name__ == "__main__":
    main()
