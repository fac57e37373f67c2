"""Where each kind of learning system has its addresses, so that they need not be typed."""

from dataclasses import dataclass

SITE = "{site}"
CLIENT = "CLIENT-ID"
"""Stands in an address where the client id belongs."""


@dataclass(frozen=True)
class Preset:
    """One kind. Addresses have `{site}` where the customer's own begins; an empty one is shown there.

    `shared`: many customers have its issuer. `copy` says where that kind shows what is still missing.
    """

    name: str
    issuer: str
    auth_url: str
    token_url: str
    keys_url: str
    copy: str
    shared: bool = False
    needs_site: bool = True

    def at(self, site: str) -> dict[str, str | bool]:
        """What to begin the form with, for a customer's address."""
        site = site.rstrip("/")
        said = {name: getattr(self, name).replace(SITE, site) for name in ADDRESSES}
        return {
            **said,
            "shared": self.shared,
            "name": site.partition("://")[2] if self.needs_site else self.name,
        }


ADDRESSES = ("issuer", "auth_url", "token_url", "keys_url")

PRESETS = {
    "moodle": Preset(
        name="Moodle or Totara",
        issuer=SITE,
        auth_url=f"{SITE}/mod/lti/auth.php",
        token_url=f"{SITE}/mod/lti/token.php",
        keys_url=f"{SITE}/mod/lti/certs.php",
        copy="The list of tools shows both ids on the tool’s card, under ‘View configuration details’.",
    ),
    "canvas": Preset(
        name="Canvas (cloud)",
        issuer="https://canvas.instructure.com",
        auth_url="https://sso.canvaslms.com/api/lti/authorize_redirect",
        token_url="https://sso.canvaslms.com/login/oauth2/token",  # noqa: S106  an address
        keys_url="https://sso.canvaslms.com/api/lti/security/jwks",
        copy="The client id is the number of the developer key; the deployment id is in the app’s settings.",
        shared=True,
        needs_site=False,
    ),
    "brightspace": Preset(
        name="Brightspace",
        issuer=SITE,
        auth_url=f"{SITE}/d2l/lti/authenticate",
        token_url="",
        keys_url=f"{SITE}/d2l/.well-known/jwks",
        copy="Once the tool is saved, Brightspace shows client id, OAuth2 access token URL and OAuth2 "
        "audience: copy all three. The deployment id is on the page of the deployment.",
    ),
    "blackboard": Preset(
        name="Blackboard",
        issuer="https://blackboard.com",
        auth_url="https://developer.blackboard.com/api/v1/gateway/oidcauth",
        token_url="https://developer.blackboard.com/api/v1/gateway/oauth2/jwttoken",  # noqa: S106  an address
        keys_url=f"https://developer.blackboard.com/api/v1/management/applications/{CLIENT}/jwks.json",
        copy="The client id is the application id of the developer portal. Each Blackboard that adds it "
        "shows a deployment id of its own.",
        shared=True,
        needs_site=False,
    ),
    "openedx": Preset(
        name="Open edX",
        issuer=SITE,
        auth_url=f"{SITE}/api/lti_consumer/v1/launch/",
        token_url="",
        keys_url="",
        copy="Studio shows ids, access token URL and keyset URL in the block, once it is saved.",
    ),
    "other": Preset(
        name="Another",
        issuer=SITE,
        auth_url="",
        token_url="",
        keys_url="",
        copy="Look there for issuer, client id, deployment id, and the addresses for authentication, access "
        "tokens and keys.",
    ),
}
