"""Organisations, people and who is in what: the only place that writes memberships."""

from __future__ import annotations

from sqlalchemy import select

from server.accounts.audit import record_event
from server.accounts.models import ROLES, SCOPE_KINDS, Identity, Membership, Organisation, User
from server.accounts.passwords import hash_password
from server.accounts.rules import EMAIL, clean_email, password_fault
from server.core.clock import new_id, now_ms
from server.core.database import db
from server.core.problems import Problem
from server.core.scopes import Scope
from server.core.tenancy import current_organisation

ORGANISATION_KINDS = ("consultancy", "trust", "school")


def create_organisation(name: str, kind: str, *, organisation_id: str | None = None) -> str:
    """Create a tenant with its own scope for reference data; return its id."""
    if kind not in ORGANISATION_KINDS:
        raise Problem("bad_value", fields={"kind": f"One of {', '.join(ORGANISATION_KINDS)}."})
    if not name.strip():
        raise Problem("bad_value", fields={"name": "Give the organisation a name."})
    id_ = organisation_id or new_id()
    db.session.add(Organisation(id=id_, name=name.strip(), kind=kind, created_at=now_ms()))
    db.session.add(Scope(organisation_id=id_, id=id_, kind="organisation"))
    db.session.flush()
    record_event(id_, "organisation.created", actor_id=None)
    return id_


def add_user(name: str, email: str, password: str | None = None) -> str:
    """Add a person, with a password or without (they then sign in with a typed code).

    Raises bad_value with every fault of name, e-mail and password at once.
    """
    address = clean_email(email)
    faults: dict[str, str] = {}
    if not name.strip():
        faults["name"] = "Give the person's name."
    if not EMAIL.fullmatch(address):
        faults["email"] = "This is not an e-mail address."
    elif db.session.scalar(select(User.id).where(User.email == address)) is not None:
        faults["email"] = "Somebody with this e-mail is already here."
    weak = password and password_fault(password, email=address, name=name)
    if weak:
        faults["password"] = weak
    if faults:
        raise Problem("bad_value", fields=faults)
    id_ = new_id()
    db.session.add(User(id=id_, name=name.strip(), email=address, created_at=now_ms()))
    db.session.flush()
    if password:
        _keep_password(id_, address, password)
    return id_


def set_password(user_id: str, password: str) -> None:
    """Give a person a new password and end the waiting after failures."""
    user = db.session.get(User, user_id)
    if user is None:
        raise Problem("not_found")
    weak = password_fault(password, email=user.email, name=user.name)
    if weak:
        raise Problem("bad_value", fields={"password": weak})
    _keep_password(user_id, user.email, password)


def _keep_password(user_id: str, email: str, password: str) -> None:
    identity = db.session.get(Identity, (user_id, "local"))
    if identity is None:
        identity = Identity(user_id=user_id, provider="local", subject=email, failures=0)
        db.session.add(identity)
    identity.secret = hash_password(password)
    identity.failures = 0
    identity.locked_until = None
    db.session.flush()


def grant_membership(
    user_id: str, role: str, scope_kind: str, scope_id: str, *, actor_id: str | None = None
) -> str:
    """Put a person into a scope of the current organisation; return the membership's id.

    Granting what is held changes nothing; granting what was revoked counts its generation up, so
    that devices start that scope afresh.
    """
    if role not in ROLES or scope_kind not in SCOPE_KINDS:
        raise Problem("bad_value", fields={"role": "There is no such role or place."})
    organisation_id = current_organisation()
    held = db.session.scalars(
        select(Membership).where(
            Membership.organisation_id == organisation_id,
            Membership.user_id == user_id,
            Membership.role == role,
            Membership.scope_kind == scope_kind,
            Membership.scope_id == scope_id,
        )
    ).one_or_none()
    if held is not None and held.revoked_at is None:
        return held.id
    if held is None:
        held = Membership(
            organisation_id=organisation_id,
            id=new_id(),
            user_id=user_id,
            role=role,
            scope_kind=scope_kind,
            scope_id=scope_id,
            gen=1,
            granted_at=now_ms(),
        )
        db.session.add(held)
    else:
        held.revoked_at, held.granted_at, held.gen = None, now_ms(), held.gen + 1
    db.session.flush()
    _log("membership.granted", held, actor_id)
    return held.id


def revoke_membership(membership_id: str, *, actor_id: str | None = None) -> None:
    """End a membership at once; what the person's devices still hold is kept and reviewed."""
    held = db.session.get(Membership, (current_organisation(), membership_id))
    if held is None:
        raise Problem("not_found")
    if held.revoked_at is None:
        held.revoked_at = now_ms()
        db.session.flush()
        _log("membership.revoked", held, actor_id)


def _log(event: str, held: Membership, actor_id: str | None) -> None:
    about = {
        "user_id": held.user_id,
        "role": held.role,
        "scope_kind": held.scope_kind,
        "scope_id": held.scope_id,
    }
    record_event(held.organisation_id, event, actor_id=actor_id, about=about)
