"""Deep Linking as a platform asks for it, and our signed answer: links to put into a course.

Between the two nothing is kept, neither by us nor by the browser: our page carries a sealed note of what was
asked, so that it works in a frame where every cookie is blocked.
"""

import datetime
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import current_app, g
from itsdangerous import BadData, URLSafeTimedSerializer

from lms.db import db, now
from lms.language import nearest
from lms.lti import claims as checks
from lms.lti import keys
from lms.lti.choices import Choice
from lms.lti.claims import DEEP_LINKING, LTI, Claims
from lms.lti.launch import Launch
from lms.lti.refusals import Refused
from lms.models import Deployment, Platform

DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
LINK = "ltiResourceLink"
OPEN_FOR = datetime.timedelta(hours=1)
"""How long somebody may choose."""
GOOD_FOR = datetime.timedelta(minutes=5)
"""How long an answer may be on its way."""
LONGEST = 20_000
"""Characters of what a platform wants to have back: Canvas sends about a thousand."""
LONGEST_TITLE = 250
"""Characters: Moodle keeps 255."""
HIGHEST = 100
"""What every mark is out of: they are sent in per cent."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a platform asked for: where the answer goes, and what it may hold.

    `several`: more than one link. `links`: links at all. `marks`: columns for marks. `windows`: links that
    open in a window of their own. `data` holds what goes back unchanged, if anything was sent. `language` is
    what the platform speaks.
    """

    platform: int
    deployment: str
    back: str
    several: bool = False
    links: bool = True
    marks: bool = True
    windows: bool = False
    language: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def by(cls, launch: Launch) -> "Asked":
        """What a checked launch asks for. Raises `Refused`; also for someone who does not teach."""
        if launch.role != "instructor":
            raise Refused("role")
        settings = checks.group(launch.claims, DEEP_LINKING)
        if len(str(settings.get("data", ""))) > LONGEST:
            raise Refused("claims", "data")
        shown = settings.get("accept_presentation_document_targets")
        taken = settings.get("accept_types")
        return cls(
            platform=launch.platform.id,
            deployment=launch.deployment.deployment,
            back=checks.check_return(settings.get("deep_link_return_url")),
            several=settings.get("accept_multiple") is True,
            links=not isinstance(taken, list) or LINK in taken,
            marks=settings.get("accept_lineitem") is not False,
            windows=isinstance(shown, list) and "window" in shown,
            language=_language(launch.claims),
            data={"data": settings["data"]} if "data" in settings else {},
        )

    @classmethod
    def unsealed(cls, sealed: str) -> "Asked":
        """What a page of ours carried. Raises `Refused` for what we did not seal, or sealed too long ago."""
        try:
            return cls(**_seal().loads(sealed, max_age=int(OPEN_FOR.total_seconds())))
        except BadData as error:
            raise Refused("choice") from error

    @property
    def sealed(self) -> str:
        """It, for a page to carry: signed, so that nobody can have our answer sent elsewhere."""
        return str(_seal().dumps(asdict(self)))

    @property
    def origin(self) -> str:
        """The site that the answer goes to."""
        parts = urlsplit(self.back)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def sender(self) -> Platform:
        """The platform that asked, if we still work with it there. Raises `Refused`."""
        platform = db.session.get(Platform, self.platform)
        found = platform and Deployment.named(platform, self.deployment)
        g.issuer = platform.issuer if platform else ""
        if platform is None or platform.approved_at is None or found is None or found.approved_at is None:
            raise Refused("not approved")
        return platform


def answer(asked: Asked, chosen: Iterable[Choice], said: str = "", *, wrong: bool = False) -> str:
    """The signed message that puts these links into the course; `said` is shown to the person there."""
    moment, platform = int(now().timestamp()), asked.sender
    message = {
        "iss": platform.client_id,
        "aud": platform.issuer,
        "iat": moment,
        "exp": moment + int(GOOD_FOR.total_seconds()),
        "nonce": secrets.token_urlsafe(32),
        f"{LTI}deployment_id": asked.deployment,
        f"{LTI}message_type": "LtiDeepLinkingResponse",
        f"{LTI}version": "1.3.0",
        f"{DL}content_items": [_item(asked, choice) for choice in chosen],
        **{f"{DL}{name}": value for name, value in asked.data.items()},
    }
    if said:
        message[f"{DL}{'errormsg' if wrong else 'msg'}"] = said
    kid, key = _signing()
    return jwt.encode(message, key, "RS256", {"kid": kid})


def _signing() -> tuple[str, rsa.RSAPrivateKey]:
    try:
        return keys.signing()
    except keys.KeyLostError as error:
        raise Refused("our key", str(error)) from error


def _item(asked: Asked, choice: Choice) -> dict[str, Any]:
    url, title = current_app.extensions["alongside"].url, choice.title[:LONGEST_TITLE]
    item = {
        "type": LINK,
        "title": title,
        "text": choice.text,
        "url": f"{url}{choice.path}",
        "custom": {"alongside": choice.opens},
    }
    if choice.quiz and asked.marks:
        mark = {"scoreMaximum": HIGHEST, "label": title, "resourceId": choice.opens, "tag": "mark"}
        item["lineItem"] = mark
    if choice.careful and asked.windows:
        item["window"] = {"targetName": "_blank"}  # nobody sees it in the page of the course by chance
    return item if choice.text else {name: value for name, value in item.items() if name != "text"}


def _language(claims: Claims) -> str:
    said = checks.group(claims, f"{LTI}launch_presentation").get("locale")
    return nearest(said) if isinstance(said, str) else ""


def _seal() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="lti deep linking")
