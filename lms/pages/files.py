"""Our own assets, and the media of courses, each under its digest and cached for ever."""

from flask import Blueprint, Response, abort, current_app, request

from lms.access import open_to
from lms.library import media

pages = Blueprint("files", __name__)
FOR_EVER = "public, max-age=31536000, immutable"


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


@pages.get("/media/<digest>/<name>")
@open_to("anyone")
def media_file(digest: str, name: str) -> Response:  # noqa: ARG001  the name is for people
    """An image of a published course."""
    blob = media(digest) or abort(404)
    headers = {"Cache-Control": FOR_EVER, "Content-Security-Policy": "default-src 'none'; sandbox"}
    return Response(blob.data, mimetype=blob.media_type, headers=headers)
