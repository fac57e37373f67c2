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
    """Run migrations in one transaction that no one else can write in."""
    with db.engine.execution_options(writes=True).connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
