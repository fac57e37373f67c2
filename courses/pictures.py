"""Pictures, made anew: upright, of a size for pages, and without the place and camera they were taken with.

Nothing that a file holds besides its picture comes through: no script, no archive, no metadata.
"""

import io
import warnings
from collections.abc import Callable, Mapping
from typing import NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError

from courses.media import Media, digest, kind_of
from markup.problems import Problem

WIDEST = 2000
"""The most pixels of either side of a picture as it is served."""

MOST_PIXELS = 25_000_000
MOST_PIXELS_IN_ALL = 120_000_000
"""What a slow computer decodes in about four seconds, and in less memory than the child may have."""

MOST_SCANS = 30
"""How often a JPEG may be gone over. Cameras need one, careful editors a dozen; each costs as the first."""

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
ENCODINGS = {"JPEG": "JPEG", "MPO": "JPEG", "WEBP": "WEBP"}
"""How a picture is written again; others as PNG. MPO is a phone's JPEG with another behind it."""


class Pictures(NamedTuple):
    """What came of making pictures: `media` by path, `data` of each by its digest, and what is wrong."""

    media: dict[str, Media]
    data: dict[str, bytes]
    problems: tuple[Problem, ...]


class _Made(NamedTuple):
    media: Media
    data: bytes
    moves: bool
    pixels: int


def make(bundle: Mapping[str, bytes], begin: Callable[[str], None] = lambda _path: None) -> Pictures:
    """Every picture of a bundle, made anew. `begin` is told each path before it is opened."""
    made = Pictures({}, {}, ())
    problems: list[Problem] = []
    left = MOST_PIXELS_IN_ALL
    for path in sorted(path for path in bundle if kind_of(path) == "picture"):
        begin(path)
        result = _make(path, bundle[path], left)
        if isinstance(result, Problem):
            problems.append(result)
            continue
        left -= result.pixels
        made.media[path], made.data[result.media.digest] = result.media, result.data
        if result.moves:
            problems.append(_moving(path))
    return made._replace(problems=tuple(problems))


def _make(path: str, data: bytes, left: int) -> _Made | Problem:
    """A picture made anew, if it has no more than `left` pixels: that is told before any is decoded."""
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data), formats=FORMATS) as image:
            pixels = image.width * image.height
            if pixels > MOST_PIXELS:
                return _too_many_pixels(path)
            if pixels > left:
                return _too_many_in_all(path)
            if image.format in ("JPEG", "MPO") and data.count(b"\xff\xda") > MOST_SCANS:
                return _damaged(path)
            return _made_anew(image)
    except (Image.DecompressionBombError, MemoryError):
        return _too_many_pixels(path)
    except UnidentifiedImageError:
        mend = "Save it again as PNG, JPEG or WebP. Changing the name of a file does not change what it is."
        return Problem(path=path, message="This file is not a picture that we can read.", mend=mend)
    except Exception:  # noqa: BLE001  Pillow raises a dozen kinds of error for pictures that are broken
        return _damaged(path)


def _made_anew(image: Image.Image) -> _Made:
    pixels = image.width * image.height
    encoding = ENCODINGS.get(str(image.format), "PNG")
    moves = getattr(image, "is_animated", False) and image.format != "MPO"
    image.draft("RGB", (WIDEST, WIDEST))  # a large JPEG is then decoded at a fraction of its size
    see_through = image.has_transparency_data and encoding != "JPEG"
    clean = image.convert("RGBA" if see_through else "RGB")
    clean.thumbnail((WIDEST, WIDEST))
    clean = ImageOps.exif_transpose(clean)
    clean.info.clear()  # or comments and profiles would be written again
    held = io.BytesIO()
    clean.save(held, encoding, quality=85)
    data = held.getvalue()
    return _Made(_media(clean, data, Image.MIME[encoding]), data, moves, pixels)


def _media(image: Image.Image, data: bytes, media_type: str) -> Media:
    found = digest(data, media_type)
    return Media(digest=found, media_type=media_type, size=len(data), width=image.width, height=image.height)


def _too_many_pixels(path: str) -> Problem:
    message = f"This picture has more than {MOST_PIXELS // 1_000_000} million pixels."
    mend = f"Make it smaller: {WIDEST} pixels wide is plenty."
    return Problem(path=path, message=message, mend=mend)


def _too_many_in_all(path: str) -> Problem:
    message = f"The pictures up to this one have more than {MOST_PIXELS_IN_ALL // 1_000_000} million pixels."
    mend = f"Make the largest ones smaller: {WIDEST} pixels wide is plenty."
    return Problem(path=path, message=message, mend=mend)


def _damaged(path: str) -> Problem:
    mend = "Open it in a picture editor and save it again."
    return Problem(path=path, message="This picture is damaged.", mend=mend)


def _moving(path: str) -> Problem:
    message = "This picture moves. Only its first moment is shown."
    mend = "Movement distracts and makes some people ill. Use a video, which people can stop."
    return Problem(path=path, message=message, mend=mend, severity="warning")
