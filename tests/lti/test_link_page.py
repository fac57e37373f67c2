"""A teacher's page for a link: the class, how far everyone is, what became of grades, and what the link opens."""

import dataclasses
import re
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from lms.db import TIME_ZONE, db, now
from lms.learning import begin_attempt, finish_lesson, submit_attempt
from lms.library import live_course
from lms.models import Attempt, AuditEvent, CourseState, Delivery, Enrolment, ResourceLink, User
from tests.lms import small_course
from tests.lms.everything import browser_of, someone
from tests.lti import strict
from tests.lti.earning import arrive, catch_up, earn, enrolment_of, send_all
from tests.lti.launching import launch
from tests.lti.platform import Person, Platform
from tests.page_checks import CheckingClient

COURSE = f"/courses/{small_course.SLUG}"
SHIPPED = "understanding-hate-and-mate-crime"


@pytest.fixture(autouse=True)
def small(app: Flask) -> None:
    small_course.publish(app, small_course.bundle())


def teach(client: CheckingClient, platform: Platform, opens: str = COURSE, **said: Any) -> TestResponse:
    """A teacher opens a link; the page they come to."""
    arrived = launch(client, platform, opens, person="teacher-1", **said)
    assert arrived.location == "/lti/link", arrived.get_data(as_text=True)
    return client.get("/lti/link", follow_redirects=True)


