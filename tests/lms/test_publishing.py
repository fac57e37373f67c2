"""Publishing: revisions, what is pinned to them, and what is refused."""

from flask import Flask
from sqlalchemy import func, select

from courses.library import bundles
from lms import library
from lms.cli.running import publish_shipped
from lms.db import db
from lms.models import Attempt, CourseState, Rendering, Revision
from tests.lms.test_learning import SLUG, answer_all, begin, right_answers, start_quiz
from tests.page_checks import CheckingClient

BANK = "banks/what-it-is.md"


def publish(bundle: dict[str, bytes]) -> library.Publication:
    published = library.publish(bundle, SLUG, note="for a test")
    db.session.commit()
    return published


def revisions() -> int:
    return db.session.scalar(select(func.count()).select_from(Revision)) or 0


def test_the_same_bundle_is_the_same_revision(app: Flask) -> None:
    """Publishing again what is live changes nothing; going back to an older bundle is its old revision."""
    with app.app_context():
        shipped = dict(bundles()[SLUG])
        first = publish(shipped).revision
        assert first and revisions() == 1
        changed = publish({**shipped, "course.md": shipped["course.md"].replace(b"20", b"25")})
        assert changed.new and revisions() == 2
        again = publish(shipped)
        assert again.revision and again.revision.id == first.id and not again.new and revisions() == 2
        assert CourseState.live()[SLUG] == first.id


def test_a_trainers_version_outlives_a_restart(app: Flask) -> None:
    """Starting again publishes what ships, but never over what a trainer has published since."""
    with app.app_context():
        shipped = dict(bundles()[SLUG])
        own = publish({**shipped, "course.md": shipped["course.md"].replace(b"20", b"25")}).revision
        assert own
        publish_shipped(SLUG, shipped)
        assert CourseState.live()[SLUG] == own.id


def test_a_bundle_with_errors_publishes_nothing(app: Flask) -> None:
    """What was live stays live, and every problem is told."""
    with app.app_context():
        before = CourseState.live()
        broken = {
            **bundles()[SLUG],
            BANK: b"---\nkind: bank\ntitle: X\n---\n\n## Only one?\n\n- (x) a\n- (x) b\n",
        }
        published = publish(broken)
        assert published.revision is None
        assert {problem.path for problem in published.problems if problem.is_error} >= {BANK}
        assert CourseState.live() == before and revisions() == 1


def test_attempts_stay_with_what_they_began_on(client: CheckingClient, app: Flask) -> None:
    """Options reordered and reworded while an attempt is open neither break it nor change its marks."""
    begin(client)
    attempt = start_quiz(client)
    right = right_answers(app, attempt)
    page = client.get(f"{attempt}/questions/1").text
    with app.app_context():
        shipped = dict(bundles()[SLUG])
        text = shipped[BANK].decode().replace("## ", "## Changed: ")
        assert publish({**shipped, BANK: text.encode()}).new
    assert (
        client.get(f"{attempt}/questions/1").text.split("<fieldset")[1][:200]
        == page.split("<fieldset")[1][:200]
    )
    answer_all(client, app, attempt)
    client.get(f"{attempt}/review")
    client.send(f"{attempt}/submission")
    with app.app_context():
        held = db.session.scalars(select(Attempt)).one()
        assert held.percent == 100 and len(right) == len(held.drawn)


def test_a_new_renderer_renders_old_revisions(app: Flask) -> None:
    """A revision without a rendering by this version gets one before serving."""
    with app.app_context():
        db.session.execute(Rendering.__table__.update().values(renderer="0"))
        db.session.commit()
        assert library.render_again() == 1
        db.session.commit()
        assert library.render_again() == 0


def test_course_text_is_never_served(client: CheckingClient, app: Flask) -> None:
    """The files of a course, with their answers, cannot be fetched by their digest."""
    with app.app_context():
        manifest = db.session.scalars(select(Revision.manifest)).one()
    for path, digest in manifest.items():
        assert client.get(f"/media/{digest}/{path.rpartition('/')[2]}").status_code == 404
