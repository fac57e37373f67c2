"""Who may see and do what."""

from dataclasses import dataclass, field
from typing import Literal, get_args

import pytest
from flask import Flask
from werkzeug.routing import Rule

from lms.db import db
from lms.models import Session, User
from lms.pages import comebacks
from tests.lms.everything import AREA, COURSE, Everything, browser_of, of_somebody, publish, someone
from tests.lms.test_learning import COURSE as SHIPPED
from tests.lms.test_learning import begin, get_award, pass_course, start_quiz
from tests.page_checks import CheckingClient

Who = Literal["visitor", "guest", "learner", "trainer", "coordinator", "admin"]


@dataclass(frozen=True, kw_only=True)
class Row:
    """Who may use a route, and what it answers to those who may.

    `own` is the answer to whoever the course, attempt and award of `everything` belong to, `others` to anybody
    else; those who may not use it get 403. `no_account` is the answer to visitors and guests where
    that is another. `form` is what is sent.
    """

    audience: str
    no_account: int | None = None
    own: int = 200
    others: int
    form: dict[str, str] = field(default_factory=dict)

    def answer(self, who: Who, *, own: bool) -> int:
        """The status that somebody gets."""
        allowed = {
            "anyone": True,
            "learner": who != "visitor",
            "owner": who != "visitor",
            "instructor": False,  # a learning system says who is; none sent these
        }.get(self.audience, who in (self.audience, "admin"))
        if allowed and who in ("visitor", "guest") and self.no_account is not None:
            return self.no_account
        return (self.own if own else self.others) if allowed else 403


def anyone(status: int = 200, no_account: int | None = None, **form: str) -> Row:
    """Open to all."""
    return Row(audience="anyone", own=status, others=status, no_account=no_account, form=form)


def learner(own: int = 200, others: int | None = None, no_account: int | None = None, **form: str) -> Row:
    """Open to whoever has begun a course or has an account."""
    others = own if others is None else others
    return Row(audience="learner", own=own, others=others, no_account=no_account, form=form)


def owner(own: int = 200, **form: str) -> Row:
    """Open to whose it is, and not there for anybody else, whatever their role."""
    return Row(audience="owner", own=own, others=404, form=form)


def role(audience: Who, status: int = 200, **form: str) -> Row:
    """Open to a role, whosever the things are."""
    return Row(audience=audience, own=status, others=status, form=form)


def platform(status: int = 200) -> Row:
    """Open to administrators, about a learning system: when it is their own turn it is removed already."""
    return Row(audience="admin", others=status, own=404)


