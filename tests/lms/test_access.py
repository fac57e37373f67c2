"""Who may see and do what."""

from dataclasses import dataclass, field
from typing import Literal, get_args

import pytest
from flask import Flask
from werkzeug.routing import Rule

from lms.db import db
from lms.models import Session, User
from tests.lms.everything import AREA, COURSE, Everything, browser_of, of_somebody, publish, someone
from tests.lms.test_learning import COURSE as SHIPPED
from tests.lms.test_learning import begin, get_award, pass_course, start_quiz
from tests.page_checks import CheckingClient

Who = Literal["visitor", "guest", "learner", "trainer", "coordinator", "admin"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """Who may use a route, and what it answers to those who may.

    `own` is the answer to whoever the course, attempt and award of `everything` belong to, `others` to anybody
    else; those who may not use it get 403. `form` is what is sent.
    """

    audience: str
    own: int = 200
    others: int
    form: dict[str, str] = field(default_factory=dict)

    def answer(self, who: Who, *, own: bool) -> int:
        """The status that somebody gets."""
        allowed = {
            "anyone": True,
            "learner": who != "visitor",
            "owner": who != "visitor",
        }.get(self.audience, who in (self.audience, "admin"))
        return (self.own if own else self.others) if allowed else 403


def anyone(own: int = 200, others: int | None = None, **form: str) -> Row:
    """Open to all, and the same for all unless `others` get another answer."""
    return Row(audience="anyone", own=own, others=own if others is None else others, form=form)


def learner(own: int = 200, others: int = 200, **form: str) -> Row:
    """Open to whoever has begun a course."""
    return Row(audience="learner", own=own, others=others, form=form)


def owner(own: int = 200, **form: str) -> Row:
    """Open to whose it is, and not there for anybody else, whatever their role."""
    return Row(audience="owner", own=own, others=404, form=form)


def role(audience: Who) -> Row:
    """Open to a role, whosever the things are."""
    return Row(audience=audience, others=200)


ROUTES = {
    "areas.choose": anyone(302, area=AREA),
    "areas.follow": anyone(302),
    "areas.index": anyone(),
    "attempts.create": anyone(302),
    "attempts.review": owner(),
    "attempts.show": owner(302),
    "answers.save": owner(302, answer="0"),
    "audit.index": role("admin"),
    "awards.create": learner(302, others=404, name="Somebody"),
    "awards.create_for_path": learner(302, others=404, name="Somebody"),
    "awards.new": learner(others=404),
    "awards.new_for_path": learner(others=404),
    "awards.pdf": owner(),
    "awards.show": owner(),
    "checks.answer": anyone(answer="0"),
    "comebacks.create": learner(),
    "comebacks.enter": anyone(),
    "comebacks.new": learner(),
    "comebacks.resume": anyone(422, code="0000-0000-0000"),
    "courses.glossary": anyone(),
    "courses.show": anyone(),
    "enrolments.create": anyone(302, course=COURSE),
    "exits.leave": anyone(302),
    "exits.left": anyone(),
    "files.asset": anyone(),
    "files.media_file": anyone(),
    "healthz.show": anyone(503),  # no worker runs here
    "help.index": anyone(),
    "home.index": anyone(),
    "lessons.finish": anyone(302),
    "lessons.show": anyone(),
    "name_matches.create": anyone(name="Somebody"),
    "paths.show": anyone(),
    "questions.show": owner(),
    "quizzes.show": anyone(),
    "results.show": owner(302),  # not handed in yet
    "submissions.create": owner(302),
    "verification.form": anyone(),
    "verification.show": anyone(),
    # last, because what comes before needs the course to be finished
    "awards.renew": owner(302),
}
"""Every route but Flask's own for files. A new one fails below until it has its row."""


def routes(app: Flask) -> dict[str, Rule]:
    """Every route by its name, in the order of the table."""
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"}
    return {name: rules[name] for name in ROUTES if name in rules} | rules


def method(rule: Rule) -> str:
    """How a route is asked."""
    (found,) = (rule.methods or set()) - {"HEAD", "OPTIONS"}
    return found


def ask(client: CheckingClient, rule: Rule, there: Everything, form: dict[str, str]) -> int:
    """Ask a route about the things that are there; the status of its answer."""
    asset = client.application.extensions["assets"]["app.css"]
    values = {
        **there.values,
        **({"digest": asset.digest, "name": asset.name} if "assets" in rule.rule else {}),
    }
    adapter = client.application.url_map.bind("localhost")
    address = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}, method(rule))
    return client.open(address, method=method(rule), data=form).status_code


