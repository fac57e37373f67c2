"""What was published: immutable revisions of courses, their files, and their rendering."""

import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from lms.db import Model, Moment, db, now


class Blob(Model):
    """A file's bytes, kept once whatever uses them. Only a file with a media type may be served."""

    __tablename__ = "blob"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str | None] = mapped_column(String(100))
    size: Mapped[int]
    data: Mapped[bytes] = deferred(mapped_column(LargeBinary))


class Revision(Model):
    """A course as it was published. `manifest` maps each path to the digest of its blob."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("course", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course: Mapped[str] = mapped_column(String(200), index=True)
    digest: Mapped[str] = mapped_column(String(64))
    manifest: Mapped[dict[str, str]] = mapped_column(JSON)
    published_at: Mapped[datetime.datetime] = mapped_column(Moment, default=now)
    note: Mapped[str] = mapped_column(String(500), default="")

    publications: Mapped[list["Publication"]] = relationship(viewonly=True, order_by="Publication.id.desc()")


class Publication(Model):
    """One time a revision went live: by whom, and why. The newest of a course is what is live."""

    __tablename__ = "publication"

    id: Mapped[int] = mapped_column(primary_key=True)
    course: Mapped[str] = mapped_column(String(200), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    live_from: Mapped[datetime.datetime] = mapped_column(Moment, default=now)
    publisher: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(String(500), default="")


class Rendering(Model):
    """A revision as parsed and rendered by one version of the renderer, as JSON."""

    __tablename__ = "rendering"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True)
    renderer: Mapped[str] = mapped_column(String(40), primary_key=True)
    course: Mapped[bytes] = mapped_column(LargeBinary)


class CourseState(Model):
    """Which revision of a course, or of a path, is live."""

    __tablename__ = "course_state"

    course: Mapped[str] = mapped_column(String(200), primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    kind: Mapped[str] = mapped_column(String(10), default="course")

    revision: Mapped[Revision] = relationship()

    @classmethod
    def live(cls, kind: str = "course") -> dict[str, int]:
        """Every course (or `path`) that is live: slug to revision id."""
        return cls.all_live().get(kind, {})

    @classmethod
    def all_live(cls) -> dict[str, dict[str, int]]:
        """All that is live, in one query: by its kind, slug to revision id."""
        live: dict[str, dict[str, int]] = {}
        for row in db.session.execute(select(cls.kind, cls.course, cls.revision_id).order_by(cls.course)):
            live.setdefault(row.kind, {})[row.course] = row.revision_id
        return live

    @classmethod
    def live_revision(cls, slug: str) -> int | None:
        """The id of the live revision of a course or path, or None."""
        return db.session.scalar(select(cls.revision_id).where(cls.course == slug))
