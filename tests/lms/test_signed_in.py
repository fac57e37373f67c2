"""How long a session lasts, where one is signed in, and who can end that."""

import dataclasses
import datetime
import re

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from lms.db import db, now
from lms.models import AuditEvent, Session, User
from lms.settings import Settings, SettingsError
from tests.lms.people import EMAIL, account, another, sign_in
from tests.lms.test_learning import COURSE, SLUG, begin
from tests.lms.test_people import Alongside, alongside
from tests.page_checks import CheckingClient

LESSON = f"{COURSE}/lessons/what-it-does"

__all__ = ["alongside"]
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


def sessions(app: Flask, user_id: int) -> list[Session]:
    with app.app_context():
        return list(db.session.scalars(select(Session).filter_by(user_id=user_id)))


def let_pass(app: Flask, time: datetime.timedelta) -> None:
    """Let so much time pass for every session."""
    with app.app_context():
        for held in db.session.scalars(select(Session)):
            held.began_at, held.used_at, held.ends_at = (
                each - time for each in (held.began_at, held.used_at, held.ends_at)
            )
        db.session.commit()


def use(client: CheckingClient) -> int:
    """Send a form, as somebody does who learns; then whether the account opens."""
    client.get("/account/name")
    client.send("/account/name", name="Sam")
    return client.get("/account").status_code


def test_a_learner_signs_in_again_after_ninety_days(client: CheckingClient, app: Flask) -> None:
    """However often it is used, a session of an account ends 90 days after it began."""
    account(app)
    sign_in(client)
    for _ in range(4):
        let_pass(app, 20 * DAY)
        assert use(client) == 200
    let_pass(app, 11 * DAY)
    assert client.get("/account").status_code == 403


@pytest.mark.parametrize("role", ["trainer", "coordinator", "admin"])
def test_who_has_a_role_signs_in_each_day(client: CheckingClient, app: Flask, role: str) -> None:
    """A session of somebody with a role ends 12 hours after it began, used or not."""
    account(app, role=role)
    sign_in(client)
    let_pass(app, 8 * HOUR)
    assert use(client) == 200
    let_pass(app, 5 * HOUR)
    assert client.get("/account").status_code == 403


def test_a_guest_never_has_to_come_back(client: CheckingClient, app: Flask) -> None:
    """Who has no password keeps their place for as long as they use it: a session could not be begun again."""
    begin(client)
    for _ in range(6):
        let_pass(app, 29 * DAY)
        client.get("/come-back/code")
        assert client.send("/come-back/code").status_code == 200
    let_pass(app, 31 * DAY)
    assert client.get("/account").status_code == 403


def test_how_long_is_a_setting(client: CheckingClient, app: Flask) -> None:
    """An installation may ask for the password more often, or less."""
    app.extensions["alongside"] = dataclasses.replace(
        app.extensions["alongside"], session_days=1, role_session_hours=2
    )
    learner, trainer = account(app), account(app, "t@example.org", role="trainer")
    sign_in(client), sign_in(another(app), "t@example.org")
    (of_learner,), (of_trainer,) = sessions(app, learner), sessions(app, trainer)
    assert of_learner.ends_at - of_learner.began_at == DAY
    assert of_trainer.ends_at - of_trainer.began_at == 2 * HOUR


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SESSION_DAYS", "0"),
        ("SESSION_DAYS", "366"),
        ("ROLE_SESSION_HOURS", "0"),
        ("ROLE_SESSION_HOURS", "169"),
    ],
)
def test_no_session_for_ever(name: str, value: str) -> None:
    """A setting cannot take the end away."""
    with pytest.raises(SettingsError, match=f"ALONGSIDE_{name} should be from 1 to"):
        Settings.from_env(
            {f"ALONGSIDE_{name}": value, "ALONGSIDE_INSTANCE": ".", "ALONGSIDE_SECRET_KEY": "x"}
        )


def test_use_is_noted_to_the_hour(client: CheckingClient, app: Flask) -> None:
    """When a session was used is noted at most once an hour; reading is not noted."""
    user_id = account(app)
    sign_in(client)
    (first,) = sessions(app, user_id)
    assert use(client) == 200
    assert sessions(app, user_id)[0].used_at == first.used_at
    let_pass(app, 2 * HOUR)
    client.get("/account")
    assert sessions(app, user_id)[0].used_at == first.used_at - 2 * HOUR
    use(client)
    assert now() - sessions(app, user_id)[0].used_at < HOUR


def test_where_you_are_signed_in(client: CheckingClient, app: Flask) -> None:
    """The page has each browser with its times, says which is this one, and names nobody else's."""
    account(app), account(app, "other@example.org")
    sign_in(client), sign_in(another(app)), sign_in(another(app), "other@example.org")
    page = client.get("/account/sessions").text
    assert page.count("This browser") == page.count("Another browser") == 1
    assert page.count("Signed in</dt>") == page.count("Last used</dt>") == 2
    assert "/account/sessions" in client.get("/account").text


def test_ending_one_session(client: CheckingClient, app: Flask) -> None:
    """One browser is signed out, and no other; here too, if that is the one."""
    user_id = account(app)
    phone, tablet = another(app), another(app)
    for each in (client, phone, tablet):
        sign_in(each)
    ids = [each.id for each in sessions(app, user_id)]
    client.get("/account/sessions")
    assert client.send(f"/account/sessions/{ids[1]}/sign-out").location == "/account/sessions"
    assert [each.get("/account").status_code for each in (client, phone, tablet)] == [200, 403, 200]
    assert client.send(f"/account/sessions/{ids[1]}/sign-out").status_code == 404
    client.send(f"/account/sessions/{ids[0]}/sign-out")
    assert [each.get("/account").status_code for each in (client, tablet)] == [403, 200]


