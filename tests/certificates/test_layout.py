"""The sheet as a picture: nothing runs over its edge, all can be read, the QR code is right."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import segno
from PIL import Image

import certificates
from certificates.certificate import Certificate
from certificates.pdf import Printer

Award = Callable[..., Certificate]
PAPER = (252, 249, 247)
PIXELS_PER_INCH = 96
DARK = 33  # the ink colour in grey

# Places that stay empty whatever is printed, in mm: left, top, right, bottom.
QUIET = {
    "left margin": (0, 0, 17.5, 210),
    "before the quilt": (191, 0, 206, 210),
    "top margin": (0, 0, 206, 14),
    "under the issuer": (0, 30.5, 206, 39.5),
    "over the dates": (0, 157, 206, 159.5),
    "bottom margin": (0, 197, 206, 210),
}
LONGEST = {
    "words": {
        "title": "Understanding mate crime and hate crime in your ward " * 4,
        "summary": "Wonderful mornings with women and men who work with us. " * 9,
        "issuer": "The Greater Manchester Partnership of Community Safety Boards and Friends Groups",
        "check_url": "https://learning.communitysafety.greatermanchester.example.org/certificates/7K4M9QXRT2HD",
    },
    "one wide word": {
        "title": "W" * 300,
        "summary": "W" * 900,
        "issuer": "W" * 200,
        "check_url": "https://" + "w" * 60 + ".example.org/certificates/7K4M9QXRT2HD",
    },
    "tall script": {
        "title": "कृत्रिम शिक्षा " * 12,
        "summary": "घृणा अपराध को समझना " * 25,
        "issuer": "शिक्षा " * 15,
    },
    "right to left": {
        "title": "فهم جرائم الكراهية " * 9,
        "summary": "فهم جرائم الكراهية " * 25,
        "issuer": "شرطة " * 30,
    },
}


def picture(printer: Printer, certificate: Certificate) -> Image.Image:
    return Image.open(io.BytesIO(printer.picture(certificate, PIXELS_PER_INCH))).convert("RGB")


def _px(millimetres: float) -> int:
    return round(millimetres * PIXELS_PER_INCH / 25.4)


def not_quiet(image: Image.Image) -> list[str]:
    """The quiet places in which something was printed."""
    return [
        place
        for place, box in QUIET.items()
        if image.crop((_px(box[0]), _px(box[1]), _px(box[2]), _px(box[3]))).getcolors(1) is None
        or image.getpixel((_px(box[0]), _px(box[1]))) != PAPER
    ]


def test_every_name_keeps_to_its_place(printer: Printer, award: Award, name: str) -> None:
    """No name, in any script and of any length, runs over the edge or into its neighbours."""
    assert not_quiet(picture(printer, award(name=name))) == []


@pytest.mark.parametrize("texts", LONGEST.values(), ids=LONGEST.keys())
def test_the_longest_of_everything_keeps_to_its_place(
    printer: Printer, award: Award, texts: dict[str, str], name: str
) -> None:
    """Even when title, summary, issuer and address are all as long as can be."""
    assert not_quiet(picture(printer, award(name=name, **texts))) == []


def test_a_print_that_runs_over_would_be_seen(printer: Printer, award: Award) -> None:
    """The quiet places do notice: a sheet moved by 5 mm fails."""
    moved = Image.new("RGB", (1123, 794), PAPER)
    moved.paste(picture(printer, award()), (19, 19))
    assert len(not_quiet(moved)) >= 3


@pytest.mark.parametrize("shape", ["0 0 320 120", "0 0 120 320", "0 0 80 80"])
def test_a_quilt_of_any_shape_fills_the_band(printer: Printer, award: Award, shape: str) -> None:
    """Wide, tall or square, the quilt fills its place between the bindings and keeps out of the text."""
    green = '<path fill="#2f8f6b" d="M0 0h320v320H0z"/>'
    quilt = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{shape}">{green}</svg>'
    image = picture(printer, award(quilt=quilt))
    corners = [(_px(x), _px(y)) for x in (218, 287) for y in (10, 200)]
    assert {image.getpixel(corner) for corner in corners} == {(47, 143, 107)}
    assert not_quiet(image) == []


def test_the_printed_qr_code_holds_the_address(printer: Printer, award: Award) -> None:
    """Module by module, the code on the sheet is that of the address, dark on white, with its quiet zone."""
    certificate = award()
    sheet = Image.open(io.BytesIO(printer.picture(certificate, 288))).convert("L")
    corner = sheet.crop((1740, 1800, 2180, 2240))
    box = corner.point([255 if grey < 100 else 0 for grey in range(256)]).getbbox()
    assert box is not None
    matrix = segno.make_qr(certificate.check_url, error="m").matrix
    module = (box[2] - box[0]) / len(matrix)
    places = [box[0] + (place + 0.5) * module for place in range(-3, len(matrix) + 3)]
    down = box[1] - box[0]
    read = [[corner.getpixel((int(x), int(y + down))) for x in places] for y in places]
    quiet = [[0] * len(places)] * 3
    rows = quiet + [[0, 0, 0, *row, 0, 0, 0] for row in matrix] + quiet
    assert read == [[DARK if module else 255 for module in row] for row in rows]


def test_every_text_has_contrast() -> None:
    """Each colour that words are set in has at least 4.5 to 1 against the paper (WCAG 2.2 AA)."""
    template = (Path(certificates.__file__).parent / "certificate.typ").read_text()
    colours = dict(re.findall(r'#let (\w+) = rgb\("#(\w{6})"\)', template))
    used = set(re.findall(r"text\([^)]*fill: (\w+)", template))
    assert used == {"ink", "soft", "plum", "deep"}
    assert all(_contrast(colours[colour], colours["paper"]) >= 4.5 for colour in used)


def _contrast(one: str, other: str) -> float:
    dark, light = sorted(_luminance(bytes.fromhex(colour)) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: bytes) -> float:
    linear = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
