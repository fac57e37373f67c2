"""The small course that a trainer begins with: it shows each piece of the format, and is theirs to change."""

from importlib import resources
from pathlib import Path

from courses.bundle import Bundle, read_folder

FOLDER = Path(str(resources.files("courses") / "starter")) / "course"


def bundle() -> Bundle:
    """The files of the course."""
    return read_folder(FOLDER)
