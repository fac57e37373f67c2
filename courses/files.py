"""The files of a course: what each is, what it is called, and where it is found on the site."""

import re

from markup import front_matter, ids
from markup.front_matter import FrontMatter
from markup.source import Source


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
    named = {"course.md": "course", "glossary.md": "glossary"}
    if path in named:
        return named[path]
    if path.startswith("banks/"):
        return "bank"
    return "module" if path.endswith("/module.md") else "lesson"


def said_kind(source: Source) -> str:
    """The kind a file says it is, or nothing."""
    front, _ = front_matter.read(source, ("kind",))
    return front.value("kind").casefold()


def order(name: str) -> tuple[float, str]:
    """What to sort names by: the number in front, then the name; those without a number come last."""
    number = re.match(r"\d+", name)
    return (float(number[0][:9]) if number else float("inf"), name)


def address_of(slug: str, file: File) -> str:
    """Where a file of a course is found on the site."""
    match file.kind:
        case "lesson":
            return f"/courses/{slug}/lessons/{file.id}"
        case "quiz":
            return f"/courses/{slug}/quizzes/{file.id}"
        case "glossary":
            return f"/courses/{slug}/glossary"
        case _:
            return f"/courses/{slug}"
