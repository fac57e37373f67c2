"""Lists that were pasted from a word processor: its bullets become those of Markdown."""

import re
from collections.abc import Iterator

from markup.fences import code_lines

_ITEM = re.compile(r"(\s{0,3})([•·▪◦‣●○–—])\s+(?=\S)")
_MAYBE = "–—"
"""Dashes begin a list only where another item follows or comes before: people write them in prose as well."""


def as_markdown(text: str) -> str:
    """The text with `- ` for bullets such as `• `, and an empty line before a list that had none."""
    if not any(sign in text for sign in "•·▪◦‣●○–—"):
        return text
    return "\n".join(_lines(text.split("\n")))


def _lines(lines: list[str]) -> Iterator[str]:
    code, _ = code_lines(lines)
    items = [None if place in code else _ITEM.match(line) for place, line in enumerate(lines)]
    in_list = False
    for place, (line, item) in enumerate(zip(lines, items, strict=True)):
        begins = item is not None and (item[2] not in _MAYBE or any(_beside(items, place)))
        if item and begins:
            if not in_list and place and lines[place - 1].strip():
                yield ""
            yield f"{item[1]}- {line[item.end() :]}"
        else:
            yield line
        in_list = begins or (in_list and bool(line.strip()))


def _beside(items: list[re.Match[str] | None], place: int) -> list[re.Match[str] | None]:
    return items[max(0, place - 1) : place] + items[place + 1 : place + 2]
