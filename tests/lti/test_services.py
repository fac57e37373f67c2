"""Access tokens: asked for rightly, kept while they last, shared with nobody."""

import pytest
from flask import Flask
from requests import Response
from sqlalchemy import select

from lms.db import db
from lms.lti import services
from lms.lti.outgoing import OutgoingError
from lms.lti.services import Client, NoTokenError
from lms.models import Platform as Registration
from tests.lti import strict
from tests.lti.conftest import MakePlatform
from tests.lti.launching import register
from tests.lti.platform import CANVAS, Platform


def members(platform: Platform, scopes: tuple[str, ...] = (strict.MEMBERS,)) -> Response:
    """Ask for the class, as its registration stands."""
    held = db.session.scalars(select(Registration).where(Registration.client_id == platform.client_id)).one()
    return services.ask(held, scopes, "GET", platform.members_url, headers={"Accept": strict.CLASS})


def test_a_token_is_kept(app: Flask, platform: Platform) -> None:
    """One token serves as long as it lasts; other scopes need another; no transaction is open meanwhile."""
    with app.app_context():
        assert [members(platform).status_code for _ in range(3)] == [200] * 3
        assert not db.session().in_transaction()
        assert platform.count("token") == 1
        assert members(platform, (strict.MEMBERS, strict.SCORE)).status_code == 200
        assert platform.count("token") == 2


def test_a_token_that_is_about_to_end(app: Flask, platform: Platform) -> None:
    """A token is not used in its last half minute, by which it could end on the way."""
    platform.token_lasts = 25
    with app.app_context():
        assert members(platform).status_code == members(platform).status_code == 200
    assert platform.count("token") == 2


def test_a_token_that_is_refused(app: Flask, platform: Platform) -> None:
    """A token that is not taken is asked for anew, once; what is answered then is the answer."""
    with app.app_context():
        members(platform)
        platform.tokens.clear()
        assert members(platform).status_code == 200
        platform.fails("members", always=401)
        assert members(platform).status_code == 401
    assert (platform.count("token"), platform.count("members")) == (3, 5)


def test_two_clients_of_one_issuer(app: Flask, make_platform: MakePlatform) -> None:
    """Two customers whose learning systems say that they are the same never get each other's token."""
    one = make_platform(CANVAS, client_id="one")
    other = make_platform(CANVAS, client_id="other")
    for each in (one, other):
        register(app, each)
    with app.app_context():
        for each in (one, other, one):
            assert members(each).status_code == 200
    assert (one.count("token"), other.count("token")) == (1, 1)
    assert not set(one.tokens) & set(other.tokens)


def test_another_audience(app: Flask, make_platform: MakePlatform) -> None:
    """Where a token service wants to be called something else than its address, it is."""
    platform = make_platform()
    platform.audience = "https://audience.example"
    register(app, platform)
    with app.app_context():
        assert members(platform).status_code == 200


@pytest.mark.parametrize("failure", [400, 401, 404, 500, "garbage", (429, {"Retry-After": "7"})])
def test_no_token(app: Flask, platform: Platform, failure: object) -> None:
    """Why there is no token is told by the status alone; the next one asks again."""
    platform.fails("token", [failure])  # type: ignore[list-item]
    with app.app_context():
        with pytest.raises(NoTokenError) as told:
            members(platform)
        assert "<" not in str(told.value)
        assert members(platform).status_code == 200
    assert platform.count("members") == 1


def test_a_token_nobody_can_send(app: Flask, platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    """What would break out of a header, or is no words at all, is no token."""
    give = platform.give_token
    for odd in ("a\r\nX-Odd: 1", "", "ŵ", 7, None, ["a"]):
        monkeypatch.setattr(platform, "give_token", lambda form, odd=odd: give(form) | {"access_token": odd})
        with app.app_context(), pytest.raises(NoTokenError):
            members(platform)


@pytest.mark.parametrize("lasts", ["soon", None, True, -5, 1e300, float("nan")])
def test_odd_times(app: Flask, platform: Platform, monkeypatch: pytest.MonkeyPatch, lasts: object) -> None:
    """However long a token is said to last, it is used, and an hour later not any more."""
    give = platform.give_token
    monkeypatch.setattr(platform, "give_token", lambda form: give(form) | {"expires_in": lasts})
    with app.app_context():
        assert members(platform).status_code == 200
        assert all(
            ends - services.time.monotonic() <= 3600 for _, ends in app.extensions["lti tokens"].values()
        )


def test_no_inner_network(app: Flask, platform: Platform) -> None:
    """A token service inside our own network is not asked, unless it is allowed by name."""
    with app.app_context():
        held = db.session.scalars(select(Registration)).one()
        inside = Client.of(held)._replace(token_url="https://10.0.0.1/token")
        with pytest.raises(OutgoingError, match="inside a network"):
            services.ask(inside, (strict.MEMBERS,), "GET", platform.members_url)
