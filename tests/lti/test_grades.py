"""Marks reach the gradebook: the one that counts, where it belongs, and why not where they do not."""

import dataclasses
import datetime
import logging
from typing import Any
from unittest.mock import Mock

import pytest
import requests
from flask import Flask
from sqlalchemy import delete, inspect, select, update

from lms.db import db, now
from lms.erasing import erase
from lms.grades import catch_up_next
from lms.learning import teaching
from lms.lti import grades as sending
from lms.lti import line_items
from lms.lti.grades import Grade, Postbag
from lms.lti.outgoing import CONNECT, READ, WHOLE
from lms.lti.troubles import WORDS, explained, of_answer, wished
from lms.merging import merge
from lms.models import Attempt, Delivery, Deployment, Enrolment, Identity, ResourceLink, User
from lms.worker import hand_in_overdue
from tests.lms import small_course
from tests.lti import strict
from tests.lti.conftest import MakePlatform
from tests.lti.earning import (
    COURSE,
    TEACHER,
    arrive,
    begin,
    come,
    deliveries,
    earn,
    enrolment_of,
    given,
    later,
    send_all,
)
from tests.lti.failing import Failure
from tests.lti.launching import launch, register
from tests.lti.platform import CANVAS, Platform
from tests.page_checks import CheckingClient


@pytest.fixture(autouse=True)
def small(app: Flask) -> None:
    """A course of one lesson and one quiz of three questions, of which the best attempt counts."""
    small_course.publish(app, small_course.bundle())


@pytest.fixture
def column(app: Flask, platform: Platform) -> Platform:
    """A platform with a column for its link, which somebody has opened."""
    platform.gradebook.add(label="Small", scoreMaximum=100)
    arrive(app, platform, line_item=1)
    return platform


# what is sent


def test_a_mark_becomes_a_grade(app: Flask, column: Platform) -> None:
    """Whoever hands in has their mark in the column that the launch named; it is sent once."""
    with app.app_context():
        assert deliveries() == []
        earn(2)
        assert [each.state for each in deliveries()] == ["waiting"]
        send_all()
        (held,) = deliveries()
        assert (held.state, held.wanted, held.sent, held.last_error) == ("sent", 1, 1, "")
    grade = column.grade("learner-1")
    assert grade and (grade.given, grade.most) == (66, 100)
    assert column.count("token") == column.count("scores") == 1
    (score,) = column.gradebook.items[1].scores
    assert (score["activityProgress"], score["gradingProgress"]) == ("Submitted", "FullyGraded")


@pytest.mark.parametrize(
    ("counts", "rights", "expected"),
    [("best", (1, 3, 2), 100), ("last", (1, 3, 2), 66), ("first", (1, 3, 2), 33)],
)
def test_the_attempt_that_counts(
    app: Flask, column: Platform, counts: str, rights: tuple[int, ...], expected: int
) -> None:
    """The best, the last or the first attempt counts, as the quiz says, whenever it is sent."""
    small_course.publish(app, small_course.bundle(f"counts: {counts}"))
    with app.app_context():
        for right in rights:
            earn(right)
            send_all()
            later(column)
        send_all()
        assert [each.state for each in deliveries()] == ["sent"]
    assert given(column) == expected


def test_several_attempts_are_one_grade(app: Flask, column: Platform) -> None:
    """What was handed in while nothing could be sent is sent as one grade, the one that counts."""
    with app.app_context():
        for right in (1, 3, 0):
            earn(right)
        send_all()
        (held,) = deliveries()
        assert (held.wanted, held.sent, held.state) == (3, 3, "sent")
    assert given(column) == 100 and column.count("scores") == 1


