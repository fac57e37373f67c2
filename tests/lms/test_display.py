"""Display settings: kept in a browser and nowhere else, rendered by the server, never a way out of the site."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from lms.app import create_app
from lms.db import db
from lms.display import CHOICES, Display
from lms.models import User
from tests.conftest import settings_for
from tests.lms.small_course import QUIZ, SLUG, bank, bundle, publish, start
from tests.lms.test_learning import COURSE, begin
from tests.page_checks import CheckingClient

LESSON = f"/courses/{SLUG}/lessons/lesson"
TWIN = {
    "01-lesson.easy.md": "---\ntitle: Easy lesson\n---\n\nEasy words.\n",
    "02-check.easy.md": "---\nkind: quiz\ntitle: Easy check\n---\n\nEasy opening.\n",
    "banks/all.easy.md": bank("Easy"),
    "03-more.md": "---\ntitle: More\n---\n\nMore words.\n",
    "04-last.md": "---\ntitle: Last\n---\n\nLast words.\n",
    "04-last.easy.md": "---\ntitle: Easy last\n---\n\nEasy end.\n",
}


def choose(client: CheckingClient, **choices: str) -> str:
    """Keep these choices; returns where that leads."""
    client.get("/display")
    answer = client.send("/display", do="keep", **choices)
    assert answer.status_code == 302
    return answer.location


def html_of(page: str) -> str:
    """The opening tag of the page."""
    found = re.search("<html[^>]*>", page)
    assert found
    return found[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "light"),
        ("theme", "dark"),
        ("size", "l"),
        ("size", "xl"),
        ("spacing", "wide"),
        ("motion", "reduced"),
    ],
)
def test_what_is_chosen_shows_on_every_page(client: CheckingClient, name: str, value: str) -> None:
    """Each choice is on the page as the server sends it: courses, errors and Display itself."""
    choose(client, **{name: value})
    for path in ("/", COURSE, "/help", "/nope", "/display"):
        assert f'data-{name}="{value}"' in html_of(client.get(path).text), path
    assert (
        f'id="{name}-{value}" name="{name}" type="radio" value="{value}" checked'
        in client.get("/display").text
    )


def test_without_a_choice_nothing_is_marked_or_kept(client: CheckingClient) -> None:
    """Who chose nothing has no cookie for it and gets pages without a mark."""
    assert "data-" not in html_of(client.get("/").text)
    choose(client)
    assert client.get_cookie("alongside-display") is None


def test_defaults_take_the_cookie_away(client: CheckingClient) -> None:
    """‘Back to defaults’ leaves no trace of what was chosen, whatever the form says."""
    choose(client, theme="dark", titles="neutral")
    assert client.get_cookie("alongside-display")
    client.send("/display", do="defaults", theme="dark")
    assert client.get_cookie("alongside-display") is None
    assert "data-theme" not in html_of(client.get("/").text)


def test_trying_out_keeps_nothing(client: CheckingClient) -> None:
    """A display that is tried out shows on that page, with the choices still made, and on no other."""
    client.get("/display?back=/help")
    page = client.send("/display", do="try", size="xl", back="/help").text
    assert 'data-size="xl"' in html_of(page) and 'value="xl" checked' in page and "trying this out" in page
    assert 'name="back" value="/help"' in page
    assert "data-size" not in html_of(client.get("/").text)


def test_it_is_a_small_cookie_of_its_own(client: CheckingClient) -> None:
    """It lasts a year, holds only what was chosen, is for the server alone, and is not the session."""
    client.get("/display")
    [header] = [
        each
        for each in client.send(
            "/display", do="keep", size="l", theme="device", language="<b>"
        ).headers.getlist("Set-Cookie")
        if "display" in each
    ]
    assert header.startswith("alongside-display=size=l;")
    for part in ("HttpOnly", "SameSite=Lax", "Max-Age=31536000", "Path=/"):
        assert part in header
    assert "Domain" not in header


def test_in_production_the_cookie_is_bound_to_the_host(database_url: str, fonts_folder: Path) -> None:
    """Over https its name begins with `__Host-`, and it is Secure, also when it is deleted."""
    app = create_app(replace(settings_for(database_url, fonts_folder), url="https://learn.example.org"))
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    for do in ("keep", "defaults"):
        answer = client.post("/display", data={"do": do, "size": "l"}, base_url="https://learn.example.org")
        [header] = answer.headers.getlist("Set-Cookie")
        assert header.startswith("__Host-alongside-display=") and "Secure" in header and "Path=/" in header
    with app.app_context():
        db.engine.dispose()


def test_nothing_is_kept_with_a_person(client: CheckingClient, app: Flask) -> None:
    """Exit and signing out leave the display, and the database never hears of it."""
    begin(client)
    with app.app_context():
        before = {name: value for name, value in vars(db.session.query(User).one()).items() if name[0] != "_"}
    choose(client, theme="dark")
    with app.app_context():
        user = db.session.query(User).one()
        assert {name: getattr(user, name) for name in before} == before
    client.get("/leave")
    assert 'data-theme="dark"' in html_of(client.get("/").text)


def test_a_choice_needs_the_token_of_our_form(client: CheckingClient) -> None:
    """Another site cannot change how pages look."""
    assert client.post("/display", data={"do": "keep", "theme": "dark"}).status_code == 400
    assert client.get_cookie("alongside-display") is None


@given(text=st.text(max_size=400))
def test_any_cookie_is_readable(text: str) -> None:
    """Whatever a form or cookie says, each choice is one of those there are."""
    held = Display.of(dict.fromkeys(CHOICES, text))
    assert all(getattr(held, name) in choices for name, choices in CHOICES.items())


@pytest.mark.parametrize(
    "value", ["size=xl&size=l&theme", "theme=%3Cb%3E", "&" * 3000, "size=l&" * 400, "%ff=%00", '"']
)
def test_cookies_that_are_not_ours(client: CheckingClient, value: str) -> None:
    """A cookie that was tampered with never breaks a page nor comes out in it."""
    client.set_cookie("alongside-display", value)
    page = client.get("/")
    assert page.status_code == 200 and set(re.findall("data-[a-z]+", html_of(page.text))) <= {"data-size"}


@pytest.mark.parametrize(
    "back", ["/help", LESSON, f"{LESSON}?version=easy", "/", "/courses/none/glossary#h-x"]
)
def test_back_to_where_one_came_from(client: CheckingClient, back: str) -> None:
    """After the choice a learner is on the page they left."""
    assert choose(client, size="l", back=back) == back


@pytest.mark.parametrize(
    "back",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "/\t/elsewhere.example",
        "/\n/elsewhere.example",
        " //elsewhere.example",
        "///elsewhere.example",
        "javascript:alert(1)",
        "help",
        "/nope",
        "/leave",
        "/leave?now",
        "/leave#x",
        "",
    ],
)
def test_never_a_way_out(client: CheckingClient, back: str) -> None:
    """An address that is not a page of ours, or that ends the visit, leads nowhere: neither by form nor by link."""
    assert choose(client, size="l", back=back) == "/display?kept=1"
    page = client.get("/display", query_string={"back": back}).text
    assert "elsewhere" not in page and "Go back without" not in page


def test_every_page_leads_there_and_back(client: CheckingClient) -> None:
    """The foot of each page, and the switch of a lesson, lead to Display, which knows the way back."""
    path = f"{COURSE}/lessons/what-hate-crime-is?version=easy"
    links = re.findall(r'href="(/display[^"]*)">Display', client.get(path).text)
    assert len(links) == 2 and len(set(links)) == 1
    assert f'name="back" value="{path}"' in client.get(links[0]).text


def test_neutral_titles(client: CheckingClient) -> None:
    """The browser's tab and history say only “Learning”; the page itself still says what it is."""
    choose(client, titles="neutral")
    for path in ("/", COURSE, "/help", "/nope", "/check", "/display"):
        page = client.get(path).text
        assert re.findall("<title>(.*?)</title>", page) == ["Learning"], path
    assert "<h1>Get help or report</h1>" in client.get("/help").text


