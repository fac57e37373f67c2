"""Files into a course, and what is said when something is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.course import Lesson
from courses.library import OPTIONAL, bundles, facts
from courses.reader import Reading, read
from markup.facts import Prose
from quizzes.quiz import Quiz
from tests.courses.conftest import LESSON, ReadWith


def told(reading: Reading) -> list[tuple[str, int, str]]:
    return [(problem.path, problem.line, problem.message) for problem in reading.problems]


def test_a_course(reading: ReadWith) -> None:
    """Modules and steps come in the order of their numbers, with settings as written."""
    found = reading()
    assert found.problems == ()
    course = found.course
    assert course
    assert [step.id for step in course.steps] == ["one", "two", "check"]
    assert (course.title, course.certificate, course.valid_for) == ("A course", True, 24)
    assert isinstance(course.steps[2], Quiz) and course.steps[2].length == 2


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("course.md", "", "There is no course.md here."),
        ("course.md", "---\nsummary: S\n---\n", "There is no title."),
        ("course.md", "---\ntitle: T\nsummary: S\naccess: everybody\n---\n", "does not fit “access:”"),
        ("course.md", "---\ntitle: T\nsummary: S\nvalid for: a while\n---\n", "does not fit “valid for:”"),
        ("course.md", "---\ntitel: T\nsummary: S\n---\n", "titel"),
        ("01-first/04-three.md", "---\ntitle: T\nid: one\n---\nx\n", "same id, “one”"),
        ("01-first/04-three.md", "---\ntitle: T\nkind: lessen\n---\nx\n", "does not know the kind “lessen”"),
        ("01-first/04-three.md", "---\ntitle: T\n---\n", "has no words yet"),
        ("01-first/05-x.easy.md", "---\ntitle: T\n---\nx\n", "no original beside it"),
        ("01-first/01-one.loud.md", "---\ntitle: T\n---\nx\n", "not a version Alongside knows"),
        ("01-first/03-check.easy.md", "---\nkind: lesson\ntitle: T\n---\nx\n", "is a lesson, but"),
        ("banks/all.md", "---\nkind: bank\ntitle: All\n---\n\n## Q?\n\n- (x) a\n- ( ) b\n", "too small"),
        ("banks/all.md", "", "There is no bank banks/all."),
        ("media/drawing.svg", "<svg/>", "SVG pictures can carry scripts"),
    ],
)
def test_what_is_wrong_is_said(reading: ReadWith, path: str, text: str, message: str) -> None:
    """Each mistake in a course is an error that names its file and how to mend it."""
    found = reading(**{path: text})
    matching = [problem for problem in found.problems if message in problem.message]
    assert matching and matching[0].is_error and matching[0].mend, told(found)


def test_lessons_are_in_the_language_of_their_course(reading: ReadWith) -> None:
    """A lesson and its Easy Read are in the course's language, a translation in its own; not measured as English."""
    long = f"Λόγια {'και λόγια ' * 60}."
    files = {
        "course.md": "---\ntitle: Μάθημα\nsummary: Λόγια.\nlanguage: el\nreading age: 9\n---\n",
        "01-first/01-one.easy.md": LESSON.format(title="Εύκολο", text=long),
        "01-first/01-one.cy.md": LESSON.format(title="Gwers", text="Geiriau."),
    }
    found = reading(long, **files)
    assert found.course and not [each for each in found.problems if "01-one" in each.path]
    lesson = found.course.lessons[0]
    languages = {version: text.language for version, text in lesson.versions.items()}
    assert languages == {"standard": "el", "easy": "el", "cy": "cy"}


def test_all_problems_at_once_in_order(reading: ReadWith) -> None:
    """Every file is read to its end: a trainer sees all problems in one go, sorted by file and line."""
    found = reading("# Top\n\n{{polic name}}\n\n[x](nowhere.md)", **{"course.md": "---\ntitle: T\n---\n"})
    paths = [problem.path for problem in found.problems]
    assert len(paths) >= 4 and paths == sorted(paths)


