"""Files that a course cannot use: what each is, and what to do with it."""

import posixpath
from collections.abc import Collection
from pathlib import PurePosixPath

from courses.linking import resolved
from courses.media import ENDINGS
from markup.problems import Problem, nearest

Said = tuple[str, str]
"""What is wrong, and how to mend it."""

_JPEG = "Open it in a picture editor and save it as PNG or JPEG."
_IPHONE = (
    "This is an iPhone picture (HEIC), which browsers do not show.",
    "Save it as JPEG; on the phone: Settings, Camera, Formats, Most Compatible.",
)
_WORD = ("This is a Word file.", "Copy its words into a text file that ends with .md.")
_FILM = ("This film is of a kind that not every browser plays.", "Export it as MP4.")
_SOUND = ("This recording is of a kind that not every browser plays.", "Export it as MP3.")

_UNUSABLE: dict[str, Said] = {
    ".svg": ("SVG pictures can carry scripts, so they are not used.", "Save it as PNG."),
    ".heic": _IPHONE,
    ".heif": _IPHONE,
    ".tif": ("This is a TIFF picture, which browsers do not show.", _JPEG),
    ".tiff": ("This is a TIFF picture, which browsers do not show.", _JPEG),
    ".bmp": ("This is a BMP picture, which is too large for a page.", _JPEG),
    ".avif": ("This is an AVIF picture, which older browsers do not show.", _JPEG),
    ".pdf": (
        "This is a PDF, which cannot be shown in a lesson.",
        "Write its words into a lesson, or link to it where it is on the web.",
    ),
    ".docx": _WORD,
    ".doc": _WORD,
    ".odt": ("This is a text from a word processor.", _WORD[1]),
    ".pptx": ("This is a PowerPoint file.", "Copy its words into a text file that ends with .md."),
    ".mov": _FILM,
    ".avi": _FILM,
    ".wav": _SOUND,
}


def stray(path: str) -> Problem | None:
    """What is said of a file that is neither text nor media; None for a hidden one.

    Media that cannot be used is an error; for anything else, a warning does.
    """
    folders, _, name = path.rpartition("/")
    ending = PurePosixPath(name).suffix.casefold()
    if ending in _UNUSABLE:
        message, mend = _UNUSABLE[ending]
        is_error = ending == ".svg" or "media" in folders.split("/")
        return Problem(path=path, message=message, mend=mend, severity="error" if is_error else "warning")
    if name.startswith("."):
        return None
    if ending == ".md":
        mend = f"Rename it to {name[:-3]}.md, with small letters at its end."
        return Problem(path=path, message="This file is not found as a text.", mend=mend)
    if ending in ENDINGS:
        return _misplaced(path, folders)
    mend = "Take it out, or name it .md if it is a lesson. Pictures belong into media/."
    return Problem(path=path, message="This file is not used.", mend=mend, severity="warning")


def _misplaced(path: str, folder: str) -> Problem:
    """Media outside of a folder `media`: told of the folder, not of each file in it."""
    last = folder.rpartition("/")[2]
    if not last or last[0].isdecimal():
        message, mend = (
            "Pictures, films and recordings are only found in a folder media.",
            "Move it to media/.",
        )
        return Problem(path=path, message=message, mend=mend, severity="warning")
    message = f"What is in the folder {last} is not used: pictures, films and recordings belong into media."
    return Problem(path=folder, message=message, mend="Rename the folder to media.", severity="warning")


def no_picture(address: str, origin: str, paths: Collection[str], *, guess: bool = True) -> Said | None:
    """What is wrong with the address of a picture written in the file `origin`, where no picture is found.

    `paths` are all files but the texts; which of them was meant takes long to `guess`.
    None where it is one that was told by itself, by `stray`.
    """
    slashed = address.replace("\\", "/")
    name = slashed.partition("?")[0].rstrip("/").rpartition("/")[2] or "picture.png"
    there = resolved(origin, slashed)
    near = _near(there, name, paths) if guess else None
    write = f"write {_from(origin, near or f'media/{name}')}"
    if slashed.casefold().startswith(("http:", "https:", "//", "data:")):
        return "Pictures from other sites are not shown.", f"Save it into media/ and {write}"
    if slashed[1:3] == ":/" or slashed.casefold().startswith("file:"):
        return f"The picture {address} is on your own computer only.", f"Put it into media/ and {write}"
    if "\\" in address:
        return f"The address {address} has backslashes.", f"W{write[1:]}"
    if there in paths:
        is_told = PurePosixPath(there).suffix.casefold() in _UNUSABLE and "media" in there.split("/")[:-1]
        mend = f"Move it there and write {_from(origin, f'media/{name}')}"
        return None if is_told else (f"The picture {address} is not in a folder media.", mend)
    if near:
        return f"There is no picture {address}.", f"Did you mean {_from(origin, near)}?"
    return f"There is no picture {address}.", f"Put it into the folder media/ and {write}"


def _near(there: str, name: str, paths: Collection[str]) -> str | None:
    """The file that was most likely meant: the same name elsewhere, or nearly the same."""
    by_name = {posixpath.basename(path).casefold(): path for path in sorted(paths, reverse=True)}
    found = name.casefold() if name.casefold() in by_name else nearest(name, by_name)
    return by_name[found] if found and by_name[found] != there else None


def _from(origin: str, path: str) -> str:
    """A path as it is written in the file `origin`."""
    return posixpath.relpath(path, posixpath.dirname(origin) or ".")
