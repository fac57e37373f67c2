"""What tests of a teacher's pages share, where no platform is there to ask."""

from typing import Any

from flask import Flask

from lms.db import db, now
from lms.lti import keys
from lms.lti.content_items import Asked
from lms.models import Deployment, Platform, ToolKey

BACK = "https://lms.example/back?course=1&sesskey=2"


def known(app: Flask) -> int:
    """A platform that is approved with one deployment, and our own key; its id. Twice is once."""
    with app.app_context():
        if not ToolKey.published():
            keys.rotate()
        found = Platform.registered("https://lms.example", "tool")
        if found is None:
            found = Platform(
                name="The council",
                issuer="https://lms.example",
                client_id="tool",
                auth_url="https://lms.example/auth",
                token_url="https://lms.example/token",
                keys_url="https://lms.example/keys",
                approved_at=now(),
            )
            found.deployments.append(Deployment(deployment="1", approved_at=now()))
            db.session.add(found)
        db.session.commit()
        return found.id


def asked(app: Flask, **asks: Any) -> str:
    """What a page to choose on carries; `asks` are fields of `Asked`."""
    usual: dict[str, Any] = {"platform": known(app), "deployment": "1", "back": BACK, "several": True}
    with app.app_context():
        return Asked(**usual | asks).sealed