def test_easy_read_by_default(client: CheckingClient, app: Flask) -> None:
    """Lessons and quizzes open in Easy Read where there is one, all the way, without a word in the address."""
    publish(app, bundle(**TWIN))
    choose(client, version="easy")
    assert "Easy words." in client.get(LESSON).text
    after = client.send(f"{LESSON}/completion").location
    assert after == QUIZ and "Easy opening." in client.get(after).text
    attempt = start(client)
    assert "?" not in attempt and "Easy question" in client.get(f"{attempt}/review").text
    assert "More words." in client.get(f"/courses/{SLUG}/lessons/more").text
    after = client.send(f"/courses/{SLUG}/lessons/more/completion").location
    assert "?" not in after and "Easy end." in client.get(after).text


def test_the_other_version_can_still_be_chosen(client: CheckingClient, app: Flask) -> None:
    """With Easy Read by default the standard version is one link away, and stays for the steps after it."""
    publish(app, bundle(**TWIN))
    choose(client, version="easy")
    assert f'href="{LESSON}?version=standard"' in client.get(LESSON).text
    page = client.get(f"{LESSON}?version=standard").text
    assert "Some words." in page and f'href="{LESSON}"' in page
    after = client.send(f"{LESSON}/completion", version="standard").location
    assert after == f"{QUIZ}?version=standard" and "Take your time." in client.get(after).text
    page = client.get(f"/courses/{SLUG}/lessons/last?version=standard").text
    assert f'href="/courses/{SLUG}/lessons/more?version=standard"' in page


def test_a_neutral_title_tells_of_an_error(client: CheckingClient) -> None:
    """A neutral title still begins with the word that something is wrong, and says no more than that."""
    client.set_cookie("alongside-display", "titles=neutral")
    client.get("/sign-in")
    assert "<title>Error: Learning</title>" in client.send("/sign-in").text
    assert "<title>Learning</title>" in client.get("/sign-in").text
