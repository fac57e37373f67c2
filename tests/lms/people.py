"""What tests about accounts share: mails as they would be sent, and people with accounts."""

import re

from flask import Flask
from sqlalchemy import select

from lms import outbox, passwords
from lms.db import db
from lms.models import Delivery, User
from lms.outbox import Mail
from tests.page_checks import CheckingClient

EMAIL, PASSWORD = "sam@example.org", "violet kettle marches"


def mails(app: Flask) -> list[Mail]:
    """Every mail as it would be sent now, the oldest first; those with nothing to send left out."""
    with app.app_context():
        waiting = db.session.scalars(
            select(Delivery).where(outbox.MAIL).order_by(Delivery.made_at, Delivery.id)
        )
        worded = [outbox.worded(delivery) for delivery in waiting]
    return [mail for mail in worded if mail is not None]


def link(app: Flask, page: str) -> str:
    """The path of the newest link to a page in any mail."""
    found = [re.search(rf"http://localhost(/{page}/\S+)", mail.text) for mail in mails(app)]
    return [each[1] for each in found if each][-1]


def account(app: Flask, email: str = EMAIL, password: str = PASSWORD, **said: object) -> int:
    """Someone with an account; the id."""
    with app.app_context():
        user = User(guest=False, email=email, password_hash=passwords.hashed(password), **said)
        db.session.add(user)
        db.session.commit()
        return user.id


def sign_in(client: CheckingClient, email: str = EMAIL, password: str = PASSWORD) -> int:
    """Try to sign in; the status of the answer."""
    client.get("/sign-in")
    return client.send("/sign-in", email=email, password=password).status_code


def another(app: Flask) -> CheckingClient:
    """Another browser."""
    made = app.test_client()
    assert isinstance(made, CheckingClient)
    return made
