"""Who a launch is about, and the link it came by: rows of ours, found or made.

The request writes, and commits.
"""

import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from lms import grades
from lms.db import db, now
from lms.lti import claims as checks
from lms.lti.claims import GRADES, LTI, MEMBERS, Claims
from lms.lti.launch import Launch
from lms.lti.targets import named, target
from lms.models import Identity, ResourceLink, User

LONGEST_NAME = 100
NOTED_EVERY = datetime.timedelta(hours=1)
"""How often it is noted that a person or a link is still in use."""


def person(launch: Launch, guest: User | None) -> User:
    """Whoever opens the link. Whom the platform gives no id is a guest: that of this browser, or new."""
    if not launch.subject:
        user = guest or User(guest=True, area=launch.platform.area)
        db.session.add(user)
        return user
    identity = Identity.known(launch.deployment, launch.subject) or _met(launch)
    _note(identity, name=_name(launch.claims) or "")
    _note(identity.user, name=identity.user.name or identity.name or None)
    if identity.user.active_at < now() - NOTED_EVERY:
        identity.user.active_at = now()
    return identity.user


def _met(launch: Launch) -> Identity:
    """Someone new; or someone who opened two links at once, and was met by the other just now."""
    deployment = launch.deployment
    made = Identity(
        platform_id=launch.platform.id,
        tenant=deployment.tenant,
        subject=launch.subject,
        user=User(guest=False, area=launch.platform.area, active_at=now()),
    )
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:
        known = Identity.known(deployment, launch.subject)
        if known is None:
            raise
        return known
    return made


def _name(claims: Claims) -> str | None:
    """The name for certificates, where the platform tells one; people can change it."""
    said = claims.get("name") or f"{claims.get('given_name', '')} {claims.get('family_name', '')}"
    name = " ".join(str(said).split())
    return name if 0 < len(name) <= LONGEST_NAME and name.isprintable() else None


def link(launch: Launch) -> ResourceLink:
    """The link that was opened, with all that the platform says of it today."""
    claims = launch.claims
    said, context = checks.group(claims, f"{LTI}resource_link"), checks.group(claims, f"{LTI}context")
    held = ResourceLink.known(launch.deployment, said["id"]) or _linked(launch, said["id"])
    before = _graded(held)
    place = f"{launch.deployment.id}:{_course(context) or f'link {held.link}'}"[:300]
    _note(held, title=_words(said), context_title=_words(context), context=place)
    asked = named(claims)[:500]
    if asked != held.asked and target(asked):
        held.opens = held.asked = asked
    if held.seen_at < now() - NOTED_EVERY:
        held.seen_at = now()
    _note_services(held, claims)
    if _graded(held) != before:
        grades.catch_up(held)
    return held


def _graded(held: ResourceLink) -> tuple[object, ...]:
    """What says which marks go where, and whether they may."""
    return held.context, held.opens, held.line_item_url, held.line_items_url, sorted(held.scopes or ())


def _course(context: Claims) -> str:
    """The platform's course; a link that stands in none is one by itself."""
    said = context.get("id")
    return said if isinstance(said, str) and said.isprintable() else ""


def _linked(launch: Launch, name: str) -> ResourceLink:
    made = ResourceLink(deployment_id=launch.deployment.id, link=name, context="", seen_at=now())
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:
        known = ResourceLink.known(launch.deployment, name)
        if known is None:
            raise
        return known
    return made


def _words(said: Claims) -> str:
    title = said.get("title")
    printable = (each if each.isprintable() else " " for each in (title if isinstance(title, str) else ""))
    return " ".join("".join(printable).split())[:500]


def _note_services(held: ResourceLink, claims: Claims) -> None:
    """Where marks go and the class is listed. A launch that leaves one out takes nothing away."""
    grading, members = checks.group(claims, GRADES), checks.group(claims, MEMBERS)
    _note(
        held,
        line_item_url=_address(grading, "lineitem") or held.line_item_url,
        line_items_url=_address(grading, "lineitems") or held.line_items_url,
        members_url=_address(members, "context_memberships_url") or held.members_url,
    )
    if isinstance(scopes := grading.get("scope"), list):
        _note(held, scopes=[each for each in scopes if isinstance(each, str)][:20])


def _note(row: Identity | ResourceLink | User, **said: object) -> None:
    """Write down what differs alone: whatever is written is compared again before it is saved."""
    for name, value in said.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _address(said: Claims, name: str) -> str:
    address: Any = said.get(name)
    fits = isinstance(address, str) and len(address) <= 2000 and address.isprintable()
    return address if fits else ""
