"""Tables that would not become one, or would lose cells: Markdown says nothing of either."""

import re
from collections.abc import Iterator, Sequence

from markup.problems import Problem
from markup.source import Source

Lines = Sequence[tuple[int, str]]
Row = tuple[int, str]

_ROW = re.compile(r"\s{0,3}\|.*\|\s*")
_RULE = frozenset("|:- \t")
_LONG = frozenset("–—")
_CELL_END = re.compile(r"(?<!\\)\|")


def slips(source: Source, lines: Lines) -> Iterator[Problem]:
    """Warnings about what looks like a table: rows with | at both ends."""
    above: list[Row] = []
    for before, rows, gap in _runs(lines):
        cut = bool(above) and gap and not _is_table(rows)
        yield from _cut(source, rows[0]) if cut else _told(source, before, rows)
        above = [*above, *rows] if cut else rows


def _runs(lines: Lines) -> Iterator[tuple[str, list[Row], bool]]:
    """Rows that follow each other: the line before them, the rows, and whether only an empty line lies
    between them and the rows before.
    """
    rows: list[Row] = []
    before = last = ""
    blanks = 9
    for number, line in (*lines, (0, "x")):
        if number and _ROW.fullmatch(line) and (not rows or number == rows[-1][0] + 1):
            before = before if rows else last
            rows.append((number, line))
        else:
            if rows:
                yield before, rows, blanks == 1
                rows, blanks = [], 0
            blanks = blanks + 1 if not line.strip() else 9
        last = line


def _is_table(rows: Sequence[Row]) -> bool:
    return len(rows) > 1 and "-" in rows[1][1] and _RULE.issuperset(rows[1][1])


def _cut(source: Source, row: Row) -> Iterator[Problem]:
    message = "An empty line cuts this table in two."
    yield source.problem(row[0], message, "Take the empty line above this one out.", "warning")


def _told(source: Source, before: str, rows: Sequence[Row]) -> Iterator[Problem]:
    line = rows[0][0]
    if len(rows) > 1 and not _is_table(rows):
        ruler = "|" + "---|" * _cells(rows[0][1])
        if (_RULE | _LONG).issuperset(rows[1][1]) and _LONG.intersection(rows[1][1]):
            message, line = "A word processor has made long dashes of the line under the heads.", rows[1][0]
            mend = f"Write it with short ones: {ruler}"
        else:
            message = "This looks like a table, but there is no line under its first row."
            mend = f"Write {ruler} under the first row, which names the columns."
        yield source.problem(line, message, mend, "warning")
    elif len(rows) > 1 and before.strip() and not before.lstrip().startswith(":::"):
        message = "This table does not begin: it goes on with the words above it."
        yield source.problem(line, message, "Leave an empty line above it.", "warning")
    elif len(rows) > 1:
        yield from _uneven(source, rows)


def _uneven(source: Source, rows: Sequence[Row]) -> Iterator[Problem]:
    heads = _cells(rows[0][1])
    for number, row in rows[1:]:
        cells = _cells(row)
        if cells != heads:
            message = f"This row has {_count(cells)}, but the first row of the table has {heads}."
            mend = "Write each row with as many |. A cell may be empty: |  |"
            if cells > heads:
                mend = (
                    r"What is too much is not shown. Put it into a cell, and write \| for a | that is a word."
                )
            yield source.problem(number, message, mend, "warning")


def _cells(row: str) -> int:
    return len(_CELL_END.findall(row)) - 1


def _count(cells: int) -> str:
    return f"{cells} cell" if cells == 1 else f"{cells} cells"
