"""Folders and zips into bundles and back: what is kept, what is left out, what is refused, and how soon."""

import contextlib
import io
import itertools
import os
import socket
import stat
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import gathering
from courses.bundle import Bundle, BundleError, digest, read_folder, read_zip, write_folder, write_zip
from courses.gathering import MOST_FILES
from courses.library import bundles

COURSE = {"course.md": b"---\ntitle: T\n---\n", "01-a/01-b.md": b"words", "media/a.png": b"\x89PNG"}

PARTS = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=12)
PATHS = st.lists(PARTS, min_size=1, max_size=3).map("/".join)
BUNDLES = st.dictionaries(PATHS, st.binary(max_size=200), min_size=1, max_size=5)


@contextmanager
def refused(words: str, seconds: float = 5) -> Iterator[None]:
    """A refusal in these words, in whole sentences, within seconds."""
    began = time.monotonic()
    with pytest.raises(BundleError) as raised:
        yield
    assert words in str(raised.value) and str(raised.value).endswith((".", "?")), str(raised.value)
    assert len(str(raised.value)) < 400
    assert time.monotonic() - began < seconds


def zip_of(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in entries:
            zipped.writestr(name, data)
    return held.getvalue()


def entry(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, mode << 16
    return info


def ours(bundle: Bundle) -> bool:
    """Whether a bundle holds only names that every computer can keep apart."""
    try:
        taken = gathering.Gathering()
        return all(taken.name(name) == name and not gathering.left_out(name) for name in bundle)
    except BundleError:
        return False


# what comes back


@given(BUNDLES.filter(ours))
def test_a_zip_gives_back_what_it_was_made_from(bundle: dict[str, bytes]) -> None:
    """Any bundle comes out of its zip as it went in, and its zip is the same in whatever order it is written."""
    zipped = write_zip(bundle)
    assert read_zip(zipped) == bundle
    assert write_zip(dict(reversed(bundle.items()))) == zipped


@given(BUNDLES.filter(ours))
def test_a_folder_gives_back_what_was_written_into_it(
    tmp_path_factory: pytest.TempPathFactory, bundle: dict[str, bytes]
) -> None:
    """Any bundle comes out of a folder as it went in."""
    folder = tmp_path_factory.mktemp("bundle") / "new"
    write_folder(bundle, folder)
    assert read_folder(folder) == bundle


def test_the_shipped_courses_survive_both_ways(tmp_path: Path) -> None:
    """What ships with the product is the same revision after a zip and a folder."""
    for slug, bundle in bundles().items():
        write_folder(read_zip(write_zip(bundle, slug)), tmp_path / slug)
        assert digest(read_folder(tmp_path / slug)) == digest(bundle)


def test_a_zip_from_a_file_with_and_without_its_folder(tmp_path: Path) -> None:
    """The folder that a computer puts around everything is taken off; without one nothing is."""
    (tmp_path / "a.zip").write_bytes(write_zip(COURSE, "my course"))
    assert read_zip(tmp_path / "a.zip") == COURSE
    assert read_zip(zip_of(*COURSE.items())) == COURSE


def test_what_computers_add_is_left_out(tmp_path: Path) -> None:
    """Hidden files and what a Mac or Windows puts beside ours never become part of a course."""
    rubbish = {".DS_Store", "__MACOSX/course/._course.md", "media/Thumbs.db", ".git/config", "desktop.ini"}
    in_one_folder = [(f"course/{name}", data) for name, data in COURSE.items()]
    assert read_zip(zip_of(*((name, b"x") for name in rubbish), *COURSE.items())) == COURSE
    assert read_zip(zip_of(*((name, b"x") for name in rubbish), *in_one_folder)) == COURSE
    for name in rubbish:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    write_folder(COURSE, tmp_path, replace=True)
    assert read_folder(tmp_path) == COURSE


def test_names_are_in_one_form() -> None:
    """A Mac's name with loose accents, in a zip that does not say it is UTF-8, is the name others write."""
    told = bytearray(zip_of(("cafe\u0301.md", b"x")))
    assert list(read_zip(bytes(told))) == ["caf\u00e9.md"]
    for flags in (7, told.index(b"PK\x01\x02") + 9):
        assert told[flags] == 8
        told[flags] = 0
    assert list(read_zip(bytes(told))) == ["caf\u00e9.md"]


# what a zip may not hold


@pytest.mark.parametrize(
    "name",
    [
        "../evil.md",
        "a/../../evil.md",
        "/etc/passwd",
        "C:/a.md",
        "c:a.md",
        "a\\..\\b.md",
        "//host/a.md",
        "a//b.md",
    ],
)
@pytest.mark.parametrize("beside", [True, False])
def test_names_that_lead_outside(name: str, beside: bool) -> None:
    """A name that would be written elsewhere is refused, also as the one folder of a zip."""
    others = COURSE.items() if beside else ()
    with refused("leads outside the course"):
        read_zip(zip_of((name, b"x"), *others))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a\x07b.md", "a character that cannot be shown"),
        ("a\u202eb.md", "a character that cannot be shown"),
        ("x" * 300 + ".md", "longer than 200 letters"),
        ("/".join("abcdefghijk"), "more than 8 folders deep"),
        ("d/" * 30_000 + "x", "longer than 200 letters"),
    ],
)
def test_names_that_no_computer_likes(name: str, words: str) -> None:
    """Names with control characters, too long or too deep are refused, each with its limit."""
    with refused(words):
        read_zip(zip_of((name, b"x"), ("course.md", b"")))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("A.md", "a.md"),
        ("caf\u00e9.md", "cafe\u0301.md"),
        ("stra\u00dfe.md", "STRASSE.md"),
        ("a", "a/b.md"),
        ("a/b.md", "a"),
        ("Start/a.md", "start/b.md"),
        ("x/A/b.md", "x/a"),
    ],
)
def test_names_that_some_computers_cannot_tell_apart(one: str, two: str) -> None:
    """Two names that would be one file or folder on a Mac or on Windows are refused, and both are named."""
    with refused("cannot tell the names"):
        read_zip(zip_of((one, b"1"), (two, b"2"), ("course.md", b"")))


