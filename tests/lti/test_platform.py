"""The platform that our tests play against: it takes what is right, and nothing else."""

import json
import secrets
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
import requests

from tests.lti import strict
from tests.lti.consumer import key
from tests.lti.platform import CANVAS, MOODLE, REMOVED, Person, Platform
from tests.lti.strict import DL, LTI

TOOL = "https://tool.example"
OURS = 9
"""The number of the tool's key."""


def tool_keys() -> dict[str, Any]:
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key(OURS).public_key()))
    return {"keys": [{**public, "kid": "ours", "alg": "RS256", "use": "sig"}]}


@pytest.fixture
def moodle() -> Iterator[Platform]:
    made = Platform(TOOL, tool_keys)
    yield made
    made.stop()


def ask(moodle: Platform, opens: str = "/", **changes: Any) -> str:
    """The request that a tool makes after a login, with some of it changed."""
    form = moodle.launch_form(opens)
    asked = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": "client-1",
        "redirect_uri": f"{TOOL}/lti/launch",
        "login_hint": form["login_hint"],
        "lti_message_hint": form["lti_message_hint"],
        "state": "s" * 43,
        "nonce": "n" * 43,
    } | changes
    kept = {name: value for name, value in asked.items() if value is not REMOVED}
    return f"{moodle.auth_url}?{urlencode(kept)}"


def test_a_launch_goes_round(moodle: Platform) -> None:
    """What the platform sends holds what was asked for, signed with the key that it publishes."""
    login = moodle.launch_form("/courses/together")
    assert login["target_link_uri"] == f"{TOOL}/courses/together"
    assert login["iss"] == moodle.url and login["login_hint"] == "learner-1"
    form = moodle.answer(ask(moodle, "/courses/together"))
    published = requests.get(moodle.keys_url, timeout=5).json()["keys"][0]
    claims = jwt.decode(form["id_token"], jwt.PyJWK(published).key, audience="client-1", algorithms=["RS256"])
    assert form["state"] == "s" * 43 and claims["nonce"] == "n" * 43
    assert claims["exp"] - claims["iat"] == 60
    assert claims[f"{LTI}target_link_uri"] == f"{TOOL}/courses/together"
    assert claims[f"{LTI}roles"] == ["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"]
    assert claims[f"{LTI}deployment_id"] == "1" and claims[f"{LTI}resource_link"]["id"] == "link-1"
    assert claims[strict.AGS]["lineitems"].endswith("/lineitems?type_id=1")
    assert strict.NRPS in claims and claims["name"] == "Lee Learner"


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": "openid profile"},
        {"scope": REMOVED},
        {"response_type": "code"},
        {"response_mode": REMOVED},
        {"prompt": "login"},
        {"client_id": "client-2"},
        {"redirect_uri": f"{TOOL}/lti/launch/"},
        {"login_hint": "learner-2"},
        {"login_hint": REMOVED},
        {"lti_message_hint": REMOVED},
        {"state": "short"},
        {"nonce": REMOVED},
        {"nonce": "s" * 43},
    ],
    ids=str,
)
def test_a_wrong_request_gets_no_answer(moodle: Platform, changes: dict[str, Any]) -> None:
    """Who somebody is is told to nobody who asks in another way than the standard says."""
    with pytest.raises(AssertionError):
        moodle.answer(ask(moodle, **changes))


def test_a_hint_is_good_for_once(moodle: Platform) -> None:
    """As in Moodle, the same launch is not answered a second time."""
    url = ask(moodle)
    moodle.answer(url)
    with pytest.raises(AssertionError, match="hint"):
        moodle.answer(url)


def test_any_forgery_can_be_made(moodle: Platform) -> None:
    """Claims, headers, keys and algorithms of a message are whatever an attacker would send."""
    token = moodle.answer(
        ask(moodle),
        changes={"roles": REMOVED, "sub": "x"},
        header={"kid": REMOVED, "jku": "https://a"},
        alg="none",
    )["id_token"]
    assert jwt.get_unverified_header(token) == {"typ": "JWT", "alg": "none", "jku": "https://a"}
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["sub"] == "x" and f"{LTI}roles" not in claims
    token = moodle.answer(ask(moodle), signed_by=b"secret", alg="HS256")["id_token"]
    assert jwt.get_unverified_header(token)["alg"] == "HS256"


