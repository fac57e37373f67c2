"""Staying safe: how to leave quickly, before a course begins and at any time."""

from flask import Blueprint, render_template

from lms.access import open_to
from lms.pages.loading import live

pages = Blueprint("safety", __name__)


@pages.get("/safety")
@open_to("anyone")
def index() -> str:
    """Staying safe online: private windows, history, watching software, and what we keep here."""
    return render_template("safety.html")


@pages.get("/courses/<course>/before")
@open_to("anyone")
def before(course: str) -> str:
    """How to leave quickly, told once before the first course; its button begins the course."""
    return render_template("before.html", course=live(course).course)
