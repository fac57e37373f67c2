"""What tests of LTI share: a platform that is registered, and whole launches from it."""

import functools
import html
import re
from typing import Any

import jwt
from flask import Flask
from werkzeug.test import TestResponse

from lms.db import db, now
from lms.lti import keys
from lms.models import Deployment, ToolKey
from lms.models import Platform as Registration
from tests.lti.platform import Platform
from tests.page_checks import CheckingClient

TOOL = "https://localhost"
"""Where Alongside is, for a test client."""


def register(
    app: Flask, platform: Platform, *, approved: bool = True, deployed: bool = True, frames: str = ""
) -> int:
    """Make a platform known to Alongside, with its deployment; both approved, or waiting for it. Its id.

    `frames` are the origins that may show us.
    """
    with app.app_context():
        if not ToolKey.published():
            db.session.add(ToolKey(**_tool_key(app.config["SECRET_KEY"])))
        held = Registration(
            name="The council's learning system",
            issuer=platform.issuer,
            client_id=platform.client_id,
            auth_url=platform.auth_url,
            token_url=platform.token_url,
            keys_url=platform.keys_url,
            audience=platform.audience,
            frames=frames,
            shared=platform.profile.shared,
            approved_at=now() if approved else None,
        )
        db.session.add(held)
        db.session.flush()
        if deployed:
            moment = now() if approved else None
            place = Deployment(platform_id=held.id, deployment=platform.deployment, approved_at=moment)
            db.session.add(place)
        db.session.commit()
        return held.id


@functools.cache
def _tool_key(_secret: str) -> dict[str, Any]:
    """The key of every Alongside with this secret: making one takes longer than most tests."""
    made = keys.rotate()
    held = {"kid": made.kid, "public": made.public, "private": made.private}
    db.session.rollback()
    return held


def log_in(
    client: CheckingClient, platform: Platform, opens: str = "/", *, by: str = "POST", **launch: Any
) -> TestResponse:
    """Open a link of the platform: what /lti/login answers. `launch` is what `Platform.launch_form` takes."""
    form = platform.launch_form(opens, **launch)
    if by == "GET":
        return client.get("/lti/login", query_string=form)
    return client.post("/lti/login", data=form)


def launch(
    client: CheckingClient,
    platform: Platform,
    opens: str = "/",
    *,
    by: str = "POST",
    forged: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
    **said: Any,
) -> TestResponse:
    """A whole launch: what /lti/launch answers a browser that sends these headers. `said` is what
    `Platform.launch_form` takes, `forged` what `Platform.message` takes. Where the platform keeps things for us, it does
    not answer, which leaves it to the browser's cookies.
    """
    login = log_in(client, platform, opens, by=by, **said)
    answer = platform.answer(login.location or next_of(login), **(forged or {}))
    answer |= {"proof": ""} if platform.profile.storage else {}
    return client.post("/lti/launch", data=answer, headers=headers)


def next_of(page: TestResponse) -> str:
    """Where a page that keeps something with the platform goes on to."""
    found = re.search(r'href="([^"]+)" data-storage', page.text)
    assert found, (page.status_code, page.text)
    return html.unescape(found[1])


def aged(client: CheckingClient, platform: Platform, opens: str, age: int, lasts: int) -> TestResponse:
    """A launch whose message was issued so many seconds ago."""
    login = log_in(client, platform, opens)
    form = platform.answer(login.location)
    said = jwt.decode(form["id_token"], options={"verify_signature": False})
    times = {"iat": said["iat"] - age, "exp": said["iat"] - age + lasts}
    return client.post("/lti/launch", data={**form, "id_token": platform.message(said, changes=times)})
