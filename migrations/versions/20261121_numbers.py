"""no number of a person is given twice, on SQLite either"""

import sqlalchemy as sa
from alembic import op

revision = "a84c0d3e6f12"
down_revision = "c1d7a52b9e40"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return  # PostgreSQL counts on by itself
    with op.batch_alter_table("user", recreate="always", table_kwargs={"sqlite_autoincrement": True}):
        pass
    _count_on()


def _count_on() -> None:
    """Begin after every number that anybody has, or that the audit trail names: those were given before."""
    connection = op.get_bind()
    told = connection.scalars(sa.text("SELECT subject FROM audit_event WHERE subject LIKE 'person %'"))
    numbers = [int(subject.removeprefix("person ")) for subject in told]
    numbers.append(connection.scalar(sa.text('SELECT max(id) FROM "user"')) or 0)
    op.execute("DELETE FROM sqlite_sequence WHERE name = 'user'")
    op.execute(sa.text("INSERT INTO sqlite_sequence VALUES ('user', :most)").bindparams(most=max(numbers)))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("user", recreate="always", table_kwargs={"sqlite_autoincrement": False}):
            pass