def test_nobody_ends_the_session_of_another(client: CheckingClient, app: Flask) -> None:
    """The number of somebody else's session is of no use, to an administrator neither."""
    theirs = account(app, "other@example.org")
    account(app, role="admin")
    other = another(app)
    sign_in(other, "other@example.org"), sign_in(client)
    client.get("/account/sessions")
    assert client.send(f"/account/sessions/{sessions(app, theirs)[0].id}/sign-out").status_code == 404
    assert other.get("/account").status_code == 200


def test_ending_all_others(client: CheckingClient, app: Flask) -> None:
    """Every other browser of this person is signed out; this one stays, and so does everybody else."""
    account(app), account(app, "other@example.org")
    phone, other = another(app), another(app)
    sign_in(client), sign_in(phone), sign_in(other, "other@example.org")
    client.get("/account/sessions")
    assert client.send("/account/other-sign-outs").status_code == 302
    assert [each.get("/account").status_code for each in (client, phone, other)] == [200, 403, 200]
    assert "Sign out everywhere else" not in client.get("/account/sessions").text


def test_a_guest_in_two_browsers(client: CheckingClient, app: Flask) -> None:
    """Also a guest, whose code may have been seen by another, can end what was opened with it."""
    begin(client)
    client.get("/come-back/code")
    code = re.findall(r'<bdi dir="ltr">([\w-]{14})</bdi>', client.send("/come-back/code").text)[0]
    thief = another(app)
    thief.get("/come-back")
    assert thief.send("/come-back", code=code).status_code == 302
    assert "make a new code" in client.get("/account/sessions").text
    client.send("/account/other-sign-outs")
    assert (client.get("/account").status_code, thief.get("/account").status_code) == (200, 403)


def test_ended_sessions_are_not_shown(client: CheckingClient, app: Flask) -> None:
    """A session that is over is on the page no more, though the worker has not yet deleted it."""
    account(app)
    sign_in(another(app))
    with app.app_context():
        db.session.execute(update(Session).values(ends_at=now()))
        db.session.commit()
    sign_in(client)
    assert "Another browser" not in client.get("/account/sessions").text


def test_an_administrator_signs_somebody_out(
    alongside: Alongside, client: CheckingClient, app: Flask
) -> None:
    """A command ends every session of one person, and is kept in the audit trail without their address."""
    user_id = account(app)
    account(app, "other@example.org")
    other = another(app)
    sign_in(client), sign_in(other, "other@example.org")
    result = alongside("people", "sign-out", EMAIL.upper())
    assert result.exit_code == 0 and f"{EMAIL} is signed out everywhere." in result.output
    assert (client.get("/account").status_code, other.get("/account").status_code) == (403, 200)
    with app.app_context():
        noted = db.session.scalars(select(AuditEvent).filter_by(action="person signed out")).one()
        assert noted.subject == f"person {user_id}"
    unknown = alongside("people", "sign-out", "nobody@example.org")
    assert unknown.exit_code == 1 and "Nobody has an account" in unknown.output


def test_another_role_needs_signing_in_again(
    alongside: Alongside, client: CheckingClient, app: Flask
) -> None:
    """Who is given a role, or loses it, is signed out, so that no long session has it; the same role ends none."""
    user_id = account(app)
    sign_in(client)
    alongside("people", "role", EMAIL, "learner")
    assert client.get("/account").status_code == 200
    alongside("people", "role", EMAIL, "admin")
    assert client.get("/account").status_code == 403
    sign_in(client)
    alongside("people", "role", EMAIL, "learner", "--yes")
    assert client.get("/account").status_code == 403
    with app.app_context():
        assert db.session.get_one(User, user_id).role == "learner"


def test_an_ended_session_makes_no_newcomer(client: CheckingClient, app: Flask) -> None:
    """Who goes on learning after their session ended elsewhere is told, and does not become a guest unasked."""
    account(app)
    sign_in(client)
    begin(client)
    client.get(LESSON)
    with app.app_context():
        db.session.execute(delete(Session))
        db.session.commit()
    assert client.send(f"{LESSON}/completion").status_code == 403
    with app.app_context():
        assert len(db.session.scalars(select(User)).all()) == 1
    client.get(f"{COURSE}/before")
    assert client.send("/enrolments", course=SLUG).status_code == 302, "but may begin as a newcomer then"


def test_the_menu_of_an_ended_session(client: CheckingClient, app: Flask, statements: list[str]) -> None:
    """Whose session has ended is offered to sign in, by no query that the page did not make before."""
    account(app)
    sign_in(client)
    client.get("/help")
    statements.clear()
    assert menu(client.get("/help").text) == "Your account"
    as_somebody = len(statements)
    with app.app_context():
        db.session.execute(delete(Session))
        db.session.commit()
    statements.clear()
    assert menu(client.get("/help").text) == "Sign in"
    assert len(statements) == as_somebody + 1, "which facts are newest, which no session tells any more"


def test_who_is_signed_in_while_the_database_is_away(
    client: CheckingClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also who is signed in gets a page that says what is wrong: it is made without asking who they are."""
    account(app)
    sign_in(client)

    def away(_token: str) -> None:
        raise OSError("the database is away")

    monkeypatch.setattr(Session, "find", away)
    answer = client.get("/help")
    assert answer.status_code == 500 and "Something went wrong on our side" in answer.text
    assert menu(answer.text) == "Your account"


def menu(page: str) -> str:
    """What the last place in the menu is called."""
    return page.split("</ul>", 1)[0].rsplit("</a>", 1)[0].rsplit(">", 1)[1]
