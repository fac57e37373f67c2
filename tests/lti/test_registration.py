"""Dynamic registration: a platform's administrator opens an invitation, in its frame and without cookies."""

import contextlib
import datetime
import re
import socket
import threading
import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms.db import db, now
from lms.lti import addresses, outgoing, tool
from lms.models import AuditEvent, Invitation, ToolKey
from lms.models import Platform as Registration
from tests.conftest import Database
from tests.lti.conftest import MakePlatform
from tests.lti.launching import TOOL
from tests.lti.platform import CANVAS, Platform
from tests.lti.registrations import form_of
from tests.lti.states_admin import invited
from tests.page_checks import CheckingClient


@pytest.fixture
def database_url(sqlite: Database) -> str:
    """One kind of database shows this as well as both: it is about messages, addresses and pages."""
    return sqlite.copy()


def registered(app: Flask) -> list[Registration]:
    with app.app_context():
        return Registration.all()


@pytest.fixture
def moodle(make_platform: MakePlatform) -> Platform:
    """A platform like Moodle that does not know us yet."""
    return make_platform()


def test_moodle(app: Flask, client: CheckingClient, moodle: Platform) -> None:
    """From the link to a platform that waits, with its deployment: all it needs to know was sent and kept."""
    address = moodle.registrations.address(invited(app))
    asked = client.get(address)
    assert asked.status_code == 200 and "Register Alongside here?" in asked.text and not moodle.asked
    done = client.post(address.partition("?")[0], data=form_of(address))
    assert done.status_code == 200 and "Alongside is registered" in done.text and "Activate" in done.text
    (held,) = registered(app)
    assert (held.name, held.issuer, held.client_id) == ("Council Moodle", moodle.issuer, "client-1")
    assert (held.auth_url, held.token_url, held.keys_url) == (
        moodle.auth_url,
        moodle.token_url,
        moodle.keys_url,
    )
    assert held.approved_at is None and held.frames == moodle.url and not held.shared
    assert [(each.deployment, each.approved_at) for each in held.deployments] == [("1", None)]
    (said,) = moodle.registrations.taken
    assert said["scope"].split() == [*tool.SCOPES] and said["redirect_uris"] == [f"{TOOL}/lti/launch"]
    messages = said[tool.CONFIGURATION]["messages"]
    assert [each["type"] for each in messages] == ["LtiDeepLinkingRequest", "LtiResourceLinkRequest"]
    assert "email" not in said[tool.CONFIGURATION]["claims"]


