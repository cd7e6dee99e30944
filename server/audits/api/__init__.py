"""The audit's API: visits, findings, photos."""

from __future__ import annotations

from server.audits.api import findings, lost, photos, visits, waiting
from server.audits.api.blueprint import blp

blueprints = (blp, lost.blp)

__all__ = ["blp", "blueprints", "findings", "lost", "photos", "visits", "waiting"]
