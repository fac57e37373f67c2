"""Come-back codes: nothing that was done is left behind unasked."""

import pytest
from flask import Flask
from sqlalchemy import select

from lms.db import db
from lms.models import Throttle, User
from lms.pages import comebacks
from lms.publishing import withdraw
from tests.lms.people import PASSWORD, account, another, sign_in
from tests.lms.test_forms import come_back_code
from tests.lms.test_learning import COURSE, begin, read_lessons
from tests.lms.test_sessions import move_clock
from tests.page_checks import CheckingClient

NOBODYS = "0000-0000-0000"
LESSON = f"{COURSE}/lessons/what-it-does"


def enter(client: CheckingClient, code: str, **said: str) -> tuple[int, str]:
    client.get("/come-back")
    answer = client.send("/come-back", code=code, **said)
    return answer.status_code, answer.location or answer.text


def test_a_place_is_not_lost_to_a_code(client: CheckingClient, app: Flask) -> None:
    """Whoever did something in a browser is asked before a code takes its place, and can get a code first."""
    begin(client)
    code = come_back_code(client)
    begin(other := another(app))
    read_lessons(other, app)
    status, page = enter(other, code)
    assert status == 200 and "11 of 12 parts" in page and "Get a code for it first" in page
    assert "11 of 12" in other.get(COURSE).text, "nothing has changed yet"
    mine = come_back_code(other)
    assert enter(other, code, sure="yes") == (302, "/")
    assert "11 of 12" not in other.get(COURSE).text
    assert enter(other, mine, sure="yes") == (302, "/")
    assert "11 of 12" in other.get(COURSE).text


def test_a_course_no_longer_taught_is_not_lost_either(client: CheckingClient, app: Flask) -> None:
    """Whoever learned only what has been withdrawn since is asked too: they may hold its certificate."""
    begin(client)
    code = come_back_code(client)
    begin(other := another(app))
    with app.app_context():
        assert withdraw(COURSE.rpartition("/")[2])
        db.session.commit()
    status, page = enter(other, code)
    assert status == 200 and "forgets what was done here before." in page


def test_one_s_own_code_asks_nothing(client: CheckingClient) -> None:
    """A code for the place that this browser has anyway leads straight on."""
    begin(client)
    assert enter(client, come_back_code(client)) == (302, "/")


def test_an_account_takes_a_code_along(client: CheckingClient, app: Flask) -> None:
    """Someone signed in who types a code stays signed in, and is asked whether the guest becomes part of them."""
    begin(client)
    read_lessons(client, app)
    code = come_back_code(client)
    account(app)
    sign_in(mine := another(app))
    assert enter(mine, code) == (302, "/account/merge")
    assert "11 of 12 parts" in mine.get("/account/merge").text
    mine.send("/account/merge", take="yes")
    assert "11 of 12" in mine.get(COURSE).text and "sam@example.org" in mine.get("/account").text


def test_slips_are_no_guesses(client: CheckingClient, app: Flask) -> None:
    """A class may mistype its codes as often as it likes: a code with one slip cannot be anyone's."""
    for _ in range(30):
        assert enter(client, "7K4M-9QXR-T2HE")[0] == 422
    with app.app_context():
        assert db.session.scalars(select(Throttle)).all() == []