def test_a_grade_that_changes_as_it_is_sent_is_sent_again(
    app: Flask, column: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An attempt handed in while an earlier grade is under way is not lost with it."""
    keep = column.gradebook.keep

    def keep_late(*said: object) -> None:
        monkeypatch.setattr(column.gradebook, "keep", keep)
        keep(*said)  # type: ignore[arg-type]
        with app.app_context():
            earn(3)

    with app.app_context():
        earn(1)
        monkeypatch.setattr(column.gradebook, "keep", keep_late)
        bag = Postbag()
        assert bag.send_next()
        (held,) = deliveries()
        assert (held.state, held.wanted, held.sent) == ("waiting", 2, 1) and given(column) == 33
        later(column)
        send_all(bag)
        assert deliveries()[0].state == "sent" and given(column) == 100


def test_handed_in_by_the_worker(app: Flask, column: Platform) -> None:
    """An attempt whose time ran out is handed in by the worker, and its mark is sent, too."""
    small_course.publish(app, small_course.bundle("counts: best\ntime limit: 5 minutes"))
    with app.app_context():
        attempt = begin()
        attempt.deadline_at = now() - datetime.timedelta(hours=1)
        db.session.commit()
        hand_in_overdue(attempt.id)
        send_all()
    assert given(column) == 0


# where it goes


def test_every_link_of_the_same_course_there(app: Flask, column: Platform) -> None:
    """A mark goes to each link whose mark it is: to the course and to the quiz, and to no lesson."""
    column.gradebook.add(label="Quiz", scoreMaximum=10)
    column.gradebook.add(label="Lesson", scoreMaximum=10)
    arrive(app, column, f"{COURSE}/quizzes/check", link="link-2", line_item=2)
    arrive(app, column, f"{COURSE}/lessons/lesson", link="link-3", line_item=3)
    with app.app_context():
        earn(3)
        send_all()
    assert [given(column, item=number) for number in (1, 2, 3)] == [100, 100, None]


def test_another_course_there_is_another_matter(app: Flask, column: Platform) -> None:
    """What is earned in one course of the learning system is not told to another."""
    column.gradebook.add(label="Other", scoreMaximum=10)
    column.course = "course-2"
    arrive(app, column, link="link-2", line_item=2)
    with app.app_context():
        assert db.session.query(Enrolment).count() == 2
        earn(3)  # in the newest cycle
        send_all()
    assert (given(column, item=1), given(column, item=2)) == (None, 100)


def test_a_column_that_is_found(app: Flask, platform: Platform) -> None:
    """Where the launch names no column, the one of its link is found, on whichever page it is listed."""
    for link in ("link-0", "link-9", "link-1"):
        platform.gradebook.add(label="A column", scoreMaximum=100, resourceLinkId=link)
    arrive(app, platform)
    with app.app_context():
        earn(3)
        send_all()
        assert db.session.scalars(select(ResourceLink)).one().line_item_url == platform.line_item_url(3)
    assert given(platform, item=3) == 100 and len(platform.gradebook.items) == 3
    assert platform.count("token") == 1


@pytest.fixture
def canvas(app: Flask, make_platform: MakePlatform) -> Platform:
    """A platform like Canvas, from a page that keeps nothing for tools."""
    made = make_platform(dataclasses.replace(CANVAS, storage=""))
    register(app, made)
    return made


def test_on_another_page(app: Flask, canvas: Platform) -> None:
    """A platform that lists all its columns, whatever it is asked for, is read to the end."""
    canvas.filters = False
    for number in range(25):
        canvas.gradebook.add(label="A column", scoreMaximum=100, resourceLinkId=f"other-{number}")
    canvas.gradebook.add(label="Ours", scoreMaximum=100, resourceLinkId="link-1")
    arrive(app, canvas)
    with app.app_context():
        earn(3)
        send_all()
    assert given(canvas, item=26) == 100 and canvas.count("line_items") == 3


def test_pages_of_columns_that_take_too_long(
    app: Flask, canvas: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who looks for a column stops before anybody else may begin to, and makes none; later it is looked for again."""
    answer = 2 * 2 * (CONNECT + 2 * WHOLE + READ)  # head and body; with a token for it, and both once more
    assert line_items.SEEKING.total_seconds() > line_items.WITHIN + 2 * answer, (
        "the last page, and a new column"
    )
    arrive(app, canvas)
    with app.app_context():
        earn(3)
        monkeypatch.setattr(line_items, "WITHIN", -1)
        send_all()
        (held,) = deliveries()
        assert held.state == "waiting" and held.last_error.startswith(WORDS["broken"])
        assert not canvas.gradebook.items
        monkeypatch.undo()
        later(canvas)
        send_all()
    assert given(canvas, item=1) == 100


def test_a_column_that_is_made(app: Flask, platform: Platform) -> None:
    """Where there is none, one is made, once for everybody."""
    arrive(app, platform)
    with app.app_context():
        come(platform, "learner-2", "learner-3")
        for person in ("learner-1", "learner-2", "learner-3"):
            earn(3, person=person)
        send_all()
        assert {each.state for each in deliveries()} == {"sent"}
    (item,) = platform.gradebook.items.values()
    assert item.said == {
        "label": "Know the signs",
        "scoreMaximum": 100,
        "resourceLinkId": "link-1",
        "resourceId": small_course.SLUG,
    }
    assert len(item.grades) == 3 and platform.count("token") == 1


# who


def test_who_learns_elsewhere_costs_nothing(app: Flask, client: CheckingClient, column: Platform) -> None:
    """What is not begun from a learning system is told to none."""
    client.get(f"{COURSE}/before")
    client.send("/enrolments", course=small_course.SLUG)
    attempt = small_course.start(client)
    assert client.send(f"{attempt}/submission").status_code == 302
    with app.app_context():
        assert deliveries() == []


def test_earned_before_the_link(app: Flask, platform: Platform) -> None:
    """What somebody earned before a link told where grades go is sent once it does, for everyone in the course."""
    platform.gradebook.add(label="Small", scoreMaximum=100)
    grants, platform.grants = platform.grants, []
    arrive(app, platform)
    with app.app_context():
        come(platform, "learner-2")
        earn(2)
        earn(3, person="learner-2")
        assert deliveries() == []
    platform.grants = grants
    arrive(app, platform, line_item=1)
    with app.app_context():
        send_all()
        assert {each.state for each in deliveries()} == {"sent"}
    assert (given(platform), given(platform, "learner-2")) == (66, 100)
    arrive(app, platform, line_item=1)
    with app.app_context():
        assert {each.wanted for each in deliveries()} == {1}


@pytest.mark.slow
def test_thousands_catch_up(
    app: Flask,
    client: CheckingClient,
    column: Platform,
    statements: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However many learn at a link, opening it holds nobody up: they are asked for in pieces, each of them once.

    Who dies between two pieces leaves the rest to the next.
    """
    many = 3_000
    with app.app_context():
        copies(earn(2), many)
        send_all()
        db.session.execute(update(ResourceLink).values(line_item_url=""))
        db.session.execute(delete(Delivery))
        db.session.commit()
        statements.clear()
        launched = launch(client, column, COURSE, line_item=1)
        assert launched.status_code == 302 and deliveries() == []
        assert not [each for each in statements if "INSERT INTO delivery" in each]
        assert catch_up_next() and len(deliveries()) == 500
        monkeypatch.setattr("lms.grades._want", failing := Mock(side_effect=OSError))
        with pytest.raises(OSError):
            catch_up_next()
        db.session.rollback()
        monkeypatch.undo()
        pieces = 1
        while catch_up_next():
            pieces += 1
        assert failing.called and pieces == 7 and not catch_up_next()
        assert [each.wanted for each in deliveries()] == [1] * (many + 1)
        assert len({each.identity_id for each in deliveries()}) == many + 1


def copies(attempt: Attempt, many: int) -> None:
    """As many more people, who learned at the same link and earned the same."""
    enrolment = attempt.enrolment
    mine = db.session.scalars(select(Identity).where(Identity.user_id == enrolment.user_id)).one()
    users = [User(guest=False) for _ in range(many)]
    db.session.add_all(users)
    db.session.flush()
    for number, user in enumerate(users):
        db.session.add(copy_of(mine, user_id=user.id, subject=f"copy-{number}"))
    theirs = [copy_of(enrolment, user_id=user.id) for user in users]
    db.session.add_all(theirs)
    db.session.flush()
    db.session.add_all(copy_of(attempt, enrolment_id=each.id) for each in theirs)
    db.session.commit()


def copy_of(row: Any, **but: object) -> Any:
    """Another row that says the same, but for this."""
    names = (each.key for each in inspect(type(row)).column_attrs if each.key != "id")
    return type(row)(**{name: getattr(row, name) for name in names} | but)


def test_earned_before_they_came_from_there(app: Flask, column: Platform) -> None:
    """What somebody did by themselves is taken along when they open the link, with its mark."""
    with app.app_context():
        enrolment = enrolment_of("learner-1")
        enrolment.context, enrolment.launched_at = "", None
        db.session.commit()
        earn(3)
        assert deliveries() == []
    arrive(app, column, line_item=1)
    with app.app_context():
        send_all()
    assert given(column) == 100


def test_who_teaches_is_not_graded(app: Flask, column: Platform) -> None:
    """Whoever teaches there now is sent no grade, not even for what waits from before; nothing is stuck."""
    with app.app_context():
        earn(3)
    arrive(app, column, roles=[TEACHER], line_item=1)
    with app.app_context():
        assert enrolment_of("learner-1").context == teaching("1:course-1")
        send_all()
        assert deliveries() == []
        earn(3)
        assert deliveries() == []
    assert column.count("scores") == 0


def test_merged(app: Flask, column: Platform) -> None:
    """Where a guest's attempts become somebody's, the mark that counts now is sent."""
    with app.app_context():
        earn(1)
        send_all()
        later(column)
        mine = enrolment_of("learner-1")
        guest = User(guest=True)
        db.session.add(guest)
        db.session.flush()
        theirs = Enrolment(user=guest, course=small_course.SLUG)
        db.session.add(theirs)
        db.session.commit()
        best = earn(3)
        for each in deliveries():
            each.state, each.sent = "sent", each.wanted
        best = db.session.get_one(Attempt, best.id)
        best.enrolment_id, best.number = theirs.id, 1
        db.session.commit()
        assert merge(guest.id, mine.user_id)
        db.session.commit()
        send_all()
    assert given(column) == 100


def test_shared_issuers(app: Flask, canvas: Platform) -> None:
    """Where customers share an issuer, somebody with the same id at another is somebody else."""
    canvas.gradebook.add(label="Small", scoreMaximum=100)
    arrive(app, canvas, line_item=1)
    with app.app_context():
        link = db.session.scalars(select(ResourceLink)).one()
        other = Deployment(platform_id=link.deployment.platform_id, deployment="2", approved_at=now())
        db.session.add(other)
        db.session.flush()
        db.session.add(
            ResourceLink(
                deployment_id=other.id,
                link="link-1",
                context=link.context,
                opens=link.opens,
                line_item_url=f"{canvas.url}/nowhere",
                scopes=link.scopes,
            )
        )
        db.session.commit()
        earn(3)
        assert len(deliveries()) == 1
        send_all()
    assert given(canvas) == 100


# what goes wrong


@pytest.mark.parametrize(
    ("failure", "why", "state"),
    [
        ("drop", "unreachable", "waiting"),
        ("half", "unreachable", "waiting"),
        ("garbage", "odd", "waiting"),
        ("redirect", "odd", "waiting"),
        (500, "broken", "waiting"),
        (503, "broken", "waiting"),
        (429, "busy", "waiting"),
        (408, "busy", "waiting"),
        (409, "newer", "waiting"),
        (400, "not taken", "stalled"),
        (403, "not allowed", "waiting"),
        ((403, {"X-Rate-Limit-Remaining": "590.2"}), "not allowed", "waiting"),
        ((403, {"X-Rate-Limit-Remaining": "0.0"}), "busy", "waiting"),
        (404, "gone", "stalled"),
        (422, "refused", "stalled"),
    ],
)
def test_what_went_wrong(
    app: Flask, column: Platform, caplog: pytest.LogCaptureFixture, failure: Failure, why: str, state: str
) -> None:
    """What may go well later is tried again, what cannot is given up and shown; never with the answer's words."""
    column.fails("scores", [failure])
    with app.app_context(), caplog.at_level(logging.WARNING):
        earn(3)
        send_all()
        (held,) = deliveries()
        assert held.state == state and held.last_error.startswith(WORDS[why])
        assert "<h1>" not in held.last_error + caplog.text and held.leased_until is None
        later(column)
        if state == "stalled":
            assert not Postbag().send_next()
            held.begin_again()
            db.session.commit()
        send_all()
        assert deliveries()[0].state == "sent" and given(column) == 100


def test_a_token_that_ran_out(app: Flask, column: Platform) -> None:
    """A token that is not taken any more is asked for anew, once; that goes unnoticed."""
    with app.app_context():
        earn(1)
        send_all()
        later(column)
        column.tokens.clear()
        earn(3)
        send_all()
        assert deliveries()[0].last_error == ""
        later(column)
        earn(3)
        column.fails("scores", [401, 401])
        send_all()
        assert deliveries()[0].state == "waiting"
        assert column.count("token") == 3
    assert given(column) == 100


@pytest.mark.parametrize(
    ("failure", "state"), [(404, "waiting"), (401, "waiting"), (500, "waiting"), ("garbage", "waiting")]
)
def test_no_token(app: Flask, column: Platform, failure: int | str, state: str) -> None:
    """A platform that gives no token, perhaps because it cannot fetch our keys, is tried again."""
    column.fails("token", [failure])
    with app.app_context():
        earn(3)
        send_all()
        (held,) = deliveries()
        assert held.state == state and held.last_error.startswith(WORDS["token"])
        later(column)
        send_all()
    assert given(column) == 100


def test_a_scope_that_is_not_granted(app: Flask, column: Platform) -> None:
    """Where grades may not be sent, that is said at once, with who can change it."""
    column.grants = [strict.RESULT]
    with app.app_context():
        earn(3)
        send_all()
        (held,) = deliveries()
        assert held.state == "stalled" and held.last_error.startswith(WORDS["not allowed"])


@pytest.mark.parametrize(
    ("scopes", "address", "why"),
    [
        ([strict.SCORE], "", "no column"),
        ([strict.SCORE, f"{strict.LINE_ITEM}.readonly"], "", "no column"),
        ([strict.LINE_ITEM], "named", "not allowed"),
    ],
)
def test_nowhere_to_send_it(
    app: Flask, platform: Platform, scopes: list[str], address: str, why: str
) -> None:
    """Without a column, and without leave to make one or to send there, it is said why."""
    platform.grants = [*scopes, strict.RESULT]
    platform.gradebook.add(label="Small", scoreMaximum=100)
    arrive(app, platform, **({"line_item": 1} if address else {}))
    with app.app_context():
        earn(3)
        send_all()
        (held,) = deliveries()
        assert (held.state, held.last_error.partition(" (")[0]) == ("stalled", WORDS[why])


def test_platform_that_is_not_approved_any_more(app: Flask, column: Platform) -> None:
    """A learning system whose approval was taken back is asked nothing."""
    with app.app_context():
        earn(3)
        db.session.execute(update(Deployment).values(approved_at=None))
        db.session.commit()
        send_all()
        assert deliveries()[0].last_error == WORDS["not approved"] and column.count("token") == 0


def test_a_platform_rests(app: Flask, column: Platform, make_platform: MakePlatform) -> None:
    """One that is down is asked once, however many grades wait for it; the others get theirs meanwhile."""
    other = make_platform(client_id="client-2")
    register(app, other)
    other.gradebook.add(label="Small", scoreMaximum=100)
    column.fails("scores", always=503)
    with app.app_context():
        come(column, "learner-3")
    arrive(app, other, line_item=1, person="learner-2")
    with app.app_context():
        for person in ("learner-1", "learner-3", "learner-2"):
            earn(3, person=person)
        bag = send_all()
        assert [each.state for each in deliveries()] == ["waiting", "waiting", "sent"]
        assert column.count("scores") == 1 and given(other, "learner-2") == 100
        later(column)
        column.fails("scores")
        send_all(bag)
        assert column.count("scores") == 1, "it rests, whatever is due"
        send_all()
        assert {each.state for each in deliveries()} == {"sent"}


def test_a_platform_that_says_when(app: Flask, column: Platform) -> None:
    """One that asks for time gets it: to the second, or until the moment it names, but never for days."""
    column.fails("scores", [(429, {"Retry-After": "90"})])
    with app.app_context():
        earn(3)
        send_all()
        wait = deliveries()[0].due_at - now()
        assert datetime.timedelta(seconds=80) < wait <= datetime.timedelta(seconds=90)
    assert wished("Wed, 21 Oct 2015 07:28:00 GMT") == datetime.timedelta(seconds=1)
    assert wished("999999") == datetime.timedelta(hours=1)
    assert [wished(odd) for odd in ("soon", "-1", "1e3", None)] == [None] * 4


def test_not_allowed_for_a_day(app: Flask, column: Platform) -> None:
    """What is not allowed is tried again for a day since it was wanted, and then given up with its reason."""
    column.fails("scores", always=403)
    with app.app_context():
        earn(3)
        for hours, state in ((0, "waiting"), (23, "waiting"), (2, "stalled")):
            later(column, hours=hours)
            send_all()
            (held,) = deliveries()
            assert held.state == state and held.last_error == f"{WORDS['not allowed']} (403)"


@pytest.mark.parametrize(
    ("said", "left", "too_often"),
    [
        (b"403 Forbidden (Rate Limit Exceeded)", None, True),
        (b'{"errors": "rate limit exceeded"}', "700", True),
        (b"", "0.0", True),
        (b"", "-12.5", True),
        (b"", "0", True),
        (b"", "0.75", True),
        (b"", "700.5", False),
        (b"", "soon", False),
        (b'{"status": "unauthorized"}', None, False),
    ],
)
def test_asked_too_often(app: Flask, said: bytes, left: str | None, too_often: bool) -> None:
    """A 403 for asking too often lets the whole platform rest; one that lets us do nothing is about one link."""
    answer = requests.Response()
    answer.status_code, answer._content = 403, said
    answer.headers.update({"X-Rate-Limit-Remaining": left} if left else {})
    with app.app_context():
        trouble = of_answer(answer, 1, {})
    assert trouble and trouble.rests is too_often and not trouble.hopeless
    assert str(trouble) == f"{WORDS['busy' if too_often else 'not allowed']} (403)"


def test_given_up_after_days_and_begun_again(app: Flask, column: Platform) -> None:
    """A platform that is down for longer than a week gets nothing more until somebody says so; nothing is lost."""
    column.stop()
    with app.app_context():
        earn(3)
        for days in (0, 2, 4, 2):
            later(column, days=days)
            send_all()
        (held,) = deliveries()
        assert held.state == "stalled" and held.last_error.startswith(WORDS["unreachable"])
        assert "127.0.0.1 cannot be reached" in held.last_error
        later(column)
        assert not Postbag().send_next()
    column.start()
    with app.app_context():
        deliveries()[0].begin_again()
        db.session.commit()
        send_all()
        assert deliveries()[0].state == "sent"
    assert given(column) == 100


def test_down_for_two_days_and_back(app: Flask, column: Platform) -> None:
    """A platform that is down for two days has its grade within the hour that it is back."""
    column.stop()
    with app.app_context():
        earn(3)
        for _ in range(48):
            send_all()
            (held,) = deliveries()
            assert held.state == "waiting" and held.due_at - now() <= datetime.timedelta(hours=1)
            later(column, hours=1)
    column.start()
    with app.app_context():
        send_all()
    assert given(column) == 100


def test_its_clock_is_ahead(app: Flask, column: Platform) -> None:
    """Where the platform's clock is ahead of ours, a later grade is taken once that is over."""
    column.gradebook.ahead = 20
    with app.app_context():
        earn(1)
        send_all()
        earn(3)
        send_all()
        assert deliveries()[0].last_error.startswith(WORDS["newer"]) and given(column) == 33
        assert deliveries()[0].due_at - now() <= datetime.timedelta(seconds=2)
        later(column, seconds=21)
        send_all()
        assert deliveries()[0].state == "sent" and given(column) == 100


def test_our_clock_was_put_back(app: Flask, column: Platform) -> None:
    """Each score bears a later time than the one before, even where our clock was put back meanwhile."""
    with app.app_context():
        earn(1)
        send_all()
        (held,) = deliveries()
        ahead = (now() + datetime.timedelta(seconds=30)).isoformat(timespec="milliseconds")
        held.about = {"moment": ahead}
        db.session.commit()
        later(column)
        earn(3)
        send_all()
        assert datetime.datetime.fromisoformat(
            deliveries()[0].about["moment"]
        ) > datetime.datetime.fromisoformat(ahead)
    assert given(column) == 100


def test_something_of_ours(app: Flask, column: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours holds up no other grade, and the grade is not lost."""
    with app.app_context():
        come(column, "learner-2")
        earn(3)
        earn(3, person="learner-2")
        said = Grade.score
        monkeypatch.setattr(
            Grade, "score", lambda self, moment: said(self, moment) if self.subject != "learner-1" else 1 / 0
        )
        send_all()
        assert [each.last_error for each in deliveries()] == [WORDS["ours"], ""]
        monkeypatch.undo()
        later(column)
        send_all()
        assert {each.state for each in deliveries()} == {"sent"}


def test_erased_meanwhile(app: Flask, column: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is erased while their grade is under way does not come back as a row."""
    with app.app_context():
        earn(3)
        user_id = enrolment_of("learner-1").user_id

        def erase_first(*said: object) -> datetime.datetime:
            erase(db.session.get_one(User, user_id))
            db.session.commit()
            return now()

        monkeypatch.setattr(sending, "_told", erase_first)
        send_all()
        assert deliveries() == []


def test_explained(app: Flask) -> None:
    """Why a grade was not sent is told in the reader's language, with what the platform answered."""
    with app.test_request_context():
        assert explained("The learning system is not working. (503)").endswith(" (503)")
        assert explained("") == ""
