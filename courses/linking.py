"""Where links lead: to files by their path, to lessons by what they are, to headings by their words."""

import posixpath
import re
from collections.abc import Mapping
from urllib.parse import unquote

import msgspec

from courses.files import File, address_of
from markup import ids
from markup.facts import Part, Prose, WhenFact

HEADING = "h-"
"""What the ids of headings begin with on a page, so that none is ever the id of one of our own elements."""

_ID = re.compile(r' id="([^"]+)"')


class Target(msgspec.Struct, frozen=True):
    """Where a link leads: an address on the site, and the file with the heading that must be there."""

    address: str
    path: str = ""
    anchor: str = ""


class Links:
    """All that can be linked to in one course."""

    def __init__(self, slug: str, files: Mapping[str, File]) -> None:
        self.slug = slug
        self.files = files
        self.by_id = {
            file.id: path
            for path, file in sorted(files.items(), reverse=True)
            if file.kind in ("lesson", "quiz") and not file.twin
        }

    def target(self, origin: File, written: str) -> Target | None:
        """Where an address written in `origin` leads, or None when nothing is there.

        A file is found by its path from the file it is linked in, or else, so that a link survives when
        lessons change places, by its name without number.
        """
        path, _, anchor = written.partition("#")
        heading = ids.slug(unquote(anchor))
        if not path:
            return Target(f"#{HEADING}{heading}", origin.path, heading)
        found = self._found(origin, unquote(path))
        address = address_of(self.slug, self.files[found]) if found else None
        if found is None or address is None:
            return None
        return Target(f"{address}#{HEADING}{heading}" if anchor else address, found, heading)

    def _found(self, origin: File, path: str) -> str | None:
        near = resolved(origin.path, path)
        if near in self.files:
            return near
        known = self.by_id.get(ids.identity(path))
        twin = ids.parted(path.rpartition("/")[2])[1]
        with_twin = f"{known.removesuffix('.md')}.{twin}.md" if known and twin else known
        return with_twin if with_twin in self.files else known


def resolved(origin: str, written: str) -> str:
    """A path as written in the file `origin`, seen from the course's own folder."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(origin), written))


def heading_ids(prose: Prose) -> tuple[str, ...]:
    """The ids of the headings in a text, as an author writes them."""
    found = (name for part in prose.parts for name in _ids(part))
    return tuple(name.removeprefix(HEADING) for name in found if name.startswith(HEADING))


def _ids(part: Part) -> list[str]:
    if isinstance(part, str):
        return _ID.findall(part)
    return [name for inner in part.parts for name in _ids(inner)] if isinstance(part, WhenFact) else []
