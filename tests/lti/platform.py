"""What plays Moodle and Canvas in our tests: a platform with a server of its own, stricter than either.

form = platform.launch_form("/courses/together", roles=["Learner"])    # what it posts to /lti/login
form = platform.answer(redirect.location)                              # what it then posts to /lti/launch
platform.fails("scores", [500, "lost", 429])                           # the next three scores
"""

import dataclasses
import enum
import json
import secrets
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request

from tests.lti import strict
from tests.lti.consumer import Lti1p3LaunchData, LtiAdvantageConsumer, ToolKeyHandler, key, signer
from tests.lti.endpoints import Endpoints
from tests.lti.failing import Failure, Failures, Place
from tests.lti.gradebook import Grade, Gradebook
from tests.lti.registrations import Registrations
from tests.lti.strict import AGS, DL, LTI, NRPS

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"


class Removed(enum.Enum):
    """Instead of a value: what has it is not sent at all."""

    REMOVED = "removed"


REMOVED = Removed.REMOVED


@dataclasses.dataclass(frozen=True, kw_only=True)
class Profile:
    """Where learning systems differ.

    `issuer` is its own address where it is empty; `lasts` how many seconds a message is good for; `query` what its
    addresses of line items end with; `registered` the status that answers a registration.
    """

    product: str
    issuer: str = ""
    shared: bool = False
    storage: str = ""
    lasts: int = 3600
    query: str = ""
    registered: int = 200
    page_size: int = 0
    guards_configuration: bool = False


MOODLE = Profile(product="moodle", lasts=60, query="?type_id=1")
CANVAS = Profile(
    product="canvas",
    issuer="https://canvas.instructure.com",
    shared=True,
    storage="post_message_forwarding",
    registered=201,
    page_size=10,
    guards_configuration=True,
)


@dataclasses.dataclass(frozen=True)
class Person:
    """Somebody in a course of the platform. Without a name or an e-mail address, it does not share them."""

    id: str
    roles: tuple[str, ...] = ("Learner",)
    name: str = ""
    email: str = ""


PEOPLE = (
    Person("learner-1", ("Learner",), "Lee Learner", "lee@example.org"),
    Person("learner-2", ("Learner",), "Robin Reader", "robin@example.org"),
    Person("teacher-1", ("Instructor",), "Terry Teacher", "terry@example.org"),
)