def test_guesses_hold_nobody_up_for_long(
    client: CheckingClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made-up codes wait longer and longer, by seconds only; then the right one works, and ends the wait."""
    monkeypatch.setattr(comebacks, "FREE_TRIES", 3)
    begin(phone := another(app))
    code = come_back_code(phone)
    client.get("/come-back")
    for _ in range(3):
        assert client.send("/come-back", code=NOBODYS).status_code == 422
    for most in (2, 4, 5, 5, 5):
        refused = client.send("/come-back", code=code)
        assert refused.status_code == 429 and most / 2 < int(refused.headers["Retry-After"]) <= most
        move_clock(app, most)
        assert client.send("/come-back", code=NOBODYS).status_code == 422
    move_clock(app, 5)
    assert enter(client, code) == (302, "/")
    assert enter(another(app), NOBODYS)[0] == 422


def test_two_guests_for_one_account(client: CheckingClient, app: Flask) -> None:
    """A guest who waits to be taken along is asked about before a code brings another."""
    begin(client)
    code = come_back_code(client)
    account(app)
    begin(mine := another(app))
    read_lessons(mine, app)
    sign_in(mine)
    assert enter(mine, code) == (302, "/account/merge?then=code")
    page = mine.get("/account/merge?then=code").text
    assert "11 of 12 parts" in page and "type your code again" in page
    mine.send("/account/merge", take="yes")
    assert enter(mine, code) == (302, "/account/merge")


def test_a_reloaded_code_still_works(client: CheckingClient, app: Flask) -> None:
    """The form that made a code, sent again, makes no other: the one that was written down works."""
    begin(client)
    code = come_back_code(client)
    again = client.send("/come-back/code").text
    assert "just made a code" in again and "Show me a code" in again
    assert enter(another(app), code) == (302, "/")


def test_another_code_when_asked(client: CheckingClient, app: Flask) -> None:
    """The form as it is shown afterwards makes a new code, and the old one stops working."""
    begin(client)
    old = come_back_code(client)
    page = client.get("/come-back/code").text
    with app.app_context():
        held = db.session.scalars(select(User.come_back_hash)).one()
    assert held and held[:16] not in page, "nothing that a code could be tried against"
    had = page.split('name="had" value="')[1].split('"')[0]
    new = client.send("/come-back/code", had=had).text.split('<bdi dir="ltr">')[1].split("</bdi>")[0]
    assert enter(another(app), old)[0] == 422 and enter(another(app), new) == (302, "/")


def test_a_waiting_guest_outlasts_the_session(client: CheckingClient, app: Flask) -> None:
    """Who has not answered yet what becomes of a guest is still asked after a new password and a new sign-in."""
    begin(client)
    read_lessons(client, app)
    account(app), account(app, "other@example.org")
    sign_in(client)
    client.get("/account/password")
    client.send("/account/password", password=PASSWORD, new_password="another wholly good one")
    assert "11 of 12 parts" in client.get("/account/merge").text
    sign_in(client, "other@example.org")
    assert client.get("/account/merge").location == "/account", "it is nobody else's"


@pytest.mark.parametrize("way", ["/sign-out", "/account/sign-outs"])
def test_signing_out_keeps_the_question(client: CheckingClient, app: Flask, way: str) -> None:
    """Who signs out before they have answered is asked again when they sign in here; nobody else sees anything of it."""
    begin(client)
    read_lessons(client, app)
    account(app), account(app, "other@example.org")
    sign_in(client)
    client.get("/account")
    assert client.send(way).status_code == 302
    assert client.get_cookie("alongside").expires, "it is still there when the browser is opened again"
    assert client.get("/account").status_code == client.get("/account/merge").status_code == 403
    assert "Carry on" not in client.get("/").text
    assert sign_in(client) == 302
    assert "11 of 12 parts" in client.get("/account/merge").text
    client.send(way)
    sign_in(client, "other@example.org")
    assert client.get("/account/merge").location == "/account", "it is nobody else's"


def test_a_waiting_guest_is_told_of(client: CheckingClient, app: Flask) -> None:
    """Who looks at what is held, or deletes it, is told of a guest who waits; deleting leaves that to its code."""
    begin(client)
    code = come_back_code(client)
    account(app)
    words = "learned in this browser without an account"
    assert not [path for path in ABOUT if words in client.get(path).text]
    sign_in(client)
    assert [path for path in ABOUT if words in client.get(path).text] == list(ABOUT)
    assert client.get("/account/data.json").json["account"]["a place in a course waits for an answer"] is True
    assert client.send("/account/deletion", password=PASSWORD).location == "/deleted"
    assert sign_in(client) == 422 and client.get("/account/merge").status_code == 403
    assert enter(another(app), code) == (302, "/")


ABOUT = ("/account/data", "/account/deletion")


def test_only_the_guest_that_was_shown_is_taken_along(client: CheckingClient, app: Flask) -> None:
    """A form about a guest who is not the one that waits any more takes nothing along, and shows the other."""
    begin(client)
    code = come_back_code(client)
    account(app)
    begin(mine := another(app))
    sign_in(mine)
    old = mine.get("/account/merge").text.split('name="who" value="')[1].split('"')[0]
    mine.send("/account/merge", take="no", who=old)
    assert enter(mine, code) == (302, "/account/merge")
    mine.get("/account/merge")
    assert mine.send("/account/merge", take="yes", who=old).location == "/account/merge"
    assert mine.get("/account/merge").status_code == 200
