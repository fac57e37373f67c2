"""The PDF: valid for archives and for screen readers, and true to what was awarded."""

import io
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import page
import pikepdf
import pytest
import typst
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certificates import names
from certificates.certificate import Certificate
from certificates.pdf import NameCannotBeSet, Printer, TextCannotBeSet
from certificates.wording import ENGLISH, Wording

Award = Callable[..., Certificate]
Tags = Callable[[bytes], list[Any]]


def as_typed(shown: str) -> str:
    """A PDF holds glyphs from left to right; readers turn right-to-left words round, and so do we."""
    return re.sub("[\u0590-\u06ff][\u0590-\u06ff ]*", lambda words: words[0][::-1], shown)


def letters(text: str) -> str:
    return "".join(letter for letter in text if letter not in " \u200b")


def words(tags: list[Any]) -> list[str]:
    return [tag.words for tag in tags]


@pytest.mark.parametrize("profile", ["ua1", "3a"])
def test_every_name_makes_a_valid_pdf(printer: Printer, award: Award, name: str, profile: str) -> None:
    """Each script and each extreme passes PDF/UA-1 and PDF/A-3a, on one page."""
    report = page.validate_pdf_bytes(printer.print_certificate(award(name=name)), profile=profile)
    assert report.is_compliant, [failure.message for failure in report.failures]
    assert report.document.page_count == 1


def test_the_reading_order(printer: Printer, award: Award, tags: Tags) -> None:
    """A screen reader hears who awards, to whom, for what, when and how to check it, each under its tag."""
    read = tags(printer.print_certificate(award()))
    assert [(tag.kind, tag.words) for tag in read] == [
        ("Figure", "Alongside"),
        ("P", "Example Community Partnership"),
        ("H1", "Certificate of completion"),
        ("P", "This certifies that"),
        ("P", "Zoë Łukasz-Nguyễn"),
        ("P", "Name as given by the learner"),
        ("P", "has completed"),
        ("H2", "Understanding hate and mate crime"),
        ("P", "How to notice hate crime and mate crime, and how to take a report well."),
        ("TH", "Awarded"),
        ("TH", "Valid until"),
        ("TH", "Certificate code"),
        ("TD", "21 November 2026"),
        ("TD", "20 November 2028"),
        ("TD", "7K4M-9QXR-T2HD"),
        ("Figure", "QR code that opens the check of this certificate"),
        ("P", "Check this certificate at"),
        ("Link", "learn.example.org/certificates/7K4M9QXRT2HD"),
    ]


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("محمد علي", "ar"),
        ("ڈاکٹر احمد خان", "ur"),
        ("שרה כהן", "he"),
        ("प्रिया", "hi"),
        ("Наталія", "uk"),
        ("Иван", "und"),
        ("Zoë", None),
    ],
)
def test_a_name_is_read_in_its_own_language(
    printer: Printer, award: Award, tags: Tags, name: str, language: str | None
) -> None:
    """The name's tag has the name's language; the words around it keep English."""
    read = tags(printer.print_certificate(award(name=name)))
    lead = words(read).index(ENGLISH.lead)
    own = [tag.language for tag in read[lead : lead + 3]]
    assert [tag if tag is None else tag.split("-")[0] for tag in own] == [None, language, None]


def test_the_whole_name_is_there(printer: Printer, award: Award, tags: Tags, name: str) -> None:
    """No letter is lost on the page, and the document's title has the name as it is written."""
    made = printer.print_certificate(award(name=name))
    read = tags(made)
    shown = read[words(read).index(ENGLISH.lead) + 1].words
    if len(name) > 60:  # on several lines, of which the tag does not tell where one ends
        assert sorted(letters(shown)) == sorted(letters(name))
    else:
        assert letters(as_typed(shown)) == letters(name)
    with pikepdf.open(io.BytesIO(made)) as document:
        assert str(document.docinfo["/Title"]).endswith(name)
        assert str(document.Root.Lang) == "en-GB"


def test_title_summary_and_issuer_in_any_script(printer: Printer, award: Award, tags: Tags) -> None:
    """A course in Arabic, Hindi or Welsh is set, valid, and read in its own language."""
    made = printer.print_certificate(
        award(title="فهم جرائم الكراهية", summary="घृणा अपराध को समझना", issuer="Наталія і друзі")
    )
    languages = {tag.language.split("-")[0] for tag in tags(made) if tag.language}
    assert {"ar", "hi", "uk"} <= languages
    assert page.validate_pdf_bytes(made, profile="ua1").is_compliant
    welsh = tags(printer.print_certificate(award(title="Deall troseddau casineb", language="cy")))
    assert [tag.language for tag in welsh if tag.kind == "H2"] == ["cy"]


