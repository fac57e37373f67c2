"""A quiz before it begins: what to expect, how much time there is, and earlier attempts."""

import secrets

from flask import Blueprint, render_template

from lms.access import open_to
from lms.db import now
from lms.learning import time_is_up
from lms.models import Attempt
from lms.pages.asking import switching
from lms.pages.loading import live, my_place, quiz_of
from quizzes.rules import may_begin

pages = Blueprint("quizzes", __name__, url_prefix="/courses/<course>/quizzes")


@pages.get("/<quiz>")
@open_to("anyone")
def show(course: str, quiz: str) -> str:
    """What the quiz asks, where you stand, and the way in."""
    taught = live(course).course
    asked, place = quiz_of(taught, quiz), my_place(taught)
    attempts = Attempt.of(place.enrolment, asked.id) if place else []
    submitted = [attempt for attempt in reversed(attempts) if attempt.submitted_at]
    unfinished = next((attempt for attempt in attempts if not attempt.submitted_at), None)
    return render_template(
        "quiz.html",
        course=taught,
        quiz=asked,
        place=place,
        attempts=submitted,
        unfinished=unfinished,
        time_is_up=unfinished is not None and time_is_up(unfinished),
        refusal=may_begin(asked.rules, [each.submitted_at for each in submitted if each.submitted_at], now()),
        token=secrets.token_urlsafe(16),
        **switching(asked, taught),
    )
