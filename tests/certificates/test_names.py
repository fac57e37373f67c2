"""Names: clean, matched with kindness, read in their own language."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates import names


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("  Zoe\u0308 \t Łukasz\u00a0-\u2003Nguyễn\n", "Zoë Łukasz - Nguyễn"),
        ("\u202eevil\u202c \u2066Ann\u2069\u200f", "evil Ann"),
        ("A\u200bn\u00adn\ufeff\x00\x1b", "Ann"),
        ("A\u200dn\u200cn", "Ann"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("क\u200d", "क"),
        ("Ann\ue000\ufffe\ud800", "Ann"),
        ("Z" + "\u0335" * 50 + "a", "Z" + "\u0335" * 4 + "a"),
        ("O’Brien-Smith Jr.", "O’Brien-Smith Jr."),
    ],
)
def test_a_name_is_cleaned(typed: str, printed: str) -> None:
    """What is invisible, overrides direction or piles up goes; how the name is spelt stays."""
    assert names.clean(typed) == printed


@pytest.mark.parametrize(
    "typed", ["", "   ", "\u200b\u202e", "\u3164", "\u2800 \u115f", "---", "\u0301", "."]
)
def test_a_name_with_nothing_to_see_is_none(typed: str) -> None:
    """Blank and invisible names count as no name."""
    assert names.clean(typed) is None


def test_a_name_may_have_a_hundred_characters() -> None:
    """100 characters are welcome; 101 are refused in plain words; what is stripped does not count."""
    assert names.clean("é" * 100 + " \u202e") == "é" * 100
    with pytest.raises(names.NameTooLong, match="longer than 100 characters"):
        names.clean("é" * 101)


@given(st.text(max_size=100))
def test_cleaning_twice_is_cleaning_once(typed: str) -> None:
    """A clean name stays as it is, and holds no control or direction character."""
    name = names.clean(typed)
    if name is not None:
        assert names.clean(name) == name
        assert not any(
            unicodedata.category(c) == "Cc" or c in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068" for c in name
        )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zoë", "zoe"),
        ("Łukasz", "LUKASZ"),
        ("Nguyễn", "Nguyen"),
        ("Llŷr Ŵyn ap Siôn", "llyr wyn ap sion"),
        ("Siân O’Neill-Jones", "Sian ONeill Jones"),
        ("Bjørn Straße", "Bjorn STRASSE"),
        ("İpek Işık", "ipek isik"),
        ("Þóra Æsa", "Thora Aesa"),
        ("Γιώργος", "ΓΙΩΡΓΟΣ"),
        ("Наталія", "НАТАЛІЯ"),
        ("\ufee3\ufea4\ufee4\ufeaa", "محمد"),
        ("क्\u200dष", "क्ष"),
    ],
)
def test_fair_spellings_match(one: str, other: str) -> None:
    """A person without the right keyboard, or who shouts, still finds that the name matches."""
    assert names.same_name(one, other)
    assert names.same_name(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zoë", "Zara"),
        ("Ann Lee", "Ann Le"),
        ("Андрій", "Андріи"),
        ("प्रिया", "प्रया"),
        ("שרה", "שרית"),
        ("", ""),
        ("...", "---"),
        ("Ann", ""),
    ],
)
def test_other_names_do_not_match(one: str, other: str) -> None:
    """Kindness ends where the name is another one; nothing matches nothing."""
    assert not names.same_name(one, other)


@given(st.text(max_size=40), st.text(max_size=40))
def test_matching_is_fair_both_ways(one: str, other: str) -> None:
    """Which of the two was printed and which was typed makes no difference."""
    assert names.same_name(one, other) == names.same_name(other, one)


@pytest.mark.parametrize("name", ["Zoë", "محمد علي", "प्रिया शर्मा", "שָׂרָה", "สมชาย ใจดี", "한지민"])
def test_a_name_matches_itself_in_any_form(name: str) -> None:
    """Composed or decomposed, from whichever keyboard, a name is itself."""
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert names.same_name(unicodedata.normalize(form, name), name)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Zoë Nguyễn", None),
        ("12 -", None),
        ("محمد علي", "ar"),
        ("ڈاکٹر احمد خان", "ur"),
        ("پرویز", "fa"),
        ("שרה כהן", "he"),
        ("प्रिया शर्मा", "hi"),
        ("Наталія Шевченко", "uk"),
        ("Рыбаков", "ru"),
        ("Иван Петров", "und"),
        ("Алесь Воўк", "und"),
        ("ⵣⵉⵔⵉ", "und"),
        ("สมชาย", "th"),
        ("ნინო", "ka"),
        ("ਗੁਰਪ੍ਰੀਤ", "pa"),
        ("李小龙", "zh"),
        ("Sara سارة Hussain", None),
    ],
)
def test_a_name_has_its_language(text: str, language: str | None) -> None:
    """Most letters decide; where a guess could offend there is none."""
    assert names.language(text) == language
