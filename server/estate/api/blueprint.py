"""The blueprint that the rooms of this folder add their routes to."""

from __future__ import annotations

from uuid import UUID

from flask_smorest import Blueprint

from server.accounts.access import allow
from server.core.problems import Problem

blp = Blueprint("estate", __name__, url_prefix="/api", description="Schools, kit and labels")

# Everybody who may see something of a school; which schools, the query decides.
readers = allow("technician", "consultant", "school_it", "trust_it", "leader")
# Those who keep the register; which of its fields and schools, commit_changes decides.
editors = allow("technician", "consultant", "school_it", "trust_it")


def id_in_cursor(value: object) -> str:
    """Return the id that a cursor holds. Raises bad_value when it holds none."""
    try:
        return str(UUID(str(value)))
    except ValueError:
        fault = {"after": "This is not a place in this list."}
        raise Problem("bad_value", fields=fault) from None
