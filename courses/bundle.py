"""A course as its files: a mapping of path to bytes, from a folder or a zip and back into one.

Nothing that a file or a zip says of itself is trusted: links and devices are refused, sizes are counted as
they are read, and no more is read than a course may hold (see `gathering`).
"""

import errno
import hashlib
import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from courses.gathering import (
    DEEPEST,
    LARGEST_BUNDLE,
    MOST_FILES,
    BundleError,
    Gathering,
    left_out,
    refuse_odd,
    too_many_files,
)
from courses.media import MB, kind_of

__all__ = [
    "Bundle",
    "BundleError",
    "digest",
    "name_in_zip",
    "read_file",
    "read_folder",
    "read_zip",
    "write_folder",
    "write_zip",
]

Bundle = Mapping[str, bytes]

_ENTRY = b"PK\x01\x02"
_PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DATE = (1980, 1, 1, 0, 0, 0)

_DAMAGED = (
    zipfile.BadZipFile,  # no zip, or its parts do not agree, or a checksum is wrong
    zlib.error,  # packed bytes that unpack to nothing
    EOFError,  # packed bytes that end too soon
    ValueError,  # a place before the beginning of the file, or a name that is not the UTF-8 it says it is
    NotImplementedError,  # a version or a packing that Python does not know
)
"""What `zipfile` raises for damaged bytes: each was seen for some change of one byte."""


def digest(bundle: Bundle) -> str:
    """SHA-256 over paths and contents: the same files give the same digest, in whatever order."""
    whole = hashlib.sha256()
    for path in sorted(bundle):
        for piece in (path.encode(), bundle[path]):
            whole.update(len(piece).to_bytes(8, "big"))
            whole.update(piece)
    return whole.hexdigest()


def read_folder(folder: Path) -> Bundle:
    """The files below `folder`. Hidden files are left out; links, and what is no file at all, are refused."""
    gathering = Gathering()
    for path in _below(folder):
        name = gathering.name(path.relative_to(folder).as_posix())
        with _opened(path, name) as file:
            gathering.take(name, file)
    return gathering.bundle


def read_file(path: Path) -> Bundle:
    """The bundle of one file, as a learning path is. A file larger than any text may be is refused."""
    gathering = Gathering()
    name = gathering.name(path.name)
    with _opened(path, name) as file:
        gathering.take(name, file)
    return gathering.bundle


def read_zip(zipped: bytes | Path) -> Bundle:
    """The files of a zip. A zip that holds one folder and nothing else is that folder."""
    data = zipped if isinstance(zipped, bytes) else _read_whole(zipped)
    # Python reads every entry of the list at once: a list of millions would fill the memory.
    if data.count(_ENTRY) > 20 * MOST_FILES:
        raise too_many_files()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            return _unpacked(opened)
    except _DAMAGED as error:
        raise BundleError("This is no zip, or a damaged one. Make it again from the folder.") from error


def name_in_zip(path: Path) -> str:
    """The name of the one folder that everything in a zip lies in, or nothing. It stays when someone renames
    the zip. Only for zips that `read_zip` has read.
    """
    with zipfile.ZipFile(path) as opened:
        names = (_name(info) for info in opened.infolist() if not _is_folder(info))
        return _only_folder([name for name in names if not any(map(left_out, name.split("/")))]).rstrip("/")


