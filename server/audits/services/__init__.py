"""Use cases of the audit. None commits: the request or the job does."""

from __future__ import annotations

from server.audits.services.conditions import project_conditions

__all__ = ["project_conditions"]
