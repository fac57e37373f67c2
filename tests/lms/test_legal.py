"""What the privacy, cookie and accessibility pages say is what the code does."""

import dataclasses
import re
from pathlib import Path

import pytest
from flask import Flask

from lms.models import Throttle
from lms.models.session import LASTS
from tests.conftest import MakeApp, settings_for
from tests.lms.test_learning import get_award, pass_course
from tests.page_checks import CheckingClient

PAGES = ("/privacy", "/cookies", "/accessibility")
SCRIPTS = Path(__file__).parents[2] / "lms" / "static" / "js"


def test_every_cookie_is_named_and_no_other(client: CheckingClient, app: Flask) -> None:
    """The cookie page names each cookie that a whole journey sets, and nothing that no page sets.

    Those of a learning system's frame are promised in tests/lti/test_launch.py.
    """
    set_on_the_way = set()

    def note(response):  # type: ignore[no-untyped-def]
        set_on_the_way.update(each.partition("=")[0] for each in response.headers.getlist("Set-Cookie"))
        return response

    app.after_request_funcs[None].insert(0, note)  # the last to run: it sees the cookies of all others
    pass_course(client, app)
    get_award(client)
    client.get("/come-back/code")
    client.send("/come-back/code")
    client.get("/display")
    client.send("/display", do="keep", size="l")
    named = set(re.findall(r"<h2><code>([^<]+)</code></h2>", client.get("/cookies").text))
    kept = {cookie.key for cookie in client._cookies.values()}
    assert (
        named - {"alongside-framed", "__Host-launch-…"}
        == kept | set_on_the_way
        == {"alongside", "alongside-display"}
    )


def test_the_languages_of_the_site(
    client: CheckingClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The accessibility statement says that the site speaks English only while that is so."""
    words = "in English only"
    assert words in client.get("/accessibility").text
    monkeypatch.setitem(app.extensions, "languages", ("en-GB", "cy"))
    assert words not in client.get("/accessibility").text


@pytest.mark.parametrize("path", ["/privacy", "/safety"])
def test_both_cookies_are_told_of(client: CheckingClient, path: str) -> None:
    """Where a page says what it leaves in a browser, it tells of the cookie of Display too."""
    told = re.search(r'<a href="/cookies">.*', client.get(path).text)
    assert told and "Another holds what you chose under ‘Display’" in told[0]


def test_the_cookie_has_its_name_in_production(
    make_app: MakeApp, database_url: str, fonts_folder: Path
) -> None:
    """Over https the cookie has another name, and the page says that one."""
    settings = dataclasses.replace(settings_for(database_url, fonts_folder), url="https://learn.example.org")
    page = make_app(settings).test_client().get("/cookies").text
    assert "<code>__Host-alongside</code>" in page


def test_nothing_else_is_kept_in_the_browser() -> None:
    """No script of ours uses the browser's own stores or writes a cookie: the cookie page says so."""
    scripts = "".join(path.read_text(encoding="utf-8") for path in SCRIPTS.glob("*.js"))
    assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\b", scripts)


def test_times_are_those_of_the_code(client: CheckingClient) -> None:
    """The days on the pages are the days after which the worker deletes."""
    privacy = client.get("/privacy").text
    assert "until 30 days after you last did something" in privacy
    assert "or 730 days after you last used it. We send you a mail 30 days before" in privacy
    assert f"{LASTS.days} days after you last did something" in client.get("/cookies").text
    assert "one day at most" in privacy and Throttle.LONGEST.days <= 1


def test_times_are_those_of_the_settings(make_app: MakeApp, database_url: str, fonts_folder: Path) -> None:
    """Where an installation keeps things for other times, the page says those."""
    settings = dataclasses.replace(
        settings_for(database_url, fonts_folder),
        keep_guests_days=60,
        keep_mails_days=40,
        keep_accounts_days=0,
        session_days=7,
    )
    client = make_app(settings).test_client()
    page = client.get("/privacy").text
    assert "With an account, 7 days at most" in page and "for 7 days at most" in client.get("/cookies").text
    assert "until 60 days after" in page and "forgotten after 40 days" in page
    assert "<b>How long:</b> until you delete the account. Then" in page


@pytest.mark.parametrize("path", PAGES)
def test_an_installation_that_has_not_said_who_it_is(client: CheckingClient, path: str) -> None:
    """Without an organisation and a contact the pages say so instead of pretending."""
    page = client.get(path).text
    if path != "/cookies":
        assert page.count("This page is not finished") == 1 and "ALONGSIDE_CONTACT" in page
        assert "the organisation that runs this site" in page and "run by the organisation" not in page
        assert "mailto:" not in page


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        (
            "privacy@avon.example",
            '<a href="mailto:privacy@avon.example"><bdi dir="ltr">privacy@avon.example</bdi></a>',
        ),
        ("01234 567890, ask for <Sam>", '<bdi dir="ltr">01234 567890</bdi>, ask for &lt;Sam&gt;'),
    ],
)
def test_whom_to_ask(
    make_app: MakeApp, database_url: str, fonts_folder: Path, contact: str, shown: str
) -> None:
    """With both set, the pages name the organisation and the contact, an address as a link."""
    settings = dataclasses.replace(
        settings_for(database_url, fonts_folder), organisation="Avon & Wessex Partnership", contact=contact
    )
    app = make_app(settings)
    for path in ("/privacy", "/accessibility"):
        page = app.test_client().get(path).text
        assert "Avon &amp; Wessex Partnership" in page and shown in page
        assert "not finished" not in page and "the organisation that runs" not in page


def test_what_the_law_wants_in_the_statement(client: CheckingClient) -> None:
    """The accessibility statement has every part of the form that public bodies use."""
    page = client.get("/accessibility").text
    for part in (
        "How accessible this site is",
        "accessibility regulations",
        "Equality Advisory and Support Service",
        "Compliance status",
        "partially compliant",
        "Disproportionate burden",
        "Content that the regulations do not cover",
        "was prepared on",
        "last tested on",
    ):
        assert part in page, part


def test_the_pages_are_at_the_foot_of_every_page(client: CheckingClient) -> None:
    """Privacy, cookies and accessibility can be reached from everywhere, also from an error."""
    for path in ("/", "/help", "/nope"):
        foot = client.get(path).text.partition("<footer")[2]
        assert all(f'href="{page}"' in foot for page in PAGES)
