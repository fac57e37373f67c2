"""Advice on words about people: told where it helps, with better words, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import starter
from courses.library import bundles
from courses.words_about_people import WORDINGS, about_people
from markup.problems import Problem

SEEN = [
    ("The disabled are often targeted.", "The disabled", "disabled people"),
    ("It is for the disabled", "the disabled", "disabled people"),
    ("Help for the deaf, at home.", "the deaf", "deaf people"),
    ("the blind and partially sighted", "the blind", "blind people"),
    ("He is an epileptic.", "an epileptic", "a person with …"),
    ("Elderly neighbours", "Elderly", "older people"),
    ("She suffers from autism.", "suffers from", "has"),
    ("a stroke sufferer", "sufferer", "person with …"),
    ("stricken by dementia", "stricken by", "has"),
    ("confined to a wheelchair", "confined to a wheelchair", "uses a wheelchair"),
    ("a wheelchair-bound man", "wheelchair-bound", "uses a wheelchair"),
    ("Able-bodied people", "Able-bodied", "non-disabled"),
    ("a mentally handicapped man", "mentally handicapped", "disabled"),
    ("the mentally\nhandicapped", "mentally handicapped", "disabled"),
    ("mentally challenged", "mentally challenged", "disabled"),
    ("differently abled", "differently abled", "disabled"),
    ("He is deaf-mute.", "deaf-mute", "Deaf"),
    ("a child with special needs", "special needs", "disabled, or what the person needs"),
    ("Max goes mad when he sees it.", "goes mad", "be furious"),
    ("with a mental age of six", "mental age", "what support the person needs"),
    ("high-functioning", "high-functioning", "what support the person needs"),
    ("committed suicide", "committed suicide", "die by suicide"),
    ("vulnerable adults", "vulnerable adults", "adults at risk"),
    ("the most vulnerable in town", "the most vulnerable", "people at risk"),
    ("a transgendered person", "transgendered", "trans"),
    ("She is a transgender.", "a transgender", "a trans person"),
    ("transsexuals", "transsexuals", "a trans person"),
    ("a transwoman", "transwoman", "trans woman"),
    ("a sex change", "sex change", "transition"),
    ("a homosexual man", "homosexual", "gay"),
    ("for gays", "gays", "gay people"),
    ("sexual preference", "sexual preference", "sexual orientation"),
    ("BAME people", "BAME", "which people you mean"),
    ("coloured people", "coloured people", "Black people"),
    ("non-white people", "non-white", "which people you mean"),
    ("a black woman", "black woman", "Black woman"),
    ("a gypsy camp", "gypsy", "Gypsy"),
    ("roma families", "roma", "Roma"),
]
FINE = [
    "Disabled people, older people and people at risk. A wheelchair user. A trans woman. A Black man.",
    "the disabled man, the disabled\nwoman, and the deaf community",
    "People suffering from discrimination. She suffered from years of racist abuse.",
    "They can feel vulnerable. Vulnerable or intimidated witnesses.",
    "He pulled down the blind.",
    "a transgender man, an autistic boy",
    "Special educational needs",
    "the blame game, a black coat, a Gypsy family, Roma people",
    "Say “disabled people”, never “the disabled”. Not ‘suffers from’ either.",
    "`the disabled` and [a page](https://example.org/the disabled) and {{the elderly}} and {#special-needs}",
    "[more](vulnerable people.md) https://example.org/?q=special+needs/wheelchair-bound",
    "```\nthe disabled are\n```",
    "> “Each of the disabled.”\n>\n> Source: an Act of 1948",
    "[//]: # (Source: a page on vulnerable adults.)",
    "id: special needs\ntags: special needs",
]


def told(text: str, path: str = "01-a.md", allowed: tuple[str, ...] = ()) -> list[Problem]:
    return list(about_people({path: text.encode()}, allowed))


@pytest.mark.parametrize(("text", "words", "better"), SEEN)
def test_each_wording_is_told(text: str, words: str, better: str) -> None:
    """A warning names the words as they were read, the better ones, and why."""
    [problem] = told(text)
    assert not problem.is_error and problem.line == 1
    assert problem.message.startswith(f"“{words}” ")
    assert problem.mend.startswith(f"Write “{better}”. ") and problem.mend.endswith((".", "?"))


def test_every_wording_is_tried_above() -> None:
    """No wording of the table is without an example here."""
    whys = {told(text)[0].mend.partition("”. ")[2] for text, _, _ in SEEN}
    assert whys == {wording.why for wording in WORDINGS} and len(SEEN) >= len(WORDINGS)


@pytest.mark.parametrize("text", FINE)
def test_what_is_fine_is_left_alone(text: str) -> None:
    """Better words, nouns that follow, harm people suffer from, quotations, code and addresses draw no advice."""
    assert told(text) == []


def test_the_better_words_draw_no_advice() -> None:
    """Nobody is sent in circles."""
    assert not [better for _, _, better in SEEN if told(f"It says {better} here.")]


def test_headwords_of_the_glossary_are_left_alone() -> None:
    """A glossary can explain a word it would not use; its explanation is read like all else."""
    assert [each.line for each in told("## Special needs\n\nFor the disabled.\n", "glossary.md")] == [3]
    assert len(told("## Special needs\n")) == 1


def test_only_english_is_read() -> None:
    """Easy Read and captions are read; other languages, and what is no text, are not."""
    read = ("01-a.easy.md", "media/a.vtt", "banks/a.md")
    assert all(told("a child with special needs", path) for path in read)
    assert not any(told("a child with special needs", path) for path in ("01-a.cy.md", "media/a.png"))
    assert list(about_people({"a.md": b"\xff\xfe special needs"})) == []


def test_feedback_in_quote_marks_is_ours() -> None:
    """Words after > are read too, unless their source stands with them."""
    assert [each.line for each in told("- (x) Yes\n  > Right for the elderly.\n")] == [2]


def test_wordings_can_be_kept() -> None:
    """A note keeps words in its own file, an area’s list everywhere, and other words are still told."""
    note = "[//]: # (keep: special needs, The  Disabled. Names of groups.)\n"
    text = "special needs, the disabled, vulnerable people"
    assert len(told(text)) == 3
    [left] = told(note + text)
    assert left.line == 2 and "vulnerable people" in left.message
    assert len(told(text, allowed=("Special needs",))) == 2
    both = {"01-a.md": (note + text).encode(), "02-b.md": text.encode()}
    assert [each.path for each in about_people(both)] == ["01-a.md", *["02-b.md"] * 3]


@given(st.text(alphabet=st.characters() | st.sampled_from("the disabled\n>`[](){}#*_“”vulnerable people")))
def test_any_text_can_be_read(text: str) -> None:
    """Whatever is written, nothing breaks, and each warning is on a line that is there."""
    lines = text.count("\n") + text.count("\r") + 1
    found = list(about_people({"01-a.md": text.encode("utf-8", "replace")}))
    assert all(1 <= each.line <= lines and not each.is_error for each in found)


@given(
    st.lists(st.sampled_from(["", "Hello.", "- one", "## Words", "> Said."]), max_size=8),
    st.sampled_from(SEEN),
)
def test_the_line_is_right(before: list[str], seen: tuple[str, str, str]) -> None:
    """A wording is told on the line where it begins, whatever stands above."""
    [problem] = told("\n".join([*before, "", seen[0]]))
    assert problem.line == len(before) + 2


def test_what_ships_draws_none() -> None:
    """The shipped courses, and the one that trainers begin with, are written in the better words."""
    assert not [each for bundle in (*bundles().values(), starter.bundle()) for each in about_people(bundle)]
