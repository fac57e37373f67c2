"""Facts that move: what stands where, who sees a change when, and what a fact may say."""

import datetime
import threading
from pathlib import Path

import msgspec
import pytest
from flask import Flask

from courses.library import bundles
from lms import facts, publishing
from lms.db import db
from lms.models import Area, FactVersion
from markup.facts import As, Fact
from tests.conftest import MakeApp, settings_for
from tests.lms.test_learning import COURSE, SLUG, begin, start_quiz
from tests.page_checks import CheckingClient

DAY = datetime.date(2026, 11, 20)
LATER = datetime.date(2027, 5, 20)
LESSON = f"{COURSE}/lessons/what-it-does"


def fact(name: str, *value: str, shown_as: As = "text", review_by: datetime.date = LATER) -> Fact:
    return Fact(name=name, value=value, shown_as=shown_as, source="seen", checked=DAY, review_by=review_by)


def add_areas(*slugs: str) -> None:
    """The first is the default."""
    for slug in slugs:
        Area.keep(slug, slug.capitalize(), default=False)
    db.session.commit()


def say(area: str | None, name: str, *value: str, shown_as: As = "text") -> None:
    FactVersion.keep(area, fact(name, *value, shown_as=shown_as))
    db.session.commit()


def standing(area: str | None, name: str) -> tuple[str, ...]:
    facts.forget()
    return facts.known().facts(area)[name].value


def test_the_nearest_fact_stands(app: Flask) -> None:
    """An area's own fact stands before one for all areas, and that before what ships."""
    with app.app_context():
        add_areas("avon", "wessex")
        assert standing("avon", "police name") == ("your local police",)
        say(None, "police name", "the police")
        say("avon", "police name", "Avon Police")
        assert standing("avon", "police name") == ("Avon Police",)
        assert standing("wessex", "police name") == ("the police",)
        say("avon", "police name", "Avon and Mendip Police")
        assert standing("avon", "police name") == ("Avon and Mendip Police",)


def test_what_ships_for_an_area_stands_before_what_is_said_for_all(app: Flask) -> None:
    """An area with a shipped file of its own keeps it, whatever is said for all areas; its own rows win."""
    with app.app_context():
        add_areas("england-and-wales", "wessex")
        say(None, "strands", "race", shown_as="list")
        assert len(standing("england-and-wales", "strands")) == 5
        assert standing("wessex", "strands") == ("race",)
        say("england-and-wales", "strands", "age", shown_as="list")
        assert standing("england-and-wales", "strands") == ("age",)


def test_taking_a_fact_back(app: Flask) -> None:
    """A fact taken back gives way to what lies below it, and can be set again."""
    with app.app_context():
        add_areas("avon")
        say("avon", "police name", "Avon Police")
        FactVersion.take_back("avon", "police name", DAY)
        db.session.commit()
        assert standing("avon", "police name") == ("your local police",)
        say("avon", "police name", "Avon Police")
        assert standing("avon", "police name") == ("Avon Police",)


def test_facts_are_never_overwritten(app: Flask) -> None:
    """Every version of a fact is kept, so that what was shown on a day can be told."""
    with app.app_context():
        for value in ("one", "two"):
            say(None, "police name", value)
        assert [version.value for version in db.session.query(FactVersion)] == [["one"], ["two"]]


def test_every_process_sees_a_change_at_once(
    make_app: MakeApp, client: CheckingClient, app: Flask, fonts_folder: Path
) -> None:
    """What one process sets, another that has served before shows on its next page, to visitor and learner."""
    learner = app.test_client()
    assert isinstance(learner, CheckingClient)
    begin(learner)
    for page in ("/help", LESSON):
        assert "your local police" in client.get(page).text
        assert "your local police" in learner.get(page).text
    other = make_app(settings_for(app.config["SQLALCHEMY_DATABASE_URI"], fonts_folder))
    with other.app_context():
        for name in ("Avon Police", "Mendip Police"):
            say(None, "police name", name)
            for page in ("/help", LESSON):
                assert name in client.get(page).text
                assert name in learner.get(page).text
        db.session.remove()
        db.engine.dispose()


