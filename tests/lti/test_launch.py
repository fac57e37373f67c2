"""From a learning system to the page it links to, and what carries a session there."""

import datetime
import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from lms import language
from lms.db import db, now
from lms.models import Deployment, Enrolment, Identity, LaunchTransaction, ResourceLink, Session, User
from lms.retention import purge
from tests import messages, pseudo
from tests.lti.launching import log_in, next_of
from tests.lti.platform import Platform
from tests.page_checks import CheckingClient

COURSE = "understanding-hate-and-mate-crime"
LESSON = f"/courses/{COURSE}/lessons/what-hate-crime-is"
TOP = {"Sec-Fetch-Dest": "document"}
FRAME = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"}
TEACHER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"


def opened(
    client: CheckingClient, platform: Platform, opens: str, headers: dict[str, str], **said: object
) -> TestResponse:
    """A whole launch as a browser with these headers makes it."""
    login = log_in(client, platform, opens, **said)
    return client.post("/lti/launch", data=platform.answer(login.location), headers=headers)


def go_on(page: TestResponse) -> str:
    """Where a page on the way says to go on."""
    found = re.search(
        r'href="([^"]*/courses/[^"]+|/s/[^"/]+/courses[^"]+)"[^>]*>Go on here', page.get_data(as_text=True)
    )
    assert found, page.get_data(as_text=True)
    return found[1]


def test_a_learner_comes_to_the_course(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """Whoever opens a link to a course is known, has begun it there, and is told first how to leave quickly."""
    arrived = opened(client, platform, f"/courses/{COURSE}", TOP)
    assert arrived.location == f"/courses/{COURSE}/before"
    assert client.get(arrived.location).status_code == 200
    with app.app_context():
        enrolment = db.session.scalars(db.select(Enrolment)).one()
        link = db.session.scalars(db.select(ResourceLink)).one()
        assert (enrolment.context, link.opens) == (link.context, COURSE)
        assert db.session.scalars(db.select(Identity)).one().user_id == enrolment.user_id
        assert not db.session.get_one(User, enrolment.user_id).guest


def test_the_same_person_again_is_the_same(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """Opening a link twice, and another one, makes one person and one cycle of the course."""
    for link in ("link-1", "link-1", "link-2"):
        opened(app.test_client(), platform, f"/courses/{COURSE}", TOP, link=link)
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Identity)) == 1
        assert db.session.scalar(db.select(db.func.count()).select_from(Enrolment)) == 1
        assert db.session.scalar(db.select(db.func.count()).select_from(ResourceLink)) == 2


def test_in_a_frame_with_our_cookie(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """In a frame the session's cookie is partitioned; a course that may be hard to read offers a window first."""
    page = opened(client, platform, f"/courses/{COURSE}", FRAME)
    assert "Where would you like to read this?" in page.get_data(as_text=True)
    set_cookies = [each for each in page.headers.getlist("Set-Cookie") if "-framed=" in each]
    assert len(set_cookies) == 1
    assert {"Secure", "HttpOnly", "SameSite=None", "Partitioned"} <= set(set_cookies[0].split("; "))
    shown = client.get(go_on(page), headers={"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-origin"})
    assert shown.status_code == 200
    assert "frame-ancestors 'none'" in shown.headers["Content-Security-Policy"]  # it names no origins yet


def test_what_the_platform_keeps_is_asked_for_first(
    app: Flask, client: CheckingClient, canvas: Platform
) -> None:
    """Where it announced that it keeps things, it is asked before a cookie counts. The cookie does without an answer,
    or where that is odd; without a cookie what is not the proof is refused. A window is not asked: nobody is around it.
    """
    ours = FRAME | {"Sec-Fetch-Site": "same-origin"}

    def launched(headers: dict[str, str], **kept: str) -> TestResponse:
        form = canvas.answer(next_of(log_in(client, canvas, LESSON)))
        return client.post("/lti/launch", data=form | kept, headers=headers)

    assert 'data-storage="get"' in launched(FRAME).text
    assert "/s/" not in go_on(launched(ours, proof=""))
    assert "/s/" not in go_on(launched(ours, proof='"odd"'))
    assert launched(TOP).status_code == 302
    form = canvas.answer(next_of(log_in(app.test_client(), canvas, LESSON)))
    odd = app.test_client().post("/lti/launch", data=form | {"proof": "odd"}, headers=ours)
    assert odd.status_code == 403


def test_without_cookies_the_address_carries_a_learner(
    app: Flask, client: CheckingClient, platform: Platform
) -> None:
    """Where the browser keeps no cookies, every address on a page stays in the session, and learning works."""
    login = log_in(client, platform, LESSON)
    bare = app.test_client(use_cookies=False)
    page = bare.post("/lti/launch", data=platform.answer(login.location), headers=FRAME)
    address = go_on(page)
    assert re.match(r"/s/[\w-]{43}/courses/", address)
    lesson = bare.get(address, headers={"Sec-Fetch-Site": "same-origin"})
    assert lesson.status_code == 200
    assert lesson.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in lesson.headers
    root = address.partition("/courses")[0]
    text = lesson.get_data(as_text=True)
    stray = [
        each
        for each in re.findall(r'(?:href|action)="(/[^"]*)"', text)
        if not each.startswith((root, "/assets/"))
    ]
    assert not stray
    token = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert token
    done = bare.post(
        f"{address}/completion", data={"csrf_token": token[1]}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert done.location.startswith(f"{root}/courses/{COURSE}/")


def test_an_address_taken_elsewhere_is_nobodys(
    app: Flask, client: CheckingClient, platform: Platform
) -> None:
    """An address with a session, pasted or linked to from another site, shows nothing of the learner."""
    address = carried(app, client, platform)
    root = address.partition("/courses")[0]
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "none", "Sec-Fetch-Dest": "document"},
    ):
        assert app.test_client().get(f"{root}/account", headers=headers).status_code == 403
    assert app.test_client().get(f"{root}/account").status_code == 200