def test_links_devices_and_locked_files_in_a_zip() -> None:
    """A link, a device, a password or a rare way of packing is refused by the name of the file."""
    with refused("a.md is a link"):
        read_zip(zip_of((entry("a.md", stat.S_IFLNK | 0o777), b"/etc/passwd"), *COURSE.items()))
    with refused("a.md is not an ordinary file"):
        read_zip(zip_of((entry("a.md", stat.S_IFIFO | 0o666), b""), *COURSE.items()))
    locked = bytearray(zip_of(("a.md", b"x"), *COURSE.items()))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    with refused("a.md is locked with a password"):
        read_zip(bytes(locked))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_LZMA) as zipped:
        zipped.writestr("a.md", b"x" * 100)
    with refused("a.md is packed in an unusual way"):
        read_zip(held.getvalue())


def test_bombs() -> None:
    """A file that unpacks to more than it may, or many that do together, stop at the limit, which is told."""
    with refused("a.md is larger than 5 MB"):
        read_zip(zip_of(("a.md", bytes(50_000_000)), ("course.md", b"")))
    with refused("larger than 50 MB in all"):
        read_zip(zip_of(*((f"{n}.md", bytes(5_000_000)) for n in range(15))))
    with refused(f"more than {MOST_FILES} files"):
        read_zip(zip_of(*((f"{n}.md", b"") for n in range(10_000))))
    with refused(f"more than {MOST_FILES} files"):
        read_zip(b"PK\x01\x02" * 5_000_000)


def test_sizes_that_a_zip_lies_about() -> None:
    """A zip whose list of contents gives a false size is refused, smaller or larger; nothing is cut short."""
    real = zip_of(("a.md", b"x" * 1000), ("course.md", b""))
    for lie in (10, 100_000):
        at = real.index(b"PK\x01\x02") + 24
        with refused("Make "):
            read_zip(real[:at] + lie.to_bytes(4, "little") + real[at + 4 :])


