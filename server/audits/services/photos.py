"""Photos: checking what arrived, serving what was made of it, letting a blurred one replace one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import select, update

from server.accounts.access import Principal
from server.accounts.scopes import scopes_of
from server.audits.images import Pictures, Refused, make_pictures
from server.audits.models import Photo
from server.audits.services.findings import may_look
from server.core.blobs import Blobs, FolderBlobs
from server.core.database import db
from server.core.extension import extension
from server.core.problems import Problem
from server.core.tenancy import current_organisation
from server.exchange.commit import Change, commit_changes
from server.exchange.models import Blob, BlobUpload, SyncOp


def blobs() -> Blobs:
    """Return where this installation keeps bytes."""
    return FolderBlobs(extension("settings").blobs)


def judge(sha256: str) -> Pictures | Refused | None:
    """Look at received bytes and keep the pictures made of them; None while they are not here.

    The slow step: it is called outside any write transaction and may be called twice.
    """
    organisation_id = current_organisation()
    data = blobs().read(organisation_id, sha256)
    if data is None:
        return None
    made = make_pictures(data)
    if isinstance(made, Pictures):
        blobs().put_derived(organisation_id, f"{sha256}-full", made.full)
        blobs().put_derived(organisation_id, f"{sha256}-thumb", made.thumb)
    return made


def awaiting(sha256: str) -> bool:
    """Whether any photo record waits for these bytes and they are complete."""
    state = db.session.scalar(select(Blob.state).where(Blob.sha256 == sha256))
    if state not in ("stored", "refused"):
        return False
    waiting = select(Photo.id).where(Photo.sha256 == sha256, Photo.state == "awaiting").limit(1)
    return db.session.scalar(waiting) is not None


def refused_before(sha256: str) -> Refused | None:
    """Return why these bytes were refused already; they are not kept to be looked at again."""
    if db.session.scalar(select(Blob.state).where(Blob.sha256 == sha256)) != "refused":
        return None
    words = select(Photo.refusal).where(Photo.sha256 == sha256, Photo.refusal.is_not(None)).limit(1)
    return Refused(db.session.scalar(words) or "The photo could not be opened.")


def settle(sha256: str, made: Pictures | Refused, *, origin: str) -> int:
    """Write what became of the photos with these bytes; return how many changed."""
    query = select(Photo.id, Photo.scope_id, Photo.owner_id, Photo.supersedes).where(
        Photo.sha256 == sha256, Photo.state == "awaiting", Photo.deleted_at.is_(None)
    )
    rows = [row for row in db.session.execute(query) if _is_theirs(row.id, sha256)]
    if isinstance(made, Refused):
        fields = {"state": "refused", "refusal": made.words}
        _mark(sha256, "refused")
    else:
        fields = {"state": "stored"}
    changes = [Change("photo", row.id, row.scope_id, fields) for row in rows]
    if not isinstance(made, Refused):
        changes += _replaced(
            (row.supersedes, row.scope_id, row.owner_id) for row in rows if row.supersedes
        )
    commit_changes(changes, origin=origin, actor_id=None, grants=None)
    return len(rows)


def _is_theirs(photo_id: str, sha256: str) -> bool:
    """Whether whoever made the record sent these bytes, or may read a photo that has them.

    A hash alone is no key: naming one must not open another person's picture.
    """
    maker = db.session.scalar(
        select(SyncOp.actor_id)
        .where(SyncOp.record_id == photo_id, SyncOp.kind == "photo")
        .order_by(SyncOp.received_at, SyncOp.mid)
        .limit(1)
    )
    if maker is None:
        return True
    sent = select(BlobUpload.sha256).where(
        BlobUpload.sha256 == sha256, BlobUpload.user_id == maker, BlobUpload.state == "stored"
    )
    if db.session.scalar(sent) is not None:
        return True
    known = db.session.scalars(
        select(Photo.scope_id).where(Photo.sha256 == sha256, Photo.state == "stored")
    )
    return bool(set(known) & set(scopes_of(maker, current_organisation())))


def _replaced(pairs: Iterable[tuple[str, str, str]]) -> Iterator[Change]:
    """Take away the photos that a blurred one replaces; mark bytes that nothing else has.

    Their files go in erase_replaced, once this is committed: a rollback must find them there.
    """
    for photo_id, scope_id, owner_id in pairs:
        old = db.session.execute(
            select(Photo.id, Photo.sha256).where(
                Photo.id == photo_id,
                Photo.scope_id == scope_id,
                Photo.owner_id == owner_id,
                Photo.deleted_at.is_(None),
            )
        ).one_or_none()
        if old is None:
            continue
        yield Change("photo", old.id, scope_id, {"deleted": True})
        others = select(Photo.id).where(
            Photo.sha256 == old.sha256, Photo.id != old.id, Photo.deleted_at.is_(None)
        )
        if db.session.scalar(others.limit(1)) is None:
            _mark(old.sha256, "erased")


def erase_replaced(sha256: str) -> None:
    """Delete the files of photos that these bytes replaced and that are marked as erased.

    Call it in a chunk of its own, after the one that marked them. The rows stay locked meanwhile,
    so that nobody sends the same bytes again between the look and the deletion.
    """
    replaced = select(Photo.supersedes).where(Photo.sha256 == sha256)
    erased = (
        select(Blob.sha256)
        .where(
            Blob.state == "erased",
            Blob.sha256.in_(select(Photo.sha256).where(Photo.id.in_(replaced))),
        )
        .with_for_update()
    )
    for old in db.session.scalars(erased):
        blobs().delete(current_organisation(), old)


def erase_refused(sha256: str) -> None:
    """Delete bytes that were refused, once that is committed; their hash and the words stay."""
    refused = select(Blob.sha256).where(Blob.sha256 == sha256, Blob.state == "refused")
    if db.session.scalar(refused.with_for_update()) is not None:
        blobs().delete(current_organisation(), sha256)


def _mark(sha256: str, state: str) -> None:
    db.session.execute(
        update(Blob)
        .where(Blob.organisation_id == current_organisation(), Blob.sha256 == sha256)
        .values(state=state)
    )


def picture_of(principal: Principal, photo_id: str, size: str) -> bytes:
    """Return a photo's picture for this person. Raises not_found, saying why if it is theirs."""
    photo = db.session.scalars(
        select(Photo).where(Photo.id == photo_id, Photo.deleted_at.is_(None))
    ).one_or_none()
    if photo is None or not may_look(principal, photo):
        raise Problem("not_found")
    if photo.state == "awaiting":
        raise Problem("not_found", "The photo is still on the tablet that took it.")
    if photo.state == "refused":
        raise Problem("not_found", photo.refusal or "The photo could not be opened.")
    newer = select(Photo.id).where(Photo.supersedes == photo_id, Photo.deleted_at.is_(None))
    newer = newer.where(Photo.scope_id == photo.scope_id, Photo.owner_id == photo.owner_id)
    if db.session.scalar(newer.limit(1)) is not None:
        raise Problem("not_found", "A blurred photo has taken the place of this one.")
    data = _picture(photo.sha256, size)
    if data is None:
        raise Problem("not_found", "The photo's file is missing on the server.")
    return data


def _picture(sha256: str, size: str) -> bytes | None:
    """Return a served picture, made again when the cache lost it."""
    found = blobs().read_derived(current_organisation(), f"{sha256}-{size}")
    if found is not None:
        return found
    made = judge(sha256)
    if not isinstance(made, Pictures):
        return None
    return made.full if size == "full" else made.thumb
