"""What is told to the holder of an account by mail, so that nobody changes it unnoticed."""

import pytest
from flask import Flask

from tests.lms.people import EMAIL, PASSWORD, account, another, link, mails, sign_in
from tests.page_checks import CheckingClient

NEW_EMAIL, NEW_PASSWORD = "new@example.org", "seven brass umbrellas"
TAUGHT = ("hate", "mate", "crime", "police", "course", "lesson", "learn", "training")


def change_email(app: Flask, asking: CheckingClient, opening: CheckingClient) -> None:
    """Ask for another address, and agree at both."""
    asking.get("/account/email")
    asking.send("/account/email", email=NEW_EMAIL, password=PASSWORD)
    for page in ("email-change", "new-email"):
        path = link(app, page)
        opening.get(path)
        assert opening.send(path, agreed="yes").status_code == 200


def test_a_changed_password_is_told(client: CheckingClient, app: Flask) -> None:
    """Who changes the password gets a mail that says so and leads to a new one."""
    account(app)
    sign_in(client)
    client.get("/account/password")
    client.send("/account/password", password=PASSWORD, new_password=NEW_PASSWORD)
    (told,) = mails(app)
    assert told.to == EMAIL and "password of your account was changed" in told.text
    assert "/forgotten-password" in told.text


def test_a_reset_password_is_told(client: CheckingClient, app: Flask) -> None:
    """A password chosen by a link in a mail is told too; the first one of an invited person is not."""
    account(app)
    client.get("/forgotten-password")
    client.send("/forgotten-password", email=EMAIL)
    path = link(app, "new-password")
    client.get(path)
    client.send(path, new_password=NEW_PASSWORD)
    assert ["was changed" in mail.text for mail in mails(app)] == [True]


def test_a_password_that_was_not_changed_is_not_told(client: CheckingClient, app: Flask) -> None:
    """A wrong password changes nothing and sends nothing."""
    account(app)
    sign_in(client)
    client.get("/account/password")
    client.send("/account/password", password="not this one", new_password=NEW_PASSWORD)
    assert mails(app) == []


def test_a_changed_address_is_told_at_both(client: CheckingClient, app: Flask) -> None:
    """The old and the new address get the same mail, and neither is told the other."""
    account(app)
    sign_in(client)
    change_email(app, client, client)
    told = [mail for mail in mails(app) if "was changed" in mail.text]
    assert [mail.to for mail in told] == [EMAIL, NEW_EMAIL]
    assert not [mail for mail in told if EMAIL in mail.text or NEW_EMAIL in mail.text]


def test_a_changed_address_ends_other_sessions(client: CheckingClient, app: Flask) -> None:
    """Where the last link is opened one stays signed in, by a new session; everywhere else one is signed out."""
    account(app)
    phone = another(app)
    sign_in(client), sign_in(phone)
    before = client.get_cookie("alongside")
    change_email(app, client, client)
    assert (client.get("/account").status_code, phone.get("/account").status_code) == (200, 403)
    thief = another(app)
    assert before
    thief.set_cookie("alongside", before.value)
    assert thief.get("/account").status_code == 403


def test_a_link_signs_nobody_in(client: CheckingClient, app: Flask) -> None:
    """Opened where nobody is signed in, or somebody else is, the link ends the sessions and begins none."""
    account(app), account(app, "other@example.org")
    sign_in(client)
    other = another(app)
    sign_in(other, "other@example.org")
    change_email(app, client, other)
    assert client.get("/account").status_code == 403
    assert "other@example.org" in other.get("/account").text


@pytest.mark.parametrize("contact", ["", "help@example.org"])
def test_notices_are_neutral(client: CheckingClient, app: Flask, contact: str) -> None:
    """Neither subject nor words tell what is taught here."""
    object.__setattr__(app.extensions["alongside"], "contact", contact)
    account(app)
    sign_in(client)
    change_email(app, client, client)
    client.get("/account/password")
    client.send("/account/password", password=PASSWORD, new_password=NEW_PASSWORD)
    told = [mail for mail in mails(app) if "was changed" in mail.text]
    assert len(told) == 3 and {mail.subject for mail in told} == {"Your account"}
    words = " ".join(mail.text for mail in told).casefold()
    assert not [word for word in TAUGHT if word in words]
    assert (contact or "http://localhost") in words