def write_zip(bundle: Bundle, folder: str = "course") -> bytes:
    """The bundle as a zip with one folder in it. The same bundle always gives the same bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as zipped:
        for path in sorted(bundle):
            info = zipfile.ZipInfo(f"{folder}/{path}", _DATE)
            info.compress_type = zipfile.ZIP_STORED if kind_of(path) else zipfile.ZIP_DEFLATED
            info.create_system, info.external_attr = 3, (stat.S_IFREG | 0o644) << 16
            zipped.writestr(info, bundle[path])
    return held.getvalue()


def write_folder(bundle: Bundle, folder: Path, *, replace: bool = False) -> None:
    """Write the files below `folder`, made if need be. A folder with anything in it is refused, unless
    asked to `replace`: files of the same names are then written over, and all others stay.
    """
    if folder.exists() and (not folder.is_dir() or (not replace and any(folder.iterdir()))):
        raise BundleError(f"{folder} is not an empty folder. Choose a new one, so that nothing is lost.")
    names = Gathering()
    for name, data in [(names.name(path), data) for path, data in bundle.items()]:
        try:
            _write(folder, name, data)
        except OSError as error:
            raise BundleError(f"{name} cannot be written into {folder}: {error.strerror}.") from error


def _write(folder: Path, name: str, data: bytes) -> None:
    """Write one file: whole or not at all, and never through a link."""
    place = folder / name
    if not place.parent.resolve().is_relative_to(folder.resolve()):
        raise BundleError(f"{name} would be written outside {folder}, through a link. Remove the link.")
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = place.with_name(f".{place.name}.part")
    unfinished.write_bytes(data)
    unfinished.replace(place)


def _below(folder: Path, depth: int = 0) -> Iterator[Path]:
    """The files below a folder, in order and one by one: a reader can stop at any."""
    if depth > DEEPEST:
        raise BundleError(f"Folders lie more than {DEEPEST} deep at {folder.name[:60]}. Move them up.")
    try:
        inside = sorted(path for path in folder.iterdir() if not left_out(path.name))
    except OSError as error:
        raise BundleError(f"The folder {folder.name} cannot be read: {error.strerror}.") from error
    for path in inside:
        if path.is_dir() and not path.is_symlink():
            yield from _below(path, depth + 1)
        else:
            yield path


def _opened(path: Path, name: str) -> IO[bytes]:
    """An ordinary file, opened without following a link and without waiting for a pipe."""
    try:
        file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise BundleError(f"{name} is a link to a file elsewhere. Put a copy here instead.") from error
        if error.errno == errno.ENXIO:
            raise _no_file(name) from error
        raise BundleError(f"{name} cannot be read: {error.strerror}. Check who may open it.") from error
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise _no_file(name)
    return file


def _read_whole(path: Path) -> bytes:
    with _opened(path.resolve(), path.name) as file:
        data = file.read(LARGEST_BUNDLE + 1)
    if len(data) > LARGEST_BUNDLE:
        raise BundleError(f"{path.name} is larger than {LARGEST_BUNDLE // MB} MB. Leave some files out.")
    return data


def _unpacked(zipped: zipfile.ZipFile) -> Bundle:
    entries = [(info, _name(info)) for info in zipped.infolist() if not _is_folder(info)]
    wanted = [(info, name) for info, name in entries if not any(map(left_out, name.split("/")))]
    top = _only_folder([name for _, name in wanted])
    gathering = Gathering()
    for info, whole in wanted:
        refuse_odd(whole)  # before its folder is taken off: that may be the odd part
        name = gathering.name(whole.removeprefix(top))
        _refuse_entry(info, name)
        with zipped.open(info) as file:
            gathering.take(name, file)
        if len(gathering.bundle[name]) != info.file_size:
            raise BundleError(f"{name} is not as large as this zip says. Make the zip again from the folder.")
    return gathering.bundle


def _only_folder(names: list[str]) -> str:
    """The one folder that everything lies in, with its slash, or nothing."""
    tops = {name[: name.find("/") + 1] for name in names}
    return tops.pop() if len(tops) == 1 else ""


def _is_folder(info: zipfile.ZipInfo) -> bool:
    """As `info.is_dir()` says, which falls over a damaged zip's entry without a name."""
    return info.filename.endswith("/")


def _name(info: zipfile.ZipInfo) -> str:
    """The name as written, NUL and all. A Mac writes UTF-8 and does not say so."""
    if info.flag_bits & 0x800:
        return info.orig_filename
    try:
        return info.orig_filename.encode("cp437").decode()
    except UnicodeError:
        return info.orig_filename


def _refuse_entry(info: zipfile.ZipInfo, name: str) -> None:
    mode = info.external_attr >> 16
    if stat.S_ISLNK(mode):
        raise BundleError(f"{name} is a link to a file elsewhere. Put a copy into the zip instead.")
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise _no_file(name)
    if info.flag_bits & 0x1:
        raise BundleError(f"{name} is locked with a password. Make the zip again without one.")
    if info.compress_type not in _PACKINGS:
        raise BundleError(f"{name} is packed in an unusual way. Make the zip again as an ordinary zip.")


def _no_file(name: str) -> BundleError:
    return BundleError(f"{name} is not an ordinary file. Take it out.")
