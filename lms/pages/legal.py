"""What the law asks a site to say about itself: privacy, cookies, access."""

from flask import Blueprint, current_app, render_template

from lms.access import open_to
from lms.language import offered
from lms.models.session import LASTS
from lms.retention import WARNED

pages = Blueprint("legal", __name__)


@pages.get("/privacy")
@open_to("anyone")
def privacy() -> str:
    """What is kept about people, why, for how long, and what they can ask for."""
    kept = current_app.extensions["alongside"]
    return _page("privacy.html", kept=kept, session_days=LASTS.days, warned_days=WARNED.days)


@pages.get("/cookies")
@open_to("anyone")
def cookies() -> str:
    """Each cookie by name: why it is needed and how long it stays."""
    session = current_app.config["SESSION_COOKIE_NAME"]
    kept = current_app.extensions["alongside"]
    return _page(
        "cookies.html", session_cookie=session, session_days=LASTS.days, longest_days=kept.session_days
    )


@pages.get("/accessibility")
@open_to("anyone")
def accessibility() -> str:
    """The accessibility statement, in the form that public bodies in the UK use."""
    return _page("accessibility.html", only_english=len(offered()) == 1)


def _page(template: str, **values: object) -> str:
    settings = current_app.extensions["alongside"]
    return render_template(template, organisation=settings.organisation, contact=settings.contact, **values)
