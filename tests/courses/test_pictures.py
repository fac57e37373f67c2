"""Pictures are made anew: what comes through, what does not, and what is refused."""

import io
import struct
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from courses import pictures
from courses.media import digest
from courses.pictures import MOST_PIXELS, Pictures, make

SECRET = b"51.5074N"


def picture(
    encoding: str = "PNG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **how: object
) -> bytes:
    """A picture whose left half is red."""
    held = io.BytesIO()
    image = Image.new("RGB", size, "white")
    image.paste((220, 0, 0), (0, 0, size[0] // 2, size[1]))
    image.convert(mode).save(held, encoding, **how)
    return held.getvalue()


def made(data: bytes, name: str = "a.png") -> Pictures:
    return make({f"media/{name}": data})


def shown(data: bytes, name: str = "a.png") -> Image.Image:
    """The picture as it is served."""
    result = made(data, name)
    assert result.problems == ()
    (media,) = result.media.values()
    served = result.data[media.digest]
    assert media.size == len(served) and media.digest == digest(served, media.media_type)
    image = Image.open(io.BytesIO(served))
    image.load()
    assert (media.width, media.height) == image.size and Image.MIME[str(image.format)] == media.media_type
    return image


def said(data: bytes, name: str = "a.png") -> str:
    """What is said of a picture that is refused, within five seconds."""
    began = time.monotonic()
    result = made(data, name)
    assert not result.media and not result.data and time.monotonic() - began < 5
    (problem,) = result.problems
    assert problem.is_error and problem.mend and problem.path == f"media/{name}"
    return problem.message


@pytest.mark.parametrize(
    ("encoding", "mode", "media_type"),
    [
        ("PNG", "RGB", "image/png"),
        ("PNG", "P", "image/png"),
        ("PNG", "1", "image/png"),
        ("PNG", "LA", "image/png"),
        ("PNG", "RGBA", "image/png"),
        ("JPEG", "RGB", "image/jpeg"),
        ("JPEG", "L", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("WEBP", "RGB", "image/webp"),
        ("GIF", "P", "image/png"),
    ],
)
def test_pictures_of_every_kind(encoding: str, mode: str, media_type: str) -> None:
    """Each kind is served as itself, a GIF as PNG, whatever its name says, and looks as it did."""
    image = shown(picture(encoding, mode=mode), "a.jpg").convert("RGB")
    assert image.size == (40, 20)
    left, right = image.getpixel((5, 10)), image.getpixel((35, 10))
    assert isinstance(left, tuple) and isinstance(right, tuple)
    assert left[1] < left[2] + 130 and left[1] < 130 and min(right) > 230
    assert next(iter(made(picture(encoding, mode=mode)).media.values())).media_type == media_type


def test_see_through_stays_so() -> None:
    """A picture with nothing behind its edges keeps that, so that it lies well on a dark page."""
    held = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(held, "PNG")
    assert shown(held.getvalue()).getpixel((0, 0)) == (0, 0, 0, 0)


@pytest.mark.parametrize("encoding", ["PNG", "JPEG", "WEBP"])
def test_where_it_was_taken_is_gone_and_it_stands_upright(encoding: str) -> None:
    """The place, camera and comments in a photo are gone; one held sideways is turned first."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x8825] = 6, SECRET.decode(), {1: "N", 2: (51.0, 30.0, 26.6)}
    data = picture(encoding, exif=exif, xmp=b"<x>" + SECRET + b"</x>")
    assert SECRET in data
    image = shown(data)
    assert image.size == (20, 40) and not image.getexif()
    (served,) = made(data).data.values()
    assert SECRET not in served and b"Exif" not in served and b"eXIf" not in served
    top, bottom = (image.convert("RGB").getpixel((10, y)) for y in (5, 35))
    assert isinstance(top, tuple) and isinstance(bottom, tuple) and top[1] < 130 < bottom[1]


def test_comments_and_what_is_stuck_on_are_gone() -> None:
    """Text in a PNG or JPEG, and a page or archive stuck on behind, do not come through."""
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET.decode())
    text.add_itxt("More", SECRET.decode(), zip=False)
    for data in (
        picture(pnginfo=text),
        picture("JPEG", comment=SECRET),
        picture() + b"<script>" + SECRET,
        picture("GIF") + b"PK\x03\x04" + SECRET,
        picture("JPEG", icc_profile=SECRET),
    ):
        (served,) = made(data).data.values()
        assert SECRET in data and SECRET not in served


def test_large_pictures_are_made_smaller() -> None:
    """No side is longer than 2000 pixels as served, and the shape stays."""
    assert shown(picture(size=(4000, 1000))).size == (2000, 500)
    assert shown(picture("JPEG", size=(1000, 4000)), "a.jpg").size == (500, 2000)


def test_the_same_picture_is_the_same_file() -> None:
    """Made twice, a picture is the same bytes, so that it is kept once and cached for ever."""
    for encoding in ("PNG", "JPEG", "WEBP"):
        assert made(picture(encoding)) == made(picture(encoding))


def test_a_picture_that_moves_is_held_still() -> None:
    """Of a picture that moves the first moment is shown, and a warning says so."""
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    held = io.BytesIO()
    frames[0].save(held, "GIF", save_all=True, append_images=frames[1:])
    result = made(held.getvalue(), "a.gif")
    assert len(result.media) == 1
    assert [(problem.message, problem.is_error) for problem in result.problems] == [
        ("This picture moves. Only its first moment is shown.", False)
    ]


def test_a_photo_with_another_behind_it_does_not_move() -> None:
    """A phone's JPEG that holds a second picture stays a JPEG, without a warning."""
    held = io.BytesIO()
    one = Image.new("RGB", (8, 8), "red")
    one.save(held, "MPO", save_all=True, append_images=[Image.new("RGB", (8, 8), "blue")])
    assert shown(held.getvalue(), "a.jpg").format == "JPEG"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        b"II*\0" + bytes(100),
        b"BM" + bytes(99),
    ],
)
def test_what_is_no_picture(data: bytes) -> None:
    """What is not PNG, JPEG, WebP or GIF inside is refused, whatever its name."""
    assert "not a picture that we can read" in said(data) or "damaged" in said(data)


def test_pictures_that_are_cut_short() -> None:
    """Half a picture is not served."""
    for encoding in ("PNG", "JPEG", "WEBP"):
        data = picture(encoding, size=(400, 400))
        assert "damaged" in said(data[: len(data) // 2])


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


@pytest.mark.parametrize("side", [6000, 50_000, 2**31 - 1])
def test_decompression_bombs(side: int) -> None:
    """A small file that says it is a huge picture is refused by what it says, before it is unpacked."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    assert f"more than {MOST_PIXELS // 1_000_000} million pixels" in said(bomb)


def test_many_large_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures are small enough in all, too: the first one too many is named, and none after it is decoded."""
    monkeypatch.setattr(pictures, "MOST_PIXELS_IN_ALL", 2500)
    begun: list[str] = []
    result = make({f"media/{n}.png": picture() for n in range(1, 6)}, begun.append)
    assert begun == [f"media/{n}.png" for n in range(1, 6)]
    assert sorted(result.media) == ["media/1.png", "media/2.png", "media/3.png"]
    assert [problem.path for problem in result.problems] == ["media/4.png", "media/5.png"]


def test_a_jpeg_of_a_thousand_scans() -> None:
    """A JPEG that goes over its picture again and again, which costs minutes, is refused unread."""
    data = picture("JPEG", size=(4000, 4000), progressive=True)
    scan = data[data.rindex(b"\xff\xda") : -2]
    assert "damaged" in said(data[:-2] + scan * 1000 + data[-2:])


@given(st.sampled_from(["PNG", "JPEG", "WEBP", "GIF"]), st.data())
def test_damaged_pictures(encoding: str, data: st.DataObject) -> None:
    """Whatever bytes are changed in a picture, it is made anew or refused, and nothing else happens."""
    whole = bytearray(picture(encoding))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    result = made(bytes(whole))
    assert result.media or any(problem.is_error for problem in result.problems)


def test_only_media_is_looked_at() -> None:
    """A picture outside a folder media is left alone: it is not part of the course."""
    assert make({"a.png": picture(), "media.png": picture()}) == Pictures({}, {}, ())
    assert list(make({"01-a/media/deep/a.PNG": picture()}).media) == ["01-a/media/deep/a.PNG"]
