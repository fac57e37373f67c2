"""Taking the files of a course one by one; what no course can hold is refused, with limit and mend."""

import re
import unicodedata
from collections.abc import Iterator
from typing import IO

from courses.media import LARGEST, MB, kind_of

MOST_FILES = 1000
DEEPEST = 8
LONGEST_NAME = 200  # what any computer can unpack
LARGEST_FILE = 5 * MB
LARGEST_BUNDLE = 200 * MB
LARGEST_WITHOUT_FILMS = 50 * MB

_LEFT_OUT = re.compile(
    r"\.(?!\.?\Z).*|__MACOSX|Thumbs\.db|desktop\.ini|Icon\r|~\$.*|.*\.bak|.*~", re.IGNORECASE | re.DOTALL
)


class BundleError(Exception):
    """The folder or zip cannot be a course. The message says why and what to do."""


def left_out(name: str) -> bool:
    """Whether a file or folder of this name is hidden, or put there by the computer itself, as copies are
    that an editor keeps for safety.
    """
    return bool(_LEFT_OUT.fullmatch(name))


def too_many_files() -> BundleError:
    """There are more files than a course may have."""
    return BundleError(f"There are more than {MOST_FILES} files in this folder or zip. Is it the right one?")


class Gathering:
    """The files so far, and whether another may join them."""

    def __init__(self) -> None:
        self.bundle: dict[str, bytes] = {}
        self._names: dict[str, str] = {}
        self._folders: dict[str, str] = {}
        self._size = self._size_without_films = 0

    def name(self, path: str) -> str:
        """The name that a file will have, in the form all computers share, or a refusal."""
        name = unicodedata.normalize("NFC", path)
        refuse_odd(name)
        if len(self._names) >= MOST_FILES:
            raise too_many_files()
        same = self._same(name)
        if same is not None:
            raise BundleError(f"Many computers cannot tell the names {same} and {name} apart. Rename one.")
        self._names[_folded(name)] = name
        self._folders.update((_folded(above), above) for above in _above(name))
        return name

    def _same(self, name: str) -> str | None:
        """A file or folder whose place a file of this name would take."""
        folded = _folded(name)
        for above in _above(name):
            held = self._names.get(_folded(above)) or self._folders.get(_folded(above), above)
            if held != above or _folded(above) in self._names:
                return held
        return self._names.get(folded) or self._folders.get(folded)

    def take(self, name: str, file: IO[bytes]) -> None:
        """Read a file whose name we gave, and no more of it than may be."""
        kind = kind_of(name)
        most = LARGEST[kind] if kind else LARGEST_FILE
        data = file.read(most + 1)
        if len(data) > most:
            raise BundleError(f"{name} is larger than {most // MB} MB. Make it smaller, or leave it out.")
        self._size += len(data)
        self._size_without_films += 0 if kind in ("film", "sound") else len(data)
        for size, largest, what in (
            (self._size_without_films, LARGEST_WITHOUT_FILMS, "The texts and pictures of this course"),
            (self._size, LARGEST_BUNDLE, "The files of this course"),
        ):
            if size > largest:
                raise BundleError(f"{what} are larger than {largest // MB} MB in all. Leave some out.")
        self.bundle[name] = data


def refuse_odd(name: str) -> None:
    """Refuse a name that leads elsewhere, that cannot be shown, or that is too long for some computers."""
    parts = name.split("/")
    shown = name if name.isprintable() else ascii(name)
    if re.match(r"[A-Za-z]:", name) or "\\" in name or {"", ".", ".."} & set(parts):
        raise BundleError(f"The name {shown[:100]} leads outside the course. Rename the file.")
    if not name.isprintable():
        raise BundleError(f"The name {shown[:100]} holds a character that cannot be shown. Rename the file.")
    if len(name.encode()) > LONGEST_NAME:
        raise BundleError(
            f"The name {shown[:60]}… is longer than {LONGEST_NAME} letters, folders and all. Shorten it."
        )
    if len(parts) > DEEPEST + 1:
        raise BundleError(f"{shown} lies more than {DEEPEST} folders deep. Move it up.")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold())


def _above(name: str) -> Iterator[str]:
    """The folders that a file lies in."""
    parts = name.split("/")
    return ("/".join(parts[:depth]) for depth in range(1, len(parts)))
