"""The class of a learning system, fetched when a teacher looks: whole, within limits, and from nowhere else."""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, current_app
from requests import Response

from lms.db import db
from lms.lti import members
from lms.lti.members import Member, Members, fetch, next_page
from lms.lti.outgoing import Outgoing
from lms.models import ResourceLink, ToolKey
from tests.conftest import Database
from tests.lti import strict
from tests.lti.launching import launch
from tests.lti.platform import Person, Platform
from tests.page_checks import CheckingClient


@pytest.fixture
def database_url(sqlite: Database) -> str:
    """One kind of database shows this as well as both: it is about messages, addresses and pages."""
    return sqlite.copy()


LEE, ROBIN = Member("learner-1", "Lee Learner"), Member("learner-2", "Robin Reader")
TERRY = Member("teacher-1", "Terry Teacher", teaches=True)


@pytest.fixture
def link(app: Flask, client: CheckingClient, platform: Platform) -> Iterator[ResourceLink]:
    """A link that somebody opened, within the application."""
    launch(client, platform)
    with app.app_context():
        yield db.session.scalars(db.select(ResourceLink)).one()


def asked(platform: Platform) -> list[dict[str, str]]:
    """What the list of members was asked with."""
    return [request.args.to_dict() for place, _, request in platform.asked if place == "members"]


def test_everyone_by_name_and_role(link: ResourceLink, platform: Platform) -> None:
    """Who learns and who teaches, by name, of those who may open this link; asked for once."""
    assert fetch(link) == Members((LEE, ROBIN, TERRY))
    assert asked(platform) == [{"rlid": "link-1", "limit": "500"}]


def test_page_by_page(link: ResourceLink, platform: Platform) -> None:
    """Pages are followed to the last, by addresses as they were given, with one token for all."""
    platform.page_size = 2
    platform.enrol(*(Person(f"p{number}", ("Learner",)) for number in range(7)))
    found = fetch(link)
    assert len(found.people) == 10 and not found.why
    assert [each.get("page") for each in asked(platform)] == [None, "P2", "P4", "P6", "P8"]
    assert platform.count("token") == 1


def test_a_query_that_is_there_stays(link: ResourceLink, platform: Platform) -> None:
    """What stands in the address of the list already, is asked along."""
    link.members_url += "?course=7&empty="
    db.session.commit()
    assert fetch(link).people
    assert asked(platform) == [{"course": "7", "empty": "", "rlid": "link-1", "limit": "500"}]


@pytest.mark.parametrize("status", [400, 404, 422])
def test_a_platform_that_does_not_know_links(link: ResourceLink, platform: Platform, status: int) -> None:
    """A platform that refuses to list those of one link is asked for the whole course."""
    platform.fails("members", [status])
    assert fetch(link) == Members((LEE, ROBIN, TERRY))
    assert asked(platform)[1] == {}


@pytest.mark.parametrize(
    ("scripted", "why"),
    [
        ([500, 500], "away"),
        ([429, 429], "away"),
        (["drop"], "away"),
        (["half"], "away"),
        (["big"], "away"),
        (["garbage"], "odd"),
        (["redirect"], "odd"),
        ([403], "refused"),
        ([404, 404], "refused"),
        ([401, 401], "refused"),
    ],
)
def test_what_goes_wrong_is_told(
    link: ResourceLink, platform: Platform, scripted: list[Any], why: members.Why
) -> None:
    """Whatever the platform does wrong, there is an answer, which says why nobody is in it."""
    platform.fails("members", scripted)
    assert fetch(link) == Members((), why)


def test_it_goes_wrong_half_way(link: ResourceLink, platform: Platform) -> None:
    """Who was listed before it went wrong is there, and it is said that not all are."""
    platform.page_size = 2
    platform.fails("members", [None, 500])
    assert fetch(link) == Members((LEE, ROBIN), "away")


def test_no_token(link: ResourceLink, platform: Platform) -> None:
    """Without a token, or without the right, there is nothing to be had, and it is said whose doing that is."""
    platform.fails("token", [500])
    assert fetch(link) == Members((), "away")
    platform.grants.remove(strict.MEMBERS)
    assert fetch(link) == Members((), "refused")
    assert asked(platform) == []


@pytest.mark.parametrize("lost", [True, False], ids=["lost", "none"])
def test_without_a_key_of_our_own(link: ResourceLink, platform: Platform, lost: bool) -> None:
    """Who teaches sees their class as far as we know it; the administrator learns from the doctor why."""
    if lost:
        current_app.config["SECRET_KEY"] = "another secret key than the one of before"
    else:
        db.session.execute(db.delete(ToolKey))
        db.session.commit()
    assert fetch(link) == Members((), "away")
    assert asked(platform) == []


def test_the_platform_is_down(link: ResourceLink, platform: Platform) -> None:
    """A platform that does not answer at all is told apart from one that refuses."""
    platform.stop()
    assert fetch(link) == Members((), "away")


