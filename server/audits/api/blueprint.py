"""The blueprint that the rooms of this folder add their routes to."""

from __future__ import annotations

from flask_smorest import Blueprint

from server.accounts.access import allow

blp = Blueprint("audits", __name__, url_prefix="/api", description="Visits, findings and photos")

# Everybody who may see something of a school; which visits, the query decides.
readers = allow("technician", "consultant", "school_it", "trust_it", "leader")
