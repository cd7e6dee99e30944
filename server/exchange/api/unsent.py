"""POST /unsent: somebody hands in what a tablet exported because it could not send."""

from __future__ import annotations

import tempfile
from shutil import copyfileobj

from flask import Response, request

from server.accounts.access import allow, current
from server.core.database import db
from server.exchange.api.blueprint import ON_DEVICES, blp
from server.exchange.api.body import answer
from server.exchange.clients import server_epoch
from server.exchange.unsent import import_unsent
from server.exchange.unsent_file import UnsentFile

IN_MEMORY = 4 * 1024 * 1024


@blp.route("/unsent", methods=["POST"])
@allow(*ON_DEVICES)
def take_unsent() -> Response:
    """Take an export, of one's own tablet or, for Trust IT, of anybody's; again does nothing."""
    principal = current()
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        copyfileobj(request.stream, file)
        done = import_unsent(UnsentFile(file), principal.organisation_id, principal)
    members = {"changes": done.changes, "outcomes": done.outcomes, "photos": done.photos}
    return answer(server_epoch(db.session.connection()), members)
