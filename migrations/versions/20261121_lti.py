"""learning systems"""

import sqlalchemy as sa
from alembic import op

revision = "5d2f7c1e8a90"
down_revision = "c97e24b1f0a3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tool_key",
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("public", sa.JSON(), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signs_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retires_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_tool_key")),
    )
    op.create_table(
        "platform",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("client_id", sa.String(length=255), nullable=False),
        sa.Column("auth_url", sa.String(length=1000), nullable=False),
        sa.Column("token_url", sa.String(length=1000), nullable=False),
        sa.Column("keys_url", sa.String(length=1000), nullable=False),
        sa.Column("audience", sa.String(length=1000), nullable=False),
        sa.Column("frames", sa.String(length=2000), nullable=False),
        sa.Column("area", sa.String(length=80), nullable=True),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("keys", sa.JSON(), nullable=True),
        sa.Column("keys_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["area"], ["area.slug"], name=op.f("fk_platform_area_area")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platform")),
        sa.UniqueConstraint("issuer", "client_id", name=op.f("uq_platform_issuer_client_id")),
    )
    op.create_table(
        "deployment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform_id", sa.Integer(), nullable=False),
        sa.Column("deployment", sa.String(length=255), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["platform_id"],
            ["platform.id"],
            name=op.f("fk_deployment_platform_id_platform"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deployment")),
        sa.UniqueConstraint("platform_id", "deployment", name=op.f("uq_deployment_platform_id_deployment")),
    )
    op.create_table(
        "identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform_id", sa.Integer(), nullable=False),
        sa.Column("tenant", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["platform_id"],
            ["platform.id"],
            name=op.f("fk_identity_platform_id_platform"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_identity_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint(
            "platform_id", "tenant", "subject", name=op.f("uq_identity_platform_id_tenant_subject")
        ),
    )
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_user_id"), ["user_id"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("platform_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["platform_id"],
            ["platform.id"],
            name=op.f("fk_invitation_platform_id_platform"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_table(
        "launch_transaction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform_id", sa.Integer(), nullable=True),
        sa.Column("state_hash", sa.String(length=64), nullable=True),
        sa.Column("nonce_hash", sa.String(length=64), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("storage", sa.String(length=255), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed", sa.String(length=60), nullable=False),
        sa.Column("detail", sa.String(length=300), nullable=False),
        sa.Column("skew", sa.Integer(), nullable=True),
        sa.Column("rung", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["platform_id"],
            ["platform.id"],
            name=op.f("fk_launch_transaction_platform_id_platform"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_launch_transaction")),
        sa.UniqueConstraint("state_hash", name=op.f("uq_launch_transaction_state_hash")),
    )
    with op.batch_alter_table("launch_transaction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_launch_transaction_began_at"), ["began_at"], unique=False)

    op.create_table(
        "resource_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deployment_id", sa.Integer(), nullable=False),
        sa.Column("link", sa.String(length=255), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("context", sa.String(length=300), nullable=False),
        sa.Column("context_title", sa.String(length=500), nullable=False),
        sa.Column("opens", sa.String(length=500), nullable=False),
        sa.Column("asked", sa.String(length=500), nullable=False),
        sa.Column("line_item_url", sa.String(length=2000), nullable=False),
        sa.Column("line_items_url", sa.String(length=2000), nullable=False),
        sa.Column("seeking_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("catch_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("caught_up", sa.Integer(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("members_url", sa.String(length=2000), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["deployment_id"],
            ["deployment.id"],
            name=op.f("fk_resource_link_deployment_id_deployment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_link")),
        sa.UniqueConstraint("deployment_id", "link", name=op.f("uq_resource_link_deployment_id_link")),
    )
    with op.batch_alter_table("resource_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resource_link_catch_up_at"), ["catch_up_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_resource_link_context"), ["context"], unique=False)

    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.add_column(sa.Column("resource_link_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("identity_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("wanted", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("sent", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_index(batch_op.f("ix_delivery_identity_id"), ["identity_id"], unique=False)
        batch_op.create_unique_constraint(
            batch_op.f("uq_delivery_resource_link_id_identity_id"), ["resource_link_id", "identity_id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_delivery_resource_link_id_resource_link"),
            "resource_link",
            ["resource_link_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_delivery_identity_id_identity"),
            "identity",
            ["identity_id"],
            ["id"],
            ondelete="CASCADE",
        )

    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("context", sa.String(length=320), server_default="", nullable=False))
        batch_op.add_column(sa.Column("launched_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_enrolment_context"), ["context"], unique=False)

    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("resource_link_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("context", sa.String(length=320), server_default="", nullable=False))
        batch_op.add_column(sa.Column("staff", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("carried", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("language", sa.String(length=35), server_default="", nullable=False))
        batch_op.add_column(sa.Column("display", sa.String(length=300), server_default="", nullable=False))
        batch_op.create_foreign_key(
            batch_op.f("fk_session_resource_link_id_resource_link"),
            "resource_link",
            ["resource_link_id"],
            ["id"],
            ondelete="CASCADE",
        )


def downgrade() -> None:
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_session_resource_link_id_resource_link"), type_="foreignkey")
        batch_op.drop_column("display")
        batch_op.drop_column("language")
        batch_op.drop_column("carried")
        batch_op.drop_column("staff")
        batch_op.drop_column("context")
        batch_op.drop_column("resource_link_id")

    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolment_context"))
        batch_op.drop_column("launched_at")
        batch_op.drop_column("context")

    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_delivery_identity_id_identity"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_delivery_resource_link_id_resource_link"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_delivery_resource_link_id_identity_id"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_delivery_identity_id"))
        batch_op.drop_column("sent")
        batch_op.drop_column("wanted")
        batch_op.drop_column("identity_id")
        batch_op.drop_column("resource_link_id")

    with op.batch_alter_table("resource_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_resource_link_context"))
        batch_op.drop_index(batch_op.f("ix_resource_link_catch_up_at"))

    op.drop_table("resource_link")
    with op.batch_alter_table("launch_transaction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_launch_transaction_began_at"))

    op.drop_table("launch_transaction")
    op.drop_table("invitation")
    with op.batch_alter_table("identity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identity_user_id"))

    op.drop_table("identity")
    op.drop_table("deployment")
    op.drop_table("platform")
    op.drop_table("tool_key")
