"""The files of a course: what each is, what it is called, and where it is found on the site."""

import re
from collections.abc import Mapping

from markup import front_matter, ids
from markup import source as sources
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
        self.module, _, name = source.path.rpartition("/")
        self.twin = ids.parted(name)[1]
        self.original = original_of(source.path)
        self.id = ids.slug(front.value("id")) or ids.identity(name)


def original_of(path: str) -> str:
    """The file that a twin is a version of; a file that is no twin is its own original."""
    folder, slash, name = path.rpartition("/")
    return f"{folder}{slash}{ids.parted(name)[0]}.md" if name.endswith(".md") else path


def slug_of(bundle: Mapping[str, bytes], name: str) -> str:
    """What a course or path is called in addresses: the `id:` its file says, else the name of its folder."""
    only = next(iter(bundle), "course.md") if len(bundle) == 1 else "course.md"
    source, _ = sources.read(only, bundle.get(only, b""))
    front = front_matter.read(source, ("id",))[0] if source else None
    return ids.slug((front and front.value("id")) or name) or "course"


def usual_kind(path: str) -> str:
    """What a file is by where it lies; a lesson may still say otherwise."""
    *folders, name = path.split("/")
    base = ids.parted(name)[0]
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
