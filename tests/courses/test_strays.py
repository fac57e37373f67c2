"""Files that a course cannot use, and pictures that are not where a lesson looks for them."""

import pytest

from courses.gathering import left_out
from tests.courses.conftest import LESSON, PNG, ReadWith


@pytest.mark.parametrize(
    ("path", "message", "mend", "severity"),
    [
        ("media/IMG_1.HEIC", "iPhone picture (HEIC)", "Settings, Camera, Formats, Most Compatible", "error"),
        ("media/x.heif", "iPhone picture (HEIC)", "Save it as JPEG", "error"),
        ("media/x.pdf", "This is a PDF", "words into a lesson", "error"),
        ("media/x.tiff", "TIFF picture", "PNG or JPEG", "error"),
        ("media/x.bmp", "BMP picture", "PNG or JPEG", "error"),
        ("media/x.docx", "This is a Word file.", "a text file that ends with .md", "error"),
        ("01-first/01-one.docx", "This is a Word file.", "a text file that ends with .md", "warning"),
        ("our-street.png", "only found in a folder media", "Move it to media/.", "warning"),
        ("01-first/our-street.png", "only found in a folder media", "Move it to media/.", "warning"),
    ],
)
def test_files_that_cannot_be_used(
    reading: ReadWith, path: str, message: str, mend: str, severity: str
) -> None:
    """Each is told once, as what it is, with what to do."""
    (problem,) = reading(**{path: b"x"}).problems
    assert message in problem.message and mend in problem.mend and problem.severity == severity
    assert problem.path == path


@pytest.mark.parametrize("folder", ["Media", "images", "01-first/pictures"])
def test_a_folder_of_another_name(reading: ReadWith, folder: str) -> None:
    """Pictures in a folder that is not called media: told of the folder, once."""
    (problem,) = reading(**{f"{folder}/a.png": PNG, f"{folder}/b.jpg": PNG}).problems
    assert (problem.path, problem.mend) == (folder, "Rename the folder to media.")


@pytest.mark.parametrize(
    ("address", "message", "mend"),
    [
        ("../media/tlak.png", "There is no picture ../media/tlak.png.", "Did you mean ../media/talk.png?"),
        ("talk.png", "There is no picture talk.png.", "Did you mean ../media/talk.png?"),
        ("../media/walk/../Talk.png", "There is no picture", "Did you mean ../media/talk.png?"),
        (
            "street.webp",
            "There is no picture",
            "Put it into the folder media/ and write ../media/street.webp",
        ),
        (r"..\media\talk.png", "has backslashes", "Write ../media/talk.png"),
        (r"C:\Users\jo\street.webp", "on your own computer", "media/ and write ../media/street.webp"),
        ("https://x.example/a/street.webp", "from other sites", "media/ and write ../media/street.webp"),
        ("../pictures/door.png", "is not in a folder media", "Move it there and write ../media/door.png"),
    ],
)
def test_a_picture_that_is_not_found(reading: ReadWith, address: str, message: str, mend: str) -> None:
    """The error says why, and its mend is the address as it has to be written in this very file."""
    found = reading(f"Words.\n\n![Two people talking]({address})", **{"pictures/door.png": PNG})
    problem = next(each for each in found.problems if each.is_error)
    assert problem.line == 7 and message in problem.message and mend in problem.mend
    written = mend.rpartition(" ")[2].rstrip("?")
    moved = {written.removeprefix("../"): PNG}
    assert reading(f"![Two people talking]({written})", **moved).problems == ()


def test_a_picture_that_is_told_already(reading: ReadWith) -> None:
    """A picture that is there, but of a kind no browser shows, is not called missing as well."""
    found = reading("![Two people talking](../media/us.heic)", **{"media/us.heic": b"x"})
    assert [problem.path for problem in found.problems] == ["media/us.heic"]


def test_a_picture_in_the_introduction(reading: ReadWith) -> None:
    """There, media/ is no level up."""
    course = "---\ntitle: T\nsummary: S\n---\n\n![Two people talking](street.png)\n"
    (problem,) = reading(**{"course.md": course}).problems
    assert problem.mend.endswith(" write media/street.png")


@pytest.mark.parametrize("words", ["picture", "An image", "IMG_2041", "our-street.png", "photo 2"])
def test_a_description_that_says_nothing(reading: ReadWith, words: str) -> None:
    """A file name, or only that it is a picture, is advised against."""
    (problem,) = reading(f"Words.\n\n![{words}](../media/talk.png)").problems
    assert (problem.line, problem.severity) == (7, "warning") and f"“{words}”" in problem.message


@pytest.mark.parametrize("name", ["~$01-one.docx", "01-one.md.bak", "01-one.md~", ".hidden"])
def test_what_editors_leave_behind(name: str) -> None:
    """Lock files and safety copies are left out like hidden files."""
    assert left_out(name) and not left_out("01-one.md")


def test_a_number_with_a_dot(reading: ReadWith) -> None:
    """`3. what-to-say.md` is the third, has its own Easy Read version and can be linked to."""
    files = {
        "01-first/3. what-to-say.md": LESSON.format(title="Say", text="[One](01-one.md)"),
        "01-first/3. what-to-say.easy.md": LESSON.format(title="Say", text="Easy."),
    }
    found = reading("[Say](what-to-say.md)", **files)
    assert found.problems == () and found.course
    assert [step.id for step in found.course.steps] == ["one", "two", "check", "what-to-say"]
    assert set(found.course.lessons[2].versions) == {"standard", "easy"}


def test_an_unknown_fact(reading: ReadWith) -> None:
    """The mend says where all names are listed."""
    (problem,) = reading("Ring {{our reporting centre}}.").problems
    assert problem.line == 5 and problem.mend.endswith("`alongside facts list` shows all names.")
