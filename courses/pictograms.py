"""The project's own pictograms, by name, for Easy Read."""

import functools
import html
import re
from importlib import resources

import msgspec


class Pictogram(msgspec.Struct, frozen=True):
    """A drawing: `words` say what it shows when its author says nothing else; `drawing` is inside its svg."""

    name: str
    words: str
    drawing: str

    def svg(self, words: str = "") -> str:
        """The picture as inline SVG, described by `words` or its own."""
        label = html.escape(words or self.words)
        return (
            f'<svg class="pictogram" viewBox="0 0 120 100" role="img" aria-label="{label}" focusable="false">'
            f"{self.drawing}</svg>"
        )


@functools.cache
def _all() -> dict[str, Pictogram]:
    folder = resources.files("courses") / "pictograms"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".svg")), key=lambda f: f.name)
    return {f.name[:-4]: _read(f.name[:-4], f.read_text(encoding="utf-8")) for f in files}


def _read(name: str, text: str) -> Pictogram:
    title = re.search(r"<title>(.*?)</title>", text, re.DOTALL)
    inside = re.search(r"<svg[^>]*>(.*)</svg>", text, re.DOTALL)
    drawing = re.sub(r"<title>.*?</title>", "", inside[1] if inside else "", flags=re.DOTALL)
    return Pictogram(
        name, html.unescape(title[1].strip()) if title else name, re.sub(r">\s+<", "><", drawing.strip())
    )


def names() -> tuple[str, ...]:
    """Every pictogram's name."""
    return tuple(_all())


def picture(name: str) -> Pictogram | None:
    """The pictogram of this name, or None."""
    return _all().get(name)
