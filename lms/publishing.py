"""Publishing: a bundle is checked, kept and made live, all or nothing; gone back on; and rendered again."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec
from flask import has_app_context
from sqlalchemy import func, insert, select, update

from courses.bundle import Bundle, digest
from courses.course import Course
from courses.markdown import RENDERER
from courses.media import AS_THEY_ARE, kind_of, look
from courses.paths import LearningPath
from courses.reader import Reading
from lms import checking
from lms.db import begin_writing, db
from lms.library import NotRenderedError, bundle_of, live_course, stored
from lms.models import AuditEvent, Blob, CourseState, Publication, Rendering, Revision
from markup.problems import Problem, in_order
from quizzes.quiz import Quiz

PUBLISHING = 20261121
"""The number of the lock that publishers on PostgreSQL take turns by."""


def check(bundle: Bundle, slug: str, *, against_live: bool = True) -> Reading:
    """Read a bundle as publishing would, and say everything that is wrong with it; `against_live` also what
    only a comparison with the live revision tells.
    """
    if not has_app_context():  # a folder is checked where no installation is
        return checking.check(bundle, slug, live={})
    live = CourseState.all_live()
    revision = CourseState.live_revision(slug) if against_live else None
    manifest = revision and db.session.scalar(select(Revision.manifest).where(Revision.id == revision))
    reading = checking.check(bundle, slug, live=manifest or {}, courses=live.get("course", {}))
    more = (*_clash(reading, slug, live), *(_gone(reading, live_course(slug)) if against_live else ()))
    return msgspec.structs.replace(reading, problems=in_order((*reading.problems, *more)))


def _clash(reading: Reading, slug: str, live: Mapping[str, Mapping[str, int]]) -> Iterator[Problem]:
    """A course and a path cannot have one name: publishing the one would take the other away."""
    if (reading.path and slug in live.get("course", {})) or (reading.course and slug in live.get("path", {})):
        is_a, other = ("learning path", "course") if reading.path else ("course", "learning path")
        mend = "Write id: and another name between the --- lines at its top."
        message = f"There is a {other} called {slug} already, so this {is_a} cannot have that name."
        yield Problem(path="course.md" if reading.course else f"{slug}.md", message=message, mend=mend)


def _gone(reading: Reading, live: tuple[Course, int] | None) -> Iterator[Problem]:
    """A warning for each lesson and quiz that learners would lose: it may only have got another name."""
    if reading.course is None or live is None:
        return
    kept = {step.id for step in reading.course.steps}
    for step in (step for step in live[0].steps if step.id not in kept):
        path = step.path if isinstance(step, Quiz) else step.versions["standard"].path
        message = f"“{step.title}” is live, and would be gone: there is no file called {step.id} any more."
        mend = (
            f"If you gave it a new name, write “id: {step.id}” at its top, so that nobody loses their place."
        )
        yield Problem(path=path, message=message, mend=mend, severity="warning")


@dataclass(frozen=True, kw_only=True)
class Published:
    """What came of publishing: the revision, or the problems that stopped it.

    `new` tells whether there was no such revision before; `changed` whether it was not the live one.
    """

    problems: tuple[Problem, ...]
    revision: Revision | None = None
    new: bool = False
    changed: bool = False
    kind: str = "course"


def publish(
    bundle: Bundle, slug: str, *, note: str = "", publisher: str = "", strict: bool = True
) -> Published:
    """Check a bundle and make it the live revision of its course or path, all or nothing.

    The same bundle published twice is the same revision. Unless `strict`, as in a preview, what has errors is
    shown as far as it goes. The caller commits.
    """
    known = _live_revision(slug, digest(bundle))
    if strict and known is not None and stored(known.id) is not None:
        kind = "course" if "course.md" in known.manifest else "path"
        return Published(problems=(), revision=known, kind=kind)
    reading = check(bundle, slug, against_live=strict)  # in a preview the last save is no publication
    if reading.taught is None or (strict and any(problem.is_error for problem in reading.problems)):
        return Published(problems=reading.problems)
    _take_turn()
    revision, new = _keep(bundle, slug, note)
    _keep_rendering(revision.id, bundle, reading, reading.taught)
    kind = "course" if reading.course else "path"
    changed = _go_live(revision, kind=kind, note=note, publisher=publisher)
    if changed:
        AuditEvent.note("course published", slug, detail=f"revision {revision.id}")
    return Published(problems=reading.problems, revision=revision, new=new, changed=changed, kind=kind)


def _take_turn() -> None:
    """Wait until no other publishes: two at once would store the same files, or the same revision twice."""
    begin_writing()
    if db.session.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        db.session.execute(select(func.pg_advisory_xact_lock(PUBLISHING)))


def _live_revision(slug: str, bundle_digest: str) -> Revision | None:
    live = select(Revision).join(CourseState, CourseState.revision_id == Revision.id)
    return db.session.scalar(live.where(Revision.course == slug, Revision.digest == bundle_digest))


def _keep(bundle: Bundle, slug: str, note: str) -> tuple[Revision, bool]:
    """The revision of this bundle, and whether it is new."""
    same = select(Revision).where(Revision.course == slug, Revision.digest == digest(bundle))
    if (known := db.session.scalar(same)) is not None:
        return known, False
    manifest = {path: hashlib.sha256(data).hexdigest() for path, data in bundle.items()}
    _keep_blobs({manifest[path]: (bundle[path], None) for path in bundle if not _as_it_is(path)})
    served = {path: media.digest for path, media in look(bundle).media.items()}  # kept once, as they are
    revision = Revision(course=slug, digest=digest(bundle), manifest={**manifest, **served}, note=note)
    db.session.add(revision)
    db.session.flush()
    return revision, True


def _keep_rendering(
    revision_id: int, bundle: Bundle, reading: Reading, taught: Course | LearningPath
) -> None:
    """Store a course or path as it was rendered, and the media that it shows."""
    shown = taught.media if isinstance(taught, Course) else {}
    _keep_blobs(
        {
            media.digest: (bundle[path] if _as_it_is(path) else reading.made[media.digest], media.media_type)
            for path, media in shown.items()
        }
    )
    packed = msgspec.json.encode(taught)
    db.session.merge(Rendering(revision_id=revision_id, renderer=RENDERER, course=packed))


def _as_it_is(path: str) -> bool:
    return kind_of(path) in AS_THEY_ARE


def _keep_blobs(blobs: Mapping[str, tuple[bytes, str | None]]) -> None:
    """Store the bytes that are not there yet, each with the type it may be served as, if any."""
    there = set(db.session.scalars(select(Blob.digest).where(Blob.digest.in_(blobs))))
    for blob_digest, (data, media_type) in blobs.items():
        if blob_digest not in there:
            blob = {"digest": blob_digest, "data": data, "size": len(data), "media_type": media_type}
            db.session.execute(insert(Blob).values(blob))  # one by one, and let go of: films are large


def _go_live(revision: Revision, *, kind: str, note: str, publisher: str) -> bool:
    """Make a revision the live one. False when it was already."""
    state = db.session.get(CourseState, revision.course)
    if state is not None and state.revision_id == revision.id:
        return False
    db.session.merge(CourseState(course=revision.course, revision_id=revision.id, kind=kind))
    db.session.add(
        Publication(course=revision.course, revision_id=revision.id, publisher=publisher, note=note)
    )
    db.session.flush()
    return True


def roll_back(slug: str, revision: int, *, note: str = "", publisher: str = "") -> bool:
    """Make an earlier revision live again; open attempts stay with theirs. False when it is live already.

    Raises `NoRevisionError` for a revision that this course has not, and `NotRenderedError` for one that this
    version of Alongside cannot show. The caller commits.
    """
    _take_turn()
    asked = db.session.get(Revision, revision)
    if asked is None or asked.course != slug:
        raise NoRevisionError(f"There is no revision {revision} of {slug}.")
    if stored(asked.id) is None:
        raise NotRenderedError(f"Revision {revision} of {slug} cannot be shown by this version of Alongside.")
    kind = "course" if "course.md" in asked.manifest else "path"
    changed = _go_live(asked, kind=kind, note=note, publisher=publisher)
    if changed:
        AuditEvent.note("course rolled back", slug, detail=f"to revision {revision}")
    return changed


def withdraw(slug: str, *, note: str = "", publisher: str = "") -> bool:
    """Take a course or path off the site; False when it is not on it. What people did, and their
    certificates, stay. It can be made live again with `roll_back`. The caller commits.
    """
    _take_turn()
    state = db.session.get(CourseState, slug)
    if state is None:
        return False
    said = f"Withdrawn. {note}".strip()
    db.session.add(Publication(course=slug, revision_id=state.revision_id, publisher=publisher, note=said))
    db.session.delete(state)
    db.session.flush()
    AuditEvent.note("course withdrawn", slug)
    return True


class NoRevisionError(LookupError):
    """There is no such revision of that course."""


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """What came of rendering again: how many revisions could be, and what stopped the others, by revision."""

    done: int
    refused: dict[int, tuple[Problem, ...]]


def render_again() -> Rendered:
    """Render every revision that this version of the renderer has not rendered, and commit after each.

    Run before serving, so that a mended sanitiser reaches old revisions too. One that cannot be rendered is
    shown as it was, and tried again next time.
    """
    done = select(Rendering.revision_id).where(Rendering.renderer == RENDERER)
    waiting = db.session.scalars(select(Revision.id).where(Revision.id.not_in(done))).all()
    problems = {revision_id: _render(revision_id) for revision_id in waiting}
    refused = {revision_id: wrong for revision_id, wrong in problems.items() if wrong is not None}
    return Rendered(done=len(waiting) - len(refused), refused=refused)


def _render(revision_id: int) -> tuple[Problem, ...] | None:
    """Render one revision, or say what stops that."""
    revision = db.session.get_one(Revision, revision_id)
    bundle = bundle_of(revision)
    reading = check(bundle, revision.course)
    if reading.taught is None:
        return reading.problems
    _take_turn()
    _keep_rendering(revision_id, bundle, reading, reading.taught)
    _serve_no_originals(revision, reading.course)
    db.session.commit()
    return None


def _serve_no_originals(revision: Revision, course: Course | None) -> None:
    """Earlier versions of Alongside served media as they were published, with the place a photo was taken."""
    originals = set(revision.manifest.values()) - {
        each.digest for each in (course.media.values() if course else ())
    }
    db.session.execute(update(Blob).where(Blob.digest.in_(originals)).values(media_type=None))
