"""Signing in and out; guessing is slow, and nobody is locked out."""

import datetime

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms import passwords
from lms.db import db, now
from lms.models import Session, Throttle, User
from lms.pages.account_forms import too_soon
from tests.lms.people import EMAIL, PASSWORD, account, another, sign_in
from tests.lms.test_learning import begin
from tests.page_checks import CheckingClient

WRONG = "not this one"


def move_clock(app: Flask, seconds: float) -> None:
    """Let so much time pass since every try."""
    with app.app_context():
        for row in db.session.scalars(select(Throttle)):
            row.began_at -= datetime.timedelta(seconds=seconds)
        db.session.commit()


def try_to(client: CheckingClient, password: str = WRONG, email: str = EMAIL) -> str:
    client.get("/sign-in")
    return client.send("/sign-in", email=email, password=password).text


def test_each_sign_in_is_a_new_session(client: CheckingClient, app: Flask) -> None:
    """A session that was there before, as one planted by another, is never the one that is signed in."""
    account(app)
    begin(client)
    with app.app_context():
        before = db.session.scalars(select(Session.token_hash)).one()
    sign_in(client)
    with app.app_context():
        assert before not in set(db.session.scalars(select(Session.token_hash)))


def test_signing_out(client: CheckingClient, app: Flask) -> None:
    """Signed out, this browser is nobody's, also with its old cookie; others stay signed in."""
    account(app)
    phone = another(app)
    sign_in(client), sign_in(phone)
    cookie = client.get_cookie("alongside")
    assert cookie
    client.get("/account")
    assert client.send("/sign-out").status_code == 302
    assert client.get_cookie("alongside") is None, "nothing is left in it"
    client.set_cookie("alongside", cookie.value)
    assert client.get("/account").status_code == 403 and phone.get("/account").status_code == 200


def test_signing_out_everywhere(client: CheckingClient, app: Flask) -> None:
    """Every session of this person ends, and nobody else's."""
    account(app)
    account(app, "other@example.org")
    phone, other = another(app), another(app)
    sign_in(client), sign_in(phone), sign_in(other, "other@example.org")
    client.get("/account")
    assert client.send("/account/sign-outs").status_code == 302
    assert [each.get("/account").status_code for each in (client, phone, other)] == [403, 403, 200]


def test_exit_leaves_nothing_open(client: CheckingClient, app: Flask) -> None:
    """Exit ends the session of an account, and that of the guest before it who waits to be asked about."""
    account(app)
    begin(client)
    sign_in(client)
    client.get("/leave")
    with app.app_context():
        assert db.session.scalars(select(Session)).all() == []


def test_who_is_signed_in_is_not_asked_again(client: CheckingClient, app: Flask) -> None:
    """The pages to sign in and sign up lead to the account of someone who is signed in."""
    account(app)
    assert "/sign-in" in client.get("/").text
    sign_in(client)
    assert client.get("/sign-in").location == client.get("/sign-up").location == "/account"
    assert "/sign-in" not in client.get("/").text


