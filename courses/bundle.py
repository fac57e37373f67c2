"""A course as its files: a mapping of path to bytes."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

Bundle = Mapping[str, bytes]

MOST_FILES = 500
LARGEST_FILE = 5 * 1024 * 1024
LARGEST_BUNDLE = 50 * 1024 * 1024


class BundleError(Exception):
    """The folder cannot be a course. The message says why and what to do."""


def digest(bundle: Bundle) -> str:
    """SHA-256 over paths and contents: the same files give the same digest, in whatever order."""
    whole = hashlib.sha256()
    for path in sorted(bundle):
        for piece in (path.encode(), bundle[path]):
            whole.update(len(piece).to_bytes(8, "big") + piece)
    return whole.hexdigest()


def read_folder(folder: Path) -> Bundle:
    """The files below `folder`. Hidden files are left out, and links that lead outside are refused."""
    bundle: dict[str, bytes] = {}
    total = 0
    for path in _files(folder):
        size = path.stat().st_size
        total += size
        _refuse_too_much(folder, path, size, total, len(bundle))
        bundle[path.relative_to(folder).as_posix()] = path.read_bytes()
    return bundle


def _files(folder: Path) -> Iterator[Path]:
    root = folder.resolve()
    for path in sorted(folder.rglob("*")):
        if any(part.startswith(".") for part in path.relative_to(folder).parts) or not path.is_file():
            continue
        if not path.resolve().is_relative_to(root):
            name = path.relative_to(folder)
            raise BundleError(f"{name} is a link to a file outside this folder. Put a copy here instead.")
        yield path


def _refuse_too_much(folder: Path, path: Path, size: int, total: int, count: int) -> None:
    name = path.relative_to(folder)
    if size > LARGEST_FILE:
        raise BundleError(f"{name} is larger than 5 MB. Make it smaller, or leave it out.")
    if total > LARGEST_BUNDLE:
        raise BundleError("The files of this course are larger than 50 MB in all. Leave some out.")
    if count >= MOST_FILES:
        raise BundleError(f"There are more than {MOST_FILES} files in this folder. Is it the right one?")