def test_twins_share_identity(reading: ReadWith) -> None:
    """An Easy Read file beside a lesson is a version of it, with a title and a content note of its own."""
    easy = "---\ntitle: Easy one\ncontent note: Hard things.\n---\n\nEasy words.\n"
    course = reading(**{"01-first/01-one.easy.md": easy}).course
    assert course
    lesson = course.steps[0]
    assert isinstance(lesson, Lesson) and set(lesson.versions) == {"standard", "easy"}
    assert (
        lesson.versions["easy"].title == "Easy one" and lesson.versions["easy"].content_note == "Hard things."
    )


def test_stray_files_are_warned_of(reading: ReadWith) -> None:
    """A file that is not used is a warning; a hidden one is nothing."""
    found = reading(**{"notes.txt": "x", ".DS_Store": "x"})
    assert [(p.path, p.severity) for p in found.problems] == [("notes.txt", "warning")]


def test_windows_files_read_alike(reading: ReadWith) -> None:
    """Line ends and a byte-order mark of Windows change nothing."""
    plain = reading("## Heading\n\n> [!TIP]\n> Words.").course
    text = LESSON.format(title="One", text="## Heading\n\n> [!TIP]\n> Words.")
    windows = reading(**{"01-first/01-one.md": b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()}).course
    assert plain and windows and plain.lessons[0] == windows.lessons[0]


def test_the_shipped_course() -> None:
    """It has no problem at all; every lesson has an Easy Read twin, and every option feedback that teaches."""
    (slug, bundle), *_ = bundles().items()
    found = read(bundle, slug, {*facts(), *OPTIONAL})
    assert found.problems == ()
    course = found.course
    assert course and len(course.lessons) >= 3
    assert all("easy" in lesson.versions for lesson in course.lessons)
    questions = [question for bank in course.banks.values() for question in bank.questions]
    questions += [
        block
        for lesson in course.lessons
        for version in lesson.versions.values()
        for block in version.blocks
        if not isinstance(block, Prose)
    ]
    assert len(questions) >= 12 + len(course.lessons)
    assert all(option.feedback for question in questions for option in question.options)


def test_advice_is_a_warning(reading: ReadWith) -> None:
    """Hard words, long sentences and settings that do nothing yet are told, and stop nobody."""
    hard = "Intersectional victimisation necessitates comprehensive multidisciplinary interventions. " * 3
    course = "---\ntitle: T\nsummary: S\nreading age: 11\nrenew with: another\n---\n\nWelcome.\n"
    found = reading(hard + "\n\n" + "word " * 31 + ".", **{"course.md": course})
    assert found.problems and not any(problem.is_error for problem in found.problems)
    said = " ".join(problem.message for problem in found.problems)
    assert "the course aims at 11" in said and "has 31 words" in said and "renew" in said


NAMES = st.sampled_from(
    [
        "course.md",
        "01-a/01-b.md",
        "01-a/01-b.easy.md",
        "02.md",
        "glossary.md",
        "banks/x.md",
        "media/a.png",
        "x.txt",
        "a/module.md",
    ]
)
PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "---\n",
                "title: T\n",
                "kind: quiz\n",
                "## Q {#a}\n",
                "- (x) a\n",
                "- [x] b\n",
                "> x\n",
                ":::\n",
                "::: check\n",
            ]
            + [
                "::: story A\n",
                "> [!NOTE]\n",
                "{{strands}}",
                "![](picture:talk)",
                "[a](b.md)",
                "\n",
                "| a | b |\n|-|-|\n",
                "# H\n",
            ]
        ),
        st.text(max_size=20),
    ),
    max_size=20,
).map("".join)


@given(st.dictionaries(NAMES, st.one_of(st.binary(max_size=60), PIECES.map(str.encode)), max_size=6))
def test_never_raises(bundle: dict[str, bytes]) -> None:
    """Whatever the files hold, reading ends in a course or in problems."""
    found = read(bundle, "any", ["strands"])
    assert found.course is not None or any(problem.is_error for problem in found.problems)
