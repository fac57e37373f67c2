"""Slurs are never spelled out. The words of these tests are made up."""

from courses.library import bundles
from courses.slurs import fingerprint, shipped, spelled_out

OWN = ("Blorp", "grum bly")


def lines(text: str, path: str = "01-a.md", allowed: tuple[str, ...] = ()) -> list[int]:
    return [problem.line for problem in spelled_out({path: text.encode()}, OWN, allowed)]


def test_words_of_an_area_are_refused_in_any_form() -> None:
    """Large letters, a plural, a hyphen or punctuation do not hide a word; longer words are other words."""
    text = "BLORP\nthe blorps,\nno\ngrum-bly\nGrum  bly!\n![a blorp](x.png)\nblorping\nsemiblorp\n*Blorp*"
    assert lines(text) == [1, 2, 4, 5, 6, 9]


def test_captions_are_read_and_pictures_are_not() -> None:
    """Captions are words too; what is no text is left alone."""
    assert lines("WEBVTT\n\n00:00.000 --> 00:01.000\nblorp", "media/a.vtt") == [4]
    assert lines("blorp", "media/a.png") == []
    assert list(spelled_out({"01-a.md": b"\xff\xfe\x00blorp"}, OWN)) == []


def test_the_problem_does_not_say_the_word() -> None:
    """It tells the length and the first letter, and what to write instead."""
    [problem] = spelled_out({"01-a.md": b"a blorp"}, OWN)
    assert problem.is_error and "blorp" not in problem.message + problem.mend
    assert "5 letters" in problem.message and "“b”" in problem.message


def test_an_area_may_allow_a_word() -> None:
    """What is a name or an ordinary word somewhere can be written there."""
    assert lines("blorp and grum bly", allowed=("blorp",)) == [1]
    assert lines("blorp", allowed=("BLORP",)) == []


def test_the_shipped_list_is_of_fingerprints_and_is_used() -> None:
    """The shipped words are refused without an area's list, and no reader of the list meets them."""
    assert len(shipped()) > 50 and all(len(each) == 64 for each in shipped())
    assert fingerprint("kind") not in shipped()
    assert not [problem for bundle in bundles().values() for problem in spelled_out(bundle)]
