"""POST /pull, GET /bootstrap and GET /digest: a device fetches what it may read."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, request
from isal import isal_zlib

from server.accounts.access import Principal, allow, current
from server.core.clock import now_ms
from server.core.problems import Problem
from server.exchange.admission import PULLS, admitted
from server.exchange.api.blueprint import ON_DEVICES, blp
from server.exchange.api.body import (
    GZIP,
    answer,
    number_of,
    read_json,
    same_organisation,
    spliced,
    text_of,
    uuid_of,
)
from server.exchange.clients import MIN_SV, find_client, server_epoch
from server.exchange.send import PAGE, SqlPullStore, bootstrap_lines, decisions_after, digest
from server.exchange.transaction import snapshot
from sync.codec import JsonValue, canonical
from sync.op import UUID
from sync.pull import Cursor, Pulled, pull

MAX_SCOPES = 2000
FLUSH = 64 * 1024


@blp.route("/pull", methods=["POST"])
@allow.signed_in
@admitted(PULLS)
def fetch() -> Response:
    """Send what the asked scopes owe, all from one snapshot."""
    said, principal = read_json(), current()
    same_organisation(said.get("organisation_id"), principal.organisation_id)
    client_id, asked = uuid_of(said, "client_id"), _cursors(said)
    decided = number_of(said, "decided") if "decided" in said else 0
    limit = min(number_of(said, "limit", least=1) if "limit" in said else PAGE, PAGE)
    with snapshot() as connection:
        epoch = server_epoch(connection)
        if text_of(said, "server_epoch") != epoch:
            raise Problem("epoch", extra={"server_epoch": epoch, "server_now": now_ms()})
        organisation_id = principal.organisation_id
        client = find_client(connection, organisation_id, client_id, principal.user_id)
        if client is not None and client.sv < MIN_SV:
            raise Problem("app_too_old", extra={"min_sv": MIN_SV})
        store = SqlPullStore(connection, organisation_id)
        done = pull(store, asked, principal.grants, limit)
        told = decisions_after(connection, organisation_id, client_id, decided) if client else []
    acked = client.last_mid if client else 0
    return spliced(_text(done, epoch, acked, told))


def _text(done: Pulled, epoch: str, acked: int, told: list[dict[str, object]]) -> str:
    """Return the answer with the stored items spliced in, not read again."""
    rest = canonical(
        {
            "acked_mid": acked,
            "added": done.added,
            "decisions": told,
            "reset": done.reset,
            "revoked": done.revoked,
            "server_epoch": epoch,
            "server_now": now_ms(),
        }
    )
    pages = ",".join(f'"{scope_id}":{page.text()}' for scope_id, page in done.pages.items())
    return f'{{"scopes":{{{pages}}},{rest[1:]}'


def _cursors(said: dict[str, JsonValue]) -> dict[str, Cursor]:
    asked = said.get("scopes")
    if not isinstance(asked, dict) or len(asked) > MAX_SCOPES:
        raise Problem("bad_value", fields={"scopes": "an object of cursors by scope"})
    found: dict[str, Cursor] = {}
    for scope_id, cursor in asked.items():
        if not UUID.match(scope_id) or not isinstance(cursor, dict):
            raise Problem("bad_value", fields={"scopes": "an object of cursors by scope"})
        found[scope_id] = (number_of(cursor, "gen"), number_of(cursor, "seq"))
    return found


@blp.route("/bootstrap/<scope_id>", methods=["GET"])
@allow(*ON_DEVICES)
@admitted(PULLS)
def bootstrap(scope_id: str) -> Response:
    """Stream a whole scope, an item a line; a cut stream goes on with ``after``."""
    principal = _reader(scope_id)
    after = request.args.get("after", "0")
    if not (after.isascii() and after.isdigit() and len(after) < 17):
        raise Problem("bad_value", fields={"after": "a whole number"})
    with snapshot() as connection:
        epoch = server_epoch(connection)
        lines = list(
            bootstrap_lines(connection, principal.organisation_id, scope_id, int(after), epoch)
        )
    response = Response(mimetype="application/x-ndjson")
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response.headers["Content-Encoding"] = "gzip"
        response.set_data(b"".join(_zipped(iter(lines))))
    else:
        response.set_data("".join(f"{line}\n" for line in lines).encode())
    response.headers["Vary"] = "Accept-Encoding"
    return response


def _zipped(lines: Iterator[str]) -> Iterator[bytes]:
    zipper = isal_zlib.compressobj(1, isal_zlib.DEFLATED, GZIP)
    for line in lines:
        yield zipper.compress(f"{line}\n".encode())
    yield zipper.flush()


@blp.route("/digest/<scope_id>", methods=["GET"])
@allow(*ON_DEVICES)
def compare(scope_id: str) -> Response:
    """Send the digest of a scope at its head; 409 anywhere else."""
    principal = _reader(scope_id)
    seq = request.args.get("seq", "")
    if not (seq.isascii() and seq.isdigit() and len(seq) < 17):
        raise Problem("bad_value", fields={"seq": "a whole number"})
    with snapshot() as connection:
        epoch = server_epoch(connection)
        n, total = digest(connection, principal.organisation_id, scope_id, int(seq))
    return answer(epoch, {"n": n, "sum": total})


def _reader(scope_id: str) -> Principal:
    """Return who asks, if the scope's records may be on their devices. Raises not_found."""
    principal = current()
    grant = principal.grants.get(scope_id)
    if grant is None or not grant.can_read:
        raise Problem("not_found")
    return principal
