"""A small course to change in one place and read."""

from collections.abc import Callable

import pytest

from courses.media import Media, is_media
from courses.reader import Reading, read

FACTS = ("police name", "strands", "childline number")
COURSE = "---\ntitle: A course\nsummary: What it is about.\ncertificate: yes\nvalid for: 2 years\n---\n\nWelcome.\n"
LESSON = "---\ntitle: {title}\n---\n\n{text}\n"
QUIZ = "---\nkind: quiz\ntitle: Check\npass mark: 80%\ndraw:\n  - 2 from banks/all\n---\n"
BANK = "---\nkind: bank\ntitle: All\n---\n" + "".join(
    f"\n## Question {n}?\n\n- (x) Yes\n  > Right.\n- ( ) No\n  > Wrong.\n" for n in (1, 2, 3)
)
PNG = bytes.fromhex("89504e470d0a1a0a")

ReadWith = Callable[..., Reading]


@pytest.fixture
def reading() -> ReadWith:
    """Reads a course whose first lesson holds `text`, with other files added or replaced."""

    def read_with(text: str = "Some words.", **others: str | bytes) -> Reading:
        files: dict[str, str | bytes] = {
            "course.md": COURSE,
            "01-first/01-one.md": LESSON.format(title="One", text=text),
            "01-first/02-two.md": LESSON.format(title="Two", text="Words."),
            "01-first/03-check.md": QUIZ,
            "banks/all.md": BANK,
            "media/talk.png": PNG,
            **others,
        }
        bundle = {
            path: data.encode() if isinstance(data, str) else data for path, data in files.items() if data
        }
        media = {
            path: Media(digest="0" * 64, media_type="any/thing", size=1) for path in bundle if is_media(path)
        }
        return read(bundle, "a-course", FACTS, media=media)

    return read_with