def test_the_same_answer_for_known_and_unknown(
    client: CheckingClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong password and an unknown address get the same page, after the same work, at the same pace."""
    account(app)
    checked = []
    real = passwords._with

    def counting(cost: passwords.Cost) -> object:
        checked.append(cost)
        return real(cost)

    passwords._nobodys(app.config["ARGON2"])  # made once, when the first unknown address comes
    monkeypatch.setattr(passwords, "_with", counting)
    answers: dict[str, list[str]] = {EMAIL: [], "no@example.org": []}
    for email, pages in answers.items():
        for _ in range(7):
            pages.append(try_to(client, email=email).replace(email, "X").replace(client.token, ""))
    known, unknown = answers.values()
    assert known == unknown and "not right" in known[0] and "Wait 2 seconds" in known[5]
    assert len(checked) == 10


def test_guessing_is_slow(client: CheckingClient, app: Flask) -> None:
    """After five wrong tries each further one has to wait twice as long, up to a quarter of an hour."""
    account(app)
    for _ in range(5):
        assert "not right" in try_to(client)
    for wait in (2, 4, 8, 16, 32):
        assert f"Wait {wait} seconds" in try_to(client)
        move_clock(app, wait + 1)
        assert "not right" in try_to(client)
    for _ in range(8):
        move_clock(app, 901)
        assert "not right" in try_to(client)
    assert "Wait 15 minutes" in try_to(client)


def test_nobody_is_locked_out(client: CheckingClient, app: Flask) -> None:
    """A try that comes too soon makes the wait no longer, and after it the right password works and clears all."""
    account(app)
    for _ in range(5):
        try_to(client)
    for _ in range(10):
        assert "Wait 2 seconds" in try_to(client, PASSWORD)
    move_clock(app, 3)
    assert sign_in(client) == 302
    phone = another(app)
    for _ in range(5):
        assert "not right" in try_to(phone)


def test_a_new_password_is_a_way_in_while_someone_guesses(client: CheckingClient, app: Flask) -> None:
    """Guesses by others never close the way by mail."""
    account(app)
    for _ in range(6):
        try_to(another(app))
    client.get("/forgotten-password")
    assert "has an account here" in client.send("/forgotten-password", email=EMAIL).text


@pytest.mark.slow
def test_a_class_behind_one_address(client: CheckingClient, app: Flask) -> None:
    """Thirty people may sign in from one address; one who tries very many accounts from it is slowed."""
    for number in range(35):
        account(app, f"p{number}@example.org")
    for number in range(35):
        assert sign_in(another(app), f"p{number}@example.org") == 302
    for number in range(30):
        assert "not right" in try_to(client, email=f"p{number}@example.org")
    assert "Wait 2 seconds" in try_to(client, email="p34@example.org")


def test_the_pace_holds_wherever_the_password_is_asked(client: CheckingClient, app: Flask) -> None:
    """Who sits at an open session cannot guess the password faster by another form."""
    account(app)
    sign_in(client)
    client.get("/account/deletion")
    for path, fields in [
        ("/account/password", {"new_password": "violet kettle marches on"}),
        ("/account/email", {"email": "n@example.org"}),
        ("/account/deletion", {}),
    ]:
        for _ in range(2):
            last = client.send(path, password="not this one", **fields).text
    assert "Wait 2 seconds" in last


def test_tries_are_forgotten(client: CheckingClient, app: Flask) -> None:
    """An hour after the last wrong try one begins anew."""
    account(app)
    for _ in range(5):
        try_to(client)
    move_clock(app, 3601)
    for _ in range(5):
        assert "not right" in try_to(client)
    assert "Wait 2 seconds" in try_to(client)


def test_a_password_changed_meanwhile(
    client: CheckingClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A password that was right when it was checked, and is not when the session would begin, opens nothing."""
    user_id = account(app)
    real = passwords.matches

    def slow(held: str | None, password: str) -> bool:
        found = real(held, password)
        db.session.execute(update(User).where(User.id == user_id).values(password_hash="another"))
        db.session.commit()
        return found

    monkeypatch.setattr(passwords, "matches", slow)
    assert sign_in(client) == 409
    assert client.get("/account").status_code == 403


def test_an_ended_session_is_over(client: CheckingClient, app: Flask) -> None:
    """A session idle for 30 days needs signing in again."""
    account(app)
    sign_in(client)
    with app.app_context():
        db.session.execute(update(Session).values(ends_at=now()))
        db.session.commit()
    assert client.get("/account").status_code == 403


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 second,"), (59.5, "60 seconds"), (61, "2 minutes"), (900, "15 minutes")]
)
def test_how_long_to_wait(seconds: float, words: str) -> None:
    """The wait is said in whole seconds or minutes, never less than it is."""
    assert f"Wait {words}" in too_soon(datetime.timedelta(seconds=seconds))
