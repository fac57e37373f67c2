"""Is this installation well? For monitors, and for whoever keeps it running."""

from flask import Blueprint
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from lms.access import open_to
from lms.db import db
from lms.models import Heartbeat

pages = Blueprint("healthz", __name__)


@pages.get("/healthz")
@open_to("anyone")
def show() -> tuple[dict[str, str], int]:
    """The state of database and worker: 200 when both are up, else 503."""
    try:
        beats = db.session.scalars(select(Heartbeat)).all()
    except SQLAlchemyError:
        return {"database": "down", "worker": "unknown"}, 503
    alive = any(beat.alive for beat in beats)
    return {"database": "up", "worker": "up" if alive else "down"}, 200 if alive else 503
