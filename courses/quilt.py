"""Patchwork: each course has a quilt drawn from its name, the same every time.

Six colours, kinds of patch cut from a 40-unit square, mirrored left to right. Neighbours never share a
ground colour, and rows of the same kind of patch give the whole a rhythm.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

SIDE = 40
PALETTES = ((1, 2, 6, 3), (4, 2, 6, 1), (3, 6, 1, 2), (5, 1, 2, 6), (1, 3, 6, 5), (6, 4, 1, 2))
"""Colours by number: 1 plum, 2 marigold, 3 coral, 4 leaf, 5 sky, 6 blush."""


class Shape(NamedTuple):
    """One piece of cloth: its colour, 1 to 6, and its outline as an SVG path."""

    colour: int
    path: str


def quilt(seed: str, columns: int = 8, rows: int = 3) -> tuple[Shape, ...]:
    """The patchwork for a name, `columns` by `rows` patches, each 40 units wide and high."""
    dice = _dice(seed)
    palette = PALETTES[next(dice) % len(PALETTES)]
    half = (columns + 1) // 2
    shapes: list[Shape] = []
    for row in range(rows):
        kinds = [next(dice) % len(PATCHES) for _ in range(2)]
        for column in range(half):
            ground = palette[(row * 2 + column) % len(palette)]
            others = [colour for colour in palette if colour != ground]
            first = others.pop(next(dice) % len(others))
            second = others[next(dice) % len(others)]
            patch = PATCHES[(kinds[column % 2] + next(dice) % 2) % len(PATCHES)]
            colours = (ground, first, second)
            shapes += _placed(patch, column * SIDE, row * SIDE, colours, flipped=False)
            if (mirrored := columns - 1 - column) != column:
                shapes += _placed(patch, mirrored * SIDE, row * SIDE, colours, flipped=True)
    return tuple(shapes)


def svg(shapes: Sequence[Shape], columns: int, rows: int, *, fills: Sequence[str] | None = None) -> str:
    """The patchwork as SVG: with classes q1 to q6 for a page, or with `fills`, six colours, for print."""
    looks = [f'fill="{fill}"' for fill in fills] if fills else [f'class="q{n}"' for n in range(1, 7)]
    drawn = "".join(f'<path {looks[shape.colour - 1]} d="{shape.path}"/>' for shape in shapes)
    box = f'viewBox="0 0 {columns * SIDE} {rows * SIDE}" preserveAspectRatio="xMidYMid slice"'
    if fills:
        return f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{drawn}</svg>'
    return f'<svg class="quilt" {box} aria-hidden="true" focusable="false">{drawn}</svg>'


def _dice(seed: str) -> Iterator[int]:
    """Numbers from 0 to 255 that depend on nothing but the seed."""
    turn = 0
    while True:
        yield from hashlib.sha256(f"{seed}:{turn}".encode()).digest()
        turn += 1


Cut = Callable[["_Cloth"], Sequence[tuple[int, str]]]
"""A patch: pieces as (which of ground, first, second colour; outline)."""


class _Cloth(NamedTuple):
    """Where a patch lies, and whether it is mirrored."""

    x: int
    y: int
    flipped: bool

    def at(self, across: float) -> str:
        """A distance from the patch's left edge, or from its right one when mirrored."""
        return f"{self.x + (SIDE - across if self.flipped else across):g}"

    @property
    def sweep(self) -> int:
        return 0 if self.flipped else 1


def _placed(patch: Cut, x: int, y: int, colours: tuple[int, int, int], *, flipped: bool) -> list[Shape]:
    ground = Shape(colours[0], f"M{x} {y}h{SIDE}v{SIDE}h-{SIDE}z")
    return [ground, *(Shape(colours[which], path) for which, path in patch(_Cloth(x, y, flipped)))]


def _quarter(c: _Cloth) -> Sequence[tuple[int, str]]:
    return [(1, f"M{c.at(0)} {c.y + 40}A40 40 0 0 {c.sweep} {c.at(40)} {c.y}V{c.y + 40}z")]


def _triangle(c: _Cloth) -> Sequence[tuple[int, str]]:
    return [(1, f"M{c.at(0)} {c.y}L{c.at(40)} {c.y}L{c.at(0)} {c.y + 40}z")]


def _circle(c: _Cloth) -> Sequence[tuple[int, str]]:
    return [
        (which, f"M{c.x + 20 - r} {c.y + 20}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0 -{2 * r} 0z")
        for which, r in ((1, 13), (2, 5))
    ]


def _petal(c: _Cloth) -> Sequence[tuple[int, str]]:
    arc = f"A40 40 0 0 {c.sweep}"
    return [(1, f"M{c.at(0)} {c.y + 40}{arc} {c.at(40)} {c.y}{arc} {c.at(0)} {c.y + 40}z")]


def _stripes(c: _Cloth) -> Sequence[tuple[int, str]]:
    return [(1, f"M{c.x} {c.y}h40v10h-40zM{c.x} {c.y + 20}h40v10h-40z")]


def _alongside(c: _Cloth) -> Sequence[tuple[int, str]]:
    """Two half discs, one above the other: people side by side, seen from above."""
    return [(1, f"M{c.x} {c.y + 20}a20 20 0 0 1 40 0z"), (2, f"M{c.x} {c.y + 40}a20 20 0 0 1 40 0z")]


def _diamond(c: _Cloth) -> Sequence[tuple[int, str]]:
    return [
        (1, f"M{c.x + 20} {c.y}l20 20l-20 20l-20 -20z"),
        (2, f"M{c.x + 20} {c.y + 11}l9 9l-9 9l-9 -9z"),
    ]


PATCHES: tuple[Cut, ...] = (_quarter, _triangle, _circle, _petal, _stripes, _alongside, _diamond)