def test_keys_turn_over(moodle: Platform) -> None:
    """A new key is published beside the old one, or in its place."""
    moodle.rotate_key()
    assert [each["kid"] for each in moodle.key_set()["keys"]] == ["key-0", "key-1"]
    moodle.rotate_key(keep=False)
    assert [each["kid"] for each in moodle.key_set()["keys"]] == ["key-2"] and moodle.kid == "key-2"
    assert jwt.get_unverified_header(moodle.answer(ask(moodle))["id_token"])["kid"] == "key-2"


# tokens


def assertion(
    moodle: Platform, header: dict[str, Any] | None = None, *, age: int = 0, lasts: int = 60, **changes: Any
) -> str:
    issued = int(time.time()) - age
    claims = {
        "iss": "client-1",
        "sub": "client-1",
        "aud": moodle.token_url,
        "iat": issued,
        "exp": issued + lasts,
        "jti": secrets.token_hex(16),
    } | changes
    kept = {name: value for name, value in claims.items() if value is not REMOVED}
    return jwt.encode(kept, key(OURS), "RS256", {"kid": "ours"} | (header or {}))


def token_form(moodle: Platform, **changes: str) -> dict[str, str]:
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": strict.ASSERTION,
        "client_assertion": assertion(moodle),
        "scope": f"{strict.SCORE} {strict.LINE_ITEM}",
    } | changes


def get_token(moodle: Platform, *scopes: str) -> dict[str, str]:
    """Headers that a tool with a token sends."""
    form = token_form(moodle, **({"scope": " ".join(scopes)} if scopes else {}))
    answer = requests.post(moodle.token_url, data=form, timeout=5)
    assert answer.status_code == 200, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "client-2"},
        {"sub": "client-2"},
        {"sub": REMOVED},
        {"aud": "https://elsewhere.example"},
        {"jti": REMOVED},
        {"exp": REMOVED},
        {"age": 61},
        {"lasts": 7200},
        {"age": 3000, "lasts": 3500},
        {"header": {"kid": "theirs"}},
        {"header": {"jku": "https://elsewhere.example"}},
    ],
    ids=str,
)
def test_a_wrong_assertion_gets_no_token(moodle: Platform, wrong: dict[str, Any]) -> None:
    """A tool that does not say who it is as the standard wants is refused, and that is noted."""
    form = token_form(moodle, client_assertion=assertion(moodle, **wrong))
    assert requests.post(moodle.token_url, data=form, timeout=5).status_code == 400
    assert moodle.faults


@pytest.mark.parametrize(
    "wrong",
    [{"grant_type": "password"}, {"client_assertion_type": "jwt"}, {"scope": ""}, {"scope": "all"}],
    ids=str,
)
def test_a_wrong_form_gets_no_token(moodle: Platform, wrong: dict[str, str]) -> None:
    """Grant, type and scope are the standard's."""
    answer = requests.post(moodle.token_url, data=token_form(moodle, **wrong), timeout=5)
    assert answer.status_code == 400 and moodle.faults


def test_an_assertion_is_used_once(moodle: Platform) -> None:
    """The same assertion gets no second token."""
    form = token_form(moodle)
    assert [requests.post(moodle.token_url, data=form, timeout=5).status_code for _ in "12"] == [200, 400]


def test_scopes_that_were_not_granted_are_left_out(moodle: Platform) -> None:
    """As Moodle does: fewer scopes than asked for, and none at all is an error."""
    moodle.grants.remove(strict.LINE_ITEM)
    said = requests.post(moodle.token_url, data=token_form(moodle), timeout=5).json()
    assert said["scope"] == strict.SCORE and said["expires_in"] == 3600
    form = token_form(moodle, scope=strict.LINE_ITEM)
    assert requests.post(moodle.token_url, data=form, timeout=5).json() == {"error": "invalid_scope"}
    assert moodle.count("token") == 2 and not moodle.faults


