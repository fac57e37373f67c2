"""Courses made to keep Alongside busy: the child that reads them is stopped, and what was live stays live."""

import resource
import subprocess
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from courses.reader import Reading
from lms import publishing
from lms.db import db
from lms.models import Blob, CourseState, Revision
from lms.rendering import MOST_SECONDS, SECONDS, Job, allowed, read_in_child
from tests.hostile_files import HOSTILE, course, lesson
from tests.lms.test_learning import SLUG

BOUND = 5
"""Seconds of processor time, with starting the child, within which whatever is sent has its answer."""
SLOW = "\n\n".join(["[" * 1_300] * 4)
"""Just within what one file may hold, and most of a second's work."""


def reading_of(bundle: dict[str, bytes], **limits: int) -> Reading:
    return read_in_child(Job(slug="hostile", bundle=bundle, facts=["police name"]), **limits)


def used() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_in_time(name: str) -> None:
    """From the start of the child to its answer, what is hostile takes five seconds at most."""
    before = used()
    reading = reading_of(HOSTILE[name]())
    assert used() - before < BOUND
    assert any(problem.is_error for problem in reading.problems)


@pytest.mark.slow
def test_what_no_limit_foresees_is_stopped_and_named() -> None:
    """A file within all limits that is shown fifty times over is stopped in time, by its name."""
    before = used()
    bundle = course(
        **{"02-b.md": lesson("::: include shared/slow.md\n" * 50), "shared/slow.md": SLOW.encode()}
    )
    reading = reading_of(bundle)
    assert used() - before < BOUND
    [problem] = reading.problems
    assert reading.course is None and problem.is_error
    assert problem.path == "shared/slow.md" and "stopped" in problem.message


@pytest.mark.slow
def test_the_slowest_of_many_files_is_named() -> None:
    """Not the file that was being read when time ran out is named, but the one that took most of it."""
    harmless = {f"01-m/{n + 100}-l{n}.md": lesson("Words.\n\n" * 300) for n in range(600)}
    reading = reading_of(course(**{"01-m/001-slow.md": lesson(SLOW)}, **harmless), seconds=2)
    assert [problem.path for problem in reading.problems] == ["01-m/001-slow.md"]


def test_memory_is_bounded() -> None:
    """What takes more memory than the child may have is a problem like any other."""
    bundle = course(**{"media/film.mp4": bytes(60_000_000)})
    assert reading_of(bundle).course is not None
    reading = reading_of(bundle, memory=150_000_000)
    assert reading.course is None
    assert "memory" in reading.problems[0].message


def test_a_name_is_no_sign_of_failure() -> None:
    """A file called MemoryError.md, or with a line break in its name, is a file like any other."""
    bundle = course(**{"02-MemoryError.md": lesson("Words."), "03-a\nMemoryError.md": lesson("Words.")})
    assert reading_of(bundle).course is not None


def test_time_grows_with_the_course() -> None:
    """A longer course may take longer, up to an end."""
    small = Job(slug="a", bundle={"course.md": b"a"}, facts=[])
    large = Job(slug="a", bundle={"course.md": b"a" * 1_000_000}, facts=[])
    huge = Job(slug="a", bundle={"course.md": b"a" * 10_000_000}, facts=[])
    assert allowed(small) == SECONDS < allowed(large) < allowed(huge) == MOST_SECONDS


def test_what_was_live_stays_live(app: Flask) -> None:
    """A hostile course leaves no revision, no file and no change behind."""
    with app.app_context():
        before = CourseState.live()[SLUG], _count(Revision), _count(Blob)
        published = publishing.publish(HOSTILE["a list three hundred deep"](), SLUG)
        db.session.commit()
        assert published.revision is None and any(problem.is_error for problem in published.problems)
        assert (CourseState.live()[SLUG], _count(Revision), _count(Blob)) == before


def _count(model: type[Revision] | type[Blob]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_the_child_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that reads what trainers wrote gets no setting of ours: no key, no database, no mail server."""
    seen: list[dict[str, str]] = []
    real = subprocess.run

    def run(*arguments: Any, **named: Any) -> Any:
        seen.append(named["env"])
        return real(*arguments, **named)

    monkeypatch.setenv("ALONGSIDE_SECRET_KEY", "hidden")
    monkeypatch.setattr(subprocess, "run", run)
    assert read_in_child(Job(slug="a", bundle={"course.md": b"---\ntitle: T\n---\n"}, facts=[])).course
    assert seen and not [name for name in seen[0] if "ALONGSIDE" in name or "SECRET" in name]
