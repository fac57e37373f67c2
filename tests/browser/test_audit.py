"""The audit trail in a real browser: on a small phone, by keyboard, seen by axe."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from lms.app import create_app
from lms.db import begin_writing, db
from lms.models import AuditEvent, Session, User
from lms.settings import Settings

Check = Callable[[Page], None]


@pytest.fixture
def admin(instance: Path, server: str) -> dict[str, str]:
    """The cookie of an administrator who has done much."""
    app = create_app(Settings.from_env({"ALONGSIDE_INSTANCE": str(instance), "ALONGSIDE_URL": server}))
    with app.app_context():
        begin_writing()
        person = User(guest=False, role="admin")
        for number in range(60):
            AuditEvent.note("role changed", f"person {number}", detail="learner to coordinator", actor=person)
        token = Session.begin(person)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return {"name": "alongside", "value": _signed(app, token), "url": server}


def _signed(app: Flask, token: str) -> str:
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return str(serializer.dumps({"_user_id": token, "_permanent": True}))


@pytest.mark.slow
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_pages(open_page: Callable[..., Page], axe: Check, admin: dict[str, str], colours: str) -> None:
    """From the home page to what was done, and earlier: axe finds nothing and nothing is lost at 320 pixels."""
    page = open_page(color_scheme=colours, viewport={"width": 320, "height": 640})
    page.goto("/audit")
    expect(page.get_by_role("heading", level=1)).to_have_text("You are not signed in here")
    axe(page)
    page.context.add_cookies([admin])  # type: ignore[list-item]
    page.goto("/")
    page.get_by_role("link", name="What was done here").press("Enter")
    expect(page.get_by_role("row")).to_have_count(51)
    axe(page)
    assert page.locator("html").evaluate("each => each.scrollWidth") <= 320
    page.get_by_role("link", name="Earlier").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("What was done here, earlier")
    axe(page)
    page.get_by_role("link", name="The newest").press("Enter")
    expect(page.get_by_role("row")).to_have_count(51)
