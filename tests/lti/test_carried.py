"""A session that the address carries: how pages look, what they offer, and use that is noted in time."""

import datetime
import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from lms.db import db, now
from lms.models import Session
from tests.lti.platform import Platform
from tests.lti.test_launch import LESSON, carried
from tests.page_checks import CheckingClient

HERE = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "iframe"}


@pytest.fixture
def root(app: Flask, client: CheckingClient, platform: Platform) -> str:
    """What the addresses of a learner begin with."""
    return carried(app, client, platform).partition("/courses")[0]


@pytest.fixture
def bare(app: Flask) -> CheckingClient:
    """Their browser, which keeps no cookies."""
    made: CheckingClient = app.test_client(use_cookies=False)  # type: ignore[assignment]
    return made


def display(bare: CheckingClient, root: str, **form: str) -> TestResponse:
    """Send the form of the page *Display*, as the page has it."""
    page = bare.get(f"{root}/display?back={LESSON}", headers=HERE).text
    held = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    return bare.post(f"{root}/display", data=held | {"do": "keep"} | form, headers=HERE)


def test_display_is_kept_and_leads_back(bare: CheckingClient, root: str) -> None:
    """What is chosen shows on the next pages of the visit, and nobody is thrown out of it."""
    page = bare.get(f"{root}/display?back={LESSON}", headers=HERE).text
    assert f'<a href="{root}{LESSON}">Go back' in page
    assert "stay until your visit ends" in page and "for a year" not in page
    answer = display(bare, root, theme="dark", titles="neutral")
    assert answer.location == f"{root}{LESSON}" and "Set-Cookie" not in answer.headers
    for path in (LESSON, "/account", "/help", "/no-such-page"):
        shown = bare.get(f"{root}{path}", headers=HERE).text
        assert 'data-theme="dark"' in shown and "<title>Learning</title>" in shown, path
    assert (
        'id="theme-dark" name="theme" type="radio" value="dark" checked'
        in bare.get(f"{root}/display", headers=HERE).text
    )


def test_defaults_leave_nothing_in_the_session(app: Flask, bare: CheckingClient, root: str) -> None:
    """Back to defaults is as if nothing had been chosen."""
    display(bare, root, size="xl")
    with app.app_context():
        assert db.session.scalars(db.select(Session)).one().display.startswith("size=xl")
    display(bare, root, do="defaults")
    assert "data-size" not in bare.get(f"{root}/help", headers=HERE).text
    with app.app_context():
        assert db.session.scalars(db.select(Session)).one().display in ("", "language=en-GB")


def test_leaving_is_no_page_to_go_back_to(bare: CheckingClient, root: str) -> None:
    """Nobody leaves by keeping a display."""
    assert display(bare, root, back="/leave").location == f"{root}/display?kept=1"


def test_display_after_the_visit(app: Flask, bare: CheckingClient, root: str) -> None:
    """Where the session has ended meanwhile, no page says that something was kept."""
    page = bare.get(f"{root}/display", headers=HERE).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    bare.get(f"{root}/leave", headers=HERE)
    answer = bare.post(f"{root}/display", data={"csrf_token": token[1], "do": "keep"}, headers=HERE)
    assert answer.status_code == 403 and "Your visit here has ended" in answer.text


def test_an_idle_session_does_not_wait_for_itself(app: Flask, bare: CheckingClient, root: str) -> None:
    """Use is noted before a view begins to write, so that a form is answered at once, and kept."""
    page = bare.get(f"{root}/display", headers=HERE).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    with app.app_context():
        held = db.session.scalars(db.select(Session)).one()
        held.used_at = now() - datetime.timedelta(minutes=10)
        db.session.commit()
    form = {"csrf_token": token[1], "do": "keep", "size": "xl"}
    assert bare.post(f"{root}/display", data=form, headers=HERE).status_code == 302
    with app.app_context():
        held = db.session.scalars(db.select(Session)).one()
        assert held.used_at > now() - datetime.timedelta(minutes=1)
        assert held.display.startswith("size=xl")
