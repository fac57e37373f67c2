"""In a learning system's frame, on another site, in a browser that blocks cookies there: what carries a session.

We are https://127.0.0.1, the learning system is http://localhost.
"""

import dataclasses
import datetime
import ipaddress
import json
import re
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from lms.app import create_app
from lms.db import db
from lms.lti import keys
from lms.models import LaunchTransaction, LessonDone, Session
from tests.browser import journey
from tests.browser.conftest import FLAGS
from tests.conftest import Database, close, settings_for
from tests.lms.served import free_port
from tests.lti.earning import given, later, send_all
from tests.lti.launching import register
from tests.lti.platform import CANVAS, MOODLE, Platform, Profile

pytestmark = pytest.mark.slow
SLUG = "understanding-hate-and-mate-crime"
COURSE = f"/courses/{SLUG}"
LESSON = f"{COURSE}/lessons/what-hate-crime-is"
PARENT = dataclasses.replace(CANVAS, issuer="https://parent.example", storage="_parent")


@dataclasses.dataclass(frozen=True)
class Site:
    """Alongside over https, and the learning systems around it."""

    app: Flask
    url: str
    platforms: dict[Profile, Platform]

    def launches(self) -> list[LaunchTransaction]:
        """Every launch, the oldest first."""
        with self.app.app_context():
            found = list(db.session.scalars(select(LaunchTransaction).order_by(LaunchTransaction.id)))
            db.session.expunge_all()
            return found

    def count(self, model: type) -> int:
        with self.app.app_context():
            return len(db.session.scalars(select(model)).all())


