"""Media: which files of a course are pictures, films, sound or captions, and whether each is what it says."""

import hmac
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Literal, NamedTuple
from urllib.parse import quote

import msgspec

from markup.problems import Problem

MB = 1024 * 1024
Kind = Literal["picture", "film", "sound", "captions"]


class _Ending(NamedTuple):
    """What a file with this ending holds, and the bytes that it then begins with."""

    kind: Kind
    media_type: str
    begins: re.Pattern[bytes]


def _ending(kind: Kind, media_type: str, begins: bytes = b"") -> _Ending:
    return _Ending(kind, media_type, re.compile(begins, re.DOTALL))


ENDINGS = {
    ".png": _ending("picture", "image/png"),  # pictures are read whole and made anew: see pictures.py
    ".jpg": _ending("picture", "image/jpeg"),
    ".jpeg": _ending("picture", "image/jpeg"),
    ".webp": _ending("picture", "image/webp"),
    ".gif": _ending("picture", "image/png"),
    ".mp4": _ending("film", "video/mp4", rb".{4}ftyp"),
    ".webm": _ending("film", "video/webm", rb"\x1a\x45\xdf\xa3.{0,60}webm"),
    ".mp3": _ending("sound", "audio/mpeg", rb"ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]"),
    ".m4a": _ending("sound", "audio/mp4", rb".{4}ftyp"),
    ".ogg": _ending("sound", "audio/ogg", rb"OggS"),
    ".vtt": _ending("captions", "text/vtt", rb"(?:\xef\xbb\xbf)?WEBVTT(?=[ \t\r\n]|\Z)"),
}
AS_THEY_ARE: tuple[Kind, ...] = ("film", "sound", "captions")
"""Kinds that are served as they are; pictures are made anew."""

LARGEST: Mapping[Kind, int] = {"picture": 5 * MB, "film": 100 * MB, "sound": 50 * MB, "captions": MB}
"""The most bytes of one file of each kind."""

MOST_BOXES = 10_000
PLACE = (b"\xa9xyz", b"loci", b"com.apple.quicktime.location")
"""What phones write into a film to say where it was taken."""


class Media(msgspec.Struct, frozen=True, kw_only=True):
    """A media file as it is served: `digest` finds it, `width` and `height` are those of a picture."""

    digest: str
    media_type: str
    size: int
    width: int | None = None
    height: int | None = None


class Shown(NamedTuple):
    """A media file as a page shows it: its address on the site, and the size of a picture."""

    address: str
    width: int | None = None
    height: int | None = None

    @classmethod
    def of(cls, path: str, media: Media | None) -> "Shown":
        """The file at `path`, or nothing where it could not be used."""
        if media is None:
            return cls("")
        name = quote(path.rpartition("/")[2], safe="")
        return cls(f"/media/{media.digest}/{name}", media.width, media.height)


class Looked(NamedTuple):
    """What came of looking at media files: those that can be served, by path, and what is wrong."""

    media: dict[str, Media]
    problems: tuple[Problem, ...]


def kind_of(path: str) -> Kind | None:
    """What kind of media a file is: known endings below a folder `media`, at any level. Else None."""
    *folders, name = path.split("/")
    ending = ENDINGS.get(PurePosixPath(name).suffix.casefold())
    return ending.kind if ending and "media" in folders else None


def is_media(path: str) -> bool:
    """Whether a file is media by its name."""
    return kind_of(path) is not None


def digest(data: bytes, media_type: str) -> str:
    """What finds bytes served as this type. It is never the SHA-256 of any file, so that no text of a
    course, with its answers, can be fetched as media, whatever is published beside it.
    """
    return hmac.digest(media_type.encode(), data, "sha256").hex()


def look(bundle: Mapping[str, bytes]) -> Looked:
    """The films, sound and captions of a bundle. They are served as they are, so each must begin as its
    ending says; browsers are told not to guess again.
    """
    found: dict[str, Media] = {}
    problems: list[Problem] = []
    for path, data in bundle.items():
        if kind_of(path) in AS_THEY_ARE:
            ending = ENDINGS[PurePosixPath(path).suffix.casefold()]
            wrong = _wrong(path, data, ending)
            problems += wrong
            if not any(problem.is_error for problem in wrong):
                media_type = ending.media_type
                found[path] = Media(digest=digest(data, media_type), media_type=media_type, size=len(data))
    return Looked(found, tuple(problems))


def _wrong(path: str, data: bytes, ending: _Ending) -> tuple[Problem, ...]:
    name = PurePosixPath(path).suffix.casefold()
    if not ending.begins.match(data[:100]):
        message = f"This file is called {name}, but it is not one inside."
        mend = "A new name does not change what is inside. Export it as MP4 (video), MP3 (sound) or WebVTT."
        return (Problem(path=path, message=message, mend=mend),)
    if ending.kind == "captions" and not _is_text(data):
        message = "These captions hold characters that are not UTF-8."
        mend = "Open the file, choose “Save as”, and pick “UTF-8” as the encoding."
        return (Problem(path=path, message=message, mend=mend),)
    return _place_told(path, data) if ending.media_type.endswith("/mp4") else ()


def _is_text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode()
    except UnicodeDecodeError:
        return False


def _place_told(path: str, data: bytes) -> tuple[Problem, ...]:
    """A warning where a film or recording says where it was made: that can lead someone to a door."""
    boxes = _boxes(data)
    if boxes is None:
        mend = "Export it again as MP4 from a video editor."
        return (Problem(path=path, message="This file is damaged and cannot be played.", mend=mend),)
    if not any(data.find(sign, start, end) >= 0 for start, end in boxes for sign in PLACE):
        return ()
    message = "This recording carries the place where it was made, and everyone who gets it can read that."
    mend = "Export it again without location. On an iPhone: Share, Options, and switch Location off."
    return (Problem(path=path, message=message, mend=mend, severity="warning"),)


def _boxes(data: bytes) -> list[tuple[int, int]] | None:
    """Where the describing parts of an MP4 file begin and end; None for one that is broken or absurd.

    Pictures and sound themselves are passed over: any four bytes may turn up in them.
    """
    found: list[tuple[int, int]] = []
    at = 0
    for _ in range(MOST_BOXES):
        if at == len(data):
            return found
        size, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if size == 1:  # a large box: its size follows
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        end = len(data) if size == 0 else at + size
        if end < at + 8 or end > len(data):
            return None
        if name != b"mdat":
            found.append((at, end))
        at = end
    return None
