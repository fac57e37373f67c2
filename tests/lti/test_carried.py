"""A session that the address carries: how pages look, what they offer, and use that is noted in time."""

import datetime
import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from lms.db import db, now
from lms.models import Session
from tests.lti.launching import log_in
from tests.lti.platform import Platform
from tests.lti.test_launch import FRAME, LESSON, carried, go_on
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
    assert "size=xl" in bare.get(f"{root}/account/data.json", headers=HERE).text
    display(bare, root, do="defaults")
    assert "data-size" not in bare.get(f"{root}/help", headers=HERE).text
    with app.app_context():
        assert db.session.scalars(db.select(Session)).one().display in ("", "language=en-GB")


def test_leaving_is_no_page_to_go_back_to(bare: CheckingClient, root: str) -> None:
    """Nobody leaves by keeping a display."""
    assert display(bare, root, back="/leave").location == f"{root}/display?kept=1"


def test_no_way_is_offered_that_leads_nowhere(bare: CheckingClient, root: str) -> None:
    """Nobody can sign in, or come back with a code, where the browser keeps nothing: the link leads back."""
    safety = bare.get(f"{root}/safety", headers=HERE)
    assert safety.status_code == 200 and "open the link in your learning system again" in safety.text
    astray = bare.get(f"{root}/no-such-page", headers=HERE)
    assert astray.status_code == 404 and "open the link again" in astray.text
    pages = [safety.text, astray.text, bare.get(f"{root}/account", headers=HERE).text]
    bare.get(f"{root}/leave", headers=HERE)
    over = bare.get(f"{root}/account", headers=HERE)
    assert over.status_code == 403 and "open the link again" in over.text
    for page in (*pages, over.text, bare.get(f"{root}/help", headers=HERE).text):
        assert f'href="{root}/come-back"' not in page and f'href="{root}/sign-in"' not in page
    assert 'href="/sign-in"' in bare.get("/help").text and 'href="/come-back"' in bare.get("/help").text


def test_who_is_nobody_there_is_told_how_to_come_back(
    app: Flask, bare: CheckingClient, client: CheckingClient, platform: Platform
) -> None:
    """Their learning system does not say who they are, so its link alone does not bring them back."""
    form = platform.answer(log_in(client, platform, LESSON, person=None).location)
    root = go_on(bare.post("/lti/launch", data=form, headers=FRAME)).partition("/courses")[0]
    page = bare.get(f"{root}/account", headers=HERE).text
    assert "does not tell us who you are" in page and f'href="{root}/come-back/code"' in page
    assert "/sign-up" not in page and "Sign in" not in page and "30 days" not in page


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