def certificate(folder: Path) -> ssl.SSLContext:
    """A certificate that nobody vouches for, good for an hour."""
    private, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number())
    hour = datetime.timedelta(hours=1)
    builder = builder.not_valid_before(now - hour).not_valid_after(now + hour).add_extension(address, False)
    signed = builder.sign(private, hashes.SHA256())
    pem = serialization.Encoding.PEM
    key = private.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "both.pem").write_bytes(key + signed.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


@pytest.fixture
def site(sqlite: Database, fonts_folder: Path, tmp_path: Path) -> Iterator[Site]:
    port = free_port()
    url = f"https://127.0.0.1:{port}"
    platforms: dict[Profile, Platform] = {}

    def published() -> dict[str, object]:
        with app.app_context():
            return dict(keys.published())

    settings = dataclasses.replace(
        settings_for(sqlite.copy(), fonts_folder), url=url, lti_allow=frozenset({"localhost"})
    )
    for number, profile in enumerate((MOODLE, CANVAS, PARENT)):
        platforms[profile] = Platform(url, published, profile, client_id=f"client-{number}", host="localhost")
    settings = dataclasses.replace(settings, leave_to=f"{platforms[MOODLE].url}/away")
    app = create_app(settings)
    for platform in platforms.values():
        register(app, platform, frames=platform.url)
    server = make_server("127.0.0.1", port, app, threaded=True, ssl_context=certificate(tmp_path))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield Site(app, url, platforms)
    server.shutdown()
    server.server_close()
    for platform in platforms.values():
        platform.stop()
    close(app)
    assert not [fault for platform in platforms.values() for fault in platform.faults]


Opens = Callable[..., Page]


@pytest.fixture
def browse(browser: Browser, chromium: str, site: Site, tmp_path: Path) -> Iterator[Opens]:
    """A browser as Debian ships it, which blocks cookies of other sites but keeps those that are partitioned; or, with
    `blocks`, one that keeps none of ours in a frame at all, as some people's do.
    """
    made: list[BrowserContext] = []

    def opened(*, blocks: bool) -> Page:
        if blocks:
            kept = _profile(tmp_path, site)
            options = {"executable_path": chromium, "args": FLAGS, "ignore_https_errors": True}
            made.append(browser.browser_type.launch_persistent_context(kept, **options))  # type: ignore[arg-type]
        else:
            made.append(browser.new_context(ignore_https_errors=True))
        return made[-1].new_page()

    yield opened
    for context in made:
        context.close()


def _profile(folder: Path, site: Site) -> Path:
    """Settings of somebody who lets no site keep our cookies but ours."""
    around = {f"{site.url},{platform.url}": {"setting": 2} for platform in site.platforms.values()}
    wanted = {"profile": {"content_settings": {"exceptions": {"cookies": around}}}}
    (folder / "profile" / "Default").mkdir(parents=True)
    (folder / "profile" / "Default" / "Preferences").write_text(json.dumps(wanted))
    return folder / "profile"


def open_course(
    page: Page, site: Site, profile: Profile, opens: str, sandbox: str = "", **said: object
) -> Frame:
    """Open the platform's course, which opens a link to us in its frame; the frame."""
    platform = site.platforms[profile]
    platform.opens, platform.sandbox = {"opens": opens, **said}, sandbox
    page.goto(f"{platform.url}/course")
    frame = page.frame("tool")
    assert frame is not None
    return frame


def keeps(frame: Frame, *more: str) -> bool:
    """Whether the browser keeps a cookie of ours in this frame."""
    said = "; ".join(["probe=1", "Secure", "SameSite=None", *more])
    return "probe=1" in frame.evaluate("said => { document.cookie = said; return document.cookie }", said)


def read_a_lesson(frame: Frame, site: Site) -> None:
    """Go on to the next page, by the form at the end of a lesson."""
    before = site.count(LessonDone)
    frame.get_by_role("button", name=re.compile("^Next")).click()
    expect(frame.locator("h1")).not_to_have_text("What hate crime is")
    assert site.count(LessonDone) == before + 1


def test_a_partitioned_cookie_carries(browse: Opens, site: Site) -> None:
    """Where cookies of other sites are blocked but partitioned ones kept, learning works in the frame by cookie."""
    page = browse(blocks=False)
    frame = open_course(page, site, MOODLE, LESSON)
    frame.get_by_role("link", name="Go on here").click()
    expect(frame.locator("h1")).to_have_text("What hate crime is")
    assert not keeps(frame), "the browser blocks cookies of other sites"
    assert keeps(frame, "Partitioned"), "and keeps those that are partitioned"
    assert frame.url == f"{site.url}{LESSON}"
    assert site.launches()[0].rung == "cookie"
    read_a_lesson(frame, site)
    ours = [each for each in page.context.cookies() if each["name"].endswith("-framed")]
    assert [each.get("partitionKey") for each in ours] == ["http://localhost"]


@pytest.mark.parametrize("profile", [CANVAS, PARENT], ids=["a-frame-of-its-own", "its-page"])
def test_the_platform_keeps_what_the_browser_does_not(browse: Opens, site: Site, profile: Profile) -> None:
    """Where a browser keeps nothing of ours in the frame, the platform keeps the proof, and the address the session."""
    page = browse(blocks=True)
    frame = open_course(page, site, profile, LESSON)
    frame.get_by_role("link", name="Go on here").click()
    expect(frame.locator("h1")).to_have_text("What hate crime is")
    assert not keeps(frame) and not keeps(frame, "Partitioned"), "the browser keeps nothing"
    assert page.evaluate("window.told") == [
        "lti.capabilities",
        "lti.put_data",
        "lti.capabilities",
        "lti.get_data",
    ]
    assert site.launches()[0].rung == "storage"
    assert re.match(rf"{site.url}/s/[\w-]{{43}}{LESSON}$", frame.url)
    read_a_lesson(frame, site)
    assert "/s/" in frame.url


def test_the_platform_is_asked_before_the_cookie(browse: Opens, site: Site) -> None:
    """Where a browser keeps partitioned cookies and the platform the proof, that is asked for first; then the cookie
    carries the session.
    """
    page = browse(blocks=False)
    frame = open_course(page, site, CANVAS, LESSON)
    frame.get_by_role("link", name="Go on here").click()
    expect(frame.locator("h1")).to_have_text("What hate crime is")
    assert page.evaluate("window.told").count("lti.get_data") == 1
    assert site.launches()[0].rung == "cookie" and frame.url == f"{site.url}{LESSON}"


def test_the_platform_says_which_frame_keeps_things(browse: Opens, site: Site) -> None:
    """Where a launch names a frame that is not there, what the platform says of itself counts."""
    page = browse(blocks=True)
    page.route("**/lti/login", lambda route: route.continue_(post_data=_elsewhere(route.request.post_data)))
    frame = open_course(page, site, CANVAS, LESSON)
    frame.get_by_role("link", name="Go on here").click()
    expect(frame.locator("h1")).to_have_text("What hate crime is")
    assert site.launches()[0].storage == "elsewhere" and site.launches()[0].rung == "storage"


def _elsewhere(form: str | None) -> str:
    return (form or "").replace(f"lti_storage_target={CANVAS.storage}", "lti_storage_target=elsewhere")


@pytest.mark.parametrize("able", ["[]", '[{ subject: "lti.capabilities" }, null]', '"all"', "undefined"])
def test_a_platform_that_cannot_keep_things(browse: Opens, site: Site, able: str) -> None:
    """What says that it keeps nothing is not asked to; odd words are as good as none, and nobody is stuck."""
    page = browse(blocks=True)
    page.add_init_script(
        "addEventListener('message', (event) => {"
        " if (event.data?.subject !== 'lti.capabilities') return; event.stopImmediatePropagation();"
        " event.source.postMessage({ subject: 'lti.capabilities.response', message_id: event.data.message_id,"
        f" supported_messages: {able} }}, event.origin); }}, true);"
    )
    frame = open_course(page, site, CANVAS, LESSON)
    frame.get_by_role("link", name="Go on here").click()
    expect(frame.locator("h1")).to_have_text("What hate crime is")
    told = page.evaluate("window.told ?? []")
    assert told == ([] if able.startswith("[") else ["lti.put_data", "lti.get_data"])


def test_the_address_carries(browse: Opens, site: Site) -> None:
    """Where neither browser nor platform keeps anything, the address carries the session of a learner."""
    page = browse(blocks=True)
    frame = open_course(page, site, MOODLE, LESSON)
    frame.get_by_role("link", name="Go on here").click()
    expect(frame.locator("h1")).to_have_text("What hate crime is")
    assert site.launches()[0].rung == "address"
    read_a_lesson(frame, site)
    account = f"{frame.url.partition('/courses')[0]}/account"
    frame.goto(account)
    expect(frame.locator("h1")).to_have_text("Your account")
    answer = page.context.new_page().goto(account)
    assert answer is not None and answer.status == 403, "the address is nobody's in another window"


def test_the_whole_way_without_cookies(browse: Opens, site: Site) -> None:
    """Where the browser keeps nothing, a learner reads, passes and holds a certificate in the frame; the mark arrives
    once the platform, which was away meanwhile, is back.
    """
    page, moodle = browse(blocks=True), site.platforms[MOODLE]
    column = moodle.gradebook.add(label="Course", scoreMaximum=100).number
    frame = open_course(page, site, MOODLE, COURSE, line_item=column)
    frame.get_by_role("link", name="Go on here").click()
    frame.get_by_role("button", name="Start the course").click()
    frame.wait_for_url("**/lessons/*")
    assert not keeps(frame) and not keeps(frame, "Partitioned")
    journey.through_the_lessons(frame)
    moodle.stop()
    journey.to_review(frame)
    journey.to_result(frame)
    expect(frame.locator("h1")).to_contain_text("You passed")
    journey.to_certificate(frame, "Lee Learner")
    expect(frame.get_by_text("Lee Learner")).to_be_visible()
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", frame.content())
    assert code and "/s/" in frame.url
    with site.app.app_context():
        send_all()
        moodle.start()
        later(moodle)
        send_all()
    assert given(moodle, item=column) == 100
    anyone = page.context.new_page()
    anyone.goto(f"{site.url}/check/{code[0]}")
    expect(anyone.locator("h1")).to_contain_text("valid")


def test_a_platform_that_does_not_answer_keeps_nobody_waiting(browse: Opens, site: Site) -> None:
    """Storage that is announced and does not answer: after some seconds the launch goes on without it."""
    page = browse(blocks=True)
    page.route(
        "**/storage", lambda route: route.fulfill(content_type="text/html", body="<title>Nobody</title>")
    )
    frame = open_course(page, site, CANVAS, LESSON)
    frame.get_by_role("link", name="Go on here").click()
    expect(frame.locator("h1")).to_have_text("What hate crime is")
    assert site.launches()[0].rung == "address"


def test_who_teaches_goes_on_in_a_window_of_their_own(browse: Opens, site: Site) -> None:
    """Where the browser keeps nothing in the frame, a teacher is signed in by a window, once."""
    page = browse(blocks=True)
    frame = open_course(page, site, MOODLE, COURSE, person="teacher-1")
    expect(frame.locator("h1")).to_have_text("Please open this in a window of its own")
    with page.expect_popup() as opened:
        frame.get_by_role("button", name="Open in a new window").click()
    expect(opened.value).to_have_url(f"{site.url}/lti/link")
    assert site.launches()[0].rung == "window"
    with page.expect_popup() as again:
        frame.get_by_role("button", name="Open in a new window").click()
    expect(again.value.locator("h1")).to_have_text("This could not be opened")


@pytest.mark.parametrize("blocks", [False, True], ids=["cookies", "no-cookies"])
def test_a_course_that_is_hard_to_read_offers_a_window_first(browse: Opens, site: Site, blocks: bool) -> None:
    """A learner chooses; in a window of its own the session is an ordinary one."""
    page = browse(blocks=blocks)
    frame = open_course(page, site, MOODLE, COURSE)
    expect(frame.locator("h1")).to_have_text("Where would you like to read this?")
    with page.expect_popup() as opened:
        frame.get_by_role("button", name="Open in a new window").click()
    expect(opened.value).to_have_url(f"{site.url}{COURSE}/before")
    opened.value.get_by_role("button", name="Start the course").click()
    expect(opened.value.locator("h1")).to_have_text("What hate crime is")
    opened.value.goto(f"{site.url}/account")
    expect(opened.value.locator("h1")).to_have_text("Your account")


@pytest.mark.parametrize("blocks", [False, True], ids=["by-cookie", "by-address"])
@pytest.mark.parametrize("sandbox", ["", "allow-scripts allow-same-origin allow-forms"], ids=["free", "held"])
def test_exit_this_page_leaves_and_ends_the_session(
    browse: Opens, site: Site, blocks: bool, sandbox: str
) -> None:
    """The whole window goes elsewhere; where the platform holds our frame, that is emptied. The session is over."""
    page = browse(blocks=blocks)
    frame = open_course(page, site, MOODLE, LESSON, sandbox)
    frame.get_by_role("link", name="Go on here").click()
    expect(frame.locator("h1")).to_have_text("What hate crime is")
    assert site.count(Session) == 1
    frame.locator("a.exit").click()
    if sandbox:
        expect(frame.locator("h1")).to_have_text("You can close this page")
    else:
        page.wait_for_url("**/away")
    assert site.count(Session) == 0


def test_only_registered_platforms_may_show_us(browse: Opens, site: Site) -> None:
    """A frame of any other site stays empty."""
    page = browse(blocks=False)
    stranger = site.platforms[MOODLE].url.replace("localhost", "127.0.0.1")
    for path in ("/lti/launch", "/help", COURSE):
        page.goto(f"{stranger}/away")
        page.set_content(f'<iframe name="tool" src="{site.url}{path}"></iframe>')
        expect(page.frame_locator("iframe").locator("body")).to_contain_text("refused to connect")
