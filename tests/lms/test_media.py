"""Media of courses: what is kept, what is served, in which parts, and what is refused."""

import hashlib
import io
import re
import tracemalloc

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from lms import library, publishing
from lms.db import db
from lms.models import Blob, Rendering
from lms.pages.files import PIECE
from tests.page_checks import CheckingClient

SLUG = "with-media"
FILM = (
    bytes.fromhex("0000001066747970")
    + b"isom\0\0\2\0"
    + b"\0\0\0\0mdat"
    + bytes(range(251)) * (3 * PIECE // 251)
)
CAPTIONS = b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n"
LESSON = b"""---
title: One
---

![Two people talking](media/two%20people.jpg)

::: video media/sam.mp4
captions: media/sam.vtt
transcript: media/sam.md
:::
"""


def photo() -> bytes:
    held, exif = io.BytesIO(), Image.Exif()
    exif[0x0112], exif[0x8825] = 6, {1: "N", 2: (51.0, 30.0, 26.6)}
    Image.new("RGB", (60, 40), "red").save(held, "JPEG", exif=exif)
    return held.getvalue()


BUNDLE = {
    "course.md": b"---\ntitle: With media\nsummary: Pictures and films.\n---\n\nWelcome.\n",
    "01-one.md": LESSON,
    "media/two people.jpg": photo(),
    "media/sam.mp4": FILM,
    "media/sam.vtt": CAPTIONS,
    "media/sam.md": b"---\nkind: transcript\n---\n\nSam says hello.\n",
}


def publish(app: Flask, **changed: bytes) -> publishing.Published:
    with app.app_context():
        published = publishing.publish({**BUNDLE, **changed}, SLUG)
        db.session.commit()
        return published


@pytest.fixture
def page(app: Flask, client: CheckingClient) -> str:
    """The lesson as it is served."""
    published = publish(app)
    assert published.revision, published.problems
    return client.get(f"/courses/{SLUG}/lessons/one").text


def address(page: str, ending: str) -> str:
    found = re.search(rf'src="(/media/[0-9a-f]{{64}}/[^"]*{ending})"', page)
    assert found, page
    return found[1]


def test_a_picture_is_made_anew(client: CheckingClient, page: str) -> None:
    """A photo is shown upright with its width and height, as a picture, and without where it was taken."""
    assert re.search(r'<img [^>]*width="40"[^>]*height="60"', page) or re.search(
        r'<img [^>]*height="60"[^>]*width="40"', page
    )
    answer = client.get(address(page, "two%20people.jpg"))
    assert answer.status_code == 200 and answer.mimetype == "image/jpeg"
    assert Image.open(io.BytesIO(answer.data)).size == (40, 60) and b"Exif" not in answer.data
    assert b"Exif" in BUNDLE["media/two people.jpg"]


def test_media_can_do_nothing_else(client: CheckingClient, page: str) -> None:
    """Each file comes with its type, which no browser may guess again, cut off from the rest of the site."""
    for ending, media_type in (("jpg", "image/jpeg"), ("mp4", "video/mp4"), ("vtt", "text/vtt")):
        answer = client.get(address(page, ending))
        assert answer.mimetype == media_type
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "immutable" in answer.headers["Cache-Control"] and "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("asked", "begin", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-99", 0, 100),
        ("bytes=5-", 5, len(FILM)),
        ("bytes=-7", len(FILM) - 7, len(FILM)),
        (f"bytes={PIECE - 3}-{PIECE + 2}", PIECE - 3, PIECE + 3),
        (f"bytes={PIECE}-{2 * PIECE - 1}", PIECE, 2 * PIECE),
        (f"bytes=100-{len(FILM) + 500}", 100, len(FILM)),
    ],
)
def test_a_part_of_a_film(client: CheckingClient, page: str, asked: str, begin: int, end: int) -> None:
    """A player gets the part it asks for and is told which part that is."""
    answer = client.get(address(page, "mp4"), headers={"Range": asked})
    assert answer.status_code == 206 and answer.data == FILM[begin:end]
    assert answer.headers["Content-Range"] == f"bytes {begin}-{end - 1}/{len(FILM)}"
    assert answer.content_length == end - begin


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,5-6", "bytes=b-a", "lines=1-2", "bytes=9-5", "bytes", "bytes=-99999999"]
)
def test_a_range_that_is_none(client: CheckingClient, page: str, asked: str) -> None:
    """What is no single range of bytes, or asks for more than all, is passed over: the whole film comes."""
    answer = client.get(address(page, "mp4"), headers={"Range": asked})
    assert answer.status_code == 200 and answer.data == FILM
    assert answer.headers["Accept-Ranges"] == "bytes" and answer.content_length == len(FILM)


def test_a_range_past_the_end(client: CheckingClient, page: str) -> None:
    """A range that begins past the end is answered with how large the film is."""
    answer = client.get(address(page, "mp4"), headers={"Range": f"bytes={len(FILM)}-"})
    assert answer.status_code == 416 and answer.headers["Content-Range"] == f"bytes */{len(FILM)}"


