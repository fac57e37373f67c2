"""The column of a gradebook that a link's grades go to: the one its launch named, or found, or made."""

import datetime
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from requests import Response
from sqlalchemy import or_, update

from lms.db import begin_writing, db, now
from lms.lti import services, troubles
from lms.lti.services import Client
from lms.lti.troubles import NotSentError
from lms.models import ResourceLink

_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
MANAGE, READ, SCORE = f"{_SCOPE}lineitem", f"{_SCOPE}lineitem.readonly", f"{_SCOPE}score"
ONE = "application/vnd.ims.lis.v2.lineitem+json"
MANY = "application/vnd.ims.lis.v2.lineitemcontainer+json"
MOST = 100
PAGES = 20
SEEKING = datetime.timedelta(minutes=10)
WITHIN = 60
"""Seconds for all pages; together with the last answer and with making a column, less than `SEEKING`."""
AGAIN = datetime.timedelta(seconds=5)


@dataclass(frozen=True)
class Column:
    """Where the grades of a link go, as values; `address` is empty when it is not known yet."""

    client: Client
    link_id: int
    link: str
    opens: str
    label: str
    address: str
    all_columns: str
    scopes: frozenset[str]

    @classmethod
    def of(cls, link: ResourceLink, client: Client) -> "Column":
        """From the row. Of what the platform lets us do, only what is about grades."""
        may = frozenset(link.scopes) & {MANAGE, READ, SCORE}
        label = link.title or link.opens
        return cls(
            client, link.id, link.link, link.opens, label, link.line_item_url, link.line_items_url, may
        )


def within(address: str, what: str) -> str:
    """The address of something within a column: its path goes on, its query stays."""
    parts = urlsplit(address)
    return parts._replace(path=f"{parts.path.rstrip('/')}/{what}").geturl()


def address(column: Column, tries: int) -> str:
    """The address of a link's column. Asks the platform where it is not known, and commits then.

    Only one of us looks for it at a time, or there would be two. Raises `NotSentError`.
    """
    if SCORE not in column.scopes:
        raise NotSentError("not allowed", hopeless=True)
    if column.address:
        return column.address
    if not column.all_columns:
        raise NotSentError("nowhere", hopeless=True)
    if not column.scopes & {MANAGE, READ}:
        raise NotSentError("no column", hopeless=True)
    if not _begin_seeking(column):
        raise NotSentError("looking", after=AGAIN)
    found = ""
    try:
        found = next(_existing(column, tries), "") or _made(column, tries)
    finally:
        _end_seeking(column, found)
    return found


def forget(column: Column, gone: str) -> None:
    """A column is not there any more: should the grade be sent again, it is looked for. Commits."""
    begin_writing()
    mine = ResourceLink.id == column.link_id, ResourceLink.line_item_url == gone
    db.session.execute(update(ResourceLink).where(*mine).values(line_item_url=""))
    db.session.commit()


def _begin_seeking(column: Column) -> bool:
    begin_writing()
    nobody = or_(ResourceLink.seeking_until.is_(None), ResourceLink.seeking_until < now())
    mine = ResourceLink.id == column.link_id, ResourceLink.line_item_url == "", nobody
    taken = update(ResourceLink).where(*mine).values(seeking_until=now() + SEEKING)
    got = db.session.scalars(taken.returning(ResourceLink.id)).all()
    db.session.commit()
    return bool(got)


def _end_seeking(column: Column, found: str) -> None:
    db.session.rollback()
    begin_writing()
    kept = {"line_item_url": found} if found else {}
    mine = update(ResourceLink).where(ResourceLink.id == column.link_id)
    db.session.execute(mine.values(seeking_until=None, **kept))
    db.session.commit()


def _existing(column: Column, tries: int) -> Iterator[str]:
    """The columns that belong to the link: the platform is asked for those alone, but may list others."""
    url = _asking_for(column.all_columns, resource_link_id=column.link)
    until = time.monotonic() + WITHIN
    for _ in range(PAGES):
        if time.monotonic() > until:
            raise NotSentError("broken", "too slow")
        answer = services.ask(column.client, column.scopes, "GET", url, headers={"Accept": MANY})
        listed = _read(answer, list, tries)
        yield from (_address_of(item) for item in listed if _is_of(item, column))
        following = urljoin(url, answer.links.get("next", {}).get("url", ""))
        if following == url or urlsplit(following).netloc != urlsplit(url).netloc:
            return
        url = following


def _made(column: Column, tries: int) -> str:
    if MANAGE not in column.scopes:
        raise NotSentError("no column", hopeless=True)
    said = {"label": column.label, "scoreMaximum": MOST, "resourceLinkId": column.link}
    answer = services.ask(
        column.client,
        column.scopes,
        "POST",
        column.all_columns,
        json={**said, "resourceId": column.opens},
        headers={"Content-Type": ONE, "Accept": ONE},
    )
    made = _address_of(_read(answer, dict, tries))
    if not made:
        raise NotSentError("odd", "no id")
    return made


def _read(answer: Response, kind: type[Any], tries: int) -> Any:
    """What was answered. Raises `NotSentError` for anything else."""
    if trouble := troubles.of_answer(answer, tries, {}):
        raise trouble
    said = services.said(answer)
    if not isinstance(said, kind):
        raise NotSentError("odd", answer.status_code)
    return said


def _is_of(item: object, column: Column) -> bool:
    return isinstance(item, dict) and item.get("resourceLinkId") == column.link and bool(_address_of(item))


def _address_of(item: dict[str, Any]) -> str:
    said = item.get("id")
    return said if isinstance(said, str) and len(said) <= 2000 else ""


def _asking_for(address: str, **fields: str) -> str:
    parts = urlsplit(address)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *fields.items()])
    return parts._replace(query=query).geturl()
