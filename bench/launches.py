"""Launches from a learning system: the platform's part is played here, ours is measured at the server."""

import functools
import http.client
import json
import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask

from bench.course import SLUG
from bench.servers import fetch
from lms.db import begin_writing, db, now
from lms.models import Deployment, Platform

ISSUER, CLIENT, KID = "https://lms.example", "bench", "key"
CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
GRADES = "https://purl.imsglobal.org/spec/lti-ags/"
WINDOW = {"Sec-Fetch-Dest": "document"}
PEOPLE = 20
OPERATIONS = 200


class Launches:
    """A platform that an installation knows, whose learners open a link to the bench's course."""

    def __init__(self, app: Flask, address: str) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.address, self.origin = address, app.extensions["alongside"].url
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        with app.app_context():
            begin_writing()
            platform = Platform(name="Bench", issuer=ISSUER, client_id=CLIENT, approved_at=now())
            platform.auth_url = platform.token_url = platform.keys_url = f"{ISSUER}/x"
            platform.keys, platform.keys_at = [{**public, "kid": KID, "alg": "RS256"}], now()
            db.session.add(Deployment(platform=platform, deployment="1", approved_at=now()))
            db.session.commit()
            db.session.remove()
            db.engine.dispose()

    def requests(self) -> list[Callable[[], object]]:
        """One launch of each learner."""
        return [functools.partial(self.launch, f"{person}") for person in range(PEOPLE)]

    def launch(self, person: str) -> None:
        """Login and launch, as a browser in a window of its own carries them."""
        form = {"iss": ISSUER, "client_id": CLIENT, "login_hint": person, "lti_deployment_id": "1"}
        login = self._post("/lti/login", form | {"target_link_uri": f"{self.origin}/courses/{SLUG}"})
        asked = parse_qs(urlsplit(login.getheader("Location") or "").query)
        token = jwt.encode(self._said(person, asked["nonce"][0]), self.key, "RS256", headers={"kid": KID})
        cookie = (login.getheader("Set-Cookie") or "").partition(";")[0]
        answer = self._post("/lti/launch", {"id_token": token, "state": asked["state"][0]}, cookie)
        assert f"/courses/{SLUG}" in (answer.getheader("Location") or ""), answer.status

    def _post(self, path: str, form: dict[str, str], cookie: str = "") -> http.client.HTTPResponse:
        answer = fetch(self.address, "POST", path, urlencode(form), cookie, **WINDOW)
        answer.read()
        return answer

    def _said(self, person: str, nonce: str) -> dict[str, object]:
        moment = int(time.time())
        service = {"scope": [f"{GRADES}scope/score"], "lineitem": f"{ISSUER}/item"}
        claims = {
            "message_type": "LtiResourceLinkRequest",
            "version": "1.3.0",
            "deployment_id": "1",
            "target_link_uri": f"{self.origin}/courses/{SLUG}",
            "resource_link": {"id": "1", "title": "Know the signs"},
            "context": {"id": "1", "label": "I", "title": "Induction"},
            "roles": [LEARNER],
            "launch_presentation": {"document_target": "window", "locale": "en"},
        }
        said = {"iss": ISSUER, "aud": CLIENT, "sub": person, "nonce": nonce, "name": "Lee Learner"}
        times = {"iat": moment, "exp": moment + 60, f"{GRADES}claim/endpoint": service}
        return {**said, **times, **{f"{CLAIM}{name}": value for name, value in claims.items()}}


def rsa_floor() -> float:
    """Seconds of CPU that making one signature and checking one take."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public, words = key.public_key(), b"about as long as a message" * 60
    began = time.process_time()
    for _ in range(OPERATIONS):
        signature = key.sign(words, padding.PKCS1v15(), SHA256())
        public.verify(signature, words, padding.PKCS1v15(), SHA256())
    return (time.process_time() - began) / OPERATIONS
