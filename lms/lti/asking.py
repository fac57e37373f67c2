"""Asking a platform now, for its administrator here: does it give its keys, does it give us a token?

What went wrong is said in plain words, with what to do. What the platform answered is never shown.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import current_app
from requests import Response

from lms.db import db
from lms.lti import keys, platform_keys
from lms.lti.keys import KeyLostError
from lms.lti.outgoing import Outgoing, OutgoingError
from lms.lti.services import ASSERTION, Client, assertion, said
from lms.lti.tool import SCOPES
from lms.models import Platform

MEANS = {
    SCOPES[0]: "make columns in the gradebook",
    SCOPES[1]: "read marks",
    SCOPES[2]: "send marks",
    SCOPES[3]: "see the class",
}
"""What each scope lets us do."""


@dataclass(frozen=True)
class Told:
    """What came of one question. `mend` says what to do where it is not well."""

    what: str
    said: str
    mend: str = ""


def ask(platform: Platform) -> list[Told]:
    """Ask for keys and for a token, one after the other. No transaction is open meanwhile."""
    keys_url, client = platform.keys_url, Client.of(platform)
    keys.make_first()
    db.session.commit()
    try:
        signed = assertion(client)
    except KeyLostError as error:
        return [Told("Our own key", "It cannot be read.", str(error))]
    return [*_keys(keys_url), *_token(client.token_url, signed)]


def _keys(url: str) -> Iterator[Told]:
    what = "Its keys"
    try:
        answer = _out().get(url, headers={"Accept": "application/json"})
    except OutgoingError as error:
        yield Told(what, str(error), REACH)
        return
    held = _object(answer).get("keys")
    signing = [key for key in held if platform_keys.signs(key)] if isinstance(held, list) else []
    if signing:
        yield Told(what, f"It publishes {len(signing)} of the kind that signs messages.")
    else:
        yield Told(what, f"It answered {answer.status_code}, and no key that signs messages.", NO_KEY)


def _token(url: str, signed: str) -> Iterator[Told]:
    what, form = "A token", {"grant_type": "client_credentials", "client_assertion_type": ASSERTION}
    try:
        answer = _out().post(url, data={**form, "client_assertion": signed, "scope": " ".join(SCOPES)})
    except OutgoingError as error:
        yield Told(what, str(error), REACH)
        return
    held = _object(answer)
    if answer.status_code in (200, 201) and isinstance(held.get("access_token"), str):
        may = [MEANS[each] for each in str(held.get("scope", "")).split() if each in MEANS]
        yield Told(what, f"It gives one. With it we may {', '.join(may)}." if may else "It gives one.")
    else:
        yield Told(
            what, f"It answered {answer.status_code}, and gives none.", _mend(answer.status_code, held)
        )


def _mend(status: int, held: dict[str, object]) -> str:
    error = held.get("error")
    if error == "invalid_scope":
        return "It lets us do nothing: allow grades, and names and roles, for this tool there."
    if error == "invalid_client" or status == 401:
        return (
            "It does not know this client id, or cannot check our signature. Compare client id and audience."
        )
    if status == 404:
        return (
            "Moodle answers so when it may not fetch our keys: its HTTP security must let it reach this site "
            "(docs/lti.md). Else the address for access tokens is wrong."
        )
    return "Compare the client id, the address for access tokens and the audience with what is shown there."


REACH = (
    "Look whether the address is right, and whether this machine can reach it. A host of your own network "
    "has to be named in ALONGSIDE_LTI_ALLOW."
)
NO_KEY = (
    "Compare the address of its public key set with what is shown there. A key has to be RSA for RS256, of "
    "2,048 bits or more."
)


def _object(answer: Response) -> dict[str, object]:
    """What was answered, where it is one JSON object; else an empty one."""
    held = said(answer)
    return held if isinstance(held, dict) else {}


def _out() -> Outgoing:
    out: Outgoing = current_app.extensions["outgoing"]
    return out