def test_exit_ends_what_an_address_carries(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """After Exit this page the address leads to nobody."""
    root = carried(app, client, platform).partition("/courses")[0]
    bare = app.test_client(use_cookies=False)
    assert bare.get(f"{root}/leave", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 302
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Session)) == 0
    assert "Your visit here has ended" in bare.get(f"{root}/account").get_data(as_text=True)


def test_a_teacher_without_cookies_goes_on_in_a_window(
    app: Flask, client: CheckingClient, platform: Platform
) -> None:
    """Who teaches gets no session in the address: a window of its own, once, asked for by a page of ours."""
    login = log_in(client, platform, LESSON, roles=[TEACHER])
    page = app.test_client(use_cookies=False).post(
        "/lti/launch", data=platform.answer(login.location), headers=FRAME
    )
    text = page.get_data(as_text=True)
    assert "Please open this in a window of its own" in text
    assert "/s/" not in text
    token = re.search(r'name="arrival" value="([^"]+)"', text)
    assert token
    form = {"arrival": token[1]}
    with app.app_context():
        deployment = db.session.scalars(db.select(Deployment)).one()
        deployment.stop()
        db.session.commit()
        assert client.post("/lti/arrivals", data=form).status_code == 403, "stopped meanwhile"
        deployment.approve()
        db.session.commit()
    assert (
        client.post("/lti/arrivals", data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    )
    assert (
        client.post("/lti/arrivals", data=form, headers={"Sec-Fetch-Site": "same-origin"}).location
        == "/lti/link"
    )
    assert (
        client.post("/lti/arrivals", data=form, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 403
    )


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://localhost"}, 302),
        ({}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://localhost"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
    ],
    ids=str,
)
def test_only_a_page_of_ours_goes_on_in_a_window(
    app: Flask, client: CheckingClient, platform: Platform, headers: dict[str, str], status: int
) -> None:
    """A browser too old to say which site asks, says which origin does; one that says neither is refused."""
    login = log_in(client, platform, LESSON, roles=[TEACHER])
    page = app.test_client(use_cookies=False).post(
        "/lti/launch", data=platform.answer(login.location), headers=FRAME
    )
    token = re.search(r'name="arrival" value="([^"]+)"', page.text)
    assert token
    answer = client.post("/lti/arrivals", data={"arrival": token[1]}, headers=headers)
    assert answer.status_code == status


def test_in_a_window_a_browser_that_did_not_begin_is_refused(
    app: Flask, client: CheckingClient, platform: Platform
) -> None:
    """A launch that was begun elsewhere cannot sign anybody in, in a window of its own."""
    login = log_in(client, platform, LESSON)
    other = app.test_client()
    refused = other.post("/lti/launch", data=platform.answer(login.location), headers=TOP)
    assert refused.status_code == 403
    assert "another browser" in refused.get_data(as_text=True)
    with app.app_context():
        assert db.session.scalars(db.select(LaunchTransaction)).one().failed == "browser"


def test_another_course_there_is_another_cycle(app: Flask, platform: Platform) -> None:
    """The same course in two of the platform's courses is taken twice, and each time the right one is opened."""
    for link, context in (("a", "one"), ("b", "two"), ("a", "one")):
        opened(app.test_client(), platform, f"/courses/{COURSE}", TOP, link=link, context={"id": context})
    with app.app_context():
        cycles = db.session.scalars(db.select(Enrolment).order_by(Enrolment.cycle)).all()
        assert [each.context.partition(":")[2] for each in cycles] == ["one", "two"]
        found = Enrolment.of(cycles[0].user, COURSE)
        assert found is not None
        assert found.cycle == 1


def test_someone_without_an_id_learns_as_a_guest(
    app: Flask, client: CheckingClient, platform: Platform
) -> None:
    """A platform that tells nobody's id opens the course for a guest."""
    arrived = opened(client, platform, LESSON, TOP, person=None)
    assert arrived.location == LESSON
    with app.app_context():
        assert db.session.scalars(db.select(User)).one().guest
        assert db.session.scalars(db.select(Identity)).all() == []


def carried(app: Flask, client: CheckingClient, platform: Platform) -> str:
    """The address of a learner whose session it carries."""
    login = log_in(client, platform, LESSON)
    answer = platform.answer(login.location)
    return go_on(app.test_client(use_cookies=False).post("/lti/launch", data=answer, headers=FRAME))


@pytest.mark.parametrize("said", ["cy", "en_US", "xx", "", 3])
def test_the_language_there_is_followed(
    app: Flask, client: CheckingClient, platform: Platform, said: object
) -> None:
    """A locale that is not offered, or is none, changes nothing."""
    key = "launch_presentation"
    login = log_in(client, platform, LESSON)
    answer = platform.answer(login.location, changes={key: {"locale": said}})
    assert client.post("/lti/launch", data=answer, headers=TOP).location == LESSON


@pytest.fixture
def spoken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Offers languages that nobody speaks."""
    pseudo.write(tmp_path, messages.gathered())
    monkeypatch.setattr(language, "TRANSLATIONS", tmp_path)


@pytest.mark.usefixtures("spoken")
def test_the_first_page_speaks_the_language_there(client: CheckingClient, platform: Platform) -> None:
    """The page that offers a window of its own is in the language of the launch, where that is offered, and not in that
    of a visit before.
    """
    for spoken in (pseudo.XB, pseudo.XA):
        login = log_in(client, platform, f"/courses/{COURSE}")
        said = {"launch_presentation": {"locale": spoken}}
        page = client.post("/lti/launch", data=platform.answer(login.location, changes=said), headers=FRAME)
        assert f'lang="{spoken}"' in page.text and "⟦" in page.text


def test_the_cookies_of_a_launch_are_named(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """The cookie page names both cookies that a launch sets in a frame, and no page sets another."""
    opened(client, platform, f"/courses/{COURSE}", FRAME)
    named = re.findall(r"<h2><code>([^<]+)</code></h2>", client.get("/cookies").text)
    kept = {cookie.key.partition("launch-")[0] for cookie in client._cookies.values()}
    assert {each.removeprefix("__Host-") for each in kept} == {"alongside-framed", ""}
    assert {"__Host-alongside-framed", "__Host-launch-…"} <= set(named)


def test_what_is_erased_is_forgotten_there_too(
    app: Flask, client: CheckingClient, platform: Platform
) -> None:
    """Whoever deletes everything is nobody afterwards: the platform's number for them is gone."""
    opened(client, platform, LESSON, TOP)
    client.get("/account/deletion")
    assert client.send("/account/deletion", sure="y").location == "/deleted"
    with app.app_context():
        assert db.session.scalars(db.select(Identity)).all() == []
        assert db.session.scalars(db.select(Enrolment)).all() == []


def test_launches_are_forgotten_in_time(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """After 30 days nothing is left of a launch, nor of who came by it and never came again."""
    opened(client, platform, LESSON, TOP)
    with app.app_context():
        long_ago = now() - datetime.timedelta(days=800)
        db.session.execute(db.update(LaunchTransaction).values(began_at=long_ago))
        db.session.execute(db.update(User).values(active_at=long_ago))
        db.session.commit()
        purge(app.extensions["alongside"])
        for model in (LaunchTransaction, User, Identity):
            assert db.session.scalar(db.select(db.func.count()).select_from(model)) == 0


def cycles(app: Flask) -> dict[str, list[str]]:
    """The lessons done in each course of the platform, by the end of its name."""
    with app.app_context():
        found = db.session.scalars(db.select(Enrolment))
        return {each.context.rpartition(":")[2]: [done.lesson for done in each.lessons] for each in found}


def test_each_browser_stays_in_its_course(app: Flask, platform: Platform) -> None:
    """Who has the same course open from two courses of the platform goes on in each, whichever was opened last."""
    one, two = app.test_client(), app.test_client()
    opened(one, platform, LESSON, TOP, link="a", context={"id": "one"})
    opened(two, platform, LESSON, TOP, link="b", context={"id": "two"})
    one.get(LESSON)
    assert one.send(f"{LESSON}/completion").status_code == 302
    assert cycles(app) == {"one": ["what-hate-crime-is"], "two": []}


def test_who_has_read_is_not_told_again_how_to_leave(app: Flask, platform: Platform) -> None:
    """A whole course that was read in opens where it stands, also when another course there was opened since; one that
    was not begins with how to leave quickly.
    """
    browser, whole, first = app.test_client(), f"/courses/{COURSE}", f"/courses/{COURSE}/before"
    assert opened(browser, platform, whole, TOP, link="a", context={"id": "one"}).location == first
    browser.get(LESSON)
    assert browser.send(f"{LESSON}/completion").status_code == 302
    assert opened(browser, platform, whole, TOP, link="a", context={"id": "one"}).location == whole
    assert opened(browser, platform, whole, TOP, link="b", context={"id": "two"}).location == first
    assert opened(browser, platform, whole, TOP, link="a", context={"id": "one"}).location == whole


def test_what_was_done_as_a_teacher_goes_nowhere(app: Flask, platform: Platform) -> None:
    """A cycle that was left by teaching, or tried while teaching, is never taken along to another course."""
    opened(app.test_client(), platform, LESSON, TOP, link="a", context={"id": "one"})
    teaching = app.test_client()
    opened(teaching, platform, LESSON, TOP, link="a", context={"id": "one"}, roles=[TEACHER])
    teaching.get(f"/courses/{COURSE}/before")
    assert teaching.send("/enrolments", course=COURSE).status_code == 302
    opened(app.test_client(), platform, LESSON, TOP, link="b", context={"id": "two"})
    with app.app_context():
        found = db.session.scalars(db.select(Enrolment.context).order_by(Enrolment.id)).all()
        assert [each.partition(":")[2] for each in found] == ["one", "two"]
        assert found[0].startswith("taught ") and not found[1].startswith("taught ")


@pytest.mark.parametrize("headers", [TOP, FRAME], ids=["window", "frame"])
def test_after_the_session_ended_nobody_becomes_a_guest(
    app: Flask, client: CheckingClient, platform: Platform, headers: dict[str, str]
) -> None:
    """Whose session has ended is told on every page to open the link again, and never learns on as somebody else."""
    opened(client, platform, LESSON, headers)
    client.get(LESSON, headers={"Sec-Fetch-Dest": headers["Sec-Fetch-Dest"]})
    with app.app_context():
        db.session.execute(db.delete(Session))
        db.session.commit()
    told = "Your visit here has ended"
    for _ in range(2):
        form = {"csrf_token": client.token}
        page = client.post(
            f"{LESSON}/completion", data=form, headers={"Sec-Fetch-Dest": headers["Sec-Fetch-Dest"]}
        )
        assert page.status_code == 403 and told in page.text
    assert told in client.get(LESSON, headers={"Sec-Fetch-Dest": headers["Sec-Fetch-Dest"]}).text
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(User)) == 1


def test_a_guest_waits_to_be_asked_about(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """Who learned here as a guest and comes from a learning system by the same browser may take it along."""
    client.get(f"/courses/{COURSE}/before")
    client.send("/enrolments", course=COURSE)
    client.get(LESSON)
    client.send(f"{LESSON}/completion")
    opened(client, platform, LESSON, TOP)
    assert "What hate crime is" in client.get(LESSON).text
    assert (
        "Take it along" in client.get("/account/merge").text
        or client.get("/account/merge").status_code == 200
    )
    assert client.send("/account/merge", take="yes").status_code == 302
    with app.app_context():
        held = db.session.scalars(db.select(Enrolment)).one()
        assert [done.lesson for done in held.lessons] == ["what-hate-crime-is"] and held.context


def test_someone_without_an_id_comes_again(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """Who has no name there goes on where they were, in the same browser."""
    for _ in range(2):
        assert opened(client, platform, LESSON, TOP, person=None).location == LESSON
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(User)) == 1


def test_a_frame_leaves_the_window_alone(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """On one site with the learning system, a launch in its frame neither ends nor takes over the window's session."""
    client.get(f"/courses/{COURSE}/before")
    client.send("/enrolments", course=COURSE)
    opened(client, platform, LESSON, FRAME)
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Session)) == 2
    window, frame = (
        client.get("/account", headers={"Sec-Fetch-Dest": dest}).text for dest in ("document", "iframe")
    )
    assert (
        "You learn here without an account" in window and "You come here from your learning system" in frame
    )
    assert (
        client.get("/leave", headers={"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "empty"}).status_code
        == 302
    )
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Session)) == 0
    assert not [each for each in client._cookies.values() if "launch-" not in each.key]


def test_the_window_takes_over_from_the_frame(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """Who goes on in a window of their own leaves no session behind in the frame."""
    login = log_in(client, platform, LESSON)
    page = client.post("/lti/launch", data=platform.answer(login.location), headers=FRAME)
    token = re.search(r'name="arrival" value="([^"]+)"', page.text)
    assert token
    form = {"arrival": token[1]}
    assert (
        client.post("/lti/arrivals", data=form, headers={"Sec-Fetch-Site": "same-origin", **TOP}).location
        == LESSON
    )
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(Session)) == 1
