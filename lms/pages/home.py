"""The home page: every course, and where you were."""

from flask import Blueprint, render_template
from flask_login import current_user

from lms.access import me, open_to
from lms.learning import places
from lms.library import catalogue

pages = Blueprint("home", __name__)


@pages.get("/")
@open_to("anyone")
def index() -> str:
    """The catalogue, with the courses you have begun on top."""
    courses, paths = catalogue()
    mine = places(me(), courses) if current_user.is_authenticated else []
    return render_template(
        "home.html", courses=list(courses.values()), paths=list(paths.values()), places=mine
    )
