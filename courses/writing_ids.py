"""Writes `{#id}` after every question that has none, so that its words can change and it stays the same."""

import re
from collections import Counter
from collections.abc import Iterator

from courses.bundle import Bundle
from courses.files import File, said_kind, usual_kind
from markup import blocks, front_matter, headings
from markup import source as sources
from markup.headings import Section
from markup.source import Source

_LINE_END = re.compile(r"(\r\n|\r|\n)")


def with_ids(bundle: Bundle) -> dict[str, bytes]:
    """The files that change when every question gets its id, by path; nothing else in them changes.

    A question of a twin gets the id of the original in its place. Questions that would get the same id are
    left as they are: the reader tells of them. What has ids already is not among the result.
    """
    files = [file for path in sorted(bundle) if (file := _file(path, bundle[path])) is not None]
    originals = {file.path: [section.id for section in _sections(file)] for file in files if not file.twin}
    changed = {}
    for file in files:
        ids = dict(_wanted(_sections(file), originals.get(file.original, [])))
        if ids:
            changed[file.path] = _written(bundle[file.path], ids)
    return changed


def _file(path: str, data: bytes) -> File | None:
    source, _ = sources.read(path, data) if path.endswith(".md") else (None, ())
    if source is None:
        return None
    kind = usual_kind(path)
    kind = said_kind(source) or kind if kind == "lesson" else kind
    front, _ = front_matter.read(source, ("kind", "id", "title", "draw"), ("draw",))
    return File(source, front, kind) if kind in ("lesson", "quiz", "bank") else None


def _sections(file: File) -> list[Section]:
    """The headings of the questions in a file."""
    source, body = file.source, file.front.body
    if file.kind == "lesson":
        return list(_checks(source, body))
    return list(headings.split(source.lines[body - 1 :], body)[1])


def _checks(source: Source, body: int) -> Iterator[Section]:
    pieces, _ = blocks.read(source, body, ("check", "more", "story", "if"))
    for piece in pieces:
        if isinstance(piece, blocks.Block) and piece.name == "check":
            for inside in piece.inside:
                if isinstance(inside, blocks.Text):
                    yield from headings.split(inside.lines, inside.line, level=None)[1][:1]


def _wanted(sections: list[Section], originals: list[str]) -> Iterator[tuple[int, str]]:
    """The line and the id of each question that gets one."""
    paired = originals if len(originals) == len(sections) else [section.id for section in sections]
    ids = [section.id if section.written else own for section, own in zip(sections, paired, strict=True)]
    held = Counter(ids)
    for section, identity in zip(sections, ids, strict=True):
        if identity and not section.written and held[identity] == 1:
            yield section.line, identity


def _written(data: bytes, ids: dict[int, str]) -> bytes:
    pieces = _LINE_END.split(data.decode())
    for line, identity in ids.items():
        pieces[2 * (line - 1)] = f"{pieces[2 * (line - 1)].rstrip()} {{#{identity}}}"
    return "".join(pieces).encode()