# grades


def send_score(
    moodle: Platform, headers: dict[str, str], kind: str = strict.SCORES, number: int = 1, **changes: Any
) -> requests.Response:
    said = {
        "userId": "learner-1",
        "scoreGiven": 9,
        "scoreMaximum": 10,
        "timestamp": "2026-01-01T10:00:00.123Z",
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
    } | changes
    kept = {name: value for name, value in said.items() if value is not REMOVED}
    return requests.post(
        f"{moodle.url}/context/course-1/lineitems/{number}/scores?type_id=1",
        data=json.dumps(kept),
        headers=headers | {"Content-Type": kind},
        timeout=5,
        allow_redirects=False,
    )


@pytest.fixture
def headers(moodle: Platform) -> dict[str, str]:
    moodle.gradebook.add(label="Know the signs", scoreMaximum=100)
    return get_token(moodle, strict.SCORE)


def test_a_score_becomes_a_grade(moodle: Platform, headers: dict[str, str]) -> None:
    """It is taken with 200 and an empty body; an older one is refused with 409, and Pending erases."""
    answer = send_score(moodle, headers)
    grade = moodle.grade("learner-1")
    assert answer.status_code == 200 and answer.text == "" and grade and grade.given == 9
    assert send_score(moodle, headers, scoreGiven=10).status_code == 409
    moodle.gradebook.ahead = -3600
    moodle.gradebook.items[1].grades.clear()
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    assert send_score(moodle, headers, timestamp=moment).status_code == 200
    assert send_score(moodle, headers, timestamp=moment, gradingProgress="Pending").status_code == 200
    grade = moodle.grade("learner-1")
    assert grade and grade.given is None and len(moodle.gradebook.items[1].scores) == 4


@pytest.mark.parametrize("person", ["nobody", "teacher-1"])
def test_only_learners_get_grades(moodle: Platform, headers: dict[str, str], person: str) -> None:
    """Moodle answers 400 for anybody else."""
    assert send_score(moodle, headers, userId=person).status_code == 400 and not moodle.faults


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "application/json"},
        {"userId": 7},
        {"timestamp": 1767261600},
        {"timestamp": "2026-01-01T10:00:00"},
        {"timestamp": "2126-01-01T10:00:00Z"},
        {"scoreMaximum": REMOVED},
        {"scoreGiven": -1},
        {"activityProgress": "Done"},
        {"gradingProgress": REMOVED},
        {"mark": 1},
    ],
    ids=str,
)
def test_a_wrong_score_is_refused(moodle: Platform, headers: dict[str, str], wrong: dict[str, Any]) -> None:
    """A score says all that the standard wants, in its media type, and that is noted where it does not."""
    assert send_score(moodle, headers, **wrong).status_code == 400 and moodle.faults


def test_a_token_opens_only_what_it_is_for(moodle: Platform, headers: dict[str, str]) -> None:
    """Without its scope 403, with one that has ended 401."""
    assert send_score(moodle, get_token(moodle, strict.MEMBERS)).status_code == 403
    moodle.tokens.clear()
    assert send_score(moodle, headers).status_code == 401


def test_line_items_are_made_found_changed_and_removed(moodle: Platform) -> None:
    """Their addresses have Moodle's query; they are found by their link."""
    headers, url = get_token(moodle, strict.LINE_ITEM), moodle.line_items_url
    made = requests.post(
        url,
        json.dumps({"label": "A", "scoreMaximum": 5, "resourceLinkId": "link-7"}),
        headers=headers | {"Content-Type": strict.ONE, "Accept": strict.ONE},
        timeout=5,
    )
    assert made.status_code == 201 and made.json()["id"] == moodle.line_item_url(1)
    moodle.gradebook.add(label="B", scoreMaximum=1)
    found = requests.get(
        f"{url}&resource_link_id=link-7", headers=headers | {"Accept": strict.MANY}, timeout=5
    )
    assert [item["label"] for item in found.json()] == ["A"]
    changed = {"label": "C", "scoreMaximum": 6}
    typed = headers | {"Content-Type": strict.ONE}
    put = requests.put(made.json()["id"], json.dumps(changed), headers=typed, timeout=5)
    assert put.json()["label"] == "C"
    assert requests.delete(made.json()["id"], headers=headers, timeout=5).status_code == 204
    one = requests.get(made.json()["id"], headers=headers | {"Accept": strict.ONE}, timeout=5)
    assert one.status_code == 404 and not moodle.faults


