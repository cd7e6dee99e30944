"""Which scopes a person may reach: the one function behind API, sync, jobs and files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import or_, select

from server.accounts.access import Grant, Principal
from server.accounts.models import Membership, User
from server.core.database import db
from server.core.scopes import Scope
from server.core.tenancy import as_organisation


@dataclass(frozen=True, slots=True)
class Member:
    """One live membership: a role in an organisation, a trust, a school or a visit."""

    role: str
    scope_kind: str
    scope_id: str


@dataclass(frozen=True, slots=True)
class Place:
    """One scope that exists, with where it belongs."""

    id: str
    kind: str
    school_id: str | None
    trust_id: str | None
    closed: bool


# Roles whose grants travel to devices. A leader reads the desk only; an operator sees nothing.
ON_DEVICES = frozenset({"technician", "consultant", "school_it", "trust_it"})
WALKERS = frozenset({"technician", "consultant"})


def scopes_of(user_id: str, organisation_id: str) -> dict[str, Grant]:
    """Return every scope this person may reach in one organisation, by scope id.

    A member of the organisation or of a trust reaches its schools and their visits; a member of a
    school its visits; a member of a visit that visit and, while it is open, its school. Everybody
    with any of these reads the organisation's reference data.
    """
    return reach_of(user_id, organisation_id)[1]


def reach_of(user_id: str, organisation_id: str) -> tuple[frozenset[str], dict[str, Grant]]:
    """Return the roles a person holds anywhere in the organisation, and their scopes."""
    with as_organisation(organisation_id):
        members = _members(user_id)
        grants = grants_from(members, _places(members)) if members else {}
    return frozenset(member.role for member in members), grants


def roles_of(user_id: str, organisation_id: str) -> frozenset[str]:
    """Return the roles this person holds anywhere in the organisation."""
    with as_organisation(organisation_id):
        return frozenset(member.role for member in _members(user_id))


def is_wide(principal: Principal, *roles: str) -> bool:
    """Whether one of these roles is held in the organisation or a trust, not in one place only."""
    with as_organisation(principal.organisation_id):
        return any(
            member.role in roles and member.scope_kind in ("organisation", "trust")
            for member in _members(principal.user_id)
        )


def principal_now(principal: Principal) -> Principal:
    """Return the same person with the grants of this moment, after a change of scopes."""
    grants = scopes_of(principal.user_id, principal.organisation_id)
    return replace(principal, grants=grants)


def _members(user_id: str) -> list[Member]:
    rows = db.session.execute(
        select(Membership.role, Membership.scope_kind, Membership.scope_id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.user_id == user_id,
            Membership.revoked_at.is_(None),
            User.disabled_at.is_(None),
        )
    )
    return [Member(*row) for row in rows]


def _places(members: Iterable[Member]) -> list[Place]:
    """Return the scopes these memberships could reach; a school's trust is its scope's column."""
    ids: dict[str, list[str]] = {"organisation": [], "trust": [], "school": [], "visit": []}
    for member in members:
        ids[member.scope_kind].append(member.scope_id)
    query = select(Scope.id, Scope.kind, Scope.school_id, Scope.trust_id, Scope.closed_at)
    if not ids["organisation"]:
        of_visits = select(Scope.school_id).where(Scope.id.in_(ids["visit"]))
        schools = select(Scope.id).where(
            Scope.kind == "school",
            or_(
                Scope.trust_id.in_(ids["trust"]),
                Scope.id.in_(ids["school"]),
                Scope.id.in_(of_visits),
            ),
        )
        query = query.where(
            or_(
                Scope.kind == "organisation",
                Scope.id.in_(schools),
                Scope.school_id.in_(schools),
            )
        )
    return [
        Place(id_, kind, id_ if kind == "school" else school_id, trust_id, closed_at is not None)
        for id_, kind, school_id, trust_id, closed_at in db.session.execute(query)
    ]


def grants_from(members: Iterable[Member], places: Iterable[Place]) -> dict[str, Grant]:
    """Decide the grants: pure, so that the rule can be read and tested without a database."""
    by_id = {place.id: place for place in places}
    trusts = {place.id: place.trust_id for place in by_id.values() if place.kind == "school"}
    grants: dict[str, Grant] = {}
    for member in members:
        if member.role == "operator":
            continue
        for place, writes in _reached(member, by_id, trusts):
            _add(grants, place, trusts, member.role, writes=writes)
    return grants


def _reached(
    member: Member, places: dict[str, Place], trusts: dict[str, str | None]
) -> list[tuple[Place, bool]]:
    """Return the places one membership reaches, each with whether its role counts for writing."""
    found = [
        (place, True)
        for place in places.values()
        if _is_inside(member, place, trusts) and place.kind != "organisation"
    ]
    if member.scope_kind == "visit":
        found = [pair for pair in found if member.role in WALKERS or member.role == "trust_it"]
        for visit, _ in list(found):
            school = places.get(visit.school_id or "")
            if school is not None and not visit.closed:
                found.append((school, True))
    whole = member.scope_kind == "organisation"
    if found or whole:
        # Reference data is shared by all trusts of the organisation: only its own people write it.
        found.extend((p, whole) for p in places.values() if p.kind == "organisation")
    return found


def _is_inside(member: Member, place: Place, trusts: dict[str, str | None]) -> bool:
    if member.scope_kind == "organisation":
        return True
    if member.scope_kind == "trust":
        return trusts.get(place.school_id or "") == member.scope_id
    if member.scope_kind == "school":
        return place.school_id == member.scope_id
    return place.kind == "visit" and place.id == member.scope_id


def _add(
    grants: dict[str, Grant],
    place: Place,
    trusts: dict[str, str | None],
    role: str,
    *,
    writes: bool,
) -> None:
    roles = frozenset({role}) if writes else frozenset()
    held = grants.get(place.id)
    if held is not None:
        grants[place.id] = replace(
            held, roles=held.roles | roles, can_read=held.can_read or role in ON_DEVICES
        )
        return
    grants[place.id] = Grant(
        scope_id=place.id,
        kind=place.kind,
        school_id=place.school_id,
        trust_id=trusts.get(place.school_id) if place.school_id else None,
        roles=roles,
        can_read=role in ON_DEVICES,
        closed=place.closed,
    )
