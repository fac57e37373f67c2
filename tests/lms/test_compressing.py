"""Pages travel compressed, and their length betrays nothing."""

import gzip

from flask import Flask
from flask.testing import FlaskClient

from lms.compressing import MOST_BLUR, zipped


def test_a_page_travels_compressed(app: Flask) -> None:
    """A browser that takes compressed pages gets the same words in less than half the bytes."""
    client = FlaskClient(app, app.response_class)
    client.get("/")  # the first visit gets a cookie with it
    plain = client.get("/help")
    packed = client.get("/help", headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 2
    assert "Accept-Encoding" in packed.vary and "Accept-Encoding" in plain.vary


def test_a_browser_may_refuse(app: Flask) -> None:
    """Who says that they take no gzip gets the page as it is."""
    refused = app.test_client().get("/help", headers={"Accept-Encoding": "gzip;q=0, identity"})
    assert "Content-Encoding" not in refused.headers and b"<!doctype html>" in refused.data


def test_only_pages(app: Flask) -> None:
    """Certificates, pictures and what has no body stay as they are."""
    answer = app.test_client().get("/healthz", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers


def test_the_length_is_blurred() -> None:
    """The same page has a different length each time, and is the same page."""
    page = b"<p>Words.</p>" * 200
    made = [zipped(page, blur) for blur in range(1, MOST_BLUR + 1)]
    assert {gzip.decompress(each) for each in made} == {page}
    assert len({len(each) for each in made}) == MOST_BLUR
