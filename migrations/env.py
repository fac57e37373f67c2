"""How Alembic reaches our database: through the application's own engine and models."""

from alembic import context

import lms.models  # noqa: F401  the models register themselves
from lms.db import db


def render_item(kind, item, autogen_context):  # noqa: ARG001
    """Write our own moment type as the plain one it is in the database."""
    if kind == "type" and type(item).__name__ == "Moment":
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Run migrations in one transaction that no one else can write in.

    SQLite cannot change a table in place: it is copied, and the old one dropped. With foreign keys on, that
    drop would delete every row that points to it, so they are off until all is done, and then checked.
    """
    with db.engine.execution_options(writes=True).connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        raw = connection.connection.driver_connection
        if sqlite:
            raw.execute("PRAGMA foreign_keys=OFF")  # before the transaction: inside one it does nothing
        try:
            _migrate(connection)
            if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
                raise RuntimeError(f"The migration would leave rows that point nowhere: {broken[:5]}")
            connection.commit()
        finally:
            connection.rollback()
            if sqlite:
                raw.execute("PRAGMA foreign_keys=ON")


def _migrate(connection):
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