@given(st.data())
def test_damaged_zips(data: st.DataObject) -> None:
    """Whatever bytes are changed in a zip, it is read or refused, and nothing else happens."""
    whole = bytearray(write_zip(COURSE))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = read_zip(bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    except BundleError:
        return
    assert ours(found)


def test_any_changed_byte() -> None:
    """Each byte of a small zip, changed to anything that means something to zips, is read or refused."""
    whole = write_zip({"a.md": b"a" * 30, "b.md": b"b"})
    for place, value in itertools.product(range(len(whole)), (0, 1, 8, 47, 99, 127, 128, 255)):
        try:
            found = read_zip(whole[:place] + bytes([value]) + whole[place + 1 :])
        except BundleError:
            continue
        assert ours(found)


def test_no_zip() -> None:
    """Bytes that are no zip, and a file of another kind called .zip, are refused in plain words."""
    for data in (b"", b"hello", b"PK\x05\x06", COURSE["media/a.png"] * 1000):
        with refused("This is no zip, or a damaged one"):
            read_zip(data)


# what a folder may not hold


def test_links_and_pipes_in_a_folder(tmp_path: Path) -> None:
    """A link out of the folder is refused, also as a folder or in a ring; a pipe or socket is not waited for."""
    for make, words in (
        (lambda place: place.symlink_to("/etc/passwd"), "odd is a link to a file elsewhere"),
        (lambda place: place.symlink_to("/etc"), "odd is a link to a file elsewhere"),
        (lambda place: place.symlink_to(place), "odd is a link to a file elsewhere"),
        (lambda place: place.symlink_to("nowhere"), "odd is a link to a file elsewhere"),
        (os.mkfifo, "odd is not an ordinary file"),
        (_socket, "odd is not an ordinary file"),
    ):
        make(tmp_path / "odd")
        with refused(words):
            read_folder(tmp_path)
        (tmp_path / "odd").unlink()


def _socket(place: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening, contextlib.chdir(place.parent):
        listening.bind(place.name)  # the address of a socket has to be short


def test_too_much_in_a_folder(tmp_path: Path) -> None:
    """50 MB in a file, 10,000 files, folders in folders thousands deep: each is refused with its limit."""
    with (tmp_path / "a.md").open("wb") as file:
        file.truncate(50_000_000)
    with refused("a.md is larger than 5 MB"):
        read_folder(tmp_path)
    (tmp_path / "a.md").unlink()
    for n in range(10_000):
        (tmp_path / f"{n}.md").touch()
    with refused(f"more than {MOST_FILES} files"):
        read_folder(tmp_path)


def test_a_deep_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders in folders two thousand deep are refused, and not followed to their end."""
    top = tmp_path / "top"
    top.mkdir()
    monkeypatch.chdir(top)
    for _ in range(2000):
        Path("d").mkdir()
        os.chdir("d")
    with refused("more than 8 deep"):
        read_folder(top)
    for _ in range(2000):  # what clears up behind the tests cannot go so deep
        os.chdir("..")
        Path("d").rmdir()


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    """A folder that is not there is told so."""
    with refused("cannot be read: No such file"):
        read_folder(tmp_path / "nowhere")


# writing


def test_nothing_is_lost_by_writing(tmp_path: Path) -> None:
    """A folder with files is not written into unless asked; then files of other names stay as they were."""
    (tmp_path / "mine.md").write_text("mine")
    with refused("is not an empty folder"):
        write_folder(COURSE, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.md"]
    write_folder(COURSE, tmp_path, replace=True)
    assert read_folder(tmp_path) == {**COURSE, "mine.md": b"mine"}
    with refused("is not an empty folder"):
        write_folder(COURSE, tmp_path / "mine.md", replace=True)


def test_nothing_is_written_outside(tmp_path: Path) -> None:
    """Neither a name nor a link in the folder leads a file out of it, and no half of a bundle is written."""
    folder = tmp_path / "course"
    with refused("leads outside the course"):
        write_folder({**COURSE, "../evil.md": b"x"}, folder)
    assert not folder.exists()
    folder.mkdir()
    (folder / "01-a").symlink_to(tmp_path)
    with refused("through a link"):
        write_folder({"01-a/sub/b.md": b"x"}, folder, replace=True)
    (folder / "course.md").symlink_to(tmp_path / "elsewhere.md")
    write_folder({"course.md": b"x"}, folder, replace=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["course"]


def test_a_folder_in_the_place_of_a_file(tmp_path: Path) -> None:
    """What cannot be written is told by its name."""
    (tmp_path / "course.md").mkdir()
    with refused("course.md cannot be written into"):
        write_folder(COURSE, tmp_path, replace=True)


@given(st.dictionaries(st.text(max_size=8), st.binary(max_size=8), max_size=5))
def test_digest_knows_no_order(bundle: dict[str, bytes]) -> None:
    """The same files give the same digest in any order; another file gives another."""
    assert digest(bundle) == digest(dict(reversed(bundle.items())))
    assert digest({**bundle, "another file": b"x"}) != digest(bundle)


def test_the_digest_tells_files_apart() -> None:
    """Moving a byte from a name into its file, or from one file to the next, is another digest."""
    one, two, three = {"a": b"bc"}, {"ab": b"c"}, {"a": b"b", "c": b""}
    assert len({digest(one), digest(two), digest(three)}) == 3
    assert digest(dict(reversed(three.items()))) == digest(three)
