"""The ledger's triggers: append-only, on both databases. Migration 0001 executes these lists.

A row of sync_op is never deleted and never changed, but for erasure: its body may become NULL
together with redacted_at. The hash and the bases stay: they prove, and the ancestry needs them.
"""

from __future__ import annotations

_KEPT = [
    "organisation_id",
    "client_id",
    "mid",
    "actor_id",
    "sha256",
    "status",
    "code",
    "fields",
    "scope_id",
    "kind",
    "record_id",
    "txn",
    "received_at",
    "at_raw",
    "at_corrected",
    "sv",
    "bases",
]

_SAME_SQLITE = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in _KEPT)
_SAME_POSTGRES = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in _KEPT)
_ERASED = "OLD.body IS NOT NULL AND NEW.body IS NULL AND NEW.redacted_at IS NOT NULL"

SQLITE: tuple[str, ...] = (
    """CREATE TRIGGER sync_op_keep BEFORE DELETE ON sync_op
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    f"""CREATE TRIGGER sync_op_freeze BEFORE UPDATE ON sync_op
WHEN NOT ({_ERASED} AND {_SAME_SQLITE})
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
)

POSTGRESQL: tuple[str, ...] = (
    f"""CREATE OR REPLACE FUNCTION sync_op_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF {_ERASED} AND {_SAME_POSTGRES} THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'the ledger is append-only';
END $$""",
    """CREATE TRIGGER sync_op_keep BEFORE DELETE OR UPDATE ON sync_op
FOR EACH ROW EXECUTE FUNCTION sync_op_refuse()""",
    """CREATE TRIGGER sync_op_whole BEFORE TRUNCATE ON sync_op
FOR EACH STATEMENT EXECUTE FUNCTION sync_op_refuse()""",
)

# In reverse, for a downgrade.
DROP_SQLITE: tuple[str, ...] = ("DROP TRIGGER sync_op_freeze", "DROP TRIGGER sync_op_keep")
DROP_POSTGRESQL: tuple[str, ...] = (
    "DROP TRIGGER sync_op_whole ON sync_op",
    "DROP TRIGGER sync_op_keep ON sync_op",
    "DROP FUNCTION sync_op_refuse()",
)


def statements(dialect: str) -> tuple[str, ...]:
    """Return the statements for ``sqlite`` or ``postgresql``."""
    return SQLITE if dialect == "sqlite" else POSTGRESQL
