"""Get help: support and ways to report, by situation. Never a form."""

from flask import Blueprint, render_template

from lms.access import open_to

pages = Blueprint("help", __name__, url_prefix="/help")


@pages.get("")
@open_to("anyone")
def index() -> str:
    """Who to ring, text or write to."""
    return render_template("help.html")