def test_any_other_accept_is_refused(moodle: Platform) -> None:
    """Moodle wants the one media type, and no list of several."""
    headers = get_token(moodle, strict.LINE_ITEM) | {"Accept": f"{strict.MANY}, */*"}
    assert requests.get(moodle.line_items_url, headers=headers, timeout=5).status_code == 400
    assert "Accept" in moodle.faults[0]


# the class


def test_the_class_comes_in_pages(moodle: Platform) -> None:
    """The next page is in a Link header, whose capitals matter; roles are short."""
    moodle.enrol(*(Person(f"more-{number}") for number in range(5)))
    moodle.page_size = 3
    headers = get_token(moodle, strict.MEMBERS) | {"Accept": strict.CLASS}
    url, found = moodle.members_url, []
    while url:
        answer = requests.get(url, headers=headers, timeout=5)
        found += answer.json()["members"]
        url = answer.links.get("next", {}).get("url", "")
    assert [each["user_id"] for each in found] == list(moodle.people) and moodle.count("members") == 3
    assert found[0]["roles"] == ["Learner"] and "name" not in found[-1]


# failing


@pytest.mark.parametrize(
    ("failure", "expected", "done"),
    [
        ("drop", 0, False),
        ("lost", 0, True),
        (500, 500, False),
        ((429, {"Retry-After": "1"}), 429, False),
        ("redirect", 302, False),
        ("slow", 200, True),
    ],
    ids=str,
)
def test_it_dies_at_every_step(
    moodle: Platform, headers: dict[str, str], failure: Any, expected: int, done: bool
) -> None:
    """A score is lost before it was taken, or the answer after it; the next goes well."""
    moodle.fails("scores", [failure])
    try:
        status = send_score(moodle, headers).status_code
    except requests.RequestException:
        status = 0
    assert status == expected
    assert (moodle.grade("learner-1") is not None) == done
    assert send_score(moodle, headers).status_code == (409 if done else 200)
    assert moodle.count("scores") == 2


@pytest.mark.parametrize("failure", ["half", "garbage", "big"])
def test_it_answers_nonsense(moodle: Platform, failure: str) -> None:
    """Half of what was to be said, a page instead of data, or 8 MB."""
    moodle.fails("keys", [failure])
    with pytest.raises((requests.RequestException, ValueError)):
        requests.get(moodle.keys_url, timeout=5).json()
    assert requests.get(moodle.keys_url, timeout=5).json() == moodle.key_set()


def test_it_hangs_goes_away_and_comes_back(moodle: Platform, headers: dict[str, str]) -> None:
    """It can leave a request unanswered, refuse every connection, and be back at the same address."""
    moodle.fails("keys", always="hang")
    with pytest.raises(requests.ReadTimeout):
        requests.get(moodle.keys_url, timeout=0.2)
    moodle.stop()
    with pytest.raises(requests.ConnectionError):
        requests.get(moodle.keys_url, timeout=5)
    moodle.fails("keys")
    moodle.start()
    assert requests.get(moodle.keys_url, timeout=5).ok


# registration

TOLD = {
    "application_type": "web",
    "response_types": ["id_token"],
    "grant_types": ["implicit", "client_credentials"],
    "initiate_login_uri": f"{TOOL}:8443/lti/login",
    "redirect_uris": [f"{TOOL}:8443/lti/launch"],
    "client_name": "Alongside",
    "jwks_uri": f"{TOOL}:8443/lti/jwks.json",
    "token_endpoint_auth_method": "private_key_jwt",
    "scope": strict.SCORE,
    strict.TOOL: {
        "domain": "tool.example:8443",
        "target_link_uri": f"{TOOL}:8443/",
        "messages": [{"type": "LtiDeepLinkingRequest"}],
        "claims": ["iss", "sub"],
    },
}