def test_worded_in_another_language(printer: Printer, award: Award, tags: Tags) -> None:
    """What stands around names and titles is in whatever language it is given in, and nothing else is said."""
    welsh = Wording(
        language="cy",
        **{name: f"Gair {name}" for name in vars(ENGLISH) if name not in ("language", "day", "describes")},
        describes="Gair %(title)s gan %(issuer)s",
        day=lambda date: f"{date.day}/{date.month}/{date.year}",
    )
    made = printer.print_certificate(award(wording=welsh, language="cy"))
    assert page.validate_pdf_bytes(made, profile="ua1").is_compliant
    read = words(tags(made))
    for name in ("heading", "lead", "verb", "given_by_learner", "awarded", "valid_until", "code", "check"):
        assert getattr(welsh, name) in read and getattr(ENGLISH, name) not in read, name
    assert "21/11/2026" in read and welsh.qr_alt in read
    with pikepdf.open(io.BytesIO(made)) as document:
        assert str(document.Root.Lang) == "cy" and str(document.docinfo["/Title"]).startswith("Gair heading")


@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hant-TW", "en-150", "tlh", "cy"])
def test_a_course_in_any_language(printer: Printer, award: Award, language: str) -> None:
    """A certificate is printed whatever the tag of its course's language is made of."""
    assert printer.print_certificate(award(language=language, wording=Wording(language=language)))


def test_a_certificate_without_end_has_no_end(printer: Printer, award: Award, tags: Tags) -> None:
    """Without a last day there is no "Valid until", and a checked name has no note."""
    read = words(tags(printer.print_certificate(award(valid_until=None, name_given_by_learner=False))))
    assert ENGLISH.valid_until not in read
    assert ENGLISH.given_by_learner not in read


def test_a_course_without_summary_is_valid(printer: Printer, award: Award) -> None:
    """A summary may be left out."""
    made = printer.print_certificate(award(summary=""))
    assert page.validate_pdf_bytes(made, profile="ua1").is_compliant


def test_the_same_award_is_the_same_bytes(printer: Printer, award: Award) -> None:
    """Printed again, later or between others, a certificate has not changed by a byte."""
    first = printer.print_certificate(award())
    other = printer.print_certificate(award(name="Ann Other"))
    assert printer.print_certificate(award()) == first != other


def test_threads_never_mix_people_up(printer: Printer, award: Award, tags: Tags) -> None:
    """Four threads that print five certificates each get the names they asked for."""
    people = [f"Person Number {number}" for number in range(20)]
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda person: printer.print_certificate(award(name=person)), people))
    assert [words(tags(pdf))[4] for pdf in made] == people


@pytest.mark.parametrize(
    "trick",
    [
        '#read("/etc/passwd")',
        "*bold* _it_ `raw` <label> @ref",
        "$x$ \\u{41} \\ // /* */",
        "= Heading #{1+1}",
        '#import "@preview/x:1.0.0": *',
        "](x) {{ name }} & <b>",
    ],
)
def test_a_name_is_never_code(printer: Printer, award: Award, tags: Tags, trick: str) -> None:
    """What looks like Typst is printed letter for letter, wherever it stands."""
    read = tags(printer.print_certificate(award(name=trick, title=trick, summary=trick, issuer=trick)))
    assert [tag.kind for tag in read if tag.words == trick] == ["P", "P", "H2", "P"]


def test_hidden_characters_are_not_printed(printer: Printer, award: Award, tags: Tags) -> None:
    """A direction override or a control character cannot change what a certificate seems to say."""
    read = words(tags(printer.print_certificate(award(name="Ann\u202e \x00Lee", title="A\u2067 B\x07"))))
    assert "Ann Lee" in read
    assert "A B" in read


@pytest.mark.parametrize(
    ("name", "missing", "package"),
    [
        ("தமிழ்", "த", "fonts-noto-core"),
        ("Ann 李", "李", "fonts-noto-cjk"),
        ("Ann 🦄", "🦄", "Choose another"),
    ],
)
def test_a_name_that_cannot_be_set(printer: Printer, name: str, missing: str, package: str) -> None:
    """The learner is told which letters and what to do; the administrator which package to install."""
    with pytest.raises(NameCannotBeSet, match=f"“{missing}”.*another way") as refused:
        printer.check_name(name)
    assert refused.value.name == name
    assert missing in refused.value.missing
    assert package in refused.value.hint


def test_a_title_that_cannot_be_set(printer: Printer, award: Award) -> None:
    """When it is the course's own text, the learner's name is not blamed."""
    with pytest.raises(TextCannotBeSet, match="own text") as refused:
        printer.print_certificate(award(title="தமிழ் மொழி"))
    assert "\u0bcd" in refused.value.missing
    assert "fonts-noto-core" in refused.value.hint


def test_another_fault_is_not_taken_for_a_missing_font(printer: Printer, award: Award) -> None:
    """A quilt that is no picture is an error of its own."""
    with pytest.raises(typst.TypstError, match="SVG"):
        printer.print_certificate(award(quilt="<not svg"))


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_name_is_printed_or_kindly_refused(printer: Printer, text: str) -> None:
    """Whatever is typed as a name gives a certificate or a reason, never a breakdown."""
    try:
        printer.check_name(text)
    except NameCannotBeSet as refused:
        assert set("".join(refused.missing)) <= set(names.clean(text) or "")
    except ValueError as refused:
        assert str(refused) == "A certificate needs a name."


@pytest.mark.parametrize("name", ["", " \u202e ", "..."])
def test_an_empty_name_is_refused(printer: Printer, name: str) -> None:
    """There is no certificate for nobody."""
    with pytest.raises(ValueError, match="needs a name"):
        printer.check_name(name)
