"""certificates keep the words of the day they were awarded"""

import sqlalchemy as sa
from alembic import op

revision = "c97e24b1f0a3"
down_revision = "b3f16a7d9c58"
branch_labels = None
depends_on = None

ENGLISH = {
    "language": "en-GB",
    "heading": "Certificate of completion",
    "lead": "This certifies that",
    "given_by_learner": "Name as given by the learner",
    "verb": "has completed",
    "awarded": "Awarded",
    "valid_until": "Valid until",
    "code": "Certificate code",
    "check": "Check this certificate at",
    "qr_alt": "QR code that opens the check of this certificate",
    "describes": "%(issuer)s awarded this certificate for completing %(title)s.",
}
"""What every certificate of an English course has said until now."""
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def upgrade() -> None:
    op.add_column("award", sa.Column("words", sa.JSON(), nullable=True))
    award = sa.table(
        "award",
        *(sa.column(name) for name in ("id", "language")),
        *(sa.column(name, sa.Date()) for name in ("awarded", "valid_until")),
        sa.column("words", sa.JSON()),
    )
    connection = op.get_bind()
    for held in connection.execute(sa.select(award).where(award.c.language.like("en%"))).all():
        days = {day.isoformat(): _said(day) for day in (held.awarded, held.valid_until) if day}
        words = {**ENGLISH, "days": days}
        connection.execute(sa.update(award).where(award.c.id == held.id).values(words=words))


def _said(day) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def downgrade() -> None:
    with op.batch_alter_table("award", schema=None) as batch_op:
        batch_op.drop_column("words")
