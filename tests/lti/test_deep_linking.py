"""A teacher chooses what to put into their course, and the platform is told in a message of ours."""

import html
import re
import time
from typing import Any

import jwt
import pytest
from flask import Flask
from itsdangerous import TimestampSigner
from justhtml import JustHTML
from werkzeug.test import TestResponse

from lms import publishing
from lms.db import db
from lms.lti import keys
from lms.lti.content_items import DL
from lms.models import Deployment, LaunchTransaction, Session, ToolKey, User
from lms.models import Platform as Registration
from tests.conftest import Database
from tests.lms import small_course
from tests.lti.launching import TOOL, launch, log_in
from tests.lti.platform import REMOVED, Platform
from tests.page_checks import CheckingClient


@pytest.fixture
def database_url(sqlite: Database) -> str:
    """One kind of database shows this as well as both: it is about messages, addresses and pages."""
    return sqlite.copy()


TEACHER = "teacher-1"
SHIPPED = "understanding-hate-and-mate-crime"
HOSTILE = """<script>alert(1)</script> "It's" &amp; ${7*7}"""


@pytest.fixture(autouse=True)
def key(app: Flask) -> None:
    """We have a key to sign with."""
    with app.app_context():
        keys.rotate()
        db.session.commit()


@pytest.fixture
def bare(app: Flask) -> CheckingClient:
    """A browser that keeps no cookies at all, as in the frames of some."""
    made = app.test_client(use_cookies=False)
    assert isinstance(made, CheckingClient)
    return made


def asks(client: CheckingClient, platform: Platform, person: str = TEACHER, **said: Any) -> TestResponse:
    """The page that a platform's question opens; `said` as `Platform.launch_form` takes it."""
    said.setdefault("deep_linking", {})
    return launch(client, platform, person=person, **said)


def sealed(page: TestResponse) -> str:
    """What the page carries."""
    found = re.search(r'name="picking" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def choose(
    client: CheckingClient, page: TestResponse, *opens: str, do: str = "add", q: str = ""
) -> TestResponse:
    """Press a button of the page, with these ticked."""
    form = {"picking": sealed(page), "opens": list(opens), "do": do, "q": q}
    return client.post("/lti/choices", data=form, headers={"Sec-Fetch-Dest": "iframe"})


def sent(page: TestResponse) -> tuple[str, str]:
    """Where the page's form goes, and the message that it takes along."""
    (form,) = JustHTML(page.text, sanitize=False).query("form[data-send]")
    (field,) = form.query('[name="JWT"]')
    return form.attrs["action"], field.attrs["value"]


def picked(platform: Platform, page: TestResponse, **settings: Any) -> list[dict[str, Any]]:
    """What the platform takes from our message, strictly read."""
    return platform.picked(sent(page)[1], **settings)


def claims(page: TestResponse) -> dict[str, Any]:
    """All that our message says."""
    return jwt.decode(sent(page)[1], options={"verify_signature": False})


def ticked(page: TestResponse) -> list[str]:
    """What is ticked on a page."""
    return [each.attrs["value"] for each in JustHTML(page.text, sanitize=False).query("input[checked]")]


def test_a_course_is_chosen(app: Flask, bare: CheckingClient, platform: Platform) -> None:
    """Without a cookie and without a script, what is chosen goes back signed, with a column for its mark."""
    small_course.publish(app, small_course.bundle())
    page = asks(bare, platform)
    assert page.status_code == 200 and "Small" in page.text
    answer = choose(bare, page, "small")
    assert sent(answer)[0] == f"{platform.url}/deep-link?course=1"
    assert picked(platform, answer) == [
        {
            "type": "ltiResourceLink",
            "title": "Small",
            "text": "For tests.",
            "url": f"{TOOL}/courses/small",
            "custom": {"alongside": "small"},
            "lineItem": {"scoreMaximum": 100, "label": "Small", "resourceId": "small", "tag": "mark"},
        }
    ]
    said = claims(answer)
    assert 0 < said["exp"] - said["iat"] <= 600
    assert said[f"{DL}msg"] == "1 link was chosen."


def test_choosing_leaves_nothing_behind(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """Whoever chooses is not signed in, becomes nobody, and is given no session."""
    choose(client, asks(client, platform), SHIPPED)
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(User)) == 0
        assert db.session.scalar(db.select(db.func.count()).select_from(Session)) == 0