ROUTES = {
    "accounts.change_name": learner(302, no_account=404),
    "accounts.change_password": learner(422, no_account=404),
    "accounts.edit_name": learner(no_account=404),
    "accounts.edit_password": learner(no_account=404),
    "accounts.show": learner(),
    "answers.save": owner(302, answer="0"),
    "areas.choose": anyone(302, area=AREA),
    "areas.follow": anyone(302),
    "areas.index": anyone(),
    "attempts.create": anyone(302),
    "attempts.review": owner(),
    "attempts.show": owner(302),
    "audit.index": role("admin"),
    "awards.create": learner(302, others=302, name="Somebody"),
    "awards.create_for_path": learner(302, others=302, name="Somebody"),
    "awards.new": learner(others=302),
    "awards.new_for_path": learner(others=302),
    "awards.pdf": owner(),
    "awards.ask": owner(),
    "awards.index": learner(),
    "awards.show": owner(),
    "checks.answer": anyone(answer="0"),
    "comebacks.create": learner(404, no_account=200),
    "comebacks.enter": anyone(),
    "comebacks.new": learner(302, no_account=200),
    "comebacks.resume": anyone(422, code="0000-0000-0000"),
    "courses.glossary": anyone(),
    "courses.show": anyone(),
    "diagnostics.ask": platform(),
    "diagnostics.grades": role("admin"),
    "diagnostics.launches": role("admin"),
    "diagnostics.retry": platform(302),
    "display.choose": anyone(302),
    "display.show": anyone(),
    "email_changes.decide": anyone(410),
    "email_changes.show": anyone(410),
    "emails.ask": learner(422, no_account=404),
    "emails.edit": learner(no_account=404),
    "enrolments.create": anyone(302, course=COURSE),
    "exits.leave": anyone(302),
    "exits.left": anyone(),
    "files.asset": anyone(),
    "files.icon": anyone(),
    "files.media_file": anyone(),
    "healthz.show": anyone(503),  # no worker runs here
    "help.index": anyone(),
    "home.index": anyone(),
    "launches.arrive": anyone(403),
    "launches.key_set": anyone(),
    "launches.launch": anyone(403),
    "launches.login": anyone(403),
    "launches.login_by_address": anyone(403),
    "launches.look": anyone(),
    "legal.accessibility": anyone(),
    "legal.cookies": anyone(),
    "legal.privacy": anyone(),
    "lessons.finish": anyone(302),
    "lessons.show": anyone(),
    "merges.create": learner(302, no_account=404),
    "merges.new": learner(302, no_account=404),
    "my_data.ask": learner(),
    "my_data.delete": learner(422),  # neither tick nor password
    "my_data.deleted": anyone(302),  # nothing was deleted here
    "my_data.download": learner(),
    "my_data.show": learner(),
    "name_matches.create": anyone(name="Somebody"),
    "new_emails.confirm": anyone(410),
    "new_emails.show": anyone(410),
    "paths.show": anyone(),
    "links.choices": Row(audience="instructor", others=403),
    "links.choose": Row(audience="instructor", others=403),
    "links.send": Row(audience="instructor", others=403),
    "links.show": Row(audience="instructor", others=403),
    "picking.choose": anyone(403),  # nothing was asked by a learning system
    "platforms.approve": platform(302),
    "platforms.approve_deployment": platform(302),
    "platforms.ask": platform(),
    "platforms.create": role("admin", 422),
    "platforms.edit": platform(),
    "platforms.index": role("admin"),
    "platforms.invite": role("admin", name="Moodle"),
    "platforms.new": role("admin"),
    "platforms.show": platform(),
    "platforms.stop": platform(302),
    "platforms.stop_deployment": platform(302),
    "platforms.update": platform(422),
    "questions.show": owner(),
    "registrations.create": anyone(422),
    "registrations.show": anyone(410),
    "quizzes.show": anyone(),
    "resets.complete": anyone(410),
    "resets.create": anyone(422),
    "resets.finish": anyone(410),
    "resets.new": anyone(),
    "results.show": owner(302),  # not handed in yet
    "safety.before": anyone(),
    "safety.index": anyone(),
    "sessions.create": anyone(422),
    "sessions.end": learner(302),
    "sessions.end_one": owner(302),  # before the others, which end them all
    "sessions.end_others": learner(302),
    "sessions.end_all": learner(302),
    "sessions.index": learner(),
    "sessions.new": anyone(302, no_account=200),
    "sign_ups.complete": anyone(410),
    "sign_ups.create": anyone(422),
    "sign_ups.finish": anyone(410),
    "sign_ups.new": anyone(302, no_account=200),
    "submissions.create": owner(302),
    "verification.form": anyone(),
    "verification.show": anyone(),
    # last, because what comes before needs the course to be finished, and the learning system to be there
    "platforms.remove": platform(302),
    "awards.renew": owner(302),
    "awards.remove_name": owner(302),
}
"""Every route but Flask's own for files. A new one fails below until it has its row."""

SIGNED = {"launches.arrive", "launches.launch", "launches.login", "picking.choose", "registrations.create"}
"""What needs no token of a form: all that it acts on is signed, or its address is a secret, or it acts on nothing."""


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
        person.email = None if who == "guest" else "holder@example.org"
        person.guest, person.role = who == "guest", "learner" if who in ("guest", "visitor") else who
        db.session.commit()


def test_every_form_needs_its_token(app: Flask) -> None:
    """A form sent from elsewhere, without the token of our page, changes nothing, whoever is signed in."""
    publish(app)
    there = of_somebody(app)
    become(app, there.holder, "admin")
    for name, rule in routes(app).items():
        if method(rule) != "GET" and name not in SIGNED:
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


def test_wrong_come_back_code(client: CheckingClient, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A code that brings no one back is told so, and after many tries we ask to wait some seconds."""
    monkeypatch.setattr(comebacks, "FREE_TRIES", 3)
    client.get("/come-back")
    answers = [client.send("/come-back", code="0000-0000-0000") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [422] * 3 + [429]
    assert answers[-1].headers["Retry-After"] in "12" and "Wait" in answers[-1].text
    with app.app_context():
        assert db.session.query(User).count() == 0


def test_name_matches_are_slowed(client: CheckingClient, app: Flask) -> None:
    """Guessing names on one certificate stops after ten tries an hour."""
    pass_course(client, app)
    page = client.get(get_award(client, "Sam")).text
    code = page.split('<bdi dir="ltr">')[1].split("</bdi>")[0]
    client.get(f"/check/{code}")
    texts = [client.send(f"/check/{code}/name-matches", name="Someone").text for _ in range(10)]
    assert all("No, that is not" in text for text in texts)
    refused = client.send(f"/check/{code}/name-matches", name="Someone")
    assert refused.status_code == 429 and refused.headers["Retry-After"] == "3600"
    assert "asked too often" in refused.text and "Awarded" not in refused.text


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