class Platform:
    """A learning system. `tool` is the address of Alongside; `tool_keys` says which keys it publishes.

    `faults` is what the tool did wrong, in words; `asked` is each request with the place and the status. Where it
    `filters` nothing, it lists all columns whatever it is asked for.
    For a browser its course is at `url`/course, and opens what `opens` says (as `launch_form` takes it) in a frame
    with `sandbox`.
    """

    def __init__(
        self,
        tool: str,
        tool_keys: Callable[[], Mapping[str, Any]],
        profile: Profile = MOODLE,
        *,
        client_id: str = "client-1",
        deployment: str = "1",
        host: str = "127.0.0.1",
    ) -> None:
        self.tool, self.tool_keys, self.profile = tool, tool_keys, profile
        self.client_id, self.deployment = client_id, deployment
        self.faults: list[str] = []
        self.asked: list[tuple[str, int, Request]] = []
        self.failures = Failures()
        self.gradebook = Gradebook()
        self.registrations = Registrations(self)
        self.people = {person.id: person for person in PEOPLE}
        self.course, self.course_title, self.page_size = "course-1", "Induction", profile.page_size
        self.grants = [strict.LINE_ITEM, strict.SCORE, strict.RESULT, strict.MEMBERS]
        self.tokens: dict[str, tuple[list[str], float]] = {}
        self.token_lasts = 3600
        self.filters = True
        self.audience = ""
        self.says_of_itself: dict[str, Any] = {}
        self.page = ""
        self._assertions: set[str] = set()
        self._launches: dict[str, tuple[LtiAdvantageConsumer, dict[str, Any]]] = {}
        self._kids: list[int] = [0]
        self.opens: dict[str, Any] = {}
        self.sandbox = ""
        self._host, self._port = host, 0
        self._server: BaseWSGIServer | None = None
        self.start()

    # where it is

    @property
    def url(self) -> str:
        return f"http://{self._host}:{self._port}"

    @property
    def issuer(self) -> str:
        return self.profile.issuer or self.url

    @property
    def auth_url(self) -> str:
        return f"{self.url}/auth"

    @property
    def token_url(self) -> str:
        return f"{self.url}/token"

    @property
    def keys_url(self) -> str:
        return f"{self.url}/keys"

    def line_item_url(self, number: int) -> str:
        """The address of a column; Moodle's has a query."""
        return f"{self.url}/context/{self.course}/lineitems/{number}{self.profile.query}"

    @property
    def line_items_url(self) -> str:
        return f"{self.url}/context/{self.course}/lineitems{self.profile.query}"

    @property
    def members_url(self) -> str:
        return f"{self.url}/context/{self.course}/Members"

    # up, down, and failing

    def start(self) -> None:
        """Answer, at the address of before if there was one."""
        self.failures.ended.clear()
        self._server = make_server(
            "127.0.0.1", self._port, Endpoints(self), threaded=True, request_handler=_Quiet
        )
        self._port = self._server.server_port
        self._serving = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._serving.start()

    def stop(self) -> None:
        """Refuse every connection, until `start`."""
        self.failures.ended.set()
        if self._server:
            self._server.shutdown()
            self._serving.join()  # in its end it closes the door: before that, nobody else can open one here
        self._server = None

    def fails(self, place: Place, failures: Iterable[Failure] = (), *, always: Failure = None) -> None:
        """The next requests at a place fail so, one after the other; those after them as `always` says."""
        self.failures.script(place, failures, always)

    def count(self, place: Place) -> int:
        """How many requests there were at a place, whatever was answered."""
        return sum(asked == place for asked, _, _ in self.asked)

    # keys and tokens

    @property
    def kid(self) -> str:
        """The name of the key that signs now."""
        return f"key-{self._kids[-1]}"

    def key_set(self) -> dict[str, Any]:
        """What it publishes."""
        return {"keys": [_public(number) for number in self._kids]}

    def rotate_key(self, *, keep: bool = True) -> None:
        """Sign with a new key from now on. Without `keep`, the old ones are published no longer."""
        self._kids = [*(self._kids if keep else []), self._kids[-1] + 1]

    def give_token(self, form: dict[str, str]) -> dict[str, Any]:
        """A token for those of the scopes that were granted; nothing when there are none."""
        audience = self.audience or self.token_url
        claims = strict.assertion(form, self._tool_key, client_id=self.client_id, audience=audience)
        assert claims["jti"] not in self._assertions, "an assertion is used once"
        self._assertions.add(claims["jti"])
        known = {*self.grants, strict.LINE_ITEM, strict.SCORE, strict.RESULT, strict.MEMBERS}
        unknown = set(form["scope"].split()) - known - {f"{strict.LINE_ITEM}.readonly"}
        assert not unknown, f"nobody knows these scopes: {unknown}"
        granted = [scope for scope in form["scope"].split() if scope in self.grants]
        if not granted:
            return {}
        consumer = self._consumer()
        consumer.tool_jwt = _tool_key_handler(self._tool_key(_kid_of(form["client_assertion"])))
        token: dict[str, Any] = consumer.access_token({**form, "scope": " ".join(granted)})
        token["access_token"] += f".{secrets.token_hex(4)}"  # two in the same second are two
        token["expires_in"] = self.token_lasts
        self.tokens[token["access_token"]] = (granted, time.time() + self.token_lasts)
        return token

    def _tool_key(self, kid: str) -> rsa.RSAPublicKey | None:
        for each in self.tool_keys()["keys"]:
            if each["kid"] == kid:
                assert each["kty"] == "RSA" and each["alg"] == "RS256" and "d" not in each, "the key set"
                return jwt.PyJWK.from_dict(dict(each)).key
        return None

    # launches

    def launch_form(
        self,
        opens: str = "/",
        *,
        link: str = "link-1",
        person: str | None = "learner-1",
        roles: Iterable[str] | None = None,
        line_item: int | None = None,
        deep_linking: Mapping[str, Any] | None = None,
        **claims: Any,
    ) -> dict[str, str]:
        """What the platform posts to our login when somebody opens a link of theirs.

        `opens` is a path here or a whole address. `person` None launches anonymously. `roles` are sent as they are;
        without any, those of the person, in full. `deep_linking` are settings that differ from the usual ones, {} for
        these. More `claims` by their short names; `REMOVED` takes one away.
        """
        somebody = self.people.get(person or "") or Person(person or "")
        said = self._said(somebody, roles, line_item, link)
        target = opens if "://" in opens else f"{self.tool}{opens}"
        consumer = self._consumer(target)
        consumer.set_user_data(somebody.id, None, somebody.name, somebody.email)
        consumer.set_resource_link_claim(link, title="Know the signs")
        consumer.set_context_claim(self.course, context_title=self.course_title)
        kind = "LtiResourceLinkRequest"
        if deep_linking is not None:
            kind = "LtiDeepLinkingRequest"
            consumer.enable_deep_linking(target, f"{self.url}/deep-link?course=1")
            said[f"{DL}deep_linking_settings"] = self.deep_linking_settings(**deep_linking)
        if person is None:
            said["sub"] = REMOVED
        launch = Lti1p3LaunchData(somebody.id or "nobody", None, uuid.uuid4().hex, link, message_type=kind)
        form = dict(parse_qsl(urlsplit(consumer.prepare_preflight_url(launch)).query))
        said |= {full(name): value for name, value in claims.items()}
        self._launches[form["lti_message_hint"]] = (consumer, said)
        return form | ({"lti_storage_target": self.profile.storage} if self.profile.storage else {})

    def answer(self, auth_url: str, **forged: Any) -> dict[str, str]:
        """What the platform posts to our launch, once the browser has come to it with our request.

        Raises AssertionError when that request is not as it should be. A hint is good for once, as in Moodle.
        `forged` is what `message` takes.
        """
        asked = strict.authorization(
            auth_url, auth_url=self.auth_url, client_id=self.client_id, redirect_uri=f"{self.tool}/lti/launch"
        )
        consumer, said = self._launches.pop(asked.get("lti_message_hint", ""), (None, None))
        assert consumer is not None, f"nobody knows this hint: {asked.get('lti_message_hint')!r}"
        launch = consumer.generate_launch_request(asked)
        honest = jwt.decode(launch["id_token"], options={"verify_signature": False})
        assert asked["login_hint"] == honest["sub"] or said.get("sub") is REMOVED, "login_hint is of another"
        honest["exp"] = honest["iat"] + self.profile.lasts
        claims = {name: value for name, value in {**honest, **said}.items() if value is not REMOVED}
        return {"id_token": self.message(claims, **forged), "state": launch["state"]}

    def message(
        self,
        claims: Mapping[str, Any],
        *,
        changes: Mapping[str, Any] | None = None,
        header: Mapping[str, Any] | None = None,
        signed_by: Any = None,
        alg: str = "RS256",
        instead: object = None,
    ) -> str:
        """A signed message, honest or forged: `changes` to its claims by their short names, and to its `header`
        (REMOVED takes one away), signed by another key or in another way (`alg` none, or HS256 with any bytes);
        or something else `instead` of all claims.
        """
        said = {**claims, **{full(name): value for name, value in (changes or {}).items()}}
        said = {name: value for name, value in said.items() if value is not REMOVED}
        head = {"typ": "JWT", "alg": alg, "kid": self.kid, **(header or {})}
        kept = {name: value for name, value in head.items() if value is not REMOVED}
        return _signed(said if instead is None else instead, kept, signed_by or key(self._kids[-1]), alg)

    def deep_linking_settings(self, **changes: Any) -> dict[str, Any]:
        """What is asked of whoever picks."""
        usual = {
            "deep_link_return_url": f"{self.url}/deep-link?course=1",
            "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": ["iframe", "window"],
            "accept_multiple": True,
            "auto_create": False,
        }
        kept = {name: value for name, value in (usual | changes).items() if value is not REMOVED}
        if self.profile.product == "canvas":
            kept.setdefault("data", "Canvas's own: /é&=%")
        return kept

    def picked(self, token: str, **settings: Any) -> list[dict[str, Any]]:
        """What somebody picked, from the JWT that we post to `deep_link_return_url`; strictly read."""
        claims = strict.signed(token, self._tool_key)
        assert claims["iss"] == self.client_id, f"iss is {claims['iss']!r}"
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        assert audience == [self.issuer], f"aud is {audience}"
        assert claims.get(f"{LTI}deployment_id") == self.deployment, "deployment_id"
        items = strict.deep_linking(claims, self.deep_linking_settings(**settings), tool=self.tool)
        consumer = self._consumer()
        consumer.enable_deep_linking(self.tool, self.url)
        consumer.tool_jwt = _tool_key_handler(self._tool_key(_kid_of(token)))
        assert consumer.check_and_decode_deep_linking_token(token) == items, "Open edX reads it otherwise"
        return items

    def grade(self, person: str, number: int = 1) -> Grade | None:
        """The grade that the platform keeps for somebody."""
        return self.gradebook.items[number].grades.get(person)

    def member(self, person: Person) -> dict[str, Any]:
        """Somebody in the list of the class."""
        shared = {"name": person.name, "email": person.email}
        said = {"user_id": person.id, "roles": list(person.roles), "status": "Active"}
        return said | {name: value for name, value in shared.items() if value}

    def enrol(self, *people: Person) -> None:
        """Take people into the course."""
        self.people |= {person.id: person for person in people}

    def _said(
        self, somebody: Person, roles: Iterable[str] | None, line_item: int | None, link: str
    ) -> dict[str, Any]:
        """What the consumer would leave out, or say otherwise than Moodle does."""
        scopes = [scope for scope in self.grants if "lti-ags" in scope]
        service = {"scope": scopes, "lineitems": self.line_items_url}
        if line_item is not None:
            self.gradebook.items[line_item].said.setdefault("resourceLinkId", link)
            service["lineitem"] = self.line_item_url(line_item)
        members = {"context_memberships_url": self.members_url, "service_versions": ["1.0", "2.0"]}
        said: dict[str, Any] = {
            f"{LTI}roles": [f"{MEMBERSHIP}{role}" for role in somebody.roles] if roles is None else [*roles],
            f"{LTI}launch_presentation": {
                "document_target": "iframe",
                "locale": "en",
                "return_url": f"{self.url}/return",
            },
            f"{LTI}tool_platform": {"guid": self.url, "product_family_code": self.profile.product},
        }
        said |= {AGS: service} if scopes else {}
        said |= {NRPS: members} if strict.MEMBERS in self.grants else {}
        return said

    def _consumer(self, target: str = "") -> LtiAdvantageConsumer:
        made = LtiAdvantageConsumer(
            iss=self.issuer,
            lti_oidc_url=f"{self.tool}/lti/login",
            lti_launch_url=target or self.tool,
            client_id=self.client_id,
            deployment_id=self.deployment,
            rsa_key=None,
            rsa_key_id=None,
            redirect_uris=[f"{self.tool}/lti/launch"],
        )
        made.key_handler = signer(self._kids[-1])
        return made


