"""Publishing: revisions, what is pinned to them, and what is refused."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from courses.bundle import write_zip
from courses.library import bundles
from courses.reader import Reading
from lms import library, publishing
from lms.cli.running import publish_shipped
from lms.db import db
from lms.models import Attempt, Blob, CourseState, Rendering, Revision
from markup.problems import Problem
from tests.courses.test_pictures import picture
from tests.lms.publisher import SLUG as MANY
from tests.lms.test_learning import SLUG, answer_all, begin, right_answers, start_quiz
from tests.page_checks import CheckingClient

PNG = picture()
BANK = "banks/what-it-is.md"


def publish(bundle: dict[str, bytes]) -> publishing.Published:
    published = publishing.publish(bundle, SLUG, note="for a test")
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
        changed = publish(
            {**shipped, "course.md": shipped["course.md"].replace(b"minutes: 45", b"minutes: 25")}
        )
        assert changed.new and revisions() == 2
        again = publish(shipped)
        assert again.revision and again.revision.id == first.id and not again.new and revisions() == 2
        assert CourseState.live()[SLUG] == first.id


def test_a_trainers_version_outlives_a_restart(app: Flask) -> None:
    """Starting again publishes what ships, but never over what a trainer has published since."""
    with app.app_context():
        shipped = dict(bundles()[SLUG])
        own = publish(
            {**shipped, "course.md": shipped["course.md"].replace(b"minutes: 45", b"minutes: 25")}
        ).revision
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
        assert publishing.render_again().done == 1
        db.session.commit()
        assert publishing.render_again().done == 0


def test_course_text_is_never_served(client: CheckingClient, app: Flask) -> None:
    """The files of a course, with their answers, cannot be fetched by their digest."""
    with app.app_context():
        manifest = db.session.scalars(select(Revision.manifest)).one()
    for path, digest in manifest.items():
        assert client.get(f"/media/{digest}/{path.rpartition('/')[2]}").status_code == 404


# what is live, and was


def changed(minutes: int) -> dict[str, bytes]:
    shipped = dict(bundles()[SLUG])
    return {
        **shipped,
        "course.md": shipped["course.md"].replace(b"minutes: 45", f"minutes: {minutes}".encode()),
    }


def test_each_going_live_is_kept(app: Flask) -> None:
    """Who made a revision live, when and why is kept; what changes nothing adds nothing; the newest note counts."""
    with app.app_context():
        first = publishing.publish(changed(25), SLUG, note="One", publisher="Ada")
        again = publishing.publish(changed(25), SLUG, note="Two", publisher="Ben")
        assert first.changed and not again.changed and first.revision
        assert library.live_note(SLUG) == "One" and library.live_note("another") is None
        shipped = library.revisions(SLUG)[-1]
        assert publishing.roll_back(SLUG, shipped.id, note="Too long", publisher="Cem")
        db.session.commit()
        assert library.live_note(SLUG) == "Too long" and CourseState.live()[SLUG] == shipped.id
        newest, oldest = library.revisions(SLUG)
        assert [(each.publisher, each.note) for each in newest.publications] == [("Ada", "One")]
        assert [(each.publisher, each.note) for each in oldest.publications] == [
            ("Cem", "Too long"),
            ("", ""),
        ]


def test_rolling_back(client: CheckingClient, app: Flask) -> None:
    """After going back learners see the earlier words; going back to what is live, or to nothing, changes nothing."""
    with app.app_context():
        shipped = CourseState.live()[SLUG]
        course = dict(bundles()[SLUG])
        words = course["course.md"].replace(b"title: ", b"title: Quite another: ", 1)
        assert publish({**course, "course.md": words}).changed
    assert "Quite another: " in client.get(f"/courses/{SLUG}").text
    with app.app_context():
        assert publishing.roll_back(SLUG, shipped)
        db.session.commit()
        assert not publishing.roll_back(SLUG, shipped)
        for slug, revision in ((SLUG, 999), ("another", shipped)):
            with pytest.raises(publishing.NoRevisionError):
                publishing.roll_back(slug, revision)
    assert "Quite another: " not in client.get(f"/courses/{SLUG}").text


def test_the_files_of_a_revision(app: Flask) -> None:
    """Every revision gives back its files as they were published."""
    with app.app_context():
        publish(changed(25))
        newest, oldest = library.revisions(SLUG)
        assert library.bundle_of(newest) == changed(25) and library.bundle_of(oldest) == bundles()[SLUG]


# a version that cannot render what an earlier one could


def cannot_render(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if this version came after the one that rendered everything, and could render nothing."""
    db.session.execute(Rendering.__table__.update().values(renderer="0"))
    db.session.commit()
    library._rendered.cache_clear()
    problem = Problem(path="course.md", message="We forgot how.", mend="Wait.")
    monkeypatch.setattr(publishing, "check", lambda *_: Reading(None, (problem,)))


