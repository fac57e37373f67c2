"""What a strict platform demands of a tool, where the standard says so and real platforms are lax.

Each function raises `AssertionError`, which says what is wrong.
"""

import datetime
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from werkzeug.wrappers import Request

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"

LINE_ITEM = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
RESULT = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
MEMBERS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"

ONE = "application/vnd.ims.lis.v2.lineitem+json"
MANY = "application/vnd.ims.lis.v2.lineitemcontainer+json"
SCORES = "application/vnd.ims.lis.v1.score+json"
RESULTS = "application/vnd.ims.lis.v2.resultcontainer+json"
CLASS = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"

ACTIVITY = {"Initialized", "Started", "InProgress", "Submitted", "Completed"}
GRADING = {"FullyGraded", "Pending", "PendingManual", "Failed", "NotReady"}
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

KeyOf = Callable[[str], Any]
"""The tool's public key of an id; None when it publishes none of that name."""


def authorization(url: str, *, auth_url: str, client_id: str, redirect_uri: str) -> dict[str, str]:
    """What the tool asks to know who somebody is (LTI security framework 5.1.1.2); its fields."""
    assert url.startswith(auth_url), f"asked at {url}, not at {auth_url}"
    asked = urlsplit(url)
    assert not asked.fragment, "nothing belongs behind a #"
    fields = parse_qs(asked.query, keep_blank_values=True, strict_parsing=True)
    kept = parse_qs(urlsplit(auth_url).query)
    assert kept.items() <= fields.items(), "the query of the registered address has to stay"
    twice = [name for name, values in fields.items() if len(values) > 1]
    assert not twice, f"sent twice: {twice}"
    one = {name: values[0] for name, values in fields.items()}
    wanted = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
    }
    for name, value in wanted.items():
        assert one.get(name) == value, f"{name} should be {value!r}, and is {one.get(name)!r}"
    for name in ("state", "nonce"):
        assert len(one.get(name, "")) >= 32, f"{name} can be guessed: {one.get(name)!r}"
    assert one["state"] != one["nonce"], "state and nonce are two secrets"
    assert one.get("login_hint"), "login_hint is missing"
    return one


def signed(token: str, key_of: KeyOf) -> dict[str, Any]:
    """A message that the tool signed: with RS256, by a key that it publishes, under its name."""
    header = jwt.get_unverified_header(token)
    assert header["alg"] == "RS256", f"signed with {header['alg']}"
    assert not {"jku", "x5u", "jwk", "x5c"} & header.keys(), (
        "a key that comes with the message proves nothing"
    )
    public = key_of(header.get("kid", ""))
    assert public is not None, f"the tool publishes no key {header.get('kid')!r}"
    unchecked = {"verify_aud": False, "require": ["iss", "aud", "iat", "exp"]}
    try:
        claims = jwt.decode(token, public, algorithms=["RS256"], options=unchecked, leeway=5)
    except jwt.InvalidTokenError as error:
        raise AssertionError(repr(error)) from error
    assert claims["exp"] - claims["iat"] <= 3600, "valid for more than an hour"
    assert abs(claims["iat"] - time.time()) < 60, "issued at another time than now"
    return dict(claims)


def assertion(form: Mapping[str, str], key_of: KeyOf, *, client_id: str, audience: str) -> dict[str, Any]:
    """How the tool says who it is when it asks for a token (LTI security framework 4.1.1); the claims."""
    assert form.get("grant_type") == "client_credentials", f"grant_type is {form.get('grant_type')!r}"
    kind = form.get("client_assertion_type")
    assert kind == ASSERTION, f"client_assertion_type is {kind!r}"
    assert form.get("scope"), "no scope is asked for"
    assert set(form) == {"grant_type", "client_assertion_type", "client_assertion", "scope"}, sorted(form)
    claims = signed(form["client_assertion"], key_of)
    assert claims["iss"] == client_id, f"iss is {claims['iss']!r}"
    assert claims.get("sub") == client_id, f"sub is {claims.get('sub')!r}"
    assert audience in (
        claims["aud"],
        *([claims["aud"]] if isinstance(claims["aud"], str) else claims["aud"]),
    ), f"aud is {claims['aud']!r}, not {audience!r}"
    assert isinstance(claims.get("jti"), str) and len(claims["jti"]) >= 16, f"jti is {claims.get('jti')!r}"
    assert claims["exp"] - claims["iat"] <= 600, "an assertion is used at once"
    return claims


def accepts(request: Request, media_type: str) -> None:
    """Moodle wants exactly the one."""
    said = request.headers.get("Accept")
    assert said == media_type, f"Accept is {said!r}, not {media_type!r}"


def sends(request: Request, media_type: str) -> dict[str, Any]:
    """What a request holds, in the very media type that the standard names."""
    said = request.mimetype
    assert said == media_type, f"Content-Type is {said!r}, not {media_type!r}"
    held = json.loads(request.get_data())
    assert isinstance(held, dict), "an object is sent"
    return held


