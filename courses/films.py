"""Video and audio in a lesson: with captions, transcript and British Sign Language beside them."""

import html
from collections.abc import Callable, Iterator

import msgspec

from courses.media import Shown
from markup import blocks
from markup.problems import Problem, nearest
from markup.source import Source

KINDS = ("video", "audio")
ENDINGS = {"video": (".mp4", ".webm"), "audio": (".mp3", ".m4a", ".ogg"), "captions": (".vtt",)}
KEYS = ("title", "captions", "transcript", "bsl")
NEEDED = {"video": ("captions", "transcript"), "audio": ("transcript",)}
WHY = {
    "captions": "People who are deaf, or who watch without sound, read them.",
    "transcript": "People who cannot play it, or do not want to, read that.",
}
TRANSCRIPT = '<details class="more"><summary>Read what is said and shown</summary>'
END_TRANSCRIPT = "</details>"
CLOSING = "</figure>"

Media = Callable[[str], Shown | None]
"""How a file in media/ is shown on the site, or None when there is none."""


class Film(msgspec.Struct, frozen=True, kw_only=True):
    """A video or audio as its author wrote it, with addresses on the site; empty where there is none."""

    kind: str
    address: str = ""
    title: str = ""
    captions: str = ""
    transcript: str = ""
    bsl: str = ""


def read(source: Source, block: blocks.Block, media: Media) -> tuple[Film, tuple[Problem, ...]]:
    """The film a block describes, and everything that is missing or wrong. `transcript` stays a path."""
    reader = _Reader(source, block, media)
    return reader.film(), tuple(reader.problems)


class _Reader:
    def __init__(self, source: Source, block: blocks.Block, media: Media) -> None:
        self.source = source
        self.block = block
        self.media = media
        self.problems: list[Problem] = []
        self.lines: dict[str, tuple[str, int]] = dict(self._settings())

    def _settings(self) -> Iterator[tuple[str, tuple[str, int]]]:
        for piece in self.block.inside:
            if isinstance(piece, blocks.Block):
                self._problem(piece.line, "No other block can lie in here.", "Move it below the last line.")
                continue
            for line, text in enumerate(piece.lines, piece.line):
                key, colon, value = text.partition(":")
                key = " ".join(key.casefold().split())
                if colon and key in KEYS:
                    yield key, (value.strip(), line)
                elif text.strip():
                    near = nearest(key, KEYS) if colon else None
                    mend = (
                        f"Did you mean “{near}:”?"
                        if near
                        else f"Write lines that begin with {', '.join(KEYS)}, each with a colon."
                    )
                    self._problem(line, "This line says nothing Alongside knows about a film.", mend)

    def film(self) -> Film:
        kind = self.block.name
        for key in NEEDED[kind]:
            if not self.lines.get(key, ("", 0))[0]:
                self._problem(
                    self.block.line,
                    f"This {kind} has no {key}.",
                    f"Write a line below it that begins with “{key}:”, then the file. {WHY[key]}",
                )
        return Film(
            kind=kind,
            address=self._file(self.block.argument, self.block.line, kind),
            title=self.lines.get("title", ("", 0))[0],
            captions=self._setting("captions", "captions"),
            transcript=self.lines.get("transcript", ("", 0))[0],
            bsl=self._setting("bsl", "video"),
        )

    def _setting(self, key: str, kind: str) -> str:
        value, line = self.lines.get(key, ("", 0))
        return self._file(value, line, kind) if value else ""

    def _file(self, written: str, line: int, kind: str) -> str:
        endings = ENDINGS[kind]
        found = self.media(written)
        if not written.casefold().endswith(endings):
            mend = f"Name a file in media/ that ends with {' or '.join(endings)}."
            self._problem(
                line, f"“{written}” is no file of {'captions' if kind == 'captions' else kind}.", mend
            )
        elif found is None:
            self._problem(line, f"There is no file {written}.", "Put it into the folder media/.")
        return found.address if found else ""

    def _problem(self, line: int, message: str, mend: str) -> None:
        self.problems.append(self.source.problem(line, message, mend))


def opening(film: Film) -> str:
    """The film as HTML, up to where its transcript goes. Nothing is fetched before someone presses play."""
    label = html.escape(film.title or film.kind.capitalize())
    caption = f"<figcaption>{html.escape(film.title)}</figcaption>" if film.title else ""
    captions = (
        f'<track kind="captions" srclang="en" label="English" src="{film.captions}" default>'
        if film.captions
        else ""
    )
    shown = _player(film.kind, film.address, label, captions)
    signed = ""
    if film.bsl:
        player = _player("video", film.bsl, f"{label}, in British Sign Language", "")
        signed = f'<details class="more"><summary>Watch in British Sign Language</summary>{player}</details>'
    return f'<figure class="film">{shown}{caption}{signed}'


def _player(kind: str, address: str, label: str, tracks: str) -> str:
    return f'<{kind} controls preload="none" src="{address}" aria-label="{label}">{tracks}</{kind}>'