def test_what_a_browser_has_already(client: CheckingClient, page: str) -> None:
    """A file that a browser holds is not sent again; a range is sent only of the file it began with."""
    film = address(page, "mp4")
    etag = client.get(film, headers={"Range": "bytes=0-1"}).headers["ETag"]
    again = client.get(film, headers={"If-None-Match": etag})
    assert again.status_code == 304 and not again.data
    part = {"Range": "bytes=0-1"}
    assert client.get(film, headers={**part, "If-Range": etag}).status_code == 206
    assert client.get(film, headers={**part, "If-Range": '"another"'}).status_code == 200
    head = client.head(film)
    assert head.status_code == 200 and head.content_length == len(FILM) and not head.data


def test_a_film_is_read_piece_by_piece(app: Flask, client: CheckingClient, page: str) -> None:
    """However large a file is, no more than a piece of it is in memory for each who gets it."""
    large = FILM + bytes(40 * PIECE)
    assert publish(app, **{"media/sam.mp4": large}).revision
    film = address(client.get(f"/courses/{SLUG}/lessons/one").text, "mp4")
    tracemalloc.start()
    whole = hashlib.sha256()
    for piece in client.get(film, buffered=False).response:
        assert len(piece) <= PIECE
        whole.update(piece)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert whole.digest() == hashlib.sha256(large).digest() and peak < 12 * PIECE


def test_what_was_published_comes_back_and_is_not_served(
    app: Flask, client: CheckingClient, page: str
) -> None:
    """The files of a revision are as they were, photos with all they held; none of them can be fetched."""
    with app.app_context():
        (revision,) = library.revisions(SLUG)
        assert library.bundle_of(revision) == BUNDLE
        stored = db.session.scalar(select(func.count()).where(Blob.size == len(FILM)))
    assert stored == 1
    for data in BUNDLE.values():
        assert client.get(f"/media/{hashlib.sha256(data).hexdigest()}/x").status_code == 404


@pytest.mark.parametrize("captions_first", [True, False])
def test_text_never_becomes_media(app: Flask, client: CheckingClient, captions_first: bool) -> None:
    """A text with the very bytes of captions is never served as them, whichever came first, nor hidden by them."""
    secret = {"shared/answers.md": CAPTIONS, "media/sam.vtt": CAPTIONS + b"\n"}
    for changed in ({}, secret) if captions_first else (secret, {}):
        assert publish(app, **changed).revision
        page = client.get(f"/courses/{SLUG}/lessons/one").text
        expected = {**BUNDLE, **changed}["media/sam.vtt"]
        assert client.get(address(page, "vtt")).data == expected
        assert client.get(f"/media/{hashlib.sha256(CAPTIONS).hexdigest()}/x").status_code == 404


@pytest.mark.parametrize(
    ("path", "data", "message"),
    [
        ("media/two people.jpg", b"<script>alert(1)</script>", "not a picture that we can read"),
        ("media/two people.jpg", photo()[:300], "damaged"),
        ("media/sam.mp4", b"<html>", "called .mp4, but it is not one inside"),
        ("media/sam.vtt", b"hello", "called .vtt, but it is not one inside"),
        ("media/x.svg", b"<svg/>", "SVG pictures can carry scripts"),
    ],
)
def test_media_that_is_refused(app: Flask, path: str, data: bytes, message: str) -> None:
    """A file that is not what its name says stops the course, is named once, and nothing is stored."""
    published = publish(app, **{path: data})
    assert published.revision is None
    (problem,) = [problem for problem in published.problems if problem.is_error]
    assert problem.path == path and message in problem.message
    with app.app_context():
        assert library.revisions(SLUG) == ()
        assert not db.session.scalar(select(func.count()).where(Blob.media_type.is_not(None)))


def test_originals_that_were_served_once_are_no_more(app: Flask, client: CheckingClient, page: str) -> None:
    """A photo that an earlier version served as it was cannot be fetched once its revision is rendered again."""
    original = hashlib.sha256(BUNDLE["media/two people.jpg"]).hexdigest()
    with app.app_context():
        db.session.execute(
            Blob.__table__.update().where(Blob.digest == original).values(media_type="image/jpeg")
        )
        db.session.execute(Rendering.__table__.update().values(renderer="0"))
        db.session.commit()
        assert client.get(f"/media/{original}/x.jpg").status_code == 200
        publishing.render_again()
    assert client.get(f"/media/{original}/x.jpg").status_code == 404
    assert client.get(address(page, "mp4")).data == FILM


def test_media_is_made_again_with_a_new_renderer(app: Flask, client: CheckingClient, page: str) -> None:
    """A new renderer makes the media of old revisions again from what was published."""
    with app.app_context():
        db.session.execute(Rendering.__table__.update().values(renderer="0"))
        db.session.execute(Blob.__table__.delete().where(Blob.media_type == "image/jpeg"))
        db.session.commit()
        assert publishing.render_again().refused == {}
    assert client.get(address(client.get(f"/courses/{SLUG}/lessons/one").text, "jpg")).status_code == 200
    assert client.get(address(page, "mp4")).data == FILM
