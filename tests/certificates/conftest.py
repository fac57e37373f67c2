"""A printer, a certificate to change, names in many scripts, and a reader of a PDF's tags."""

import dataclasses
import datetime
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pikepdf
import pytest

from certificates import fonts
from certificates.certificate import Certificate
from certificates.pdf import Printer

NAMES = {
    "latin": "Zoë Łukasz-Nguyễn",
    "welsh": "Llŷr Ŵyn ap Siôn",
    "vietnamese": "Nguyễn Thị Phượng Ổ",
    "arabic": "محمد علي",
    "urdu": "نستعلیق احمد خان",
    "hebrew": "שרה כהן",
    "hindi": "प्रिया शर्मा",
    "cyrillic": "Наталія Шевченко",
    "greek": "Γιώργος Παπαδόπουλος",
    "thai": "สมชาย ใจดี",
    "georgian": "ნინო ბერიძე",
    "mixed": "Sara سارة Hussain",
    "one letter": "O",
    "one long word": "Taumata" * 12 + "ram",
    "hundred wide letters": "W" * 100,
    "hundred in Arabic": ("عبدالرحمن " * 10).strip() + "م",
    "hundred in Hindi": ("प्रियंवदा " * 10).strip(),
}


@pytest.fixture(params=list(NAMES.values()), ids=list(NAMES))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def printer(tmp_path_factory: pytest.TempPathFactory) -> Printer:
    return Printer(fonts.gather(tmp_path_factory.mktemp("fonts")))


@pytest.fixture(scope="session")
def award() -> Callable[..., Certificate]:
    """A certificate with whatever is to be changed."""
    patches = "".join(
        f'<path fill="{("#f6b93b", "#d9583b")[(x + y) % 2]}" d="M{x * 40} {y * 40}h40v40z"/>'
        for x in range(8)
        for y in range(3)
    )
    certificate = Certificate(
        name="Zoë Łukasz-Nguyễn",
        title="Understanding hate and mate crime",
        summary="How to notice hate crime and mate crime, and how to take a report well.",
        issuer="Example Community Partnership",
        awarded=datetime.date(2026, 11, 21),
        valid_until=datetime.date(2028, 11, 20),
        code="7K4M9QXRT2HD",
        check_url="https://learn.example.org/certificates/7K4M9QXRT2HD",
        quilt=f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 120">{patches}</svg>',
        name_given_by_learner=True,
    )
    return lambda **changes: dataclasses.replace(certificate, **changes)


class Tag(NamedTuple):
    """One thing a screen reader says: the tag, its words (or alternative text) and its own language."""

    kind: str
    words: str
    language: str | None


@pytest.fixture(scope="session")
def tags() -> Callable[[bytes], list[Tag]]:
    """The tags of a one-page PDF that hold words or pictures, in reading order."""

    def read(pdf: bytes) -> list[Tag]:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            said = _words_by_mark(document.pages[0])
            return list(_walk(document.Root.StructTreeRoot, said, None))

    return read


def _walk(element: Any, said: dict[int, str], language: str | None) -> Iterator[Tag]:
    language = str(element.get("/Lang", language)) if "/Lang" in element else language
    children = element.get("/K", [])
    children = list(children) if isinstance(children, pikepdf.Array) else [children]
    marks = [c for c in children if isinstance(c, int)]
    if marks or "/Alt" in element:
        words = str(element.get("/Alt", "")) or "".join(said.get(mark, "") for mark in marks)
        yield Tag(str(element.S).lstrip("/"), words, language)
    for child in children:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield from _walk(child, said, language)


def _words_by_mark(page: Any) -> dict[int, str]:
    """Marked-content number -> the words shown in it: each glyph's ToUnicode, or the ActualText around it."""
    letters = {key: _letters(font) for key, font in page.Resources.get("/Font", {}).items()}
    said: dict[int, str] = defaultdict(str)
    open_marks: list[dict[str, Any]] = []
    font: dict[int, str] = {}
    for step in pikepdf.parse_content_stream(page):
        operands: Any = step.operands
        match str(step.operator):
            case "BDC" | "BMC":
                is_marked = len(operands) > 1 and isinstance(operands[1], pikepdf.Dictionary)
                open_marks.append(dict(operands[1]) if is_marked else {})
                if "/ActualText" in open_marks[-1]:
                    said[_number(open_marks)] += str(open_marks[-1]["/ActualText"])
            case "EMC":
                open_marks.pop()
            case "Tf":
                font = letters[str(operands[0])]
            case "Tj" | "TJ" if not any("/ActualText" in mark for mark in open_marks):
                said[_number(open_marks)] += _shown(operands[0], font)
    return said


def _number(open_marks: list[dict[str, Any]]) -> int:
    """The number of the innermost mark that has one; -1 in what is decoration."""
    return next((int(mark["/MCID"]) for mark in reversed(open_marks) if "/MCID" in mark), -1)


def _shown(operand: Any, font: dict[int, str]) -> str:
    parts = list(operand) if isinstance(operand, pikepdf.Array) else [operand]
    glyphs = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
    return "".join(font[int.from_bytes(glyphs[i : i + 2], "big")] for i in range(0, len(glyphs), 2))


def _letters(font: Any) -> dict[int, str]:
    table = font.ToUnicode.read_bytes().decode()
    found: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for glyph, letters in re.findall(r"<(\w+)>\s*<(\w*)>", block):
            found[int(glyph, 16)] = bytes.fromhex(letters).decode("utf-16-be")
    return found
