"""Exit this page: end the session and go somewhere neutral at once."""

from flask import Blueprint, current_app, make_response, redirect, render_template, request, session
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from lms.access import open_to, sign_out
from lms.db import begin_writing, db

pages = Blueprint("exits", __name__)


@pages.get("/leave")
@open_to("anyone")
def leave() -> Response:
    """End the session and leave. A link from another site leaves too, but ends nothing."""
    _end_session()
    response = redirect(current_app.extensions["alongside"].leave_to)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@pages.get("/left")
@open_to("anyone")
def left() -> Response:
    """An almost empty page, for a frame that may not leave its window; often all that arrives of an exit."""
    _end_session()
    response = make_response(render_template("left.html"))
    response.headers["Content-Security-Policy"] = "default-src 'none'; base-uri 'none'; frame-ancestors *"
    return response


def _end_session() -> None:
    """Leaving never fails: a database that is away leaves at least the cookie empty."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") == "cross-site" or not session:
        return
    try:
        begin_writing()
        sign_out()
        db.session.commit()  # here, so that a failure cannot hold anyone on the page
    except SQLAlchemyError:
        db.session.rollback()
        session.clear()
