"""Areas on the site: whose numbers and names a person is shown, and how they choose."""

import pytest
from flask import Flask

from lms.db import db
from lms.models import FactVersion, User
from tests.lms.test_facts import LESSON, add_areas, fact
from tests.lms.test_learning import begin
from tests.page_checks import CheckingClient

COME_BACK = "/come-back"


@pytest.fixture
def two(app: Flask) -> None:
    """Two areas, of which Avon is the default, each with its own name for the police."""
    with app.app_context():
        add_areas("avon", "wessex")
        for area in ("avon", "wessex"):
            FactVersion.keep(area, fact("police name", f"{area.capitalize()} Police"))
        db.session.commit()


def browser(app: Flask) -> CheckingClient:
    made = app.test_client()
    assert isinstance(made, CheckingClient)
    return made


def shown(client: CheckingClient) -> str:
    """The area whose facts a browser sees: the same in a lesson, under *Get help* and at the foot."""
    seen = {
        area
        for page in (client.get("/help").text, client.get(LESSON).text)
        for area in ("Avon", "Wessex")
        if f"{area} Police" in page or f"Area: {area}" in page
    }
    assert len(seen) == 1
    return seen.pop()


def own_area(app: Flask) -> str | None:
    with app.app_context():
        return db.session.query(User).one().area


@pytest.mark.parametrize("areas", [(), ("avon",)])
def test_nothing_to_choose(client: CheckingClient, app: Flask, areas: tuple[str, ...]) -> None:
    """Without areas, or with one, no page speaks of them, and there is no page to choose."""
    with app.app_context():
        add_areas(*areas)
    for page in ("/", "/help", LESSON):
        assert "Area:" not in client.get(page).text and "/areas" not in client.get(page).text
    assert client.get("/areas").status_code == 404
    assert client.get("/a/nowhere").status_code == 404


def test_one_area_can_be_linked_to(client: CheckingClient, app: Flask) -> None:
    """A link with the only area's name leads to the home page, so that a poster stays right."""
    with app.app_context():
        add_areas("avon")
    assert client.get("/a/avon").location == "/"


@pytest.mark.usefixtures("two")
def test_the_default_area(client: CheckingClient) -> None:
    """Whoever has not chosen sees the default area, and is told which one and how to change it."""
    assert shown(client) == "Avon"
    assert 'Area: Avon (<a href="/areas">' in client.get("/").text
    assert "those for Avon" in client.get("/").text and "those for Avon" in client.get("/help").text


@pytest.mark.usefixtures("two")
def test_following_a_link(client: CheckingClient, app: Flask, statements: list[str]) -> None:
    """A link chooses the area in this browser, writes nothing, and leads to the home page."""
    assert client.get("/a/wessex").location == "/"
    assert not [each for each in statements if each.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert shown(client) == "Wessex"
    assert shown(browser(app)) == "Avon"


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("area", ["avom", "%3Cscript%3E", "avon%00", "AVON", "a" * 3000])
def test_a_link_to_an_unknown_area(client: CheckingClient, area: str) -> None:
    """It is not found, chooses nothing, and offers the areas there are, without repeating what it said."""
    answer = client.get(f"/a/{area}")
    assert answer.status_code == 404 and "names an area we do not know" in answer.text
    assert "Avon</label>" in answer.text and "Wessex</label>" in answer.text
    assert "script>" not in answer.text.replace('app.js"></script>', "")
    assert shown(client) == "Avon"


@pytest.mark.usefixtures("two")
def test_choosing(client: CheckingClient) -> None:
    """The page shows the area one has, takes another, and asks again for one that is none."""
    page = client.get("/areas").text
    assert 'value="avon" checked' in page and 'value="wessex">' in page
    for wrong in ({}, {"area": ""}, {"area": "avom"}):
        answer = client.send("/areas", **wrong)
        assert answer.status_code == 422 and "Choose your area." in answer.text
    assert client.send("/areas", area="wessex").location == "/"
    assert shown(client) == "Wessex"
    assert 'value="wessex" checked' in client.get("/areas").text


@pytest.mark.usefixtures("two")
def test_a_visitor_leaves_no_row(client: CheckingClient, app: Flask) -> None:
    """Choosing an area makes no guest."""
    client.get("/areas")
    client.send("/areas", area="wessex")
    with app.app_context():
        assert db.session.query(User).count() == 0


@pytest.mark.usefixtures("two")
def test_a_learners_choice_stays_with_them(client: CheckingClient, app: Flask) -> None:
    """What a learner chose comes back with their code, on another computer too; Exit forgets it in the browser."""
    begin(client)
    assert own_area(app) is None
    client.get("/areas")
    client.send("/areas", area="wessex")
    assert own_area(app) == "wessex"
    client.get("/come-back/code")
    code = client.send("/come-back/code").text.split('<bdi dir="ltr">')[1].split("</bdi>")[0]
    client.get("/leave")
    assert shown(client) == "Avon"
    other = browser(app)
    other.get(COME_BACK)
    other.send(COME_BACK, code=code)
    assert shown(other) == "Wessex"


@pytest.mark.usefixtures("two")
def test_a_link_followed_before_beginning(client: CheckingClient, app: Flask) -> None:
    """Whoever begins a course after following a link keeps that area."""
    client.get("/a/wessex")
    begin(client)
    assert own_area(app) == "wessex" and shown(client) == "Wessex"


@pytest.mark.usefixtures("two")
def test_a_guest_follows_another_link(client: CheckingClient, app: Flask) -> None:
    """For a guest a link followed since stands; for an account its own area does."""
    client.get("/a/wessex")
    begin(client)
    client.get("/a/avon")
    assert shown(client) == "Avon" and own_area(app) == "wessex"
    with app.app_context():
        db.session.query(User).update({"guest": False})
        db.session.commit()
    assert shown(client) == "Wessex"


@pytest.mark.usefixtures("two")
def test_the_name_of_an_area_is_only_words(client: CheckingClient, app: Flask) -> None:
    """HTML in the name of an area is shown as it was typed."""
    with app.app_context():
        add_areas("<b>bad")
    page = client.get("/areas").text
    assert "&lt;b&gt;bad</label>" in page and "<b>bad" not in page
