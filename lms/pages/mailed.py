"""What the pages behind the links in mails share."""

from flask import render_template
from werkzeug.wrappers import Response


def gone(again: str) -> tuple[str, int]:
    """A link that works no more, and where to ask for another."""
    return render_template("account/gone.html", again=again), 410


def keep_address(response: Response) -> Response:
    """The address of the page, with its secret, is told to no other page."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
