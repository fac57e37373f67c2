"""Our own assets, and the media of courses, each under its digest and cached for ever."""

from typing import IO, TYPE_CHECKING, cast

from flask import Blueprint, Response, abort, current_app, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import FileWrapper

from lms.access import open_to
from lms.library import media

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

pages = Blueprint("files", __name__)
FOR_EVER = "public, max-age=31536000, immutable"
A_DAY = "public, max-age=86400"
ALONE = "default-src 'none'; sandbox"
PIECE = 1024 * 1024
"""The bytes of a media file that are in memory at once, for each person who gets one."""


@pages.get("/assets/<digest>/<name>")
@open_to("anyone")
def asset(digest: str, name: str) -> Response:
    """One of our own files."""
    held = current_app.extensions["assets"].get(name)
    if held is None or held.digest != digest:
        abort(404)
    zipped = bool(request.accept_encodings["gzip"])
    response = Response(held.gzipped if zipped else held.data, content_type=held.media_type)
    response.headers.update({"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"})
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    return response


@pages.get("/icon.svg")
@open_to("anyone")
def icon() -> Response:
    """Our picture at an address that stays: learning systems keep it beside their links."""
    held = current_app.extensions["assets"]["icon.svg"]
    response = Response(held.data, content_type=held.media_type)
    response.headers.update({"Cache-Control": A_DAY, "Cross-Origin-Resource-Policy": "cross-origin"})
    return response


@pages.get("/media/<digest>/<name>")
@open_to("anyone")
def media_file(digest: str, name: str) -> Response:  # noqa: ARG001  the name is for people
    """A picture, film, sound or captions of a published course, or the part that was asked for."""
    served = media(digest) or abort(404)
    response = Response(
        FileWrapper(cast("IO[bytes]", served), PIECE), mimetype=served.media_type, direct_passthrough=True
    )
    response.headers.update({"Cache-Control": FOR_EVER, "Content-Security-Policy": ALONE})
    response.content_length = served.size
    response.set_etag(digest)
    try:
        response.make_conditional(_one_part(served.size), accept_ranges=True, complete_length=served.size)
    except RequestedRangeNotSatisfiable:
        return Response(
            status=416, mimetype="text/plain", headers={"Content-Range": f"bytes */{served.size}"}
        )
    return response


def _one_part(size: int) -> "WSGIEnvironment":
    """The request, without a range that is none, or more than one, or all: the whole is then sent."""
    asked = request.range
    if asked is not None and asked.units == "bytes" and len(asked.ranges) == 1 and asked.ranges[0][0] > -size:
        return request.environ
    return {key: value for key, value in request.environ.items() if key != "HTTP_RANGE"}
