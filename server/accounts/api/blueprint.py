"""The blueprint that the rooms of this folder add their routes to."""

from __future__ import annotations

from flask_smorest import Blueprint

blp = Blueprint("accounts", __name__, url_prefix="", description="Signing in, people, access")
