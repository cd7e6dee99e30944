"""Lost values: what tablets still show after a restore and the ledger cannot account for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.String(36).with_variant(postgresql.UUID(as_uuid=False), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "sync_lost",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("by_client", sa.String(), nullable=False),
        sa.Column("by_mid", sa.BigInteger(), nullable=False),
        sa.Column("scope_id", ID, nullable=False),
        sa.Column("value", JSON, nullable=True),
        sa.Column("told_by", sa.String(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint(
            "organisation_id", "kind", "id", "field", "by_client", "by_mid",
            name=op.f("pk_sync_lost"),
        ),
    )
    op.create_index("ix_sync_lost_open", "sync_lost", ["organisation_id", "state", "scope_id"])


def downgrade() -> None:
    op.drop_index("ix_sync_lost_open", table_name="sync_lost")
    op.drop_table("sync_lost")
