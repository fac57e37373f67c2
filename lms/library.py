"""Published revisions, and the parsed courses they hold, cached by revision in each process."""

import contextlib
import functools
import logging
from collections.abc import Mapping
from typing import Any, TypeVar, cast

import msgspec
from sqlalchemy import Engine, bindparam, func, select
from sqlalchemy.orm import selectinload

from courses.bundle import Bundle
from courses.course import Course
from courses.markdown import RENDERER
from courses.paths import LearningPath
from lms import facts
from lms.db import db
from lms.models import Blob, CourseState, Publication, Rendering, Revision
from lms.models.fact import NEWEST
from lms.served import Served

T = TypeVar("T", Course, LearningPath)
_DECODERS: dict[type, msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(kind) for kind in (Course, LearningPath)
}
"""Made as a process starts, before it has threads: msgspec looks at a class as that is first decoded, and
where two threads do so at once, the process crashes.
"""
log = logging.getLogger(__name__)


def revisions(slug: str) -> tuple[Revision, ...]:
    """Every revision of a course, newest first, each with the times it went live in `publications`."""
    of_course = select(Revision).where(Revision.course == slug).order_by(Revision.id.desc())
    return tuple(db.session.scalars(of_course.options(selectinload(Revision.publications))))


class NotRenderedError(LookupError):
    """A revision that this version could not render, with no earlier rendering that can be shown."""


def stored(revision_id: int) -> bytes | None:
    kept = select(Rendering.course).where(
        Rendering.revision_id == revision_id, Rendering.renderer == RENDERER
    )
    return db.session.scalar(kept)


def course_at(revision_id: int) -> Course:
    """The course as that revision holds it. A revision never changes, so a process parses it once.

    One that this version could not render is shown as an earlier version rendered it.
    """
    return _read(revision_id, Course)


def taught_at(revision_id: int) -> Course | LearningPath:
    """The course or the learning path as that revision holds it."""
    manifest = db.session.scalar(select(Revision.manifest).where(Revision.id == revision_id))
    return (
        course_at(revision_id)
        if manifest is None or "course.md" in manifest
        else _read(revision_id, LearningPath)
    )


def _read(revision_id: int, kind: type[T]) -> T:
    try:
        return cast("T", _rendered(db.engine, revision_id, kind))
    except NotRenderedError:
        return _rendered_earlier(revision_id, kind)


@functools.lru_cache(maxsize=256)
def _rendered(
    _database: Engine, revision_id: int, kind: type[Course | LearningPath]
) -> Course | LearningPath:
    packed = stored(revision_id)
    if packed is None:
        raise NotRenderedError(f"Revision {revision_id} has not been rendered by renderer {RENDERER}.")
    return unpacked(packed, kind)


def unpacked(packed: bytes, kind: type[Course | LearningPath]) -> Course | LearningPath:
    """What `publishing` packed. Raises `msgspec.MsgspecError` for what another version packed otherwise."""
    return cast("Course | LearningPath", _DECODERS[kind].decode(packed))


def _rendered_earlier(revision_id: int, kind: type[T]) -> T:
    """The newest rendering there is. Not kept, so that a better one is seen at once."""
    kept = select(Rendering.course).where(Rendering.revision_id == revision_id)
    for packed in db.session.scalars(
        kept.order_by(func.length(Rendering.renderer).desc(), Rendering.renderer.desc())
    ):
        with contextlib.suppress(msgspec.MsgspecError):
            taught = cast("T", unpacked(packed, kind))
            log.warning("Revision %s is shown as an earlier version of Alongside rendered it.", revision_id)
            return taught
    raise NotRenderedError(f"Revision {revision_id} cannot be shown by this version of Alongside.")


def live_courses() -> dict[str, Course]:
    """Every live course by its slug, in one query when they are known to this process.

    One that cannot be shown is left out, so that the others can be found.
    """
    return _shown(CourseState.live(), Course)


def catalogue() -> tuple[dict[str, Course], dict[str, LearningPath]]:
    """Every live course and every live learning path, as `live_courses`, in one query."""
    live = CourseState.all_live()
    return _shown(live.get("course", {}), Course), _shown(live.get("path", {}), LearningPath)


def live_paths() -> dict[str, LearningPath]:
    """Every live learning path by its slug, as `live_courses`."""
    return _shown(CourseState.live("path"), LearningPath)


def _shown(live: Mapping[str, int], kind: type[T]) -> dict[str, T]:
    found = ((slug, _read_or_none(revision_id, kind)) for slug, revision_id in live.items())
    return {slug: taught for slug, taught in found if taught is not None}


def live_course(slug: str) -> tuple[Course, int] | None:
    """A live course and the id of its revision; None when there is none that can be shown."""
    return _live(slug, Course)


def live_path(slug: str) -> tuple[LearningPath, int] | None:
    """A live learning path and the id of its revision; None when there is none that can be shown."""
    return _live(slug, LearningPath)


_LIVE = select(CourseState.revision_id, *NEWEST).where(
    CourseState.course == bindparam("course"), CourseState.kind == bindparam("kind")
)


def _live(slug: str, kind: type[T]) -> tuple[T, int] | None:
    named = "course" if kind is Course else "path"
    found = db.session.execute(_LIVE, {"course": slug, "kind": named}).first()
    if found is None:
        return None
    facts.note(found.newest_fact, found.newest_area)
    taught = _read_or_none(found.revision_id, kind)
    return (taught, found.revision_id) if taught is not None else None


def _read_or_none(revision_id: int, kind: type[T]) -> T | None:
    try:
        return _read(revision_id, kind)
    except NotRenderedError as error:
        log.error("%s Publish the course again.", error)
        return None


def live_note(slug: str) -> str | None:
    """What was noted when a course last went live; None for one that never did."""
    notes = select(Publication.note).where(Publication.course == slug)
    return db.session.scalar(notes.order_by(Publication.id.desc()).limit(1))


def bundle_of(revision: Revision) -> Bundle:
    """The files of a revision as they were published."""
    wanted = set(revision.manifest.values())
    rows = db.session.execute(select(Blob.digest, Blob.data).where(Blob.digest.in_(wanted)))
    data = {row.digest: row.data for row in rows}
    return {path: data[blob_digest] for path, blob_digest in revision.manifest.items()}


def media(blob_digest: str) -> Served | None:
    """A media file of a published revision, or None. A course's text, with its answers, is never served."""
    columns = select(Blob.size, Blob.media_type).where(Blob.digest == blob_digest)
    found = db.session.execute(columns.where(Blob.media_type.is_not(None))).first()
    return found and Served(db.engine, blob_digest, found.media_type, found.size)
