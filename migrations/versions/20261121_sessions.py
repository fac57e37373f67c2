"""sessions know when they began and were last used"""

import sqlalchemy as sa
from alembic import op

revision = "c1d7a52b9e40"
down_revision = "2888f8bf5e70"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("session", sa.Column("began_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("session", sa.Column("used_at", sa.DateTime(timezone=True), nullable=True))
    _fill()
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.alter_column("began_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.alter_column("used_at", existing_type=sa.DateTime(timezone=True), nullable=False)


def _fill() -> None:
    """Until now each ended 30 days after it was used. Who has a role signs in anew: theirs are shorter."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    used = "datetime(ends_at, '-30 days')" if sqlite else "ends_at - interval '30 days'"
    op.execute(f"UPDATE session SET began_at = {used}, used_at = {used}")  # noqa: S608  our own words
    op.execute("DELETE FROM session WHERE user_id IN (SELECT id FROM \"user\" WHERE role <> 'learner')")


def downgrade() -> None:
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_column("used_at")
        batch_op.drop_column("began_at")
