"""What PyLTI1p3 asks of us: which platform a message is from, and what may be believed of it."""

from typing import Any

from pylti1p3.deployment import Deployment as LibraryDeployment
from pylti1p3.registration import Registration
from pylti1p3.tool_config.abstract import ToolConfAbstract

from lms.lti.refusals import Refused
from lms.models import Platform

LONGEST = 120
"""Characters of what was sent, for an administrator to compare."""


class Registered(Registration):
    """A platform as the library wants it, with the row it comes from."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.set_issuer(platform.issuer).set_client_id(platform.client_id)
        self.set_auth_login_url(platform.auth_url).set_auth_token_url(platform.token_url)
        self.set_key_set_url(platform.keys_url)
        if platform.audience:
            self.set_auth_audience(platform.audience)


class Registry(ToolConfAbstract[Any]):
    """Platforms from our database. One issuer may have several clients: we never guess which."""

    def check_iss_has_one_client(self, iss: str) -> bool:  # noqa: ARG002
        """Never: the library would keep that for all installations in one process."""
        return False

    def check_iss_has_many_clients(self, iss: str) -> bool:  # noqa: ARG002
        """Always."""
        return True

    def find_registration_by_issuer(self, iss: str, *_args: Any, **_kwargs: Any) -> Registration:
        """The issuer's only platform."""
        return self.find_registration_by_params(iss, "")

    def find_deployment(self, iss: str, deployment_id: str) -> LibraryDeployment | None:  # noqa: ARG002
        """None: our launch looks for it itself, and what the library looks for is not to be believed."""
        return None

    def find_deployment_by_params(
        self,
        iss: str,  # noqa: ARG002
        deployment_id: str,  # noqa: ARG002
        client_id: str,  # noqa: ARG002
        *_args: Any,
        **_kwargs: Any,
    ) -> LibraryDeployment | None:
        """None, as above."""
        return None

    def find_registration_by_params(
        self, iss: str, client_id: str, *_args: Any, **_kwargs: Any
    ) -> Registered:
        """The platform of this issuer and client; without a client id, the issuer's only one."""
        platform = Platform.registered(iss, client_id)
        if platform is None:
            sent = f"It sent {iss[:LONGEST]}, and {client_id[:LONGEST] if client_id else 'no client id'}."
            raise Refused("client" if Platform.issues(iss) else "issuer", sent)
        if platform.approved_at is None:
            raise Refused("not approved")
        return Registered(platform)
