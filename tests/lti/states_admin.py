"""Every page about learning systems that administrators see, here and there, as HTML."""

import dataclasses
import datetime
from collections.abc import Iterator

from flask import Flask
from sqlalchemy import delete, select

from lms.db import db, now
from lms.lti.outgoing import Outgoing
from lms.lti.presets import PRESETS
from lms.lti.refusals import WORDS
from lms.models import (
    Delivery,
    Deployment,
    Identity,
    Invitation,
    LaunchTransaction,
    ResourceLink,
    User,
)
from lms.models import Platform as Registration
from tests.lti.launching import register
from tests.lti.platform import Platform
from tests.lti.registrations import form_of
from tests.page_checks import CheckingClient

LONG = "Systemadministrationshandbuch" * 3


def invited(app: Flask, name: str = "Council Moodle") -> str:
    """The path of a new invitation."""
    with app.app_context():
        _, token = Invitation.make(name)
        db.session.commit()
    return f"/lti/register/{token}"


def registration_states(client: CheckingClient, app: Flask) -> Iterator[tuple[str, str]]:
    """What an invitation shows to the administrator of a learning system."""
    allowed = frozenset({"127.0.0.1"})
    app.extensions["outgoing"] = Outgoing(allowed)
    app.extensions["alongside"] = dataclasses.replace(app.extensions["alongside"], lti_allow=allowed)
    tool = app.extensions["alongside"].url
    moodle = Platform(tool, lambda: client.get("/lti/jwks.json").get_json())
    path = invited(app)
    try:
        yield path, client.get(path).text
        yield (
            "invitation, in a frame",
            client.get(path, query_string={"openid_configuration": "https://moodle.example/x"}).text,
        )
        yield "invitation, not taken", client.post(path, data={"openid_configuration": "x"}).text
        yield "invitation, over", client.get("/lti/register/none").text
        done = client.post(path, data=form_of(moodle.registrations.address(path)))
        yield "invitation, done", done.text
    finally:
        moodle.stop()
        _forget(app)


def admin_states(client: CheckingClient, app: Flask) -> Iterator[tuple[str, str]]:
    """What an administrator here sees: nothing, forms with all that is wrong, and platforms with all they can have."""

    def get(path: str) -> tuple[str, str]:
        return path, client.get(path).text

    yield from (get(f"/platforms{path}") for path in ("", "/launches", "/grades"))
    yield "POST /platforms/invitations", client.send("/platforms/invitations", name="").text
    yield "an invitation", client.send("/platforms/invitations", name=LONG).text
    for kind in PRESETS:
        yield get(f"/platforms/new?kind={kind}&site=https://learn.example.org")
    yield "POST /platforms", client.send("/platforms", frames="*", name="").text
    moodle = Platform("http://localhost", dict)
    try:
        number = register(app, moodle)
        _fill(app, number)
        yield from (
            get(f"/platforms{path}") for path in ("", "/launches", f"/launches?platform={number}", "/grades")
        )
        yield from (get(f"/platforms/{number}{path}") for path in ("", "/change", "/removal"))
        yield "POST change", client.send(f"/platforms/{number}/change", issuer="x").text
        yield "asked", client.send(f"/platforms/{number}/questions").text
        client.send(f"/platforms/{number}/stops")
        yield f"/platforms/{number}/stopped", client.get(f"/platforms/{number}").text
    finally:
        moodle.stop()
        _forget(app)


def _forget(app: Flask) -> None:
    with app.app_context():
        for model in (LaunchTransaction, Delivery, Registration, Invitation):
            db.session.execute(delete(model))
        db.session.commit()


def _fill(app: Flask, number: int) -> None:
    """A platform with a long name, places that wait, launches of every kind, and marks in every state."""
    with app.app_context():
        held, moment = db.session.get_one(Registration, number), now()
        held.name = LONG
        db.session.add(Deployment(platform_id=number, deployment="waiting" + LONG))
        for check in (*WORDS, "something else"):
            db.session.add(LaunchTransaction(platform_id=number, failed=check, detail=LONG, skew=70))
        for rung in ("cookie", "storage", "address", "window", "top", ""):
            db.session.add(LaunchTransaction(platform_id=number, rung=rung, consumed_at=moment, skew=-1))
        db.session.add(LaunchTransaction(platform_id=None, began_at=moment - datetime.timedelta(days=1)))
        db.session.add_all(LaunchTransaction(platform_id=number) for _ in range(50))
        place = db.session.scalars(select(Deployment).where(Deployment.approved_at.is_not(None))).first()
        link = ResourceLink(deployment=place, link="1", context="1:c")
        for subject, state in enumerate(("waiting", "sent", "stalled")):
            person = User(guest=False)
            who = Identity(platform_id=number, tenant="", subject=str(subject), user=person)
            db.session.add_all([link, person, who])
            db.session.flush()
            mark = Delivery(
                kind="grade", resource_link_id=link.id, identity_id=who.id, user=person, state=state
            )
            mark.sent_at, mark.last_error = (moment, "") if state == "sent" else (None, LONG)
            db.session.add(mark)
        db.session.commit()
