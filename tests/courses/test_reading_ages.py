"""How hard each lesson reads: its age, its hardest sentence with its line, and what does not count."""

from courses.bundle import Bundle
from courses.library import bundles, facts
from courses.plain_words import grade
from courses.reader import read
from courses.reading_ages import ReadingAge, reading_ages

COURSE = "---\ntitle: T\nsummary: S\n---\n\nHello.\n"
LESSON = "---\ntitle: L\nminutes: 2\n---\n\n{}\n"
EASY = "The cat sat on the mat. It was a big red cat."
HARD = "Authorities investigating discriminatory behaviour regularly communicate considerable uncertainty."


def ages(text: str, **others: str) -> list[ReadingAge]:
    files = {"course.md": COURSE, "01-a.md": LESSON.format(text)}
    bundle: Bundle = {path: words.encode() for path, words in {**files, **others}.items()}
    course = read(bundle, "c", facts()).course
    assert course
    return list(reading_ages(course, bundle))


def test_hard_words_ask_for_an_older_reader() -> None:
    """Short words are for children, long ones for adults."""
    assert ages(EASY)[0].age < 9 and ages(HARD)[0].age > 16


def test_the_hardest_sentence_and_its_line() -> None:
    """The hardest is told with the line of the file it stands on, and two words do not make it."""
    [found] = ages(f"{EASY}\n\nYes! Immediately.\n\n{EASY} {HARD}\n")
    assert (found.line, found.hardest) == (10, HARD)


def test_a_sentence_that_someone_says_ends_with_its_quotation_mark() -> None:
    """A question in quotation marks is a sentence of its own, and goes on where its words do."""
    [found] = ages(f"“Is it all right with you to stay?” {HARD} “Go on now please, all right?” she said.")
    assert found.hardest == HARD


def test_what_someone_says_ends_before_the_next_sentence() -> None:
    """Sentences in quotation marks are no harder than the same without them."""
    plain = "Are you all right now? It was not your fault. Please go on. We have time."
    quoted = "“Are you all right now?” “It was not your fault.” Please go on. “We have time.”"
    assert grade(quoted) == grade(plain)


def test_the_names_of_facts_do_not_count() -> None:
    """Learners read what a fact says, and never its name, so a long name makes no lesson harder."""
    found, plain = (
        ages(f"{EASY} It is {{{{equality advice address}}}}. {{{{protected characteristics}}}}"),
        ages(EASY),
    )
    assert found[0].age <= plain[0].age and found[0].hardest == plain[0].hardest
    many = " ".join(["{{equality advice address}}"] * 12)
    assert ages(f"{EASY} {HARD}\n\nYou can ask {many}.")[0].hardest == HARD


def test_what_does_not_count() -> None:
    """Words of the glossary, quoted definitions and notes to oneself make no lesson harder."""
    glossary = "## discriminatory\nUnfair.\n\n## uncertainty\nNot sure.\n"
    plain = ages(f"{EASY} It is discriminatory uncertainty.")[0].age
    assert ages(f"{EASY} It is discriminatory uncertainty.", **{"glossary.md": glossary})[0].age < plain
    quoted = f"{EASY}\n\n> {HARD}\n>\n> Source: an Act\n\n[//]: # ({HARD})"
    assert ages(quoted)[0].age == ages(EASY)[0].age


def test_each_version_by_itself() -> None:
    """Easy Read is measured too; other languages, whose syllables we cannot count, are not."""
    found = ages(HARD, **{"01-a.easy.md": LESSON.format(EASY), "01-a.cy.md": LESSON.format(EASY)})
    assert [(each.path, each.version) for each in found] == [
        ("01-a.md", "standard"),
        ("01-a.easy.md", "easy"),
    ]
    assert found[0].age > found[1].age


def test_a_lesson_without_a_sentence() -> None:
    """A lesson of one picture, or of nothing, has no hardest sentence and breaks nothing."""
    assert ages("![](picture:home)")[0].hardest == ""


def test_every_shipped_lesson_is_known() -> None:
    """Each lesson of the shipped courses has a hardest sentence, on a line of its file where it begins."""
    for slug, bundle in bundles().items():
        course = read(bundle, slug, facts()).course
        assert course
        found = list(reading_ages(course, bundle))
        assert len(found) == sum(len(lesson.versions) for lesson in course.lessons)
        for each in found:
            line = bundle[each.path].decode().splitlines()[each.line - 1]
            assert each.hardest.split()[0].strip("“") in line.replace("*", "")
