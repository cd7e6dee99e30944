"""Indexes for what is looked up: decisions by the change they answer, the audit log by event.

Open conflicts of records that were moved between schools go to the school where the record is.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# The kinds of a school, which are what can move to another; each is kept in the table of its name.
MOVED = ("asset", "building", "lot", "room", "system", "tag")


def upgrade() -> None:
    op.create_index(
        "ix_sync_decision_mark", "sync_decision", ["organisation_id", "client_id", "mid"]
    )
    op.create_index("ix_audit_event_event", "audit_event", ["organisation_id", "event"])
    op.create_index("ix_audit_event_n", "audit_event", ["organisation_id", "n"])
    for table in ("sync_conflict", "sync_lost"):
        for kind in MOVED:
            op.execute(text(_FOLLOW.format(table=table, kind=kind)))


# Both names are of the lists above.
_FOLLOW = """
UPDATE {table} SET scope_id = (
    SELECT r.scope_id FROM {kind} r
    WHERE r.organisation_id = {table}.organisation_id AND r.id = {table}.id
)
WHERE kind = '{kind}' AND state = 'open' AND EXISTS (
    SELECT 1 FROM {kind} r
    WHERE r.organisation_id = {table}.organisation_id AND r.id = {table}.id
        AND r.scope_id <> {table}.scope_id
)
"""


def downgrade() -> None:
    op.drop_index("ix_audit_event_n", table_name="audit_event")
    op.drop_index("ix_audit_event_event", table_name="audit_event")
    op.drop_index("ix_sync_decision_mark", table_name="sync_decision")