def rows(page: TestResponse) -> dict[str, list[str]]:
    """The class as the page has it: by name, what stands in each column."""
    found = {}
    for row in re.findall(r"<tr>(.*?)</tr>", page.text, re.DOTALL)[1:]:
        cells = re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.DOTALL)
        name, *others = (" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in cells)
        found[name] = others
    return found


def read_lesson(app: Flask, person: str = "learner-1") -> None:
    """Let somebody read the only lesson."""
    with app.app_context():
        enrolment = enrolment_of(person)
        course, revision_id = live_course(small_course.SLUG) or pytest.fail()
        finish_lesson(enrolment, course, revision_id, course.lessons[0])
        db.session.commit()


def hand_in(app: Flask, platform: Platform, right: int, person: str = "learner-1") -> None:
    """Let somebody hand in the quiz."""
    with app.app_context():
        earn(right, person=person)
        db.session.commit()


def test_the_class(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """Everyone whom the platform lists is there by name, who has not started too; who teaches is not."""
    arrive(app, platform, COURSE)
    page = teach(client, platform)
    assert rows(page) == {
        "Lee Learner": ["0 of 2 parts", "None yet", "Nothing to send"],
        "Robin Reader": ["Not started", "None yet", "Nothing to send"],
    }
    assert "2 people learn here. 1 has not started." in page.text
    assert "Terry Teacher" not in page.text and "example.org" not in page.text
    read_lesson(app)
    assert rows(client.get("/lti/link"))["Lee Learner"][0] == "1 of 2 parts"


def test_marks_and_grades(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """A mark stands beside each person, with what becomes of the grade: waiting, in trouble, sent."""
    platform.gradebook.add(label="Small", scoreMaximum=100)
    arrive(app, platform, COURSE, line_item=1)
    teach(client, platform, line_item=1)
    hand_in(app, platform, 0)
    again = "Send again for Lee Learner"
    assert rows(client.get("/lti/link"))["Lee Learner"] == [
        "0 of 2 parts",
        "0%, not passed yet",
        f"Waiting to be sent {again}",
    ]
    read_lesson(app)
    hand_in(app, platform, 3)
    platform.fails("scores", [500, 400])
    send(app)
    finished = [f"Finished on {today()}", "100%, passed"]
    *others, grade = rows(client.get("/lti/link"))["Lee Learner"]
    assert others == finished and grade.startswith(
        "Not sent yet. We will try again. The learning system is not"
    )
    send(app)
    assert "1 grade could not be sent." in client.get("/lti/link").text
    assert rows(client.get("/lti/link"))["Lee Learner"][2].startswith(
        "Not sent. The learning system does not take"
    )
    client.send("/lti/link/grades")
    send(app)
    assert rows(client.get("/lti/link"))["Lee Learner"][2].startswith("Sent at ")
    assert "1 grade was sent." in client.get("/lti/link").text


def send(app: Flask) -> None:
    """Let the worker send what there is, as if it was due."""
    with app.app_context():
        db.session.execute(db.update(Delivery).values(due_at=now()))
        db.session.commit()
        send_all()


def today() -> str:
    """As a page writes it."""
    day = now().astimezone(TIME_ZONE)
    return f"{day.day} {day:%B %Y}"


def test_send_again(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """One grade, or all of the link, is sent again; a grade of another link is not there to be sent."""
    platform.gradebook.add(label="Small", scoreMaximum=100)
    for person in ("learner-1", "learner-2"):
        arrive(app, platform, COURSE, line_item=1, person=person)
        hand_in(app, platform, 3, person)
    with app.app_context():
        db.session.execute(db.update(Delivery).values(state="stalled", sent=1, tries=9, last_error="x"))
        db.session.commit()
        one = db.session.scalars(db.select(Delivery.id).order_by(Delivery.id)).first()
    teach(client, platform, line_item=1)
    answer = client.send("/lti/link/grades", grade=one, page=1)
    assert answer.location == "/lti/link?page=1&sending=one"
    assert "The grade will be sent again in a moment." in client.get(answer.location).text
    assert states(app) == ["waiting", "stalled"]
    answer = client.send("/lti/link/grades")
    assert "All grades of this link will be sent again" in client.get(answer.location).text
    with app.app_context():
        catch_up()
    assert states(app) == ["waiting", "waiting"]
    teach(client, platform, link="link-2")
    with app.app_context():
        catch_up()
    client.get("/lti/link")
    for grade in (one, 10**30, -(10**30)):
        assert client.send("/lti/link/grades", grade=grade).status_code == 404


def states(app: Flask) -> list[str]:
    """What became of each grade."""
    with app.app_context():
        return list(db.session.scalars(db.select(Delivery.state).order_by(Delivery.id)))


def test_learners_are_turned_away(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """Who learns by a link sees nothing of the class, sends nothing, and chooses nothing; nor does an admin."""
    app.config["WTF_CSRF_ENABLED"] = False
    launch(client, platform, COURSE)
    assert [client.get(path).status_code for path in ("/lti/link", "/lti/link/choices")] == [403, 403]
    assert client.send("/lti/link/choices", do="save", opens=SHIPPED).status_code == 403
    assert client.send("/lti/link/grades").status_code == 403
    with app.app_context():
        assert db.session.scalars(db.select(ResourceLink)).one().opens == small_course.SLUG
    assert browser_of(app, someone(app, "admin")).get("/lti/link").status_code == 403


def test_names_only_where_they_are_sent(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """Without names people go by numbers; what somebody calls themself on a certificate is not told."""
    platform.people = {
        person.id: dataclasses.replace(person, name="", email="") for person in platform.people.values()
    }
    arrive(app, platform, COURSE)
    with app.app_context():
        db.session.execute(db.update(User).values(name="My own name"))
        db.session.commit()
    page = teach(client, platform)
    assert list(rows(page)) == ["Learner 1", "Learner 2"] and "My own name" not in page.text
    assert rows(page)["Learner 1"][0] == "0 of 2 parts" and rows(page)["Learner 2"][0] == "Not started"


def test_nobody_in_particular(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """Who comes without an id is in the class as well; their mark cannot be sent, which is said."""
    platform.gradebook.add(label="Small", scoreMaximum=100)
    arrive(app, platform, COURSE, person=None, line_item=1)
    with app.app_context():
        enrolment = db.session.scalars(db.select(Enrolment)).one()
        course, revision_id = live_course(small_course.SLUG) or pytest.fail()
        attempt = begin_attempt(enrolment, revision_id, course.quizzes[0])
        assert isinstance(attempt, Attempt)
        submit_attempt(attempt)
        db.session.commit()
    page = teach(client, platform, line_item=1)
    assert rows(page)["Learner 1"] == [
        "0 of 2 parts",
        "0%, not passed yet",
        "Not sent: your learning system did not say who this is.",
    ]


def test_two_courses_of_the_learning_system(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """What somebody did in one course of the learning system is not seen in another."""
    arrive(app, platform, COURSE)
    read_lesson(app)
    platform.course = "course-2"
    page = teach(client, platform, link="link-2")
    assert rows(page)["Lee Learner"][0] == "Not started"


@pytest.mark.parametrize(
    ("scripted", "told"),
    [
        ([500], "does not answer just now"),
        (["drop"], "does not answer just now"),
        (["garbage"], "that we cannot read"),
        (["redirect"], "that we cannot read"),
        ([403], "did not let us see"),
    ],
)
def test_the_class_list_is_down(
    app: Flask, client: CheckingClient, platform: Platform, scripted: list[Any], told: str
) -> None:
    """When the class cannot be listed, the page says why and shows those who have opened the link."""
    arrive(app, platform, COURSE)
    platform.fails("members", scripted * 2)
    page = teach(client, platform)
    assert page.status_code == 200 and told in page.text
    assert list(rows(page)) == ["Lee Learner"]


def test_the_class_list_is_not_shared(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """A platform that shares no list is said to, and is not asked for one."""
    platform.grants.remove(strict.MEMBERS)
    arrive(app, platform, COURSE)
    page = teach(client, platform)
    assert "does not share who is in your course" in page.text and list(rows(page)) == ["Lee Learner"]
    assert platform.count("members") == 0


def test_two_thousand_people(
    app: Flask, client: CheckingClient, canvas: Platform, platform: Platform, statements: list[str]
) -> None:
    """A large class comes by fifty on a page, by name, with as few statements as a small one."""
    teach(client, platform)
    statements.clear()
    client.get("/lti/link")
    few = len(statements)
    platform.page_size = 500
    platform.enrol(*(Person(f"p{n}", ("Learner",), f"Person {n:04}") for n in range(1998)))
    statements.clear()
    page = client.get("/lti/link?page=2")
    assert len(statements) == few
    assert "2000 people learn here." in page.text and "Page 2 of 40" in page.text
    assert next(iter(rows(page))) == "Person 0049" and len(rows(page)) == 50
    for asked, shown in (("0", 1), ("-3", 1), ("999", 40), ("x", 1), ("9" * 40, 40)):
        assert f"Page {shown} of 40" in client.get(f"/lti/link?page={asked}").text


def test_hostile_names(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """Names and titles from the platform are words on the page, and nothing else."""
    hostile = "<script>alert(1)</script>\u202e 'x'"
    platform.enrol(Person("p1", ("Learner",), hostile))
    page = teach(
        client,
        platform,
        resource_link={"id": "link-1", "title": hostile},
        context={"id": "course-1", "title": hostile},
    )
    assert "<script>alert" not in page.text and "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "\u202e" not in "".join(rows(page))


def test_a_link_that_opens_nothing_yet(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """A teacher chooses what a new link opens; until then learners are told kindly that nothing is here yet."""
    early = launch(app.test_client(), platform, "/")
    assert early.status_code == 200 and "Nothing is here yet" in early.text
    page = teach(client, platform, "/")
    assert "This link opens nothing yet." in page.text
    refused = client.send("/lti/link/choices", do="save")
    assert refused.status_code == 422 and "Choose what this link opens." in refused.text
    found = client.send("/lti/link/choices", do="search", q="small", opens=SHIPPED)
    assert "Chosen, but not found by this search" in found.text
    answer = client.send("/lti/link/choices", do="save", opens="small/quizzes/check")
    assert answer.location == "/lti/link"
    page = client.get("/lti/link")
    assert "Small check" in page.text and f'href="{COURSE}/quizzes/check"' in page.text
    later = launch(app.test_client(), platform, "/")
    assert later.status_code == 302 and later.location == f"{COURSE}/quizzes/check"
    with app.app_context():
        event = db.session.scalars(db.select(AuditEvent).where(AuditEvent.action == "link changed")).one()
        assert event.detail == "nothing to small/quizzes/check" and event.actor_id


def test_changing_what_a_link_opens(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """Who changes a link is told what that means for people; marks earned for the new thing are asked for."""
    platform.gradebook.add(label="Small", scoreMaximum=100)
    arrive(app, platform, COURSE, link="other")
    hand_in(app, platform, 3)
    arrive(app, platform, f"/courses/{SHIPPED}", line_item=1)
    page = teach(client, platform, f"/courses/{SHIPPED}", line_item=1)
    page = client.get("/lti/link/choices")
    assert "1 person has begun it" in page.text and "what they have done is kept" in page.text
    client.send("/lti/link/choices", do="save", opens=small_course.SLUG)
    assert rows(client.get("/lti/link"))["Lee Learner"][1] == "100%, passed"
    send(app)
    grade = platform.grade("learner-1")
    assert grade and grade.given == 100


def test_whoever_chose_last_is_right(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """What a teacher chooses here stays, until something else is chosen in the learning system."""
    teach(client, platform)
    client.get("/lti/link/choices")
    client.send("/lti/link/choices", do="save", opens=SHIPPED)
    arrive(app, platform, COURSE)
    assert opens(app) == SHIPPED
    arrive(app, platform, f"{COURSE}/quizzes/check")
    assert opens(app) == "small/quizzes/check"


def opens(app: Flask) -> str:
    """What the link opens."""
    with app.app_context():
        return db.session.scalars(db.select(ResourceLink.opens)).one()


def test_a_course_that_is_withdrawn(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """Of a course that is not taught any more, teachers are told so and may choose again, learners kindly."""
    teach(client, platform)
    with app.app_context():
        db.session.execute(db.delete(CourseState).where(CourseState.course == small_course.SLUG))
        db.session.commit()
    page = client.get("/lti/link", follow_redirects=True)
    assert "is not taught here any more" in page.text
    assert "Nothing is here yet" in launch(app.test_client(), platform, COURSE).text


@pytest.mark.parametrize(
    ("part", "before", "after"),
    [
        ("lessons/lesson", "0 of 1 parts", "Finished on"),
        ("quizzes/check", "0 of 1 parts", "0 of 1 parts"),
        ("modules/one", "0 of 2 parts", "1 of 2 parts"),
    ],
)
def test_parts_of_a_course(
    app: Flask, client: CheckingClient, platform: Platform, part: str, before: str, after: str
) -> None:
    """How far someone is counts what the link opens: a lesson, a quiz or a module."""
    files = small_course.bundle()
    for name in ("01-lesson.md", "02-check.md"):
        files[f"01-one/{name}"] = files.pop(name)
    files["01-one/module.md"] = b"---\ntitle: One\n---\n"
    small_course.publish(app, files)
    said = {"custom": {"alongside": f"small/{part}"}}
    arrive(app, platform, "/", **said)
    assert rows(teach(client, platform, "/", **said))["Lee Learner"][0] == before
    read_lesson(app)
    assert rows(client.get("/lti/link"))["Lee Learner"][0].startswith(after)
    if part == "lessons/lesson":
        assert "has no quiz, so it has no mark" in client.get("/lti/link").text


def test_a_module_is_found_on_its_page(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """A link to a module leads to its place on the page of the course."""
    with app.app_context():
        course, _ = live_course(SHIPPED) or pytest.fail()
        module = next(each.id for each in course.modules if each.title)
    page = launch(client, platform, "/", custom={"alongside": f"{SHIPPED}/modules/{module}"})
    address = f"/courses/{SHIPPED}#module-{module}"
    assert page.location == address or address in page.text
    assert f'id="module-{module}"' in client.get(f"/courses/{SHIPPED}").text


def test_no_answers_are_shown(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """Nothing on the page tells what somebody answered."""
    arrive(app, platform, COURSE)
    hand_in(app, platform, 1)
    page = teach(client, platform)
    assert not re.search(r"right \d|wrong|Own question", page.text)


def test_see_it_as_a_learner(app: Flask, client: CheckingClient, platform: Platform) -> None:
    """A teacher sees what learners see, and is not in the class for that."""
    page = teach(client, platform)
    assert f'<a class="btn" href="{COURSE}">See it as a learner' in page.text
    client.get(f"{COURSE}/before")
    client.send("/enrolments", course=small_course.SLUG)
    assert set(rows(client.get("/lti/link"))) == {"Lee Learner", "Robin Reader"}
