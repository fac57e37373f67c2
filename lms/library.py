"""Published revisions, and the parsed courses they hold, cached by revision in each process."""

import functools
import hashlib
import mimetypes
from dataclasses import dataclass

import msgspec
from sqlalchemy import select

from courses.bundle import Bundle, digest
from courses.course import Course
from courses.fact_checks import in_answers, stale
from courses.markdown import RENDERER
from courses.reader import Reading
from lms import facts
from lms.db import begin_writing, db
from lms.models import Blob, CourseState, Rendering, Revision
from lms.models.award import today
from lms.models.fact import NEWEST
from lms.rendering import Job, read_in_child
from markup.problems import Problem, in_order


def check(bundle: Bundle, slug: str) -> Reading:
    """Read a bundle as publishing would, and say everything that is wrong with it."""
    shown = facts.anywhere()
    names = sorted({fact.name for fact in shown})
    reading = read_in_child(Job(slug=slug, bundle=dict(bundle), facts=names))
    if reading.course is None:
        return reading
    about_facts = (*in_answers(reading.course, bundle), *stale(reading.course, bundle, shown, today()))
    return Reading(reading.course, in_order((*reading.problems, *about_facts)))


@dataclass(frozen=True, kw_only=True)
class Publication:
    """What came of publishing: the revision, or the problems that stopped it."""

    problems: tuple[Problem, ...]
    revision: Revision | None = None
    new: bool = False


def publish(bundle: Bundle, slug: str, *, note: str = "") -> Publication:
    """Check a bundle and make it the live revision of its course, all or nothing.

    The same bundle published twice is the same revision. The caller commits.
    """
    known = _live_revision(slug, digest(bundle))
    if known is not None and _stored(known.id) is not None:
        return Publication(problems=(), revision=known)
    reading = check(bundle, slug)
    if reading.course is None or any(problem.is_error for problem in reading.problems):
        return Publication(problems=reading.problems)
    begin_writing()
    revision, new = _keep(bundle, slug, note)
    db.session.merge(Rendering(revision_id=revision.id, renderer=RENDERER, course=_pack(reading.course)))
    db.session.merge(CourseState(course=slug, revision_id=revision.id))
    return Publication(problems=reading.problems, revision=revision, new=new)


def _live_revision(slug: str, bundle_digest: str) -> Revision | None:
    live = select(Revision).join(CourseState, CourseState.revision_id == Revision.id)
    return db.session.scalar(live.where(Revision.course == slug, Revision.digest == bundle_digest))


def _keep(bundle: Bundle, slug: str, note: str) -> tuple[Revision, bool]:
    """The revision of this bundle, and whether it is new."""
    same = select(Revision).where(Revision.course == slug, Revision.digest == digest(bundle))
    if (known := db.session.scalar(same)) is not None:
        return known, False
    manifest = {path: hashlib.sha256(data).hexdigest() for path, data in bundle.items()}
    for path, blob_digest in manifest.items():
        if db.session.get(Blob, blob_digest) is None:
            db.session.add(
                Blob(
                    digest=blob_digest,
                    data=bundle[path],
                    size=len(bundle[path]),
                    media_type=_media_type(path),
                )
            )
    revision = Revision(course=slug, digest=digest(bundle), manifest=manifest, note=note)
    db.session.add(revision)
    db.session.flush()
    return revision, True


def _media_type(path: str) -> str | None:
    in_media = path.startswith("media/") or "/media/" in path
    return mimetypes.guess_type(path)[0] if in_media else None


def _pack(course: Course) -> bytes:
    return msgspec.json.encode(course)


def _stored(revision_id: int) -> bytes | None:
    kept = select(Rendering.course).where(
        Rendering.revision_id == revision_id, Rendering.renderer == RENDERER
    )
    return db.session.scalar(kept)


@functools.lru_cache(maxsize=256)
def course_at(revision_id: int) -> Course:
    """The course as that revision holds it. A revision never changes, so a process parses it once."""
    packed = _stored(revision_id)
    if packed is None:
        raise NotRenderedError(f"Revision {revision_id} has not been rendered by renderer {RENDERER}.")
    return msgspec.json.decode(packed, type=Course)


class NotRenderedError(LookupError):
    """A revision that this version has not rendered yet: `render_again` mends it."""


def live_courses() -> dict[str, Course]:
    """Every live course by its slug, in one query when they are known to this process."""
    return {slug: course_at(revision_id) for slug, revision_id in CourseState.live().items()}


def live_course(slug: str) -> tuple[Course, int] | None:
    """A live course and the id of its revision, or None."""
    live = select(CourseState.revision_id, *NEWEST).where(CourseState.course == slug)
    found = db.session.execute(live).first()
    if found is None:
        return None
    facts.note(found.newest_fact, found.newest_area)
    return course_at(found.revision_id), found.revision_id


def live_note(slug: str) -> str | None:
    """What was noted when the live revision of a course was published; None for a course that is not live."""
    live = select(Revision.note).join(CourseState, CourseState.revision_id == Revision.id)
    return db.session.scalar(live.where(CourseState.course == slug))


def render_again() -> int:
    """Render every revision that this version of the renderer has not rendered. Returns how many.

    Run before serving, so that a mended sanitiser reaches old revisions too. The caller commits.
    """
    done = select(Rendering.revision_id).where(Rendering.renderer == RENDERER)
    waiting = db.session.scalars(select(Revision).where(Revision.id.not_in(done))).all()
    jobs = [(revision.id, revision.course, _bundle(revision)) for revision in waiting]
    readings = [(revision_id, check(bundle, slug)) for revision_id, slug, bundle in jobs]
    begin_writing()
    for revision_id, reading in readings:
        if reading.course is not None:
            db.session.merge(
                Rendering(revision_id=revision_id, renderer=RENDERER, course=_pack(reading.course))
            )
    return len(jobs)


def _bundle(revision: Revision) -> Bundle:
    blobs = db.session.execute(
        select(Blob.digest, Blob.data).where(Blob.digest.in_(revision.manifest.values()))
    )
    data = {row.digest: row.data for row in blobs}
    return {path: data[blob_digest] for path, blob_digest in revision.manifest.items()}


def media(blob_digest: str) -> Blob | None:
    """A media file of a published revision, or None. A course's text, with its answers, is never served."""
    return db.session.scalar(select(Blob).where(Blob.digest == blob_digest, Blob.media_type.is_not(None)))
