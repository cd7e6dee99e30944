"""The blueprint of the sync endpoints."""

from __future__ import annotations

from flask_smorest import Blueprint

blp = Blueprint("exchange", __name__, url_prefix="/api/sync/v1", description="Sync with devices")

# Who may hold records on a device. A leader reads the desk; an operator sees nothing.
ON_DEVICES = ("technician", "consultant", "school_it", "trust_it")
