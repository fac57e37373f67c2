"""Every page between a learning system and a lesson, as HTML, for those who look at all pages."""

import html
import re
from collections.abc import Iterator

from flask import Flask
from werkzeug.test import TestResponse

from lms.db import db
from lms.lti.outgoing import Outgoing
from lms.lti.refusals import WORDS, Refused
from lms.models import Platform as Registration
from lms.models import Session
from lms.pages.launches import refuse
from tests.lti.launching import log_in, register
from tests.lti.platform import CANVAS, MOODLE, Platform
from tests.page_checks import CheckingClient

TEACHER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
WINDOW = {"Sec-Fetch-Dest": "document"}
FRAME = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"}


def states(client: CheckingClient, app: Flask, course: str) -> Iterator[tuple[str, str]]:
    """What the browser that opens a course from a learning system may be shown on the way; it keeps no cookies."""
    tool = app.extensions["alongside"].url
    app.extensions["outgoing"] = Outgoing({"127.0.0.1"})
    moodle, canvas = (
        Platform(tool, lambda: client.get("/lti/jwks.json").get_json(), profile)
        for profile in (MOODLE, CANVAS)
    )
    try:
        for platform in (moodle, canvas):
            register(app, platform)
        yield "/lti/launch", client.get("/lti/launch").text
        yield "refused", client.post("/lti/launch", data={"state": "nobody's"}).text
        yield "nothing to open", _opened(client, moodle, "/").text
        yield "a course that may be hard", _opened(client, moodle, course).text
        yield (
            "who teaches",
            _without_cookies(client, moodle, log_in(client, moodle, course, roles=[TEACHER]).location).text,
        )
        login = log_in(client, canvas, course)
        yield "kept by the platform", login.text
        yield "shown by the platform", _without_cookies(client, canvas, _next(login.text)).text
        _opened(client, moodle, course, headers=WINDOW)
        with app.app_context():
            db.session.execute(db.delete(Session).where(Session.resource_link_id.is_not(None)))
            db.session.commit()
        yield "after the visit", client.get("/help").text
    finally:
        for platform in (moodle, canvas):
            platform.stop()
        with app.app_context():
            for held in db.session.scalars(db.select(Registration)):
                db.session.delete(held)
            db.session.commit()


def _next(page: str) -> str:
    """Where a page that keeps something with the platform goes on to."""
    found = re.search(r'href="([^"]+)" data-storage', page)
    assert found
    return html.unescape(found[1])


def _opened(
    client: CheckingClient,
    platform: Platform,
    opens: str,
    headers: dict[str, str] = FRAME,
    **said: object,
) -> TestResponse:
    login = log_in(client, platform, opens, **said)
    return client.post("/lti/launch", data=platform.answer(login.location), headers=headers)


def _without_cookies(client: CheckingClient, platform: Platform, asked: str) -> TestResponse:
    """As a browser that keeps none of ours goes on with a launch; it still says which language it asks for."""
    bare = client.application.test_client(use_cookies=False)
    shown = FRAME | {"Cookie": f"alongside-display={_display(client)}"}
    return bare.post("/lti/launch", data=platform.answer(asked), headers=shown)


def refusals(client: CheckingClient, app: Flask) -> Iterator[tuple[str, str]]:
    """Every way in which a launch is refused."""
    for check in WORDS:
        with app.test_request_context(headers={"Cookie": f"alongside-display={_display(client)}"}):
            yield f"refused: {check}", refuse(Refused(check))[0]


def _display(client: CheckingClient) -> str:
    held = client.get_cookie("alongside-display")
    return held.value if held else ""