def registered(moodle: Platform, **changes: Any) -> requests.Response:
    address = moodle.registrations.address(f"{TOOL}/lti/register/abc")
    token = address.rpartition("=")[2]
    return requests.post(
        f"{moodle.url}/registration",
        json=TOLD | changes,
        headers={"Authorization": f"Bearer {token}"},
        timeout=5,
    )


def test_a_tool_registers_itself_once(moodle: Platform) -> None:
    """The answer has the client id and the only deployment; the token is good for once."""
    answer = registered(moodle)
    assert answer.status_code == 200 and answer.json()["client_id"] == "client-1"
    assert answer.json()[strict.TOOL]["deployment_id"] == "1"
    again = {"Authorization": answer.request.headers["Authorization"]}
    second = requests.post(f"{moodle.url}/registration", json=TOLD, headers=again, timeout=5)
    assert second.status_code == 401 and len(moodle.registrations.taken) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"scope": [strict.SCORE]},
        {"redirect_uris": []},
        {"jwks_uri": None},
        {"token_endpoint_auth_method": "client_secret_basic"},
        {strict.TOOL: {**TOLD[strict.TOOL], "domain": "tool.example"}},  # type: ignore[dict-item]
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_moodle_takes_no_tool_that_leaves_something_out(moodle: Platform, wrong: dict[str, Any]) -> None:
    """What Moodle would refuse is refused, and noted."""
    assert registered(moodle, **wrong).status_code == 400 and moodle.faults


def test_canvas_wants_its_token_for_the_configuration() -> None:
    """Canvas shows its configuration only to whoever brings the token; Moodle to anybody."""
    made = [Platform(TOOL, tool_keys, profile) for profile in (MOODLE, CANVAS)]
    statuses = [requests.get(each.registrations.configuration_url, timeout=5).status_code for each in made]
    for each in made:
        each.stop()
    assert statuses == [200, 401] and made[1].launch_form()["lti_storage_target"] == "post_message_forwarding"


# deep linking


def respond(moodle: Platform, **changes: Any) -> str:
    claims = {
        "iss": "client-1",
        "aud": moodle.issuer,
        "iat": int(time.time()),
        "exp": int(time.time()) + 60,
        "nonce": secrets.token_hex(16),
        f"{LTI}message_type": "LtiDeepLinkingResponse",
        f"{LTI}version": "1.3.0",
        f"{LTI}deployment_id": "1",
        f"{DL}content_items": [
            {"type": "ltiResourceLink", "url": f"{TOOL}/a", "title": "A", "lineItem": {"scoreMaximum": 5}}
        ],
    } | changes
    return jwt.encode(claims, key(OURS), "RS256", {"kid": "ours"})


def test_what_was_picked_is_read(moodle: Platform) -> None:
    """The items come as they were sent, and data is echoed where it was sent."""
    assert moodle.picked(respond(moodle))[0]["title"] == "A"
    assert moodle.picked(respond(moodle, **{f"{DL}data": "x"}), data="x")


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://tool.example"},
        {"aud": "https://elsewhere.example"},
        {"nonce": ""},
        {f"{DL}data": None},
        {f"{LTI}deployment_id": "2"},
        {f"{LTI}version": "1.3"},
        {f"{LTI}message_type": "LtiResourceLinkRequest"},
        {f"{DL}content_items": [{"type": "link", "url": f"{TOOL}/a", "title": "A"}]},
        {
            f"{DL}content_items": [
                {"type": "ltiResourceLink", "url": "https://elsewhere.example/", "title": "A"}
            ]
        },
        {f"{DL}content_items": [{"type": "ltiResourceLink", "url": f"{TOOL}/a"}]},
    ],
    ids=lambda wrong: next(iter(wrong)).rpartition("/")[2],
)
def test_a_wrong_answer_is_not_read(moodle: Platform, wrong: dict[str, Any]) -> None:
    """What a strict platform would refuse raises."""
    with pytest.raises(AssertionError):
        moodle.picked(respond(moodle, **wrong))
