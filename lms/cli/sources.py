"""Where a command finds a course: in a folder, in a zip, or among what was published."""

from pathlib import Path
from typing import NamedTuple

import click

from courses.bundle import Bundle, BundleError, name_in_zip, read_file, read_folder, read_zip
from courses.files import slug_of
from courses.paths import is_path
from lms import library
from lms.models import CourseState
from markup.ids import identity


class Source(NamedTuple):
    """The files of a course, its name in addresses, and where the files are, if on this computer."""

    slug: str
    bundle: Bundle
    path: Path = Path()


class _SourceType(click.ParamType[Source]):
    name = "source"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Source:
        if isinstance(value, Source):
            return value
        path = Path(str(value))
        if not path.exists():
            self.fail(f"there is no folder, zip or file {path}.", param, ctx)
        try:
            return read(path)
        except BundleError as error:
            self.fail(str(error), param, ctx)


SOURCE = _SourceType()
"""A folder or a zip with the files of a course, or the file of a learning path."""


def read(path: Path) -> Source:
    """The course in a folder or a zip, or the learning path in a file. Raises BundleError with what to do."""
    if path.is_dir():
        bundle, name = read_folder(path), path.resolve().name
    elif path.suffix.casefold() == ".md":
        bundle, name = read_file(path), identity(path.name)
        if not is_path(bundle):
            raise BundleError(f"{path.name} is one file of a course. Name the folder that it is in.")
    else:
        bundle, name = read_zip(path), name_in_zip(path) or path.stem
    return Source(slug_of(bundle, name), bundle, path)


def published(written: str) -> Source:
    """What was published: `course`, as it is live, or `course@12`, its revision 12."""
    slug, _, number = written.partition("@")
    wanted = int(number) if number.isdecimal() else CourseState.live_revision(slug)
    found = next((each for each in library.revisions(slug) if each.id == wanted), None)
    if found is None:
        raise click.ClickException(f"No course {written} is live here. See: alongside courses list")
    return Source(slug, library.bundle_of(found))
