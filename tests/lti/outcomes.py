"""What became of launches: what tests look at afterwards."""

import re

from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms.db import db
from lms.models import Identity, LaunchTransaction, Session, User
from tests.page_checks import CheckingClient


def refused(app: Flask, response: TestResponse, check: str, *, people: int = 0) -> None:
    """The launch failed at this check: on a page that says so and what to do, and nobody is signed in; where a
    launch went well before, so many `people` were.
    """
    page = response.get_data(as_text=True)
    assert response.status_code == 403, (response.status_code, page[-2000:])
    assert "<h1>This could not be opened</h1>" in page, page[-2000:]
    assert f">{check}</bdi>”" in page, page[-2000:]
    assert "alongside" not in "".join(response.headers.getlist("Set-Cookie")), "no session is begun"
    with app.app_context():
        noted = db.session.scalars(select(LaunchTransaction.failed).order_by(LaunchTransaction.id)).all()
        assert check in noted, "the administrator can see it"
        for model in (Session, Identity, User):
            assert db.session.scalar(select(func.count()).select_from(model)) == people, model


def arrived(client: CheckingClient, response: TestResponse) -> str:
    """The launch went well, and the page that it leads to can be seen; its address.

    Before a course that is hard to read, people choose where to: here they go on where they are.
    """
    where = response.location
    if response.status_code == 200:
        found = re.search(r'href="([^"]+)">Go on here<', response.get_data(as_text=True))
        where = found[1] if found else None
    assert where, (response.status_code, response.get_data(as_text=True)[-2500:])
    page = client.get(where)
    assert page.status_code == 200, (where, page.status_code)
    return where


def everybody(app: Flask) -> list[User]:
    """Every person there is."""
    with app.app_context():
        found = list(db.session.scalars(select(User).order_by(User.id)))
        db.session.expunge_all()
        return found
