"""The pictures of docs/lti.md: our pages about a learning system that registers, and about its launches."""

import dataclasses
import datetime
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, Locator, Page

from lms.app import create_app
from lms.db import db, now
from lms.models import Deployment, LaunchTransaction, Platform
from tests.browser.inside import serving
from tests.conftest import prepare, settings_for
from tests.lms.everything import browser_of, someone
from tests.lti.states_admin import invited
from tests.page_checks import CheckingClient

SITE = "https://moodle.example.org"
KINDS = {
    "moodle": SITE,
    "canvas": "",
    "brightspace": "https://learn.example.org",
    "blackboard": "",
    "openedx": "https://courses.example.org",
}
"""Where each kind is whose values are pictured, for those that are not one site for all."""
ASKED = f"?openid_configuration={SITE}/mod/lti/openid-configuration.php&registration_token=x"
LAUNCHES = (
    {"failed": "deployment", "skew": None},
    {"failed": "clock", "detail": "It was issued 95 seconds from now.", "skew": None},
    {"rung": "address", "skew": 2},
    {"rung": "cookie", "skew": 40},
    {"failed": "keys", "detail": "The answer was 404, and no key set.", "skew": None},
)


def of_learning_systems(browser: Browser, folder: Path) -> Iterator[Path]:
    """Make each picture anew; their paths."""
    with tempfile.TemporaryDirectory() as place:
        settings = settings_for(f"sqlite:///{Path(place) / 'pictures.db'}", Path(place))
        prepare(settings.database_url, Path(place))
        app = create_app(settings)
        app.extensions["alongside"] = dataclasses.replace(settings, url="https://learn.example.org")
        app.test_client_class = CheckingClient
        with serving(app) as address:
            page = _administrator(browser, app, address)
            page.goto("/platforms")
            page.get_by_label("What you call this learning system").fill("Council Moodle")
            page.get_by_role("button", name="Make a link").click()
            yield _top(page, folder / "invite.png", 560)
            page.goto(f"{invited(app)}{ASKED}")
            yield _top(page, folder / "register.png", 660)
            page.goto(f"/platforms/{_registered(app)}")
            yield _top(page, folder / "approve.png", 620)
            page.goto("/platforms/new?kind=other")
            yield _top(page, folder / "values.png", 780)
            for kind, site in KINDS.items():
                page.goto(f"/platforms/new?kind={kind}&site={site}")
                yield _below(page, "2. Here", folder / f"{kind}.png", 1130)
            page.set_viewport_size({"width": 1100, "height": 900})
            page.goto("/platforms/launches")
            yield _top(page, folder / "launches.png", 600)


def _administrator(browser: Browser, app: Flask, address: str) -> Page:
    cookie = browser_of(app, someone(app, "admin")).get_cookie("alongside")
    assert cookie is not None
    context = browser.new_context(viewport={"width": 900, "height": 900}, base_url=address)
    context.add_cookies([{"name": "alongside", "value": cookie.value, "url": address}])
    return context.new_page()


def _registered(app: Flask) -> int:
    """A learning system that waits, with launches of several kinds; its number."""
    with app.app_context():
        held = Platform(name="Council Moodle", issuer=SITE, client_id="zG3xV0eYwqLr9uT", frames=SITE)
        held.auth_url, held.token_url, held.keys_url = (
            f"{SITE}/mod/lti/{page}.php" for page in ("auth", "token", "certs")
        )
        db.session.add(held)
        db.session.flush()
        db.session.add(Deployment(platform_id=held.id, deployment="1"))
        for number, said in enumerate(LAUNCHES):
            then = now() - datetime.timedelta(minutes=50 - 9 * number)
            made = LaunchTransaction(platform_id=held.id, began_at=then, **said)
            made.consumed_at = then if "rung" in said else None
            db.session.add(made)
        db.session.commit()
        return held.id


def _top(page: Page, path: Path, height: int) -> Path:
    """The top of the page, below its menu."""
    return _from(page, page.locator("main"), path, height)


def _below(page: Page, heading: str, path: Path, height: int) -> Path:
    """What stands below a heading, and the heading."""
    return _from(page, page.get_by_role("heading", name=heading), path, height)


def _from(page: Page, begins: Locator, path: Path, height: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    page.mouse.move(0, 0)
    main, box = page.locator("main").bounding_box(), begins.bounding_box()
    assert main is not None and box is not None
    clip = {"x": main["x"], "y": box["y"], "width": main["width"], "height": height}
    page.screenshot(path=path, clip=clip, full_page=True)  # type: ignore[arg-type]
    return path
