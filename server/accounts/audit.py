"""The audit log: who did what to accounts and access. Ids only, no bodies, no personal data.

The one free text is a reason that a person must give to override a rule.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from sqlalchemy import func, select

from server.accounts.models import AuditEvent
from server.core.clock import new_id, now_ms
from server.core.database import db
from server.core.tenancy import as_organisation

log = logging.getLogger("walkround.audit")


def record_event(
    organisation_id: str,
    event: str,
    *,
    actor_id: str | None,
    about: Mapping[str, str | int] | None = None,
) -> None:
    """Write one event in the caller's transaction, numbered within its organisation."""
    with as_organisation(organisation_id):
        last = db.session.scalar(
            select(func.max(AuditEvent.n)).where(AuditEvent.organisation_id == organisation_id)
        )
    db.session.add(
        AuditEvent(
            organisation_id=organisation_id,
            id=new_id(),
            n=(last or 0) + 1,
            at=now_ms(),
            actor_id=actor_id,
            event=event,
            about=dict(about) if about else None,
        )
    )
    log.info("%s organisation=%s actor=%s", event, organisation_id, actor_id or "none")
