"""Certificate codes: 11 random symbols and one check symbol, in Crockford's base 32.

The check is a weighted sum in the field GF(32), with a weight of its own for each of the 12 places.
One wrong symbol, or any two symbols swapped, always leaves a sum that is not nought.
"""

import unicodedata

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_BYTES = 7
LENGTH = 12

_VALUES = {symbol: value for value, symbol in enumerate(SYMBOLS)}
_READ_AS = str.maketrans("ILO", "110")
_FIELD = 0b100101  # x^5 + x^2 + 1, whose root runs through all 31 non-zero values


def make(random: bytes) -> str:
    """A new code of 12 symbols from 7 bytes of a secure source (55 of their 56 bits are used)."""
    if len(random) != RANDOM_BYTES:
        raise ValueError(f"A code is made from {RANDOM_BYTES} random bytes, not {len(random)}.")
    number = int.from_bytes(random, "big")
    drawn = [number >> (5 * place) & 31 for place in range(LENGTH - 1)]
    return "".join(SYMBOLS[value] for value in [*drawn, _weighted_sum(drawn)])


def parse(text: str) -> str | None:
    """The code in what someone typed, or None when it cannot be one of ours.

    Spaces, hyphens and lower case are welcome; I and L are read as 1, O as 0.
    """
    kept = "".join(c for c in unicodedata.normalize("NFKC", text) if not _is_gap(c))
    code = kept.upper().translate(_READ_AS) if kept.isascii() else ""
    if len(code) != LENGTH or any(symbol not in _VALUES for symbol in code):
        return None
    *drawn, check = (_VALUES[symbol] for symbol in code)
    return code if check == _weighted_sum(drawn) else None


def display(code: str) -> str:
    """A code as people read it: 7K4M-9QXR-T2HD."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _weighted_sum(values: list[int]) -> int:
    total = 0
    for value in values:
        total = _times_root(total ^ value)
    return total


def _times_root(value: int) -> int:
    doubled = value << 1
    return doubled ^ _FIELD if doubled & 32 else doubled


def _is_gap(character: str) -> bool:
    """Spaces and dashes of any kind, and the invisible marks that come along when text is copied."""
    return character.isspace() or unicodedata.category(character) in ("Pd", "Cf") or character == "\u2212"
