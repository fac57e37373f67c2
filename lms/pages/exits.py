"""Exit this page: end the session and go somewhere neutral at once."""

from flask import Blueprint, current_app, make_response, redirect, render_template, request, session
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response

from lms.access import open_to
from lms.carrying import held_beside
from lms.db import begin_writing, db
from lms.models import Session
from lms.signing_in import sign_out

pages = Blueprint("exits", __name__)


@pages.get("/leave")
@open_to("anyone")
def leave() -> Response:
    """End the session and leave. A link from another site leaves too, but ends nothing."""
    response = redirect(current_app.extensions["alongside"].leave_to)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Clear-Site-Data"] = '"cache"'
    return _ended(response)


@pages.get("/left")
@open_to("anyone")
def left() -> Response:
    """An almost empty page, for a frame that may not leave its window; often all that arrives of an exit."""
    response = make_response(render_template("left.html"))
    response.headers["Content-Security-Policy"] = "default-src 'none'; base-uri 'none'; frame-ancestors *"
    return _ended(response)


def _ended(response: Response) -> Response:
    """End every session of this browser, in a window of its own and in a frame.

    Leaving never fails: a database that is away leaves at least the cookies empty.
    """
    name, beside = held_beside(current_app)
    if request.headers.get("Sec-Fetch-Site", "same-origin") == "cross-site" or not (session or beside):
        return response
    if beside:
        _forget(response, name)
    try:
        begin_writing()
        sign_out()
        for token in beside:
            Session.end(token)
        db.session.commit()  # here, so that a failure cannot hold anyone on the page
    except SQLAlchemyError:
        db.session.rollback()
        session.clear()
    return response


def _forget(response: Response, name: str) -> None:
    """Take a cookie away: one that belongs to a frame is found only as such."""
    if name.endswith("-framed"):
        response.delete_cookie(name, secure=True, httponly=True, samesite="None", partitioned=True)
    else:
        response.delete_cookie(name, secure=name.startswith("__Host-"), httponly=True, samesite="Lax")