def test_canvas(
    app: Flask, client: CheckingClient, make_platform: MakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Canvas wants its token when it is asked what it is, answers 201, and hears of placements in its own words."""
    monkeypatch.setitem(addresses.KIN, "canvas.instructure.com", "127.0.0.1")
    canvas = make_platform(CANVAS)
    address = canvas.registrations.address(invited(app))
    assert client.post(address.partition("?")[0], data=form_of(address)).status_code == 200
    (held,) = registered(app)
    assert held.shared and "https://*.instructure.com" in held.frames.split()
    (said,) = canvas.registrations.taken
    picks = said[tool.CONFIGURATION]["messages"][0]
    assert picks["placements"] == [
        f"{tool.CANVAS}{each}" for each in ("assignment_selection", "link_selection")
    ]
    assert said[tool.CONFIGURATION][f"{tool.CANVAS}privacy_level"] == "name_only"


def test_in_a_frame_without_cookies(app: Flask, client: CheckingClient, moodle: Platform) -> None:
    """The platform that asks may show the page, nobody else; no cookie is set or needed, and no script."""
    address = moodle.registrations.address(invited(app))
    asked = client.get(address)
    done = app.test_client(use_cookies=False).post(address.partition("?")[0], data=form_of(address))
    for answer in (asked, done):
        assert f"frame-ancestors {moodle.url}" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cross-Origin-Opener-Policy"] == "unsafe-none"
        assert "Set-Cookie" not in answer.headers and "X-Frame-Options" not in answer.headers
    assert done.status_code == 200


def test_opened_in_a_browser(app: Flask, client: CheckingClient) -> None:
    """Who opens the link by itself is told what to do with it, and it still works."""
    path = invited(app)
    page = client.get(path)
    assert page.status_code == 200 and f"{TOOL}{path}" in page.text and "Add LTI Advantage" in page.text
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    with app.app_context():
        assert Invitation.open(path.rpartition("/")[2])


def test_works_once(app: Flask, client: CheckingClient, moodle: Platform) -> None:
    """A used invitation, one past its week, and one that never was all say kindly that it is over."""
    path = invited(app)
    first = moodle.registrations.address(path)
    assert client.post(path, data=form_of(first)).status_code == 200
    late = invited(app)
    with app.app_context():
        held = Invitation.open(late.rpartition("/")[2])
        assert held and held.ends_at - held.made_at > datetime.timedelta(days=6)
        held.ends_at = now() - datetime.timedelta(seconds=1)
        db.session.commit()
    for over in (path, late, "/lti/register/none-of-ours"):
        again = moodle.registrations.address(over)
        assert client.get(over).status_code == 410
        for page in (client.get(again), client.post(over, data=form_of(again))):
            assert page.status_code == 410 and "Ask the administrator" in page.text
            by = "'none'" if "none-of-ours" in over else moodle.url
            assert f"frame-ancestors {by}" in page.headers["Content-Security-Policy"], (
                "nobody else was invited"
            )
    assert len(registered(app)) == 1 and moodle.count("registration") == 1


def test_two_at_once(app: Flask, moodle: Platform) -> None:
    """Of two who press the button at once, one registers; the platform is asked once."""
    path = invited(app)
    forms = [form_of(moodle.registrations.address(path)) for _ in range(2)]
    moodle.fails("configuration", ["slow", "slow"])
    statuses: list[int] = []
    threads = [
        threading.Thread(
            target=lambda form=form: statuses.append(app.test_client().post(path, data=form).status_code)
        )
        for form in forms
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 410]
    assert len(registered(app)) == 1 and moodle.count("registration") == 1


@pytest.mark.parametrize("place", ["configuration", "registration"])
@pytest.mark.parametrize("failure", [500, 404, 302, "drop", "half", "garbage", "redirect", "big"])
def test_a_platform_that_fails(
    app: Flask, client: CheckingClient, moodle: Platform, place: Any, failure: Any
) -> None:
    """Whatever the platform does instead, the page says what to do, nothing is kept, and the invitation still works."""
    path = invited(app)
    moodle.fails(place, [failure])
    page = client.post(path, data=form_of(moodle.registrations.address(path)))
    assert page.status_code == 422 and "is not registered" in page.text and "It went wrong" not in page.text
    assert registered(app) == []
    assert client.post(path, data=form_of(moodle.registrations.address(path))).status_code == 200


@pytest.mark.parametrize(
    "first", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"], ids=["headers", "body"]
)
def test_an_answer_that_drips(
    app: Flask, client: CheckingClient, monkeypatch: pytest.MonkeyPatch, first: bytes
) -> None:
    """A platform that sends a byte now and then does not hold us for longer than a whole answer may take."""
    monkeypatch.setattr(outgoing, "WHOLE", 1)
    path = invited(app)
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_drip, args=(server, first), daemon=True).start()
        began = time.monotonic()
        asked = {"openid_configuration": f"http://127.0.0.1:{server.getsockname()[1]}/x"}
        page = client.post(path, data=asked)
        took = time.monotonic() - began
    assert page.status_code == 422 and took < 5, took
    assert client.get(path).status_code == 200


def _drip(server: socket.socket, first: bytes) -> None:
    connection, _ = server.accept()
    with connection, contextlib.suppress(OSError):
        connection.recv(65536)
        connection.sendall(first)
        for _ in range(50):
            connection.sendall(b"x")
            time.sleep(0.2)


def test_registered_before(app: Flask, client: CheckingClient, moodle: Platform) -> None:
    """Who registers again changes nothing of what is there: a platform cannot be taken over by an invitation."""
    for path in (invited(app), invited(app)):
        form = form_of(moodle.registrations.address(path))
        assert client.post(path, data=form).status_code == 200
        with app.app_context():
            held = db.session.scalars(select(Registration)).one()
            held.approved_at, held.keys_url = held.approved_at or now(), "https://kept.example/keys"
            db.session.commit()
    (held,) = registered(app)
    assert held.approved_at and held.keys_url == "https://kept.example/keys" and len(held.deployments) == 1


LONG_HOST = "https://" + "a" * 300 + ".example/"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ftp://moodle.example/x",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "//moodle.example/x",
        "https://",
        "https:///x",
        "https://user:word@moodle.example/x",
        "https://moodle.example:x/",
        "https://moodle.example:99999/",
        "https://[::1/x",
        "https://moodle.example/x#y",
        "https://moodle.example /x",
        "https://moodle.example;script-src%20*/x",
        "https://moodle.example;script-src/x",
        "https://moodle.example,evil.example/x",
        "https://moodle.example'none'/x",
        "https://moodle.example\r\nX-Evil: 1/x",
        "https://moodle.example\t/x",
        "https://мудл.example/x",
        "https://-moodle.example/x",
        "https://moodle..example/x",
        "https://*.example/x",
        LONG_HOST,
        "https://moodle.example/" + "x" * 2000,
    ],
)
def test_addresses_that_are_never_asked(app: Flask, client: CheckingClient, address: str) -> None:
    """What is no plain https address is refused as it comes, by the page and by the button; nothing gets into headers."""
    path = invited(app)
    for answer in (
        client.get(path, query_string={"openid_configuration": address}),
        client.post(path, data={"openid_configuration": address, "registration_token": "x"}),
    ):
        assert answer.status_code == 422 and "is not registered" in answer.text
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    with app.app_context():
        assert Invitation.open(path.rpartition("/")[2])


@pytest.mark.parametrize(
    ("asked", "by"),
    [
        ({"openid_configuration": "http://moodle.example/x"}, "http://moodle.example"),
        ({"openid_configuration": "http://moodle.example:8080/x"}, "http://moodle.example:8080"),
        (
            {"openid_configuration": "https://moodle.example/x", "registration_token": "\n"},
            "https://moodle.example",
        ),
    ],
)
def test_why_it_is_refused_can_be_read_in_the_frame(
    app: Flask, client: CheckingClient, asked: dict[str, str], by: str
) -> None:
    """Whoever is shown in a frame that an address is not taken, can read it there."""
    path = invited(app)
    for page in (client.get(path, query_string=asked), client.post(path, data=asked)):
        assert page.status_code == 422 and "is not registered" in page.text
        assert f"frame-ancestors {by}" in page.headers["Content-Security-Policy"].split("; ")


@pytest.mark.parametrize("host", ["localhost", "10.0.0.7", "192.168.1.1", "169.254.169.254", "127.0.0.2"])
def test_our_own_network(app: Flask, client: CheckingClient, host: str) -> None:
    """Nothing inside our network is asked, by number or by name."""
    page = client.post(path := invited(app), data={"openid_configuration": f"https://{host}/x"})
    assert page.status_code == 422 and "inside a network" in page.text and registered(app) == []
    assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "said",
    [
        {"issuer": "https://canvas.instructure.com"},
        {"issuer": "https://moodle.example"},
        {"jwks_uri": "https://evil.example/keys"},
        {"authorization_endpoint": "https://evil.example/auth"},
        {"token_endpoint": "https://evil.example/token"},
        {"registration_endpoint": "https://evil.example/registration"},
        {"registration_endpoint": "http://169.254.169.254/latest"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": ["https://moodle.example"]},
        {"jwks_uri": None},
        {"issuer": {"$ne": 1}},
        {"issuer": "https://127.0.0.1/" + "x" * 600},
        {"issuer": "http://127.0.0.1@evil.example"},
    ],
)
def test_hostile_descriptions(
    app: Flask, client: CheckingClient, moodle: Platform, said: dict[str, Any]
) -> None:
    """A platform that speaks for another, or names addresses elsewhere, is not registered, and nobody else is asked."""
    moodle.says_of_itself = said
    path = invited(app)
    page = client.post(path, data=form_of(moodle.registrations.address(path)))
    assert page.status_code == 422 and registered(app) == [] and moodle.count("registration") == 0
    assert "<script" not in page.text.partition("<main")[2] and "alert(1)" not in page.text


@pytest.mark.parametrize("client_id", ["", None, 7, ["x"], "x" * 300, "a\nb"])
def test_hostile_answers(app: Flask, client: CheckingClient, moodle: Platform, client_id: Any) -> None:
    """A client id that is none is not kept."""
    moodle.client_id = client_id
    path = invited(app)
    page = client.post(path, data=form_of(moodle.registrations.address(path)))
    assert page.status_code == 422 and registered(app) == []


def test_names_are_escaped(app: Flask, client: CheckingClient, moodle: Platform) -> None:
    """What an administrator called the invitation, and what came in the address, are shown as words."""
    path = invited(app, "<script>alert(1)</script>")
    token = 'x"><script>alert(2)</script>'
    page = client.get(
        path, query_string={"openid_configuration": moodle.url, "registration_token": token}
    ).text
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page


def test_one_key_from_the_first_registration(app: Flask, client: CheckingClient, moodle: Platform) -> None:
    """Before any platform is known the key set is empty and never an error; registering makes the first key, once."""
    assert client.get("/lti/jwks.json").get_json() == {"keys": []}
    for path in (invited(app), invited(app)):
        client.post(path, data=form_of(moodle.registrations.address(path)))
    assert len(client.get("/lti/jwks.json").get_json()["keys"]) == 1
    with app.app_context():
        assert ToolKey.signing()


def test_in_the_audit_trail(app: Flask, client: CheckingClient, moodle: Platform) -> None:
    """That a platform was registered is noted with its invitation, by number."""
    path = invited(app)
    client.post(path, data=form_of(moodle.registrations.address(path)))
    with app.app_context():
        event = AuditEvent.newest(1)[0]
        assert event.action == "platform registered" and event.subject == f"platform {registered(app)[0].id}"
        assert re.fullmatch(r"by invitation \d+", event.detail) and event.by == "whoever held the invitation"


def test_tries_are_counted(app: Flask, client: CheckingClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """One network has us ask only so often."""
    monkeypatch.setattr("lms.pages.registrations.TRIES", 2)
    path = invited(app)
    statuses = [client.post(path, data={"openid_configuration": "x"}).status_code for _ in range(3)]
    assert statuses == [422, 422, 429]
