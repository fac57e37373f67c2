"""The fonts certificates are set in, gathered from the packages that carry them.

Source Serif and Source Sans set Latin (with Welsh and Vietnamese), Greek and Cyrillic; FiraGO sets Arabic,
Urdu, Hebrew, Devanagari, Thai and Georgian. Other scripts need the machine's own fonts.
"""

import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

import font_source_sans_pro
import font_source_serif_pro
import pymupdf_fonts
import typst

from certificates import names

_SERIF = ("SourceSerifPro-Regular.otf", "SourceSerifPro-Semibold.otf")
_SANS = ("SourceSansPro-Regular.otf", "SourceSansPro-Semibold.otf")
_FIRAGO = {"FiraGO-Regular.ttf": "figo", "FiraGO-Bold.ttf": "figbo"}
_EAST_ASIAN = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO")


def gather(folder: Path, further: Iterable[Path] = ()) -> typst.Fonts:
    """All that certificates may be set in: the packages' faces, then those under the `further` folders.

    Typst reads folders only, and one package holds its fonts as Python bytes; so the six faces we use are
    put in `folder` (made if missing, about 2.5 MB) and must stay there as long as the fonts are in use.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in _faces():
        _put(folder / name, data)
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder), *(str(path) for path in further)],
    )


def package_for(character: str) -> str | None:
    """The Debian package whose fonts print a character; None for emoji and signs."""
    if unicodedata.category(character)[0] not in "LMN":
        return None
    return "fonts-noto-cjk" if names.script(character) in _EAST_ASIAN else "fonts-noto-core"


def _faces() -> Iterator[tuple[str, bytes]]:
    for package, files in ((font_source_serif_pro, _SERIF), (font_source_sans_pro, _SANS)):
        for name in files:
            yield name, (Path(package.font_directory) / name).read_bytes()
    for name, key in _FIRAGO.items():
        yield name, pymupdf_fonts.myfont(key)


def _put(path: Path, data: bytes) -> None:
    """Write a whole file or none, so that processes starting together never read half a font."""
    if path.exists() and path.stat().st_size == len(data):
        return
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
        part.write(data)
    Path(part.name).chmod(0o644)  # the worker may run as another user
    Path(part.name).replace(path)
