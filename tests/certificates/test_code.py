"""Codes: hard to guess, easy to read out, and never mistaken for another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates import code

CODES = st.binary(min_size=7, max_size=7).map(code.make)
PLACES = st.integers(0, 11)


@given(CODES)
def test_a_code_reads_back(made: str) -> None:
    """Whatever we make, we read again, as stored and as displayed."""
    assert len(made) == 12
    assert code.parse(made) == code.parse(code.display(made)) == made


@given(CODES)
def test_every_wrong_symbol_is_noticed(made: str) -> None:
    """All 372 ways to get one symbol wrong are refused."""
    for place in range(12):
        for symbol in set(code.SYMBOLS) - {made[place]}:
            assert code.parse(made[:place] + symbol + made[place + 1 :]) is None


@given(CODES, PLACES, PLACES)
def test_every_swap_is_noticed(made: str, one: int, other: int) -> None:
    """Two symbols in each other's place, neighbours or not, are refused."""
    symbols = list(made)
    symbols[one], symbols[other] = symbols[other], symbols[one]
    swapped = "".join(symbols)
    assert code.parse(swapped) == (made if swapped == made else None)


def test_every_pair_of_neighbours_is_told_from_its_swap() -> None:
    """In every place and for all 992 pairs of symbols, at most one order of two neighbours is a code."""
    for place in range(11):
        weights = [code._weighted_sum([0] * i + [1] + [0] * (11 - i)) for i in (place, place + 1)]
        assert weights[0] != weights[1]
        for one in range(32):
            for other in range(one):
                rows = [[0] * place + pair + [0] * (10 - place) for pair in ([one, other], [other, one])]
                assert code._weighted_sum(rows[0]) != code._weighted_sum(rows[1])


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("7k4m 9qxr t2h", None),
        ("", None),
        ("----", None),
        ("7K4M-9QXR-T2HU", None),
        ("7K4M-9QXR-T2H\N{LATIN SMALL LETTER SHARP S}", None),
        ("0000-0000-0000", "000000000000"),
        ("oOoO 0000\N{NO-BREAK SPACE}\N{EN DASH}OOOO", "000000000000"),
        ("\N{FULLWIDTH DIGIT ZERO}" * 12, "000000000000"),
        ("0" * 13, None),
        ("0" * 100_000, None),
    ],
)
def test_what_people_type(typed: str, stored: str | None) -> None:
    """Spaces, dashes, lower case and O for 0 are understood; anything else is no code."""
    assert code.parse(typed) == stored


@given(CODES)
def test_look_alikes_are_read_kindly(made: str) -> None:
    """A code read out with I or L for 1 and O for 0 in lower case is the same code."""
    for one in "iLl":
        typed = made.replace("1", one).replace("0", "o").lower()
        assert code.parse(f" {code.display(typed)} ") == made


@given(st.text())
def test_any_text_is_read_without_harm(typed: str) -> None:
    """Nothing that can be typed does more than fail to be a code."""
    read = code.parse(typed)
    assert read is None or code.parse(read) == read


def test_different_randomness_gives_different_codes() -> None:
    """All 55 bits that are used change the code."""
    assert len({code.make((1 << bit).to_bytes(7, "big")) for bit in range(55)}) == 55


def test_too_little_randomness_is_refused() -> None:
    """A caller who passes fewer bytes than a code needs is told so, not given a weak code."""
    with pytest.raises(ValueError, match="7 random bytes"):
        code.make(b"abc")