def test_no_transaction_is_open_meanwhile(
    link: ResourceLink, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the platform is asked, nobody waits for a transaction of ours."""
    outgoing, open_ones = current_app.extensions["outgoing"], list[bool]()
    ask = Outgoing.request

    def noted(self: Outgoing, *args: Any, **options: Any) -> Response:
        open_ones.append(db.session().in_transaction())
        return ask(self, *args, **options)

    monkeypatch.setattr(type(outgoing), "request", noted)
    platform.page_size = 2
    assert len(fetch(link).people) == 3
    assert open_ones == [False, False, False]  # a token and two pages


class Answers:
    """Plays a platform that answers anything at all: JSON, or JSON with a Link header, one after the other."""

    def __init__(self, *said: Any) -> None:
        self.said = list(said)
        self.asked: list[str] = []

    def __call__(self, _client: object, _scopes: object, _method: str, url: str, **_: object) -> Response:
        self.asked.append(url)
        said, header = self.said.pop(0) if isinstance(self.said[0], tuple) else (self.said.pop(0), "")
        answer = Response()
        answer.status_code, answer.url = 200, url
        answer._content = said if isinstance(said, bytes) else current_app.json.dumps(said).encode()
        answer.headers["Link"] = header
        return answer


@contextlib.contextmanager
def answering(*said: Any) -> Iterator[Answers]:
    """Answers instead of a platform."""
    with pytest.MonkeyPatch.context() as patch:
        answers = Answers(*said)
        patch.setattr(members, "ask", answers)
        yield answers


ONE = {"members": [{"user_id": "1", "name": "One", "roles": ["Learner"]}]}


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/Members",
        "http://127.0.0.1:1/Members",
        "http://127.0.0.1.elsewhere.example/",
        "//elsewhere.example/x",
        "file:///etc/passwd",
        "https://[::1",
    ],
)
def test_the_next_page_is_on_the_same_host(link: ResourceLink, address: str) -> None:
    """A next page elsewhere is not asked for: nobody sends our token to another host."""
    with answering((ONE, f'<{address}>; rel="next"')) as answers:
        assert fetch(link) == Members((Member("1", "One"),), "odd")
    assert len(answers.asked) == 1


@pytest.mark.parametrize(
    "header",
    [
        '<{}>; rel="next"',
        "<{}>;rel=next",
        "<{}>; rel='next'",
        '<{}>; title=x; REL="NEXT"',
        '<http://x.example/?page=1>; rel="first", <{}>; rel="next", <http://x.example/?page=9>; rel="last"',
        '<http://x.example/;rel="prev">; rel=prev, <{}>; rel="next"',
        "<{}>; rel=“next”",
        "<{}>; rel=”next”",
    ],
)
def test_next_in_every_way_of_writing(header: str) -> None:
    """Straight quotes, none, or those of a typographer: a next page is found, with its capitals."""
    address = "https://x.example/Members?page=AbC&limit=5&lt=1"
    answer = Response()
    answer.url = "https://x.example/Members"
    answer.headers["Link"] = header.format(address).encode().decode("latin-1")  # as it comes from the wire
    assert next_page(answer) == address
    answer.headers["Link"] = answer.headers["Link"].replace("&", "&amp;")
    assert next_page(answer) == address


@pytest.mark.parametrize(
    "header", ["", "next", '<x>; rel="prev"', '<x>; rel="nextish"', "<>", '<x> rel="next"', "<" * 5000]
)
def test_no_next(header: str) -> None:
    """What names no next page is the end."""
    answer = Response()
    answer.url = "https://x.example/"
    answer.headers["Link"] = header
    assert next_page(answer) == ""


def test_a_relative_next(link: ResourceLink) -> None:
    """A next page without a host is on this one."""
    with answering((ONE, "<?page=2>; rel=next"), {"members": []}) as answers:
        assert fetch(link).why == ""
    assert answers.asked[1] == answers.asked[0].partition("?")[0] + "?page=2"


def test_a_list_without_an_end(link: ResourceLink, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that leads back to itself ends after so many pages, people or seconds, and says that it was cut."""
    again = f'<{link.members_url}?page=1>; rel="next"'
    with answering(*[(ONE, again)] * 100) as answers:
        assert fetch(link) == Members((Member("1", "One"),), "cut short")
    assert len(answers.asked) <= members.ANSWERS + 1
    monkeypatch.setattr(members, "MOST", 1)
    two = {"members": [{"user_id": each} for each in "12"]}
    with answering((two, again)):
        assert fetch(link).why == "cut short"
    monkeypatch.setattr(members, "WITHIN", -1)
    with answering((ONE, again)) as answers:
        assert fetch(link).why == "cut short"
    assert len(answers.asked) == 1


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"user_id": "1", "given_name": "A", "family_name": "B"}, Member("1", "A B")),
        ({"user_id": 1, "roles": None}, Member("1")),
        ({"user_id": "1", "name": None, "given_name": None}, Member("1")),
        ({"user_id": "1", "name": "A\u202e\x00\nB"}, Member("1", "A B")),
        ({"user_id": "1", "name": ["x"] * 200}, Member("1", str(["x"] * 200)[:200])),
        ({"user_id": "1", "roles": ["Instructor"]}, Member("1", teaches=True)),
        ({"user_id": "1", "roles": [None, 7, {}]}, Member("1")),
        ({"user_id": "1", "status": "Inactive"}, None),
        ({"user_id": "1", "status": "Deleted"}, None),
        ({"user_id": "x" * 256}, None),
        ({"user_id": None}, None),
        ({"user_id": True}, None),
        ({}, None),
        ("somebody", None),
        (None, None),
    ],
)
def test_each_person_strictly(link: ResourceLink, said: object, found: Member | None) -> None:
    """A person is taken as far as they are told; what is none, or is not there any more, is left out."""
    with answering({"members": [said]}):
        assert fetch(link) == Members((found,) if found else ())


@pytest.mark.parametrize("said", [b"", b"[", [], None, 7, {}, {"members": None}, {"members": 7}])
def test_what_is_no_list(link: ResourceLink, said: object) -> None:
    """An answer that is no list of members is told to be odd."""
    with answering(said):
        assert fetch(link) == Members((), "odd")
