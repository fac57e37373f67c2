"""Links in mails: signed, timed and good for one use.

A link is minted as its mail is sent, so that no secret waits in the database. It works while the row of that
`Delivery` is there: whoever uses it, or takes it back, deletes the row. What the mail is about, such as an
address, is read from the row: anyone can read what a link holds.
"""

import datetime
from typing import Any, cast

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import CursorResult, delete

from lms.db import db
from lms.models import Delivery

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
LASTS = {
    "sign up": DAY,
    "reset": HOUR,
    "invitation": 7 * DAY,
    "e-mail change": DAY,
    "new e-mail": DAY,
}
"""How long the link in each kind of mail works."""

Claims = dict[str, Any]


def mint(delivery: Delivery, **claims: object) -> str:
    """The token for a delivery's mail, which says what the link may do, and names nobody."""
    held = {"delivery": delivery.id, "made": delivery.made_at.isoformat(), **claims}
    return _signer(delivery.kind).dumps(held)


def read(token: str, *kinds: str) -> Claims | None:
    """What a token of one of these kinds says, and what its mail is about; None when it is not ours, too old,
    used or taken back.
    """
    found = next((claims for kind in kinds if (claims := _opened(token, kind))), None)
    if found is None:
        return None
    row = db.session.get(Delivery, found["delivery"], populate_existing=True)
    if row is None or row.made_at.isoformat() != found["made"]:
        return None  # ids of deleted rows come back on SQLite, moments do not
    return {**row.about, **found}


def spend(claims: Claims) -> bool:
    """Use a link up. False when someone was quicker. The caller holds the turn and commits."""
    made = datetime.datetime.fromisoformat(claims["made"])
    mine = delete(Delivery).where(Delivery.id == claims["delivery"], Delivery.made_at == made)
    return cast("CursorResult[Any]", db.session.execute(mine)).rowcount == 1


def _opened(token: str, kind: str) -> Claims | None:
    try:
        return cast("Claims", _signer(kind).loads(token, max_age=int(LASTS[kind].total_seconds())))
    except BadData:
        return None


def _signer(kind: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=f"link: {kind}")