def test_several_parts_are_chosen(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """Courses, modules, lessons and quizzes go back in the order of the page; only what has a quiz has a mark."""
    small_course.publish(app, small_course.bundle())
    quiz, lesson = "small/quizzes/check", "small/lessons/lesson"
    items = picked(platform, choose(client, asks(client, platform), quiz, lesson, SHIPPED))
    assert [item["custom"]["alongside"] for item in items] == [lesson, quiz, SHIPPED]
    assert ["lineItem" in item for item in items] == [False, True, True]
    assert items[1]["url"] == f"{TOOL}/courses/{quiz}" and items[0]["url"] == f"{TOOL}/courses/{lesson}"


def test_what_was_chosen_opens(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """Each link that we hand out opens what was chosen, for a learner who presses it."""
    page = asks(client, platform)
    choices = [each.attrs["value"] for each in JustHTML(page.text, sanitize=False).query('[name="opens"]')]
    assert len(choices) > 10 and any("/modules/" in each for each in choices)
    for number, item in enumerate(picked(platform, choose(client, page, *choices))):
        learner = app.test_client()
        arrived = launch(
            learner, platform, item["url"], link=f"link-{number}", custom=item["custom"], person="learner-1"
        )
        assert arrived.status_code == 200, item
        with app.app_context():
            link = db.session.execute(
                db.text("SELECT opens FROM resource_link WHERE link = :link"), {"link": f"link-{number}"}
            ).scalar_one()
        assert link == item["custom"]["alongside"]


def test_cancel_sends_nothing_back(client: CheckingClient, platform: Platform) -> None:
    """Cancel goes back with an empty list, whatever was ticked."""
    answer = choose(client, asks(client, platform), SHIPPED, do="cancel")
    assert picked(platform, answer) == [] and claims(answer)[f"{DL}content_items"] == []
    assert f"{DL}msg" not in claims(answer)


@pytest.mark.parametrize("data", ["", "1", "Ünï & <b>'\"", "x" * 15_000, {"a": [1, None]}])
def test_data_comes_back_unchanged(client: CheckingClient, platform: Platform, data: object) -> None:
    """What the platform wants to have back comes back as it was, whatever it is."""
    answer = choose(client, asks(client, platform, deep_linking={"data": data}), SHIPPED)
    assert picked(platform, answer, data=data)
    assert claims(answer)[f"{DL}data"] == data


def test_no_data_is_made_up(client: CheckingClient, platform: Platform) -> None:
    """Where the platform sent no data, our answer has none."""
    assert f"{DL}data" not in claims(choose(client, asks(client, platform), SHIPPED))


def test_too_much_data_is_refused(client: CheckingClient, platform: Platform) -> None:
    """A page cannot carry a book: the launch is refused in words, and not answered wrongly."""
    assert asks(client, platform, deep_linking={"data": "x" * 20_001}).status_code == 403


def test_canvas_has_its_answer(bare: CheckingClient, canvas: Platform) -> None:
    """A platform that many share, that keeps things for us and always sends data is answered as well."""
    login = log_in(bare, canvas, person=TEACHER, deep_linking={})
    proof = re.search(r'data-value="([^"]+)"', login.text)
    address = re.search(r'href="([^"]+)" data-storage', login.text)
    assert proof and address
    form = canvas.answer(html.unescape(address[1])) | {"proof": proof[1]}
    headers = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "same-origin"}
    page = bare.post("/lti/launch", data=form, headers=headers)
    assert picked(canvas, choose(bare, page, SHIPPED))


@pytest.mark.parametrize("accepts", [False, REMOVED], ids=["one", "not said"])
def test_one_only(client: CheckingClient, platform: Platform, accepts: object) -> None:
    """Where one link is asked for, or nothing is said of several, one can be chosen; two are told so."""
    page = asks(client, platform, deep_linking={"accept_multiple": accepts})
    assert 'type="radio"' in page.text and 'type="checkbox"' not in page.text
    refused = choose(client, page, SHIPPED, f"{SHIPPED}/quizzes/final")
    assert refused.status_code == 422 and "Choose one only." in refused.text
    assert picked(platform, choose(client, page, SHIPPED), accept_multiple=False)


def test_no_columns_where_none_are_taken(client: CheckingClient, platform: Platform) -> None:
    """Where the platform says that it makes no columns for marks, none is asked for."""
    page = asks(client, platform, deep_linking={"accept_lineitem": False})
    (item,) = picked(platform, choose(client, page, SHIPPED), accept_lineitem=False)
    assert "lineItem" not in item


def test_hard_courses_have_a_window(client: CheckingClient, platform: Platform) -> None:
    """What may be hard to read asks for a window of its own, where the platform has them."""
    (item,) = picked(platform, choose(client, asks(client, platform), SHIPPED))
    assert item["window"] == {"targetName": "_blank"}
    inside = {"accept_presentation_document_targets": ["iframe"]}
    (item,) = picked(platform, choose(client, asks(client, platform, deep_linking=inside), SHIPPED))
    assert "window" not in item


def test_no_links_are_taken(client: CheckingClient, platform: Platform) -> None:
    """A platform that asks for files only is told that nothing comes."""
    page = asks(client, platform, deep_linking={"accept_types": ["file"]})
    assert "Alongside can add links only" in page.text and 'name="opens"' not in page.text
    assert picked(platform, choose(client, page, SHIPPED), accept_types=["file"]) == []


def test_nothing_chosen_is_told(client: CheckingClient, platform: Platform) -> None:
    """Who chooses nothing, or what is not there any more, is told, and nothing is sent."""
    page = asks(client, platform)
    for opens in ((), ("no-such-course", f"{SHIPPED}/modules/none")):
        refused = choose(client, page, *opens)
        assert refused.status_code == 422 and "Choose what to add." in refused.text


def test_searching_keeps_what_is_ticked(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """A search shows what has all the words, and keeps what is ticked in sight; all can be shown again."""
    small_course.publish(app, small_course.bundle())
    page = asks(client, platform)
    found = choose(client, page, SHIPPED, do="search", q="  SMALL   check ")
    assert "1 course has “SMALL check” in it." in found.text and ticked(found) == [SHIPPED]
    assert "small/quizzes/check" in found.text and "small/lessons/lesson" not in found.text
    assert "Chosen, but not found by this search" in found.text
    every = choose(client, found, SHIPPED, "small/quizzes/check", do="all", q="small")
    assert ticked(every) == ["small/quizzes/check", SHIPPED] and "There are 2 courses." in every.text
    nothing = choose(client, page, do="search", q=HOSTILE)
    assert "Nothing here has" in nothing.text and "<script>alert" not in nothing.text


def test_many_courses(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """Each course has its own name in the list, with its parts folded away until one is ticked or found."""
    with app.app_context():
        for number in range(12):
            assert publishing.publish(small_course.bundle(title=f"Course {number}"), f"c{number}").revision
            db.session.commit()
    page = asks(client, platform)
    assert "There are 13 courses." in page.text and '<details class="reveal" open>' not in page.text
    again = choose(client, page, "c3/quizzes/check", do="search")
    assert again.text.count('<details class="reveal" open>') == 1


def test_no_courses(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """Where nothing is taught yet, that is said, and Cancel goes back."""
    with app.app_context():
        db.session.execute(db.text("DELETE FROM course_state"))
        db.session.commit()
    page = asks(client, platform)
    assert "There are no courses here yet." in page.text
    assert picked(platform, choose(client, page, do="cancel")) == []


def test_hostile_titles(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """A title is a title: on our pages it is escaped, in our message it is as it was written, in full sight."""
    small_course.publish(app, small_course.bundle(title=HOSTILE))
    page = asks(client, platform)
    answer = choose(client, page, "small")
    (item,) = picked(platform, answer)
    assert item["title"] == HOSTILE
    assert all("<script>alert" not in each.text for each in (page, answer))


def test_a_long_title_is_cut(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """A title has no more letters than Moodle keeps."""
    small_course.publish(app, small_course.bundle(title="Ä" * 400))
    (item,) = picked(platform, choose(client, asks(client, platform), "small"))
    assert item["title"] == item["lineItem"]["label"] == "Ä" * 250


RETURN = "https://lms.example/back?a='x'&b=\"><script>alert(1)</script>&c=é"


def test_a_hostile_return_address(client: CheckingClient, platform: Platform) -> None:
    """Quotes in the return address stay in it; the page may send its form to that site and no other."""
    answer = choose(client, asks(client, platform, deep_linking={"deep_link_return_url": RETURN}), SHIPPED)
    assert sent(answer)[0] == RETURN and "<script>alert" not in answer.text
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert "form-action https://lms.example" in policy


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "http://lms.example/back",
        "//lms.example/back",
        "https:///back",
        "https://a.example; script-src *",
        "https://a.example\\@b.example/",
        "https://me@a.example/",
        "https://a.example:port/",
        "https://a.example:99999999/",
        "https://exämple.example/",
        "https://[::1/",
        "data:text/html,x",
        "",
        7,
        None,
        REMOVED,
    ],
)
def test_no_unsafe_return_address(client: CheckingClient, platform: Platform, address: object) -> None:
    """An answer goes to a plain https address, or to this very machine; all else is refused in words."""
    answer = asks(client, platform, deep_linking={"deep_link_return_url": address})
    assert answer.status_code == 403 and "This could not be opened" in answer.text


def test_only_pages_of_ours_send_answers(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """What a page carries cannot be made up or changed: our signed answer goes only where we were asked to."""
    page = asks(client, platform)
    for forged in ("", "x", sealed(page)[:-2], f"x{sealed(page)}"):
        answer = client.post("/lti/choices", data={"picking": forged, "opens": SHIPPED, "do": "add"})
        assert answer.status_code == 403 and "JWT" not in answer.text


def test_an_hour_to_choose(
    client: CheckingClient, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that was open for over an hour sends no answer, and says so."""
    page = asks(client, platform)
    late = int(time.time()) + 3700
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _signer: late)
    answer = choose(client, page, SHIPPED)
    assert answer.status_code == 403 and "open for too long" in answer.text


@pytest.mark.parametrize("row", [Registration, Deployment])
def test_no_answer_after_approval_is_withdrawn(
    app: Flask, client: CheckingClient, platform: Platform, row: type[Registration | Deployment]
) -> None:
    """A platform or a place in it that is no longer approved is sent nothing."""
    page = asks(client, platform)
    with app.app_context():
        db.session.execute(db.update(row).values(approved_at=None))
        db.session.commit()
    assert choose(client, page, SHIPPED).status_code == 403


@pytest.mark.parametrize(
    ("roles", "may"),
    [
        (["Instructor"], True),
        (["http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant"], True),
        (["http://purl.imsglobal.org/vocab/lis/v2/membership#ContentDeveloper"], True),
        (["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"], True),
        (["Learner"], False),
        ([], False),
        ([""], False),
        (["Nobody"], False),
        (["Learner", "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"], False),
    ],
)
def test_only_those_who_teach(
    app: Flask, client: CheckingClient, platform: Platform, roles: list[str], may: bool
) -> None:
    """Who teaches or looks after the course may choose; anybody else is told who can, and it is noted."""
    page = asks(client, platform, roles=roles)
    assert page.status_code == (200 if may else 403)
    if not may:
        assert "Only someone who teaches this course" in page.text
        with app.app_context():
            assert db.session.scalars(db.select(LaunchTransaction)).one().failed == "role"


def test_without_a_key_of_our_own(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """What cannot be signed is refused on a page that says so, and the administrator sees what to do."""
    page = asks(client, platform)
    with app.app_context():
        db.session.execute(db.delete(ToolKey))
        db.session.commit()
    answer = choose(client, page, SHIPPED)
    assert answer.status_code == 403 and "cannot sign its answer" in answer.text
    with app.app_context():
        noted = db.session.scalars(db.select(LaunchTransaction).filter_by(failed="our key")).one()
        assert "alongside lti rotate-key" in noted.detail


def test_frames_are_the_platforms(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """Both pages may be shown in a frame of this platform, and of no other."""
    with app.app_context():
        held = db.session.scalars(db.select(Registration)).one()
        held.frames = "https://lms.example https://files.example"
        others = {"issuer": "other", "client_id": "1", "auth_url": "x", "token_url": "x", "keys_url": "x"}
        db.session.add(
            Registration(name="Other", frames="https://other.example", approved_at=held.approved_at, **others)
        )
        db.session.commit()
    page = asks(client, platform)
    for each in (page, choose(client, page, SHIPPED)):
        policy = each.headers["Content-Security-Policy"].split("; ")
        assert "frame-ancestors https://lms.example https://files.example" in policy
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]


def test_that_approval_was_taken_back_can_be_read_in_the_frame(
    app: Flask, client: CheckingClient, platform: Platform
) -> None:
    """Whoever was choosing meanwhile is told why they cannot go on."""
    page = asks(client, platform)
    with app.app_context():
        held = db.session.scalars(db.select(Registration)).one()
        held.frames, held.approved_at = "https://lms.example", None
        db.session.commit()
    answer = choose(client, page, SHIPPED)
    assert answer.status_code == 403
    assert "frame-ancestors https://lms.example" in answer.headers["Content-Security-Policy"]


def test_our_token_goes_nowhere_else(client: CheckingClient, platform: Platform) -> None:
    """The form that leaves for the platform takes the message along and nothing else."""
    answer = choose(client, asks(client, platform), SHIPPED)
    (form,) = JustHTML(answer.text, sanitize=False).query("form[data-send]")
    assert [each.attrs["name"] for each in form.query("input, button[name]")] == ["JWT"]