def score(held: Mapping[str, Any]) -> None:
    """A score (AGS 2.0, 3.4)."""
    assert isinstance(held.get("userId"), str) and held["userId"], f"userId is {held.get('userId')!r}"
    assert held.get("activityProgress") in ACTIVITY, f"activityProgress is {held.get('activityProgress')!r}"
    assert held.get("gradingProgress") in GRADING, f"gradingProgress is {held.get('gradingProgress')!r}"
    moment(held.get("timestamp"))
    if "scoreGiven" in held:
        given, most = held["scoreGiven"], held.get("scoreMaximum")
        assert _is_number(most) and most > 0, f"scoreGiven needs a scoreMaximum, which is {most!r}"
        assert _is_number(given) and given >= 0, f"scoreGiven is {given!r}"
    assert isinstance(held.get("comment", ""), str), "a comment is words"
    known = {"userId", "scoreGiven", "scoreMaximum", "comment", "timestamp", "activityProgress"}
    known |= {"gradingProgress", "submission", "scoringUserId"}
    extra = [name for name in held if name not in known and not name.startswith("https://")]
    assert not extra, f"nobody knows {extra}"


def moment(said: object) -> datetime.datetime:
    """A moment with its zone, and not one that is still to come."""
    assert isinstance(said, str), f"timestamp is {said!r}"
    read = datetime.datetime.fromisoformat(said)
    assert read.tzinfo, f"timestamp says no zone: {said}"
    ahead = read - datetime.datetime.now(datetime.UTC)
    assert ahead < datetime.timedelta(minutes=1), f"timestamp is still to come: {said}"
    return read


def line_item(held: Mapping[str, Any]) -> None:
    """A line item to be made (AGS 2.0, 3.2)."""
    assert isinstance(held.get("label"), str) and held["label"].strip(), f"label is {held.get('label')!r}"
    most = held.get("scoreMaximum")
    assert _is_number(most) and most > 0, f"scoreMaximum is {most!r}"
    for name in ("resourceLinkId", "resourceId", "tag"):
        assert isinstance(held.get(name, ""), str), f"{name} is {held[name]!r}"


def deep_linking(
    claims: Mapping[str, Any], settings: Mapping[str, Any], *, tool: str
) -> list[dict[str, Any]]:
    """What was picked (deep linking 2.0, 4.4), where `settings` are those it was asked with; the items.

    `iss`, `aud` and the signature are for the caller to check.
    """
    assert claims.get(f"{LTI}message_type") == "LtiDeepLinkingResponse", claims.get(f"{LTI}message_type")
    assert claims.get(f"{LTI}version") == "1.3.0", claims.get(f"{LTI}version")
    assert isinstance(claims.get("nonce"), str) and len(claims["nonce"]) >= 16, "a nonce is needed"
    data = f"{DL}data"
    assert (data in claims) == ("data" in settings), "data is echoed when it was sent, and not made up"
    assert claims.get(data) == settings.get("data"), f"data came back changed: {claims.get(data)!r}"
    items = claims.get(f"{DL}content_items", [])
    assert isinstance(items, list), "content_items is a list"
    assert len(items) <= 1 or settings.get("accept_multiple"), "only one was asked for"
    for item in items:
        _check_item(item, settings, tool)
    return items


def _check_item(item: Mapping[str, Any], settings: Mapping[str, Any], tool: str) -> None:
    assert item.get("type") in settings["accept_types"], f"{item.get('type')} was not asked for"
    assert item.get("url", "").startswith(f"{tool}/"), f"the link leads to {item.get('url')!r}"
    assert isinstance(item.get("title"), str) and item["title"].strip(), "a link has a title"
    assert None not in item.values(), f"null is no value: {item}"
    if "lineItem" in item:
        assert settings.get("accept_lineitem", True), "no line item was asked for"
        line_item({"label": item["title"], **item["lineItem"]})
    custom = item.get("custom", {})
    assert all(isinstance(value, str) for value in custom.values()), f"custom values are words: {custom}"


def registration(held: Mapping[str, Any]) -> None:
    """What the tool says of itself (dynamic registration 1.0, 3.5), as Moodle reads it."""
    assert held.get("application_type", "web") == "web", held["application_type"]
    assert "id_token" in held.get("response_types", []), "response_types"
    assert {"implicit", "client_credentials"} <= set(held.get("grant_types", [])), "grant_types"
    assert held.get("token_endpoint_auth_method") == "private_key_jwt", "token_endpoint_auth_method"
    assert isinstance(held.get("scope"), str), "scope is one text, or Moodle answers 404"
    for name in ("client_name", "initiate_login_uri", "jwks_uri"):
        assert isinstance(held.get(name), str) and held[name], f"missing required attribute {name}"
    redirects = held.get("redirect_uris")
    assert isinstance(redirects, list) and redirects, "missing required attribute redirect_uris"
    tool = held.get(TOOL)
    assert isinstance(tool, dict), f"missing required attribute {TOOL}"
    target = tool.get("target_link_uri", f"https://{tool.get('domain')}")
    assert tool.get("domain") == urlsplit(target).netloc, "domain_targetlinkuri_mismatch"
    for message in tool.get("messages", []):
        assert message.get("type") in ("LtiResourceLinkRequest", "LtiDeepLinkingRequest"), message
    assert set(tool.get("claims", [])) >= {"iss", "sub"}, "claims"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
