"""the audit trail tells commands, pages and the server itself apart"""

import sqlalchemy as sa
from alembic import op

revision = "b3f16a7d9c58"
down_revision = "a84c0d3e6f12"
branch_labels = None
depends_on = None

ONLY_COMMANDS_DID = (
    *("person added", "role changed", "person signed out", "person removed", "fact set", "fact taken back"),
    *("area kept", "course rolled back", "course withdrawn"),
)


def upgrade() -> None:
    op.add_column("audit_event", sa.Column("way", sa.String(length=10), server_default="", nullable=False))
    event = sa.table("audit_event", *(sa.column(name) for name in ("way", "action", "detail", "actor_id")))
    unnamed = sa.update(event).where(event.c.actor_id.is_(None))
    op.execute(unnamed.where(event.c.action.in_(ONLY_COMMANDS_DID)).values(way="command"))
    op.execute(unnamed.where(event.c.detail == "by themselves").values(way="page"))
    op.execute(unnamed.where(event.c.action == "person erased").values(way="server"))


def downgrade() -> None:
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_column("way")
