"""Pages travel compressed to browsers that take them so: a third of the bytes, for people who pay for each.

Lengths of compressed answers can betray a secret in them to who can make a person's browser ask again and
again, and watch (BREACH). Our cookies do not come along when another site asks; and a name of random length
in front of each page, which browsers skip, blurs its length.
"""

import gzip
import io
import random

from flask import Response, request

WORTH_IT = 1000  # bytes
MOST_BLUR = 100  # bytes
LEVEL = 3  # higher ones save a few hundred bytes more, and cost twice as much

_random = random.SystemRandom()


def compress(response: Response) -> Response:
    """A page as it travels; anything else, and a page to a browser that wants it plain, stays as it is."""
    if response.mimetype != "text/html" or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    page = response.get_data()
    if request.accept_encodings["gzip"] and len(page) >= WORTH_IT:
        response.set_data(zipped(page, _random.randint(1, MOST_BLUR)))
        response.headers["Content-Encoding"] = "gzip"
    return response


def zipped(page: bytes, blur: int) -> bytes:
    """A page compressed, and that many bytes longer than it need be."""
    made = io.BytesIO()
    with gzip.GzipFile("x" * blur, mode="wb", compresslevel=LEVEL, fileobj=made, mtime=0) as file:
        file.write(page)
    return made.getvalue()
