"""Which scopes a person may reach: the one function behind API, sync, jobs and files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from sqlalchemy import bindparam, or_, select

from server.accounts.access import Grant, Principal
from server.accounts.models import Membership, User
from server.core.database import db
from server.core.scopes import Scope
from server.core.statements import Prepared
from server.core.types import IdType


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


NOTHING: Mapping[str, Grant] = MappingProxyType({})
MemberRow = tuple[str, str, str]
PlaceRow = tuple[str, str, str | None, str | None, bool]

# Every request asks these, so nothing of them is built anew. Both bind the organisation themselves.
_MEMBERS = Prepared(
    select(Membership.role, Membership.scope_kind, Membership.scope_id)
    .join(User, User.id == Membership.user_id)
    .where(
        Membership.organisation_id == bindparam("p_organisation", type_=IdType()),
        Membership.user_id == bindparam("p_user", type_=IdType()),
        Membership.revoked_at.is_(None),
        User.disabled_at.is_(None),
    )
    .order_by(Membership.id)
)
_PLACES = select(Scope.id, Scope.kind, Scope.school_id, Scope.trust_id, Scope.closed_at).where(
    Scope.organisation_id == bindparam("p_organisation", type_=IdType())
)
_ALL_PLACES = Prepared(_PLACES)
_SCHOOLS = select(Scope.id).where(
    Scope.organisation_id == bindparam("p_organisation", type_=IdType()),
    Scope.kind == "school",
    or_(
        Scope.trust_id.in_(bindparam("trust", expanding=True)),
        Scope.id.in_(bindparam("school", expanding=True)),
        Scope.id.in_(
            select(Scope.school_id).where(
                Scope.organisation_id == bindparam("p_organisation", type_=IdType()),
                Scope.id.in_(bindparam("visit", expanding=True)),
            )
        ),
    ),
)
_SOME_PLACES = _PLACES.where(
    or_(
        Scope.kind == "organisation",
        Scope.id.in_(_SCHOOLS),
        Scope.school_id.in_(_SCHOOLS),
    )
)

# Roles whose grants travel to devices. A leader reads the desk only; an operator sees nothing.
ON_DEVICES = frozenset({"technician", "consultant", "school_it", "trust_it"})
WALKERS = frozenset({"technician", "consultant"})


def scopes_of(user_id: str, organisation_id: str) -> Mapping[str, Grant]:
    """Return every scope this person may reach in one organisation, by scope id.

    A member of the organisation or of a trust reaches its schools and their visits; a member of a
    school its visits; a member of a visit that visit and, while it is open, its school. Everybody
    with any of these reads the organisation's reference data.
    """
    return reach_of(user_id, organisation_id)[1]


def reach_of(user_id: str, organisation_id: str) -> tuple[frozenset[str], Mapping[str, Grant]]:
    """Return the roles a person holds anywhere in the organisation, and their scopes."""
    members = _members(user_id, organisation_id)
    grants = _grants(members, _places(members, organisation_id)) if members else NOTHING
    return frozenset(member[0] for member in members), grants


def roles_of(user_id: str, organisation_id: str) -> frozenset[str]:
    """Return the roles this person holds anywhere in the organisation."""
    return frozenset(role for role, _, _ in _members(user_id, organisation_id))


def is_wide(principal: Principal, *roles: str) -> bool:
    """Whether one of these roles is held in the organisation or a trust, not in one place only."""
    return any(
        role in roles and scope_kind in ("organisation", "trust")
        for role, scope_kind, _ in _members(principal.user_id, principal.organisation_id)
    )


def principal_now(principal: Principal) -> Principal:
    """Return the same person with the grants of this moment, after a change of scopes."""
    grants = scopes_of(principal.user_id, principal.organisation_id)
    return replace(principal, grants=grants)


def _members(user_id: str, organisation_id: str) -> tuple[MemberRow, ...]:
    """Return (role, scope kind, scope id) of each live membership."""
    given = {"p_organisation": organisation_id, "p_user": user_id}
    rows = _MEMBERS.rows(db.session.connection(), given)
    return tuple([(role, kind, str(scope_id)) for role, kind, scope_id in rows])


def _places(members: Iterable[MemberRow], organisation_id: str) -> tuple[PlaceRow, ...]:
    """Return the scopes these memberships could reach; a school's trust is its scope's column."""
    ids: dict[str, list[str]] = {"organisation": [], "trust": [], "school": [], "visit": []}
    for _, scope_kind, scope_id in members:
        ids[scope_kind].append(scope_id)
    connection = db.session.connection()
    if ids["organisation"]:
        rows = _ALL_PLACES.rows(connection, {"p_organisation": organisation_id})
    else:
        given = {"p_organisation": organisation_id}
        rows = connection.execute(_SOME_PLACES, {**given, **ids}).all()
    return tuple(
        [
            (
                str(id_),
                kind,
                school_id and str(school_id),
                trust_id and str(trust_id),
                closed_at is not None,
            )
            for id_, kind, school_id, trust_id, closed_at in rows
        ]
    )


@lru_cache(maxsize=256)
def _grants(members: tuple[MemberRow, ...], places: tuple[PlaceRow, ...]) -> Mapping[str, Grant]:
    """Decide the grants of rows just read; the same rows give the same grants."""
    found = grants_from([Member(*row) for row in members], [_place(row) for row in places])
    return MappingProxyType(found)  # it is shared: nobody may change it


def _place(row: PlaceRow) -> Place:
    id_, kind, school_id, trust_id, closed = row
    return Place(id_, kind, id_ if kind == "school" else school_id, trust_id, closed)


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
