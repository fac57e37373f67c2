"""Who may see and do what."""

from flask import Flask

from lms.db import db
from lms.models import Session, User
from tests.lms.test_learning import COURSE, SLUG, begin, get_award, pass_course, start_quiz
from tests.page_checks import CheckingClient

ROUTES = {
    "accounts.change_name": "learner",
    "accounts.change_password": "learner",
    "accounts.edit_name": "learner",
    "accounts.edit_password": "learner",
    "accounts.show": "learner",
    "answers.save": "owner",
    "areas.choose": "anyone",
    "areas.follow": "anyone",
    "areas.index": "anyone",
    "attempts.create": "anyone",
    "attempts.review": "owner",
    "attempts.show": "owner",
    "awards.create": "learner",
    "awards.create_for_path": "learner",
    "awards.new": "learner",
    "awards.new_for_path": "learner",
    "awards.pdf": "owner",
    "awards.renew": "owner",
    "awards.show": "owner",
    "checks.answer": "anyone",
    "comebacks.create": "learner",
    "comebacks.enter": "anyone",
    "comebacks.new": "learner",
    "comebacks.resume": "anyone",
    "courses.glossary": "anyone",
    "courses.show": "anyone",
    "email_changes.decide": "anyone",
    "email_changes.show": "anyone",
    "emails.ask": "learner",
    "emails.edit": "learner",
    "enrolments.create": "anyone",
    "exits.leave": "anyone",
    "exits.left": "anyone",
    "files.asset": "anyone",
    "files.media_file": "anyone",
    "healthz.show": "anyone",
    "help.index": "anyone",
    "home.index": "anyone",
    "legal.accessibility": "anyone",
    "legal.cookies": "anyone",
    "legal.privacy": "anyone",
    "lessons.finish": "anyone",
    "lessons.show": "anyone",
    "merges.create": "learner",
    "merges.new": "learner",
    "my_data.ask": "learner",
    "my_data.delete": "learner",
    "my_data.deleted": "anyone",
    "my_data.download": "learner",
    "my_data.show": "learner",
    "name_matches.create": "anyone",
    "new_emails.confirm": "anyone",
    "new_emails.show": "anyone",
    "paths.show": "anyone",
    "questions.show": "owner",
    "quizzes.show": "anyone",
    "resets.complete": "anyone",
    "resets.create": "anyone",
    "resets.finish": "anyone",
    "resets.new": "anyone",
    "results.show": "owner",
    "safety.before": "anyone",
    "safety.index": "anyone",
    "sessions.create": "anyone",
    "sessions.end": "learner",
    "sessions.end_all": "learner",
    "sessions.new": "anyone",
    "sign_ups.complete": "anyone",
    "sign_ups.create": "anyone",
    "sign_ups.finish": "anyone",
    "sign_ups.new": "anyone",
    "submissions.create": "owner",
    "verification.form": "anyone",
    "verification.show": "anyone",
}


def test_every_route_says_who_may_use_it(app: Flask) -> None:
    """Each route is in the table above with its audience; a new one fails here until it is."""
    views = {name: view for name, view in app.view_functions.items() if name != "static"}
    assert {name: getattr(view, "audience", None) for name, view in views.items()} == ROUTES


def test_others_things_are_not_found(client: CheckingClient, app: Flask) -> None:
    """One learner's attempt and award are not there for another learner, nor for a visitor."""
    attempt = pass_course(client, app)
    award = get_award(client)
    stranger, visitor = app.test_client(), app.test_client()
    assert isinstance(stranger, CheckingClient)
    begin(stranger)
    for path in (
        attempt,
        f"{attempt}/questions/1",
        f"{attempt}/review",
        f"{attempt}/result",
        award,
        f"{award}/certificate.pdf",
    ):
        assert stranger.get(path).status_code == 404, path
        assert visitor.get(path).status_code == 403, path
    stranger.get("/come-back")
    assert stranger.send(f"{attempt}/submission").status_code == 404
    assert stranger.send(f"{attempt}/questions/1/answer", answer=["0"]).status_code == 404


def test_forms_need_their_token(client: CheckingClient) -> None:
    """A form sent from elsewhere, without the token of our page, changes nothing."""
    assert client.post("/enrolments", data={"course": SLUG}).status_code == 400
    assert client.get("/come-back/code").status_code == 403


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
    for path in ("/", COURSE, "/help", "/check", "/nope"):
        answer = client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
