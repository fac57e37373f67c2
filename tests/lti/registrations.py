"""How a platform takes a tool that registers itself, with what Moodle demands."""

import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from werkzeug.exceptions import BadRequest, NotFound, Unauthorized
from werkzeug.wrappers import Request

from tests.lti import strict

if TYPE_CHECKING:
    from tests.lti.platform import Platform

CONFIGURATION = "https://purl.imsglobal.org/spec/lti-platform-configuration"


def form_of(address: str) -> dict[str, str]:
    """What the button of the page at that address sends."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


class Registrations:
    """The tools that registered themselves: what each said, in `taken`."""

    def __init__(self, platform: "Platform") -> None:
        self.platform = platform
        self.taken: list[dict[str, Any]] = []
        self._open: set[str] = set()
        self._used: set[str] = set()

    def address(self, invitation: str, **changes: str) -> str:
        """Where an administrator's browser is sent, given the address that they typed."""
        token = secrets.token_urlsafe(24)
        self._open.add(token)
        asked = {"openid_configuration": self.configuration_url, "registration_token": token} | changes
        return f"{invitation}{'&' if '?' in invitation else '?'}{urlencode(asked)}"

    @property
    def configuration_url(self) -> str:
        """Where the platform says what it is."""
        return f"{self.platform.url}/.well-known/openid-configuration"

    def configuration(self) -> dict[str, Any]:
        """What the platform says of itself."""
        platform = self.platform
        said = {
            "issuer": platform.issuer,
            "authorization_endpoint": platform.auth_url,
            "token_endpoint": platform.token_url,
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "jwks_uri": platform.keys_url,
            "registration_endpoint": f"{platform.url}/registration",
            "scopes_supported": [*platform.grants],
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public", "pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
            CONFIGURATION: {
                "product_family_code": platform.profile.product,
                "version": "4.5",
                "messages_supported": [
                    {"type": "LtiResourceLinkRequest"},
                    {"type": "LtiDeepLinkingRequest", "placements": ["ContentArea"]},
                ],
                "variables": ["CourseSection.title"],
            },
        }
        return said | platform.says_of_itself

    def check(self, request: Request, *, use: bool = False) -> None:
        """The token has to be the one that was handed out, and registers once."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer" or token in self._used:
            raise Unauthorized
        if token not in self._open:
            raise NotFound  # Moodle answers with a page
        if use:
            self._open.remove(token)
            self._used.add(token)

    def register(self, request: Request) -> tuple[dict[str, Any], int]:
        """Take a tool: what is answered, and with which status."""
        self.check(request, use=True)
        held = strict.sends(request, "application/json")
        try:
            strict.registration(held)
        except AssertionError as error:
            self.platform.faults.append(f"registration: {error}")
            raise BadRequest from error
        self.taken.append(held)
        answer = {name: value for name, value in held.items() if name != "client_id"}
        answer |= {"client_id": self.platform.client_id}
        answer[strict.TOOL] = {**held[strict.TOOL], "deployment_id": self.platform.deployment}
        return answer, self.platform.profile.registered
