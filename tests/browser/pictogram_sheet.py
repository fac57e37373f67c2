"""All pictograms by name on one sheet, for docs/authoring.md and for whoever draws another."""

from playwright.sync_api import Page

from courses import pictograms
from lms import assets

_SHEET = """
  .sheet { display: grid; grid-template-columns: repeat(COLUMNS, 1fr); gap: 12px; padding: 12px; background: var(--paper); }
  .sheet figure { margin: 0; text-align: center; font: 14px/1.3 var(--font); color: var(--ink); }
  .sheet svg { display: block; inline-size: WIDTH; margin: 0 auto 4px; }
"""


def sheet(page: Page, *, columns: int = 6, width: str = "100%", dark: bool = False) -> bytes:
    """A picture of them all, as PNG."""
    page.emulate_media(color_scheme="dark" if dark else "light")
    page.set_content(_document(columns, width))
    return page.locator(".sheet").screenshot()


def _document(columns: int, width: str) -> str:
    style = assets.load()["app.css"].data.decode() + _SHEET.replace("COLUMNS", str(columns)).replace(
        "WIDTH", width
    )
    figures = (
        f"<figure>{drawn.svg()}<figcaption>{name}</figcaption></figure>"
        for name in pictograms.names()
        if (drawn := pictograms.picture(name))
    )
    return f'<!doctype html><style>{style}</style><div class="sheet">{"".join(figures)}</div>'
