"""What Alongside is to a platform: its addresses, and what it says of itself when it registers."""

from typing import Any
from urllib.parse import urlsplit

LOGIN, LAUNCH, KEYS, REGISTER, ICON = (
    "/lti/login",
    "/lti/launch",
    "/lti/jwks.json",
    "/lti/register/",
    "/icon.svg",
)
NAME = "Alongside"
ABOUT = "Training to recognise hate crime and mate crime, and to take a report well."

CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
CANVAS = "https://canvas.instructure.com/lti/"
SCOPES = (
    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
    "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly",
    "https://purl.imsglobal.org/spec/lti-ags/scope/score",
    "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
)
CLAIMS = ("iss", "sub", "name", "given_name", "family_name", "locale")
"""Names, so that a teacher can tell people apart. No e-mail address: nothing here needs one."""


def values(url: str) -> dict[str, str]:
    """What an administrator of a platform types or pastes there, by what it is."""
    return {
        "Login address (OpenID Connect initiation)": f"{url}{LOGIN}",
        "Launch address, also called redirect, target link or tool address": f"{url}{LAUNCH}",
        "Deep Linking address (choosing content)": f"{url}{LAUNCH}",
        "Public key set (JWKS)": f"{url}{KEYS}",
        "Domain": urlsplit(url).netloc,
        "Icon": f"{url}{ICON}",
        "Custom field, for a link that opens one course": "alongside=SHORT-NAME-OF-THE-COURSE",
        "Scopes, where the learning system asks for them": " ".join(SCOPES),
    }


def registration(url: str, *, canvas: bool = False) -> dict[str, Any]:
    """What dynamic registration sends. `scope` is one text: Moodle cannot read a list."""
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["client_credentials", "implicit"],
        "initiate_login_uri": f"{url}{LOGIN}",
        "redirect_uris": [f"{url}{LAUNCH}"],
        "client_name": NAME,
        "client_uri": url,
        "logo_uri": f"{url}{ICON}",
        "policy_uri": f"{url}/privacy",
        "jwks_uri": f"{url}{KEYS}",
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(SCOPES),
        CONFIGURATION: _configuration(url, canvas=canvas),
    }


def _configuration(url: str, *, canvas: bool) -> dict[str, Any]:
    launch = f"{url}{LAUNCH}"
    opens = {
        "type": "LtiResourceLinkRequest",
        "target_link_uri": launch,
        "label": NAME,
        "icon_uri": f"{url}{ICON}",
    }
    picks = {**opens, "type": "LtiDeepLinkingRequest", "placements": ["ContentArea"]}
    said: dict[str, Any] = {
        "domain": urlsplit(url).netloc,  # with its port, or Moodle refuses it
        "target_link_uri": launch,
        "description": ABOUT,
        "claims": [*CLAIMS],
        "custom_parameters": {},
    }
    if canvas:
        picks["placements"] = [f"{CANVAS}assignment_selection", f"{CANVAS}link_selection"]
        said |= {f"{CANVAS}privacy_level": "name_only", f"{CANVAS}tool_id": "alongside"}
    # choosing first: Canvas takes the first message for each placement, and one without any as choosing links
    return said | {"messages": [picks, opens]}