def test_what_cannot_be_rendered_again_is_shown_as_it_was(
    client: CheckingClient, app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A revision that a new renderer refuses stays as it was rendered; that is told by command and log."""
    with app.app_context():
        cannot_render(monkeypatch)
        again = publishing.render_again()
        assert again.done == 0
        assert [problem.message for (problem,) in again.refused.values()] == ["We forgot how."]
    assert client.get("/").status_code == 200
    assert client.get(f"/courses/{SLUG}/lessons/what-hate-crime-is").status_code == 200
    assert "as an earlier version of Alongside rendered it" in caplog.text


def test_one_course_that_cannot_be_shown(
    client: CheckingClient, app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Where no rendering can be read the home page stands without that course, and the log says what to do."""
    with app.app_context():
        cannot_render(monkeypatch)
        live = CourseState.live()[SLUG]
        for broken in (b"{}", b"not even JSON"):
            db.session.execute(Rendering.__table__.update().values(course=broken))
            db.session.commit()
            assert client.get("/").status_code == 200
            assert client.get(f"/courses/{SLUG}").status_code == 404
        with pytest.raises(library.NotRenderedError):
            publishing.roll_back(SLUG, live)
    assert "Publish the course again" in caplog.text


# publishers that meet, and that die


def course_of(word: str) -> dict[str, bytes]:
    return {
        "course.md": b"---\ntitle: T\nsummary: S\n---\n",
        "01-same.md": b"---\ntitle: Same\n---\nThe same for all.\n",
        "02-own.md": f"---\ntitle: {word}\n---\n{word}.\n".encode(),
        "media/talk.png": PNG,
    }


def publisher(url: str, folder: Path, word: str, dies_in: str = "") -> subprocess.Popen[bytes]:
    zipped = folder / f"{word}.zip"
    zipped.write_bytes(write_zip(course_of(word)))
    command = [sys.executable, "-m", "tests.lms.publisher", url, str(folder), str(zipped), dies_in]
    return subprocess.Popen(command, stdin=subprocess.PIPE, cwd=Path(__file__).parents[2])


@pytest.mark.slow
def test_publishers_at_once(app: Flask, database_url: str, tmp_path: Path) -> None:
    """Publishers in processes of their own, two with the same course, all succeed; one of them is live, and whole."""
    words = ["One", "Two", "One", "Three"]
    running = [publisher(database_url, tmp_path, word) for word in words]
    for each in running:
        assert each.stdin
        each.stdin.close()
    assert [each.wait(60) for each in running] == [0] * 4
    with app.app_context():
        found = library.revisions(MANY)
        assert sorted(library.bundle_of(each)["02-own.md"] for each in found) == sorted(
            course_of(word)["02-own.md"] for word in set(words)
        )
        newest = max((each for revision in found for each in revision.publications), key=lambda each: each.id)
        live = library.live_course(MANY)
        assert live and live[1] == newest.revision_id
        assert live[0].media and all(library.media(each.digest) for each in live[0].media.values())


@pytest.mark.slow
@pytest.mark.parametrize("where", ["_keep_rendering", "_go_live"])
def test_a_publisher_that_is_killed(app: Flask, database_url: str, tmp_path: Path, where: str) -> None:
    """A publisher killed in the middle leaves nothing behind and nothing locked: the next one publishes it all."""
    killed = publisher(database_url, tmp_path, "One", where)
    assert killed.stdin
    killed.stdin.close()
    assert killed.wait(60) == -signal.SIGKILL
    with app.app_context():
        assert library.revisions(MANY) == () and MANY not in CourseState.live()
        assert not db.session.scalar(select(func.count()).where(Blob.media_type.is_not(None)))
        published = publishing.publish(course_of("One"), MANY)
        assert published.new and published.changed
