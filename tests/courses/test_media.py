"""Films, sound and captions: each is what its name says, or is refused."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.media import Looked, digest, is_media, kind_of, look


def box(name: bytes, inside: bytes = b"") -> bytes:
    return (8 + len(inside)).to_bytes(4, "big") + name + inside


FTYP = box(b"ftyp", b"isom\0\0\2\0isomiso2mp41")
MP4 = FTYP + box(b"moov", box(b"mvhd", bytes(100))) + box(b"mdat", bytes(range(256)))
WEBM = (
    b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm"
    + bytes(50)
)
GOOD = {
    "media/a.mp4": (MP4, "video/mp4"),
    "media/a.webm": (WEBM, "video/webm"),
    "media/a.mp3": (b"ID3\x04" + bytes(50), "audio/mpeg"),
    "media/b.mp3": (b"\xff\xfb\x90\x00" + bytes(50), "audio/mpeg"),
    "media/a.m4a": (MP4, "audio/mp4"),
    "media/a.ogg": (b"OggS\0\2" + bytes(50), "audio/ogg"),
    "media/a.vtt": (b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n", "text/vtt"),
    "media/b.vtt": (b"\xef\xbb\xbfWEBVTT - a film\r\n", "text/vtt"),
}


def said(path: str, data: bytes) -> list[str]:
    looked = look({path: data})
    assert bool(looked.media) == (not any(problem.is_error for problem in looked.problems))
    assert all(problem.path == path and problem.mend for problem in looked.problems)
    return [problem.message for problem in looked.problems]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("media/a.png", "picture"),
        ("media/a.JPG", "picture"),
        ("01-a/media/sub/b.mp4", "film"),
        ("media/c.vtt", "captions"),
        ("media/d.ogg", "sound"),
        ("a.png", None),
        ("media.png", None),
        ("mymedia/a.png", None),
        ("media/a.svg", None),
        ("media/a.html", None),
        ("media/a.md", None),
        ("media/a.png.md", None),
        ("media/.png", None),
        ("media/a", None),
    ],
)
def test_which_files_are_media(path: str, kind: str | None) -> None:
    """Known endings below a folder media, at any level, and nothing else."""
    assert kind_of(path) == kind and is_media(path) == (kind is not None)


@pytest.mark.parametrize(("path", "data", "media_type"), [(path, *good) for path, good in GOOD.items()])
def test_media_as_it_should_be(path: str, data: bytes, media_type: str) -> None:
    """Each kind is served with its type and its size, as it is."""
    looked = look({path: data})
    assert looked.problems == ()
    media = looked.media[path]
    assert (media.media_type, media.size, media.digest) == (media_type, len(data), digest(data, media_type))


@pytest.mark.parametrize("path", GOOD)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html><script>alert(1)</script>",
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n",
        b"MZ" + bytes(99),
        b"PK\x03\x04",
    ],
)
def test_media_that_is_something_else(path: str, data: bytes) -> None:
    """A page, program, archive or picture under the name of a film is refused, and the name is told."""
    ending = path[path.rindex(".") :]
    assert said(path, data) == [f"This file is called {ending}, but it is not one inside."]


def test_one_kind_of_media_is_not_another() -> None:
    """Sound called a film is refused as well: what is served has the type that it is."""
    for path in GOOD:
        for data, media_type in GOOD.values():
            same = GOOD[path][1] == media_type or (path[-4:] in (".mp4", ".m4a") and data == MP4)
            assert (said(path, data) == []) == same, (path, media_type)


def test_captions_are_text() -> None:
    """Captions that are not UTF-8, or that hold NUL, are refused."""
    for data in (b"WEBVTT\n\ncaf\xe9", b"WEBVTT\n\0", "WEBVTT\n".encode("utf-16")):
        assert len(said("media/a.vtt", data)) == 1


@pytest.mark.parametrize("sign", [b"\xa9xyz", b"loci", b"com.apple.quicktime.location.ISO6709"])
def test_where_a_film_was_made_is_told(sign: bytes) -> None:
    """A film that carries its place is a warning, wherever in its description the place stands."""
    for film in (
        FTYP
        + box(b"moov", box(b"udta", box(sign[:4], sign[4:] + b"+51.5074-000.1278/")))
        + box(b"mdat", b"x"),
        FTYP + box(b"mdat", b"x") + box(b"moov", box(b"meta", sign + b"+51.5")),
        FTYP + b"\0\0\0\1mdat" + (20).to_bytes(8, "big") + b"abcd" + b"\0\0\0\0moov" + sign,
    ):
        looked = look({"media/a.mp4": film})
        assert list(looked.media) == ["media/a.mp4"]
        (problem,) = looked.problems
        assert "carries the place" in problem.message and not problem.is_error


def test_bytes_of_the_picture_are_not_a_place() -> None:
    """Letters that turn up by chance in the pictures themselves frighten nobody."""
    assert said("media/a.mp4", FTYP + box(b"moov") + box(b"mdat", b"..loci..\xa9xyz..")) == []


@pytest.mark.parametrize(
    "data", [FTYP + b"\0\0\0\4moov", FTYP + b"\0\0\1\0moov", FTYP + b"\0", FTYP + box(b"free") * 20_000]
)
def test_films_that_are_broken(data: bytes) -> None:
    """A film whose parts do not add up is refused."""
    assert said("media/a.mp4", data) == ["This file is damaged and cannot be played."]


@given(st.sampled_from(sorted(GOOD)), st.binary(max_size=200), st.integers(0, 60))
def test_any_bytes(path: str, data: bytes, kept: int) -> None:
    """Whatever a file holds behind its first bytes, it is served or refused."""
    assert isinstance(look({path: GOOD[path][0][:kept] + data}), Looked)


def test_digests_of_media_are_of_their_own_kind() -> None:
    """The same bytes as text, as captions and as a picture are three files: none is served as another."""
    data = GOOD["media/a.vtt"][0]
    found = {digest(data, "text/vtt"), digest(data, "image/png"), hashlib.sha256(data).hexdigest()}
    assert len(found) == 3
