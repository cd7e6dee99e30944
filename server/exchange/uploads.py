"""Photo bytes: uploads that belong to one person and hash, resumable, whole only when proved.

That a blob is stored is told only to whoever sent all its bytes, or may read a photo that has it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Never

from sqlalchemy import insert, select, update

from server.accounts.access import Principal
from server.core.blobs import FolderBlobs, HoleError, WrongHashError
from server.core.clock import now_ms
from server.core.database import db
from server.core.extension import extension
from server.core.problems import Problem
from server.exchange.commit import current_build
from server.exchange.hand_in import room_for_photo
from server.exchange.models import Blob, BlobUpload
from server.exchange.wake import check_photo

SHA256 = re.compile(r"[0-9a-f]{64}\Z")
MAX_BYTES = 15 * 1024 * 1024
MAX_CHUNK = 4 * 1024 * 1024
ZERO = {"Upload-Offset": "0"}
MIMES = frozenset({"image/jpeg", "image/png", "image/webp"})


@dataclass(frozen=True, slots=True)
class Upload:
    """How far one person's upload of one blob has come."""

    state: str  # partial, stored
    size: int
    received: int


def begin_upload(principal: Principal, sha256: str, size: int, mime: str) -> Upload:
    """Announce bytes; idempotent. Raises bad_value for what can never be a photo."""
    faults: dict[str, str] = {}
    if not SHA256.match(sha256):
        faults["sha256"] = "64 hexadecimal digits in lower case"
    if not 0 < size <= MAX_BYTES:
        faults["size"] = f"from 1 to {MAX_BYTES} bytes"
    if mime not in MIMES:
        faults["mime"] = "JPEG, PNG or WebP"
    if faults:
        raise Problem("bad_value", fields=faults)
    found = _find(principal, sha256)
    if found is not None and found.state == "stored":
        return found
    if _is_readable(principal, sha256):
        _put(principal, sha256, size, mime, received=size, state="stored", known=found)
        return Upload("stored", size, size)
    if found is None or found.size != size:
        room_for_photo(db.session.connection(), principal, size)
        _put(principal, sha256, size, mime, received=0, state="partial", known=found)
        return Upload("partial", size, 0)
    return found


def upload_state(principal: Principal, sha256: str) -> Upload:
    """Return how far an upload has come. Raises not_found for another person's."""
    found = _find(principal, sha256) if SHA256.match(sha256) else None
    if found is None:
        raise Problem("not_found")
    return found


def take_chunk(principal: Principal, sha256: str, offset: int, chunk: bytes) -> Upload:
    """Append bytes at the offset reached. Raises wrong_offset, too_large or wrong_hash.

    On a wrong hash nothing is kept: the upload starts again at 0. It does so too when the file is
    behind the row (a crash before the commit, a restore without partial uploads), even if the bytes
    are here whole: only bytes sent to their end prove that they are this person's.
    """
    found = upload_state(principal, sha256)
    if found.state == "stored":
        return found
    if offset != found.received:
        headers = {"Upload-Offset": str(found.received)}
        raise Problem("wrong_offset", extra={"offset": found.received}, headers=headers)
    if len(chunk) > MAX_CHUNK or offset + len(chunk) > found.size:
        raise Problem("too_large", "The chunk is larger than what was announced.")
    blobs, organisation_id = _blobs(), principal.organisation_id
    name = f"{principal.user_id}-{sha256}"
    try:
        received = blobs.append(organisation_id, name, offset, chunk)
    except HoleError:
        _restart(principal, sha256, Problem("wrong_offset", extra={"offset": 0}, headers=ZERO))
    if received < found.size:
        _move(principal, sha256, received=received, state="partial")
        return Upload("partial", found.size, received)
    _lock(principal, sha256)
    try:
        blobs.finish(organisation_id, name, sha256)
    except WrongHashError:
        _restart(principal, sha256, Problem("wrong_hash", headers=ZERO))
    _store(principal, sha256, found.size)
    return Upload("stored", found.size, found.size)


def _restart(principal: Principal, sha256: str, why: Problem) -> Never:
    _move(principal, sha256, received=0, state="partial")
    db.session.commit()  # the way back to nought must outlast the refusal
    raise why


def _lock(principal: Principal, sha256: str) -> None:
    """Keep whoever erases these bytes from doing so between their file and its row."""
    key = (Blob.organisation_id == principal.organisation_id, Blob.sha256 == sha256)
    db.session.connection().execute(select(Blob.sha256).where(*key).with_for_update())


def _store(principal: Principal, sha256: str, size: int) -> None:
    """Note that the bytes are whole and on disk, and ask for their check."""
    _move(principal, sha256, received=size, state="stored")
    organisation_id = principal.organisation_id
    key = (Blob.organisation_id == organisation_id, Blob.sha256 == sha256)
    again = update(Blob).where(*key, Blob.state != "refused").values(state="stored")
    connection = db.session.connection()
    if connection.execute(select(Blob.sha256).where(*key)).first() is None:
        connection.execute(
            insert(Blob).values(
                organisation_id=organisation_id,
                sha256=sha256,
                size=size,
                state="stored",
                stored_at=now_ms(),
            )
        )
    else:
        connection.execute(again)
    check_photo(sha256, actor_id=principal.user_id)


def _find(principal: Principal, sha256: str) -> Upload | None:
    row = (
        db.session.connection()
        .execute(
            select(BlobUpload.state, BlobUpload.size, BlobUpload.received)
            .where(
                BlobUpload.organisation_id == principal.organisation_id,
                BlobUpload.user_id == principal.user_id,
                BlobUpload.sha256 == sha256,
            )
            .with_for_update()
        )
        .first()
    )
    return None if row is None else Upload(row.state, row.size, row.received)


def _put(
    principal: Principal,
    sha256: str,
    size: int,
    mime: str,
    *,
    received: int,
    state: str,
    known: Upload | None,
) -> None:
    values = {"size": size, "mime": mime, "received": received, "state": state}
    if known is not None:
        _move(principal, sha256, **values)
        return
    db.session.connection().execute(
        insert(BlobUpload).values(
            organisation_id=principal.organisation_id,
            user_id=principal.user_id,
            sha256=sha256,
            **values,
        )
    )


def _move(principal: Principal, sha256: str, **values: object) -> None:
    db.session.connection().execute(
        update(BlobUpload)
        .where(
            BlobUpload.organisation_id == principal.organisation_id,
            BlobUpload.user_id == principal.user_id,
            BlobUpload.sha256 == sha256,
        )
        .values(**values)
    )


def _is_readable(principal: Principal, sha256: str) -> bool:
    """Say whether the bytes are here and a photo that this person may read already has them."""
    connection = db.session.connection()
    build = current_build(connection)
    if "photo" not in build.tables:
        return False
    photo = build.tables["photo"].table
    scopes = [scope_id for scope_id, grant in principal.grants.items() if grant.can_read]
    row = connection.execute(
        select(photo.c.id)
        .join(
            Blob,
            (Blob.organisation_id == photo.c.organisation_id) & (Blob.sha256 == photo.c.sha256),
        )
        .where(
            photo.c.organisation_id == principal.organisation_id,
            photo.c.sha256 == sha256,
            photo.c.scope_id.in_(scopes),
            photo.c.deleted_at.is_(None),
            Blob.state == "stored",
        )
        .limit(1)
    ).first()
    return row is not None


def _blobs() -> FolderBlobs:
    return FolderBlobs(extension("settings").blobs)
