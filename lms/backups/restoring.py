"""Putting a backup back: looked at first, never under a running system, and so that it can be undone."""

import dataclasses
from pathlib import Path

from alembic.script import ScriptDirectory
from flask_migrate import upgrade
from sqlalchemy import URL, NullPool, create_engine, delete, func, select
from sqlalchemy.exc import SQLAlchemyError

from lms.app import MIGRATIONS, create_app
from lms.backups.errors import BackupError
from lms.backups.kinds import kind_of, kind_of_file
from lms.db import db, now
from lms.models import AuditEvent, Heartbeat
from lms.models.audit_event import by_command
from lms.settings import Settings


def restore(settings: Settings, url: URL, source: Path, *, force: bool = False) -> Path | None:
    """Put the backup `source` in the place of the database at `url`, and bring it up to date.

    Returns where the database that was there is kept; None when there was none. `force` is for a system that
    only seems to be running, because it was ended without being able to say so.
    """
    kind = kind_of(url)
    if (other := kind_of_file(source)) is not kind:
        raise BackupError(
            f"{source} is a backup of {other.NAME}, but ALONGSIDE_DATABASE_URL says {kind.NAME}. "
            f"Restore it to {other.NAME}: a backup does not move data from one to the other."
        )
    _refuse_newer(kind.version(source), source)
    if not force:
        _refuse_while_served(url)

    def bring_up_to_date(where: URL) -> None:
        _bring_up_to_date(settings, where)

    return kind.put_back(url, source, settings.instance, bring_up_to_date)


def _refuse_newer(version: str, source: Path) -> None:
    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if version not in known:
        raise BackupError(
            f"{source} was made by a newer Alongside than this one (its database is at {version}). "
            "Install that version or a newer one, then restore."
        )


def _refuse_while_served(url: URL) -> None:
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return  # asking would make an empty one
    try:
        with create_engine(url, poolclass=NullPool).connect() as connection:
            newest = connection.scalar(select(func.max(Heartbeat.beat_at)))
    except SQLAlchemyError:
        return  # nothing that could be served: what is wrong with it shows when it is replaced
    if newest and newest > now() - Heartbeat.STALE:
        raise BackupError(
            "Alongside is running on this database. Stop it first. If it was ended less than half a minute "
            "ago, wait that long, or add --force."
        )


def _bring_up_to_date(settings: Settings, url: URL) -> None:
    """Run the migrations a backup has not seen, forget workers long gone, and note the deed."""
    address = url.render_as_string(hide_password=False)
    app = create_app(dataclasses.replace(settings, database_url=address))
    with app.app_context():
        upgrade()
        db.session.execute(delete(Heartbeat))
        by_command()
        AuditEvent.note("backup restored", "the database")
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
