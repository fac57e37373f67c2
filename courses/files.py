"""The files of a course: what each is, what it is called, and where it is found on the site."""

import re

from markup import front_matter, ids
from markup.front_matter import FrontMatter
from markup.source import Source

PLACES = {"banks": "bank", "shared": "shared"}
"""Folders whose files are all of one kind."""


class File:
    """A file of the course: its front matter, its kind, and its identity."""

    def __init__(self, source: Source, front: FrontMatter, kind: str) -> None:
        self.source = source
        self.front = front
        self.kind = kind
        self.path = source.path
        folder, _, name = source.path.rpartition("/")
        self.module = folder
        base, *twin = name.removesuffix(".md").split(".")
        self.twin = ".".join(twin)
        self.original = f"{folder}/{base}.md" if folder else f"{base}.md"
        self.id = front.value("id") or ids.identity(name)


def usual_kind(path: str) -> str:
    """What a file is by where it lies; a lesson may still say otherwise."""
    *folders, name = path.split("/")
    base = name.partition(".")[0]
    if not folders and base in ("course", "glossary"):
        return base
    if "media" in folders:
        return "transcript"
    if folders and folders[0] in PLACES:
        return PLACES[folders[0]]
    return "module" if folders and base == "module" else "lesson"


def said_kind(source: Source) -> str:
    """The kind a file says it is, or nothing."""
    front, _ = front_matter.read(source, ("kind",))
    return front.value("kind").casefold()


def order(name: str) -> tuple[float, str]:
    """What to sort names by: the number in front, then the name; those without a number come last."""
    number = re.match(r"\d+", name)
    return (float(number[0][:9]) if number else float("inf"), name)


def address_of(slug: str, file: File) -> str | None:
    """Where a file of a course is found on the site; None for one that has no page of its own."""
    version = f"?version={file.twin}" if file.twin else ""
    match file.kind:
        case "lesson":
            return f"/courses/{slug}/lessons/{file.id}{version}"
        case "quiz":
            return f"/courses/{slug}/quizzes/{file.id}{version}"
        case "glossary":
            return f"/courses/{slug}/glossary"
        case "course" | "module":
            return f"/courses/{slug}"
        case _:
            return None
