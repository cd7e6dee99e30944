"""The first thread: estate, audits, sync, accounts, ratings, plans, jobs."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from server.exchange.ddl import statements

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.String(36).with_variant(postgresql.UUID(as_uuid=False), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "token_hash", name=op.f("pk_api_token")),
    )
    op.create_table(
        "audit_event",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("about", JSON, nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_audit_event")),
    )
    op.create_table(
        "blob",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("stored_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "sha256", name=op.f("pk_blob")),
    )
    op.create_table(
        "blob_upload",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("mime", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint(
            "organisation_id", "user_id", "sha256", name=op.f("pk_blob_upload")
        ),
    )
    op.create_table(
        "device",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("enrolled_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id", "user_id", name=op.f("pk_device")),
    )
    op.create_table(
        "import_run",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("school_id", ID, nullable=True),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("mapping", JSON, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("applied", sa.Integer(), nullable=False),
        sa.Column("report", JSON, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_import_run")),
        sa.UniqueConstraint(
            "organisation_id",
            "kind",
            "school_id",
            "sha256",
            name=op.f("uq_import_run_organisation_id_kind_school_id_sha256"),
        ),
    )
    op.create_table(
        "import_source",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("asset_id", ID, nullable=False),
        sa.Column("row_sha256", sa.String(), nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "source", "key", name=op.f("pk_import_source")),
    )
    with op.batch_alter_table("import_source", schema=None) as batch_op:
        batch_op.create_index(
            "ix_import_source_asset", ["organisation_id", "asset_id"], unique=False
        )

    op.create_table(
        "job",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("queue", sa.String(), nullable=False),
        sa.Column("args", JSON, nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(), nullable=True),
        sa.Column("result", JSON, nullable=True),
        sa.Column("problem", JSON, nullable=True),
        sa.Column("queued_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'failed')", name=op.f("ck_job_state")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("ix_job_state", ["state", "queued_at"], unique=False)

    op.create_table(
        "membership",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("scope_kind", sa.String(), nullable=False),
        sa.Column("scope_id", ID, nullable=False),
        sa.Column("gen", sa.Integer(), nullable=False),
        sa.Column("granted_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "scope_kind IN ('organisation', 'trust', 'school', 'visit')",
            name=op.f("ck_membership_scope_kind"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "organisation_id",
            "user_id",
            "role",
            "scope_kind",
            "scope_id",
            name=op.f("uq_membership_organisation_id_user_id_role_scope_kind_scope_id"),
        ),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index("ix_membership_user", ["user_id"], unique=False)

    op.create_table(
        "organisation",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "rating",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("school_id", ID, nullable=False),
        sa.Column("room_id", ID, nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("asset_type_id", ID, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("rag", sa.String(), nullable=False),
        sa.Column("reasons", sa.Integer(), nullable=False),
        sa.Column("dimensions", JSON, nullable=False),
        sa.Column("next_flip_on", sa.Date(), nullable=True),
        sa.Column("value_pence", sa.BigInteger(), nullable=False),
        sa.Column("critical", sa.Boolean(), nullable=False),
        sa.Column("critical_service", sa.Boolean(), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("inputs", JSON, nullable=False),
        sa.Column("rated_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("rag IN ('red', 'amber', 'green', 'grey')", name=op.f("ck_rating_rag")),
        sa.PrimaryKeyConstraint(
            "organisation_id", "subject_kind", "subject_id", name=op.f("pk_rating")
        ),
    )
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.create_index(
            "ix_rating_cell", ["organisation_id", "school_id", "room_id", "category"], unique=False
        )
        batch_op.create_index("ix_rating_flip", ["organisation_id", "next_flip_on"], unique=False)

    op.create_table(
        "rating_cell",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("school_id", ID, nullable=False),
        sa.Column("room_id", ID, nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("red", sa.Integer(), nullable=False),
        sa.Column("amber", sa.Integer(), nullable=False),
        sa.Column("green", sa.Integer(), nullable=False),
        sa.Column("grey", sa.Integer(), nullable=False),
        sa.Column("red_pence", sa.BigInteger(), nullable=False),
        sa.Column("amber_pence", sa.BigInteger(), nullable=False),
        sa.Column("green_pence", sa.BigInteger(), nullable=False),
        sa.Column("grey_pence", sa.BigInteger(), nullable=False),
        sa.Column("critical_red", sa.Integer(), nullable=False),
        sa.Column("service_red", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "organisation_id", "school_id", "room_id", "category", name=op.f("pk_rating_cell")
        ),
    )
    op.create_table(
        "rating_policy",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("values", JSON, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", ID, nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "version", name=op.f("pk_rating_policy")),
    )
    op.create_table(
        "session",
        sa.Column("id_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("device_id", ID, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id_hash", name=op.f("pk_session")),
    )
    op.create_table(
        "sign_in_code",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "code_hash", name=op.f("pk_sign_in_code")),
    )
    op.create_table(
        "sync_client",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("device_id", ID, nullable=True),
        sa.Column("last_mid", sa.BigInteger(), nullable=False),
        sa.Column("backed_up_mid", sa.BigInteger(), nullable=True),
        sa.Column("skew_ms", sa.BigInteger(), nullable=False),
        sa.Column("sv", sa.Integer(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("outbox", JSON, nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_sync_client")),
    )
    op.create_table(
        "sync_conflict",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("by_client", sa.String(), nullable=False),
        sa.Column("by_mid", sa.BigInteger(), nullable=False),
        sa.Column("scope_id", ID, nullable=False),
        sa.Column("losing_value", JSON, nullable=True),
        sa.Column("winner_client", sa.String(), nullable=False),
        sa.Column("winner_mid", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "organisation_id",
            "kind",
            "id",
            "field",
            "by_client",
            "by_mid",
            name=op.f("pk_sync_conflict"),
        ),
    )
    with op.batch_alter_table("sync_conflict", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sync_conflict_open", ["organisation_id", "state", "scope_id"], unique=False
        )

    op.create_table(
        "sync_decision",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("mid", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "n", name=op.f("pk_sync_decision")),
    )
    op.create_table(
        "sync_meta",
        sa.Column("one", sa.Integer(), nullable=False),
        sa.Column("server_epoch", ID, nullable=False),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_sync_meta")),
    )
    op.create_table(
        "sync_op",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("mid", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", ID, nullable=True),
        sa.Column("sha256", sa.LargeBinary(length=32), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("fields", sa.String(), nullable=True),
        sa.Column("scope_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("record_id", sa.String(), nullable=True),
        sa.Column("txn", sa.String(), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("at_raw", sa.BigInteger(), nullable=True),
        sa.Column("at_corrected", sa.BigInteger(), nullable=True),
        sa.Column("sv", sa.Integer(), nullable=True),
        sa.Column("bases", sa.String(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("redacted_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "status IN ('applied', 'merged', 'rejected', 'held')", name=op.f("ck_sync_op_status")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "client_id", "mid", name=op.f("pk_sync_op")),
    )
    with op.batch_alter_table("sync_op", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sync_op_held", ["organisation_id", "status", "code"], unique=False
        )
        batch_op.create_index("ix_sync_op_record", ["organisation_id", "record_id"], unique=False)

    op.create_table(
        "sync_scope",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("trust_id", ID, nullable=True),
        sa.Column("school_id", ID, nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("min_seq", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("gen", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('organisation', 'school', 'visit', 'workshop')",
            name=op.f("ck_sync_scope_kind"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_sync_scope")),
    )
    with op.batch_alter_table("sync_scope", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sync_scope_school", ["organisation_id", "school_id"], unique=False
        )

    op.create_table(
        "sync_tombstone",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("scope_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("fver", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint(
            "organisation_id", "scope_id", "kind", "id", name=op.f("pk_sync_tombstone")
        ),
    )
    with op.batch_alter_table("sync_tombstone", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sync_tombstone_seq", ["organisation_id", "scope_id", "seq"], unique=False
        )

    op.create_table(
        "sync_waiting",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("wants_id", ID, nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("mid", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "organisation_id", "wants_id", "client_id", "mid", name=op.f("pk_sync_waiting")
        ),
    )
    op.create_table(
        "tag_code",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("batch_id", ID, nullable=False),
        sa.Column("pool_school_id", ID, nullable=True),
        sa.Column("issued_at", sa.BigInteger(), nullable=False),
        sa.Column("printed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "code", name=op.f("pk_tag_code")),
    )
    op.create_table(
        "tag_index",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("organisation_id", ID, nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_tag_index")),
    )
    op.create_table(
        "trust",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("group_uid", sa.String(), nullable=True),
        sa.Column("group_id", sa.String(), nullable=True),
        sa.Column("year_start_month", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_trust")),
    )
    op.create_table(
        "user_account",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email", name=op.f("uq_user_account_email")),
    )
    op.create_table(
        "asset_type",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("scope_id", ID, nullable=False),
        sa.Column("sync_seq", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("counts_as", sa.String(), nullable=False),
        sa.Column("life_years", sa.Integer(), nullable=False),
        sa.Column("red_years", sa.Integer(), nullable=False),
        sa.Column("criticality", sa.Integer(), nullable=False),
        sa.Column("critical", sa.Boolean(), nullable=False),
        sa.Column("critical_service", sa.Boolean(), nullable=False),
        sa.Column("required", JSON, nullable=False),
        sa.Column("faults", JSON, nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("fver", sa.String(), nullable=False),
        sa.Column("wire", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "scope_id"],
            ["sync_scope.organisation_id", "sync_scope.id"],
            name=op.f("fk_asset_type_organisation_id_scope_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_asset_type")),
        sa.UniqueConstraint(
            "organisation_id", "key", name=op.f("uq_asset_type_organisation_id_key")
        ),
        sa.UniqueConstraint(
            "organisation_id",
            "scope_id",
            "sync_seq",
            name=op.f("uq_asset_type_organisation_id_scope_id_sync_seq"),
        ),
    )
    op.create_table(
        "building",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("scope_id", ID, nullable=False),
        sa.Column("sync_seq", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("fver", sa.String(), nullable=False),
        sa.Column("wire", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "scope_id"],
            ["sync_scope.organisation_id", "sync_scope.id"],
            name=op.f("fk_building_organisation_id_scope_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_building")),
        sa.UniqueConstraint(
            "organisation_id",
            "scope_id",
            "sync_seq",
            name=op.f("uq_building_organisation_id_scope_id_sync_seq"),
        ),
    )
    op.create_table(
        "checklist",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("scope_id", ID, nullable=False),
        sa.Column("sync_seq", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("questions", JSON, nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("fver", sa.String(), nullable=False),
        sa.Column("wire", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "scope_id"],
            ["sync_scope.organisation_id", "sync_scope.id"],
            name=op.f("fk_checklist_organisation_id_scope_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_checklist")),
        sa.UniqueConstraint(
            "organisation_id",
            "scope_id",
            "sync_seq",
            name=op.f("uq_checklist_organisation_id_scope_id_sync_seq"),
        ),
    )
    op.create_table(
        "identity",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_identity_user_id")),
        sa.PrimaryKeyConstraint("user_id", "provider", name=op.f("pk_identity")),
    )
    op.create_table(
        "photo",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("scope_id", ID, nullable=False),
        sa.Column("sync_seq", sa.BigInteger(), nullable=False),
        sa.Column("owner_kind", sa.String(), nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("caption", sa.String(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("drawing", JSON, nullable=True),
        sa.Column("has_person", sa.Boolean(), nullable=True),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.Column("supersedes", ID, nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("refusal", sa.String(), nullable=True),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("fver", sa.String(), nullable=False),
        sa.Column("wire", sa.String(), nullable=False),
        sa.CheckConstraint(
            "owner_kind IN ('finding', 'room_walk', 'asset')", name=op.f("ck_photo_owner_kind")
        ),
        sa.CheckConstraint(
            "state IN ('awaiting', 'stored', 'refused')", name=op.f("ck_photo_state")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "scope_id"],
            ["sync_scope.organisation_id", "sync_scope.id"],
            name=op.f("fk_photo_organisation_id_scope_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_photo")),
        sa.UniqueConstraint(
            "organisation_id",
            "scope_id",
            "sync_seq",
            name=op.f("uq_photo_organisation_id_scope_id_sync_seq"),
        ),
    )
    with op.batch_alter_table("photo", schema=None) as batch_op:
        batch_op.create_index(
            "ix_photo_owner", ["organisation_id", "owner_kind", "owner_id"], unique=False
        )
        batch_op.create_index("ix_photo_sha256", ["organisation_id", "sha256"], unique=False)

    op.create_table(
        "school",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("scope_id", ID, nullable=False),
        sa.Column("sync_seq", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("urn", sa.String(), nullable=True),
        sa.Column("trust_id", ID, nullable=True),
        sa.Column("phase", sa.String(), nullable=True),
        sa.Column("type_group", sa.String(), nullable=True),
        sa.Column("pupils", sa.Integer(), nullable=True),
        sa.Column("postcode", sa.String(), nullable=True),
        sa.Column("year_start_month", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("fver", sa.String(), nullable=False),
        sa.Column("wire", sa.String(), nullable=False),
        sa.CheckConstraint("scope_id = id", name=op.f("ck_school_own_scope")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "scope_id"],
            ["sync_scope.organisation_id", "sync_scope.id"],
            name=op.f("fk_school_organisation_id_scope_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "trust_id"],
            ["trust.organisation_id", "trust.id"],
            name=op.f("fk_school_organisation_id_trust_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_school")),
        sa.UniqueConstraint(
            "organisation_id",
            "scope_id",
            "sync_seq",
            name=op.f("uq_school_organisation_id_scope_id_sync_seq"),
        ),
        sa.UniqueConstraint("organisation_id", "urn", name=op.f("uq_school_organisation_id_urn")),
    )
    op.create_table(
        "plan",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("trust_id", ID, nullable=True),
        sa.Column("school_id", ID, nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("years", sa.Integer(), nullable=False),
        sa.Column("uplift", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("solved_at", sa.BigInteger(), nullable=True),
        sa.Column("summary", JSON, nullable=True),
        sa.Column("inputs_sha256", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(trust_id IS NULL) <> (school_id IS NULL)", name=op.f("ck_plan_of_trust_or_school")
        ),
        sa.CheckConstraint("years IN (3, 4, 5)", name=op.f("ck_plan_years")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "school_id"],
            ["school.organisation_id", "school.id"],
            name=op.f("fk_plan_organisation_id_school_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "trust_id"],
            ["trust.organisation_id", "trust.id"],
            name=op.f("fk_plan_organisation_id_trust_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_plan")),
    )
    op.create_table(
        "product",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("scope_id", ID, nullable=False),
        sa.Column("sync_seq", sa.BigInteger(), nullable=False),
        sa.Column("asset_type_id", ID, nullable=False),
        sa.Column("maker", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("life_years", sa.Integer(), nullable=True),
        sa.Column("support_end_on", sa.Date(), nullable=True),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("fver", sa.String(), nullable=False),
        sa.Column("wire", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "asset_type_id"],
            ["asset_type.organisation_id", "asset_type.id"],
            name=op.f("fk_product_organisation_id_asset_type_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "scope_id"],
            ["sync_scope.organisation_id", "sync_scope.id"],
            name=op.f("fk_product_organisation_id_scope_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_product")),
        sa.UniqueConstraint(
            "organisation_id",
            "scope_id",
            "sync_seq",
            name=op.f("uq_product_organisation_id_scope_id_sync_seq"),
        ),
    )
    op.create_table(
        "room",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("scope_id", ID, nullable=False),
        sa.Column("sync_seq", sa.BigInteger(), nullable=False),
        sa.Column("building_id", ID, nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("floor", sa.String(), nullable=True),
        sa.Column("room_type", sa.String(), nullable=True),
        sa.Column("builtin", sa.String(), nullable=True),
        sa.Column("walk_order", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("custom", JSON, nullable=True),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("fver", sa.String(), nullable=False),
        sa.Column("wire", sa.String(), nullable=False),
        sa.CheckConstraint("builtin IN ('whole_school', 'unplaced')", name=op.f("ck_room_builtin")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "building_id"],
            ["building.organisation_id", "building.id"],
            name=op.f("fk_room_organisation_id_building_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "scope_id"],
            ["sync_scope.organisation_id", "sync_scope.id"],
            name=op.f("fk_room_organisation_id_scope_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_room")),
        sa.UniqueConstraint(
            "organisation_id",
            "scope_id",
            "sync_seq",
            name=op.f("uq_room_organisation_id_scope_id_sync_seq"),
        ),
    )
    op.create_table(
        "visit",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("scope_id", ID, nullable=False),
        sa.Column("sync_seq", sa.BigInteger(), nullable=False),
        sa.Column("school_id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("checklists", JSON, nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("fver", sa.String(), nullable=False),
        sa.Column("wire", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state IN ('planned', 'open', 'closed', 'signed_off')", name=op.f("ck_visit_state")
        ),
        sa.CheckConstraint("scope_id = id", name=op.f("ck_visit_own_scope")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "school_id"],
            ["school.organisation_id", "school.id"],
            name=op.f("fk_visit_organisation_id_school_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "scope_id"],
            ["sync_scope.organisation_id", "sync_scope.id"],
            name=op.f("fk_visit_organisation_id_scope_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_visit")),
        sa.UniqueConstraint(
            "organisation_id",
            "scope_id",
            "sync_seq",
            name=op.f("uq_visit_organisation_id_scope_id_sync_seq"),
        ),
    )
    op.create_table(
        "asset",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("scope_id", ID, nullable=False),
        sa.Column("sync_seq", sa.BigInteger(), nullable=False),
        sa.Column("asset_type_id", ID, nullable=False),
        sa.Column("product_id", ID, nullable=True),
        sa.Column("room_id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("serial", sa.String(), nullable=True),
        sa.Column("serial_key", sa.String(), nullable=True),
        sa.Column("mdm_id", sa.String(), nullable=True),
        sa.Column("mac", sa.String(), nullable=True),
        sa.Column("set_id", ID, nullable=True),
        sa.Column("life_state", sa.String(), nullable=False),
        sa.Column("allocation", sa.String(), nullable=False),
        sa.Column("allocated_to", sa.String(), nullable=True),
        sa.Column("return_on", sa.Date(), nullable=True),
        sa.Column("bought_on", sa.Date(), nullable=True),
        sa.Column("warranty_end_on", sa.Date(), nullable=True),
        sa.Column("support_end_on", sa.Date(), nullable=True),
        sa.Column("os", sa.String(), nullable=True),
        sa.Column("os_version", sa.String(), nullable=True),
        sa.Column("os_edition", sa.String(), nullable=True),
        sa.Column("esu_enrolled", sa.Boolean(), nullable=True),
        sa.Column("can_upgrade", sa.Boolean(), nullable=True),
        sa.Column("ram_gb", sa.Integer(), nullable=True),
        sa.Column("storage_gb", sa.Integer(), nullable=True),
        sa.Column("cpu", sa.String(), nullable=True),
        sa.Column("managed", sa.Boolean(), nullable=True),
        sa.Column("encrypted", sa.Boolean(), nullable=True),
        sa.Column("wifi_generation", sa.Integer(), nullable=True),
        sa.Column("pat_due_on", sa.Date(), nullable=True),
        sa.Column("condition", sa.String(), nullable=True),
        sa.Column("condition_at", sa.BigInteger(), nullable=True),
        sa.Column("faults", JSON, nullable=True),
        sa.Column("merged_into", ID, nullable=True),
        sa.Column("custom", JSON, nullable=True),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("fver", sa.String(), nullable=False),
        sa.Column("wire", sa.String(), nullable=False),
        sa.CheckConstraint(
            "allocation IN ('in_room', 'code', 'cart', 'cupboard', 'on_loan', 'lost', 'stolen')",
            name=op.f("ck_asset_allocation"),
        ),
        sa.CheckConstraint("condition IN ('A', 'B', 'C', 'D')", name=op.f("ck_asset_condition")),
        sa.CheckConstraint(
            "life_state IN ('in_use', 'spare', 'retired', 'disposed')",
            name=op.f("ck_asset_life_state"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "asset_type_id"],
            ["asset_type.organisation_id", "asset_type.id"],
            name=op.f("fk_asset_organisation_id_asset_type_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "product_id"],
            ["product.organisation_id", "product.id"],
            name=op.f("fk_asset_organisation_id_product_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "room_id"],
            ["room.organisation_id", "room.id"],
            name=op.f("fk_asset_organisation_id_room_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "scope_id"],
            ["sync_scope.organisation_id", "sync_scope.id"],
            name=op.f("fk_asset_organisation_id_scope_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_asset")),
        sa.UniqueConstraint(
            "organisation_id",
            "scope_id",
            "sync_seq",
            name=op.f("uq_asset_organisation_id_scope_id_sync_seq"),
        ),
    )
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.create_index("ix_asset_room", ["organisation_id", "room_id"], unique=False)
        batch_op.create_index("ix_asset_serial", ["organisation_id", "serial_key"], unique=False)
        batch_op.create_index(
            "ix_asset_find",
            [
                "organisation_id",
                "scope_id",
                "id",
                "asset_type_id",
                "room_id",
                "product_id",
                "deleted_at",
                "merged_into",
                "serial_key",
                "name",
            ],
            unique=False,
        )

    op.create_table(
        "finding",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("scope_id", ID, nullable=False),
        sa.Column("sync_seq", sa.BigInteger(), nullable=False),
        sa.Column("visit_id", ID, nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("seen", sa.Boolean(), nullable=True),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.Column("seen_room_id", ID, nullable=True),
        sa.Column("resolution", sa.String(), nullable=True),
        sa.Column("condition", sa.String(), nullable=True),
        sa.Column("count_a", sa.Integer(), nullable=True),
        sa.Column("count_b", sa.Integer(), nullable=True),
        sa.Column("count_c", sa.Integer(), nullable=True),
        sa.Column("count_d", sa.Integer(), nullable=True),
        sa.Column("faults", JSON, nullable=True),
        sa.Column("answers", JSON, nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("void", sa.Boolean(), nullable=True),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("fver", sa.String(), nullable=False),
        sa.Column("wire", sa.String(), nullable=False),
        sa.CheckConstraint("condition IN ('A', 'B', 'C', 'D')", name=op.f("ck_finding_condition")),
        sa.CheckConstraint(
            "resolution IN ('here', 'belongs_here', 'going_back', 'on_loan', 'later', 'not_ours')",
            name=op.f("ck_finding_resolution"),
        ),
        sa.CheckConstraint(
            "subject_kind IN ('asset', 'lot', 'system', 'tag')",
            name=op.f("ck_finding_subject_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "scope_id"],
            ["sync_scope.organisation_id", "sync_scope.id"],
            name=op.f("fk_finding_organisation_id_scope_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "visit_id"],
            ["visit.organisation_id", "visit.id"],
            name=op.f("fk_finding_organisation_id_visit_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_finding")),
        sa.UniqueConstraint(
            "organisation_id",
            "scope_id",
            "sync_seq",
            name=op.f("uq_finding_organisation_id_scope_id_sync_seq"),
        ),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(
            "ix_finding_subject", ["organisation_id", "subject_kind", "subject_id"], unique=False
        )

    op.create_table(
        "lot",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("scope_id", ID, nullable=False),
        sa.Column("sync_seq", sa.BigInteger(), nullable=False),
        sa.Column("asset_type_id", ID, nullable=False),
        sa.Column("room_id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("bought_on", sa.Date(), nullable=True),
        sa.Column("condition", sa.String(), nullable=True),
        sa.Column("condition_at", sa.BigInteger(), nullable=True),
        sa.Column("custom", JSON, nullable=True),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("fver", sa.String(), nullable=False),
        sa.Column("wire", sa.String(), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_lot_quantity")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "asset_type_id"],
            ["asset_type.organisation_id", "asset_type.id"],
            name=op.f("fk_lot_organisation_id_asset_type_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "room_id"],
            ["room.organisation_id", "room.id"],
            name=op.f("fk_lot_organisation_id_room_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "scope_id"],
            ["sync_scope.organisation_id", "sync_scope.id"],
            name=op.f("fk_lot_organisation_id_scope_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_lot")),
        sa.UniqueConstraint(
            "organisation_id",
            "scope_id",
            "sync_seq",
            name=op.f("uq_lot_organisation_id_scope_id_sync_seq"),
        ),
    )
    op.create_table(
        "plan_gap",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("school_id", ID, nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("low_pence", sa.BigInteger(), nullable=False),
        sa.Column("high_pence", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "plan_id"],
            ["plan.organisation_id", "plan.id"],
            name=op.f("fk_plan_gap_organisation_id_plan_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "plan_id", "subject_kind", "subject_id", name=op.f("pk_plan_gap")
        ),
    )
    op.create_table(
        "plan_limit",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("school_id", ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("pence >= 0", name=op.f("ck_plan_limit_pence")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "plan_id"],
            ["plan.organisation_id", "plan.id"],
            name=op.f("fk_plan_limit_organisation_id_plan_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "plan_id", "school_id", "year", name=op.f("pk_plan_limit")
        ),
    )
    op.create_table(
        "plan_line",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("school_id", ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("asset_type_id", ID, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_pence", sa.BigInteger(), nullable=False),
        sa.Column("total_pence", sa.BigInteger(), nullable=False),
        sa.Column("must_do", sa.Boolean(), nullable=False),
        sa.Column("reason", JSON, nullable=False),
        sa.Column("due_by_age_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("benefit", sa.Integer(), nullable=False),
        sa.Column("finance_line", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "plan_id"],
            ["plan.organisation_id", "plan.id"],
            name=op.f("fk_plan_line_organisation_id_plan_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_plan_line")),
    )
    with op.batch_alter_table("plan_line", schema=None) as batch_op:
        batch_op.create_index(
            "ix_plan_line_plan", ["organisation_id", "plan_id", "year"], unique=False
        )

    op.create_table(
        "price",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("product_id", ID, nullable=True),
        sa.Column("asset_type_id", ID, nullable=True),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("low_pence", sa.BigInteger(), nullable=False),
        sa.Column("high_pence", sa.BigInteger(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(product_id IS NULL) <> (asset_type_id IS NULL)", name=op.f("ck_price_of_one_thing")
        ),
        sa.CheckConstraint(
            "low_pence <= pence AND pence <= high_pence", name=op.f("ck_price_range")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "asset_type_id"],
            ["asset_type.organisation_id", "asset_type.id"],
            name=op.f("fk_price_organisation_id_asset_type_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "product_id"],
            ["product.organisation_id", "product.id"],
            name=op.f("fk_price_organisation_id_product_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_price")),
    )
    op.create_table(
        "room_walk",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("scope_id", ID, nullable=False),
        sa.Column("sync_seq", sa.BigInteger(), nullable=False),
        sa.Column("visit_id", ID, nullable=False),
        sa.Column("room_id", ID, nullable=False),
        sa.Column("state", sa.String(), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("claimed_by", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("answers", JSON, nullable=True),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("fver", sa.String(), nullable=False),
        sa.Column("wire", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state IN ('started', 'done', 'empty', 'no_access')", name=op.f("ck_room_walk_state")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "room_id"],
            ["room.organisation_id", "room.id"],
            name=op.f("fk_room_walk_organisation_id_room_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "scope_id"],
            ["sync_scope.organisation_id", "sync_scope.id"],
            name=op.f("fk_room_walk_organisation_id_scope_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "visit_id"],
            ["visit.organisation_id", "visit.id"],
            name=op.f("fk_room_walk_organisation_id_visit_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_room_walk")),
        sa.UniqueConstraint(
            "organisation_id",
            "scope_id",
            "sync_seq",
            name=op.f("uq_room_walk_organisation_id_scope_id_sync_seq"),
        ),
    )
    op.create_table(
        "system",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("scope_id", ID, nullable=False),
        sa.Column("sync_seq", sa.BigInteger(), nullable=False),
        sa.Column("asset_type_id", ID, nullable=False),
        sa.Column("room_id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("supplier", sa.String(), nullable=True),
        sa.Column("group_id", ID, nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("support_end_on", sa.Date(), nullable=True),
        sa.Column("contract_end_on", sa.Date(), nullable=True),
        sa.Column("yearly_pence", sa.BigInteger(), nullable=True),
        sa.Column("managed", sa.Boolean(), nullable=True),
        sa.Column("encrypted", sa.Boolean(), nullable=True),
        sa.Column("condition", sa.String(), nullable=True),
        sa.Column("condition_at", sa.BigInteger(), nullable=True),
        sa.Column("custom", JSON, nullable=True),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("fver", sa.String(), nullable=False),
        sa.Column("wire", sa.String(), nullable=False),
        sa.CheckConstraint("condition IN ('A', 'B', 'C', 'D')", name=op.f("ck_system_condition")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "asset_type_id"],
            ["asset_type.organisation_id", "asset_type.id"],
            name=op.f("fk_system_organisation_id_asset_type_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "room_id"],
            ["room.organisation_id", "room.id"],
            name=op.f("fk_system_organisation_id_room_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "scope_id"],
            ["sync_scope.organisation_id", "sync_scope.id"],
            name=op.f("fk_system_organisation_id_scope_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_system")),
        sa.UniqueConstraint(
            "organisation_id",
            "scope_id",
            "sync_seq",
            name=op.f("uq_system_organisation_id_scope_id_sync_seq"),
        ),
    )
    op.create_table(
        "plan_line_subject",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("line_id", ID, nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "line_id"],
            ["plan_line.organisation_id", "plan_line.id"],
            name=op.f("fk_plan_line_subject_organisation_id_line_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id",
            "line_id",
            "subject_kind",
            "subject_id",
            name=op.f("pk_plan_line_subject"),
        ),
    )
    with op.batch_alter_table("plan_line_subject", schema=None) as batch_op:
        batch_op.create_index(
            "ix_plan_line_subject", ["organisation_id", "subject_id"], unique=False
        )

    op.create_table(
        "tag",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("scope_id", ID, nullable=False),
        sa.Column("sync_seq", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("asset_id", ID, nullable=True),
        sa.Column("room_id", ID, nullable=True),
        sa.Column("bound_at", sa.BigInteger(), nullable=True),
        sa.Column("retired", sa.Boolean(), nullable=True),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("fver", sa.String(), nullable=False),
        sa.Column("wire", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "asset_id"],
            ["asset.organisation_id", "asset.id"],
            name=op.f("fk_tag_organisation_id_asset_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "room_id"],
            ["room.organisation_id", "room.id"],
            name=op.f("fk_tag_organisation_id_room_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "scope_id"],
            ["sync_scope.organisation_id", "sync_scope.id"],
            name=op.f("fk_tag_organisation_id_scope_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name=op.f("pk_tag")),
        sa.UniqueConstraint("organisation_id", "code", name=op.f("uq_tag_organisation_id_code")),
        sa.UniqueConstraint(
            "organisation_id",
            "scope_id",
            "sync_seq",
            name=op.f("uq_tag_organisation_id_scope_id_sync_seq"),
        ),
    )
    with op.batch_alter_table("tag", schema=None) as batch_op:
        batch_op.create_index("ix_tag_asset", ["organisation_id", "asset_id"], unique=False)

    for statement in statements(op.get_bind().dialect.name):
        op.execute(sa.text(statement))
    op.execute(
        sa.text("INSERT INTO sync_meta (one, server_epoch) VALUES (1, :epoch)").bindparams(
            sa.bindparam("epoch", str(uuid.uuid4()), ID)
        )
    )


def downgrade() -> None:
    with op.batch_alter_table("tag", schema=None) as batch_op:
        batch_op.drop_index("ix_tag_asset")

    op.drop_table("tag")
    with op.batch_alter_table("plan_line_subject", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_line_subject")

    op.drop_table("plan_line_subject")
    op.drop_table("system")
    op.drop_table("room_walk")
    op.drop_table("price")
    with op.batch_alter_table("plan_line", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_line_plan")

    op.drop_table("plan_line")
    op.drop_table("plan_limit")
    op.drop_table("plan_gap")
    op.drop_table("lot")
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_index("ix_finding_subject")

    op.drop_table("finding")
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.drop_index("ix_asset_find")
        batch_op.drop_index("ix_asset_serial")
        batch_op.drop_index("ix_asset_room")

    op.drop_table("asset")
    op.drop_table("visit")
    op.drop_table("room")
    op.drop_table("product")
    op.drop_table("plan")
    op.drop_table("school")
    with op.batch_alter_table("photo", schema=None) as batch_op:
        batch_op.drop_index("ix_photo_sha256")
        batch_op.drop_index("ix_photo_owner")

    op.drop_table("photo")
    op.drop_table("identity")
    op.drop_table("checklist")
    op.drop_table("building")
    op.drop_table("asset_type")
    op.drop_table("user_account")
    op.drop_table("trust")
    op.drop_table("tag_index")
    op.drop_table("tag_code")
    op.drop_table("sync_waiting")
    with op.batch_alter_table("sync_tombstone", schema=None) as batch_op:
        batch_op.drop_index("ix_sync_tombstone_seq")

    op.drop_table("sync_tombstone")
    with op.batch_alter_table("sync_scope", schema=None) as batch_op:
        batch_op.drop_index("ix_sync_scope_school")

    op.drop_table("sync_scope")
    with op.batch_alter_table("sync_op", schema=None) as batch_op:
        batch_op.drop_index("ix_sync_op_record")
        batch_op.drop_index("ix_sync_op_held")

    op.drop_table("sync_op")
    op.drop_table("sync_meta")
    op.drop_table("sync_decision")
    with op.batch_alter_table("sync_conflict", schema=None) as batch_op:
        batch_op.drop_index("ix_sync_conflict_open")

    op.drop_table("sync_conflict")
    op.drop_table("sync_client")
    op.drop_table("sign_in_code")
    op.drop_table("session")
    op.drop_table("rating_policy")
    op.drop_table("rating_cell")
    with op.batch_alter_table("rating", schema=None) as batch_op:
        batch_op.drop_index("ix_rating_flip")
        batch_op.drop_index("ix_rating_cell")

    op.drop_table("rating")
    op.drop_table("organisation")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index("ix_membership_user")

    op.drop_table("membership")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index("ix_job_state")

    op.drop_table("job")
    with op.batch_alter_table("import_source", schema=None) as batch_op:
        batch_op.drop_index("ix_import_source_asset")

    op.drop_table("import_source")
    op.drop_table("import_run")
    op.drop_table("device")
    op.drop_table("blob_upload")
    op.drop_table("blob")
    op.drop_table("audit_event")
    op.drop_table("api_token")
