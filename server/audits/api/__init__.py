"""The audit's API: visits, findings, photos."""

from __future__ import annotations

from server.audits.api import findings, photos, visits, waiting
from server.audits.api.blueprint import blp

__all__ = ["blp", "findings", "photos", "visits", "waiting"]
