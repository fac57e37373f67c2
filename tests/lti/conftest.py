"""Alongside over https, and the learning systems that open it."""

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from lms.app import create_app
from lms.passwords import Cost
from tests.conftest import MakeApp, settings_for
from tests.lti.launching import TOOL, register
from tests.lti.platform import CANVAS, MOODLE, Platform, Profile
from tests.page_checks import CheckingClient

MakePlatform = Callable[..., Platform]


def over_https(url: str, folder: Path, make: MakeApp = create_app) -> Flask:
    """Alongside as in production: known by https, and allowed to ask a platform on this machine."""
    settings = settings_for(url, folder)
    made = make(dataclasses.replace(settings, url=TOOL, lti_allow=frozenset({"127.0.0.1"})))
    made.test_client_class = CheckingClient
    made.config["PREFERRED_URL_SCHEME"] = "https"  # what a test client asks by
    made.config["ARGON2"] = Cost(time_cost=1, memory_cost=8, parallelism=1)
    return made


@pytest.fixture
def app(make_app: MakeApp, database_url: str, fonts_folder: Path) -> Flask:
    """Alongside over https."""
    return over_https(database_url, fonts_folder, make_app)


@pytest.fixture
def make_platform(app: Flask) -> Iterator[MakePlatform]:
    """Starts platforms. In the end each says what Alongside did wrong towards it."""
    made: list[Platform] = []

    def make(profile: Profile = MOODLE, **options: str) -> Platform:
        platform = Platform(
            TOOL, lambda: app.test_client().get("/lti/jwks.json").get_json(), profile, **options
        )
        made.append(platform)
        return platform

    yield make
    for platform in made:
        platform.stop()
    assert not [fault for platform in made for fault in platform.faults]


@pytest.fixture
def platform(app: Flask, make_platform: MakePlatform) -> Platform:
    """A platform like Moodle, registered and approved with its deployment."""
    made = make_platform()
    register(app, made)
    return made


@pytest.fixture
def canvas(app: Flask, make_platform: MakePlatform) -> Platform:
    """A platform like Canvas: many customers share its issuer, and it keeps data for tools in its own page."""
    made = make_platform(CANVAS)
    register(app, made)
    return made