def test_no_statement_for_facts(client: CheckingClient, app: Flask, statements: list[str]) -> None:
    """A page that asks for the session or the live course asks nothing more for its facts; others ask once."""
    with app.app_context():
        add_areas("avon", "wessex")
        say("avon", "police name", "Avon Police")
    learner = app.test_client()
    assert isinstance(learner, CheckingClient)
    begin(learner)
    attempt = start_quiz(learner)
    wanted = {
        (client, LESSON): 1,  # the live course
        (client, "/help"): 1,  # what is newest
        (client, "/"): 2,  # live courses, and what is newest
        (learner, "/help"): 1,  # the session
        (learner, f"{attempt}/questions/1"): 3,  # session, attempt, answers
        (learner, LESSON): 4,  # session, live course, enrolment, lessons read with quizzes passed
    }
    found = {}
    for browser, page in wanted:
        browser.get(page)
        statements.clear()
        browser.get(page)
        found[browser, page] = len([each for each in statements if not each.startswith("BEGIN")])
    assert found == wanted


def test_setting_facts_takes_turns(app: Flask) -> None:
    """Of two people who set facts at once, the second waits, so that neither change is missed by a process."""
    order: list[str] = []
    holding, may_end = threading.Event(), threading.Event()

    def first() -> None:
        with app.app_context():
            FactVersion.keep(None, fact("police name", "first"))
            holding.set()
            assert may_end.wait(20)
            order.append("first")
            db.session.commit()

    def second() -> None:
        with app.app_context():
            assert holding.wait(20)
            FactVersion.keep(None, fact("strands", "second", shown_as="list"))
            order.append("second")
            db.session.commit()

    threads = [threading.Thread(target=work) for work in (first, second)]
    for thread in threads:
        thread.start()
    threads[1].join(0.5)
    may_end.set()
    for thread in threads:
        thread.join(30)
    assert order == ["first", "second"]
    with app.app_context():
        assert standing(None, "police name") == ("first",)
        assert standing(None, "strands") == ("second",)


def publish_with(app: Flask, mention: str) -> None:
    """Make the shipped course live with `mention` in each question of its bank."""
    with app.app_context():
        bundle = dict(bundles()[SLUG])
        bank = bundle["banks/what-it-is.md"].decode().replace("## ", f"## {mention}: ")
        published = publishing.publish({**bundle, "banks/what-it-is.md": bank.encode()}, SLUG)
        assert published.new, published.problems
        db.session.commit()


def test_checking_a_course_tells_stale_facts(app: Flask) -> None:
    """A course that shows a stale fact of any area can be published, and is told so."""
    with app.app_context():
        add_areas("avon")
        longest = fact("police name", "Avon Police", review_by=DAY)
        FactVersion.keep("avon", msgspec.structs.replace(longest, checked=DAY - datetime.timedelta(days=9)))
        db.session.commit()
        facts.forget()
        problems = publishing.check(bundles()[SLUG], SLUG).problems
        (problem,) = [each for each in problems if "of the area avon was to be checked again" in each.message]
        assert not problem.is_error and problem.line


def test_a_fact_in_an_answer_is_not_published(app: Flask) -> None:
    """A course with a fact in the words of an answer is refused, as marks must not move."""
    with app.app_context():
        bundle = dict(bundles()[SLUG])
        bank = bundle["banks/what-it-is.md"].decode().replace("- ( ) ", "- ( ) {{police name}}: ", 1)
        published = publishing.publish({**bundle, "banks/what-it-is.md": bank.encode()}, SLUG)
        assert published.revision is None
        assert any("stands in an answer" in each.message for each in published.problems if each.is_error)


def test_an_attempt_keeps_its_facts(client: CheckingClient, app: Flask) -> None:
    """A fact that changes while an attempt is open does not change its questions; the next attempt has it."""
    publish_with(app, "{{police name}}")
    begin(client)
    attempt = start_quiz(client)
    with app.app_context():
        say(None, "police name", "Avon Police")
    page = client.get(f"{attempt}/questions/1").text
    assert "your local police: " in page and "Avon Police" not in page
    assert "Avon Police" in client.get("/help").text
    newcomer = app.test_client()
    assert isinstance(newcomer, CheckingClient)
    begin(newcomer)
    assert "Avon Police: " in newcomer.get(f"{start_quiz(newcomer)}/questions/1").text


def test_the_emergency_number_outlives_the_database(
    client: CheckingClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the database is away, the page that says so still gives the numbers this process last knew."""
    with app.app_context():
        say(None, "emergency number", "112", shown_as="phone")
    assert "tel:112" in client.get("/help").text

    def away(*_given: object, **_named: object) -> None:
        raise OSError("the database is away")

    with app.app_context():
        monkeypatch.setattr(db.session, "execute", away)
        monkeypatch.setattr(db.session, "scalar", away)
    for page in (LESSON, "/help", "/nope"):
        answer = client.get(page)
        assert answer.status_code == 500 and "tel:112" in answer.text
