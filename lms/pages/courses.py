"""A course and its glossary."""

from flask import Blueprint, render_template

from lms.access import open_to
from lms.pages.loading import live, my_place

pages = Blueprint("courses", __name__, url_prefix="/courses")


@pages.get("/<course>")
@open_to("anyone")
def show(course: str) -> str:
    """What the course is, and where you are in it."""
    taught = live(course).course
    return render_template("course.html", course=taught, place=my_place(taught))


@pages.get("/<course>/glossary")
@open_to("anyone")
def glossary(course: str) -> str:
    """The words the course explains."""
    return render_template("glossary.html", course=live(course).course)
