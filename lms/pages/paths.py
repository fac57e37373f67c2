"""A learning path: what it asks for, and where you are in it."""

from flask import Blueprint, render_template
from flask_login import current_user

from lms.access import me, open_to
from lms.library import live_courses
from lms.pages.loading import path_live
from lms.paths import path_place

pages = Blueprint("paths", __name__, url_prefix="/paths")


@pages.get("/<path>")
@open_to("anyone")
def show(path: str) -> str:
    """The courses of a path in order, which of them are behind you, and the certificate at the end."""
    followed, courses = path_live(path), live_courses()
    place = path_place(me(), followed) if current_user.is_authenticated else None
    listed = [courses[slug] for slug in followed.courses if slug in courses]
    return render_template("path.html", path=followed, courses=listed, place=place)