SPECIAL = {"endpoint": AGS, "namesroleservice": NRPS, "deep_linking_settings": f"{DL}deep_linking_settings"}
PLAIN = {
    "iss",
    "sub",
    "aud",
    "azp",
    "exp",
    "iat",
    "nbf",
    "nonce",
    "name",
    "given_name",
    "family_name",
    "email",
    "locale",
    "jti",
}


def full(name: str) -> str:
    """The whole name of a claim."""
    return name if name in PLAIN or "/" in name else SPECIAL.get(name, f"{LTI}{name}")


def _signed(claims: object, header: Mapping[str, Any], by: Any, alg: str) -> str:
    """Any message at all: also what PyJWT would refuse to make."""
    parts = [dict(header), claims]
    text = b".".join(jwt.utils.base64url_encode(json.dumps(part).encode()) for part in parts)
    signature = b"" if alg == "none" else _algorithm(alg).sign(text, by)
    return (text + b"." + jwt.utils.base64url_encode(signature)).decode()


def _algorithm(name: str) -> Any:
    return jwt.get_algorithm_by_name(name)


def _kid_of(token: str) -> str:
    return str(jwt.get_unverified_header(token).get("kid", ""))


def _tool_key_handler(public: Any) -> ToolKeyHandler:
    return ToolKeyHandler(public_key=public)


def _public(number: int) -> dict[str, Any]:
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key(number).public_key()))
    return {**public, "kid": f"key-{number}", "alg": "RS256", "use": "sig"}


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: Any) -> None:
        """The test says what matters."""