def test_every_route_says_who_may_use_it(app: Flask) -> None:
    """Each route is in the table above with its audience; a new one fails here until it is."""
    audiences = {name: getattr(app.view_functions[name], "audience", None) for name in routes(app)}
    assert audiences == {name: row.audience for name, row in ROUTES.items()}


@pytest.mark.slow
@pytest.mark.parametrize("who", get_args(Who))
def test_every_route_by_role_and_by_ownership(app: Flask, who: Who) -> None:
    """Each route answers each role as the table says: about somebody else's things, and about their own."""
    app.config["WTF_CSRF_ENABLED"] = False  # what forms need is promised below
    publish(app)
    there = of_somebody(app)
    guest = who == "guest"
    other = None if who == "visitor" else someone(app, "learner" if guest else who, guest=guest)
    answers = {
        name: ask(browser_of(app, other), rule, there, ROUTES[name].form)
        for name, rule in routes(app).items()
    }
    assert answers == {name: row.answer(who, own=False) for name, row in ROUTES.items()}
    if who != "visitor":
        become(app, there.holder, who)
        own = {
            name: ask(browser_of(app, there.holder), rule, there, ROUTES[name].form)
            for name, rule in routes(app).items()
        }
        assert own == {name: row.answer(who, own=True) for name, row in ROUTES.items()}


def become(app: Flask, user_id: int, who: Who) -> None:
    """Let somebody be a guest, or have an account with that role."""
    with app.app_context():
        person = db.session.get_one(User, user_id)
        person.guest, person.role = who == "guest", "learner" if who in ("guest", "visitor") else who
        db.session.commit()


def test_every_form_needs_its_token(app: Flask) -> None:
    """A form sent from elsewhere, without the token of our page, changes nothing, whoever is signed in."""
    publish(app)
    there = of_somebody(app)
    become(app, there.holder, "admin")
    for name, rule in routes(app).items():
        if method(rule) != "GET":
            assert ask(browser_of(app, there.holder), rule, there, ROUTES[name].form) == 400, name


def test_exit_ends_the_session(client: CheckingClient, app: Flask) -> None:
    """Exit leads to the neutral site and the way back needs the come-back code."""
    begin(client)
    attempt = start_quiz(client)
    client.get("/come-back/code")
    page = client.send("/come-back/code").text
    code = page.split('<bdi dir="ltr">')[1].split("</bdi>")[0]
    answer = client.get("/leave")
    assert answer.status_code == 302 and "weather" in answer.location
    with app.app_context():
        assert db.session.query(Session).count() == 0
    assert client.get(attempt).status_code == 403
    client.get("/come-back")
    assert client.send("/come-back", code=code.lower().replace("-", " ")).status_code == 302
    assert client.get(attempt).status_code == 302


def test_another_site_cannot_end_the_session(client: CheckingClient) -> None:
    """A picture on another site that points at Exit does not sign a learner out."""
    begin(client)
    attempt = start_quiz(client)
    assert client.get("/leave", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 302
    assert client.get(attempt).status_code == 302


def test_wrong_come_back_code(client: CheckingClient, app: Flask) -> None:
    """A code that brings no one back is told so, and after many tries we ask to wait."""
    client.get("/come-back")
    answers = [client.send("/come-back", code="0000-0000-0000").status_code for _ in range(21)]
    assert answers == [422] * 20 + [429]
    with app.app_context():
        assert db.session.query(User).count() == 0


def test_name_matches_are_slowed(client: CheckingClient, app: Flask) -> None:
    """Guessing names on one certificate stops after ten tries an hour."""
    pass_course(client, app)
    page = client.get(get_award(client, "Sam")).text
    code = page.split('<bdi dir="ltr">')[1].split("</bdi>")[0]
    client.get(f"/check/{code}")
    texts = [client.send(f"/check/{code}/name-matches", name="Someone").text for _ in range(11)]
    assert all("No, that is not" in text for text in texts[:10])
    assert "asked too often" in texts[10]


def test_unknown_and_malformed_codes_answer_alike(client: CheckingClient) -> None:
    """Nobody learns from the answer whether a code was nearly right."""
    unknown, malformed = (client.get(f"/check/{code}") for code in ("0000-0000-0000", "hello"))
    assert unknown.status_code == malformed.status_code
    assert unknown.text.replace("0000-0000-0000", "X") == malformed.text.replace("hello", "X")
    assert unknown.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert unknown.headers["Referrer-Policy"] == "no-referrer"


def test_headers(client: CheckingClient) -> None:
    """Every page comes with a strict policy, stays out of caches, and names no other site."""
    for path in ("/", SHIPPED, "/help", "/check", "/nope"):
        answer = client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
