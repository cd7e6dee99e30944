"""Who is who: the signed-in person's own view, and the people they work with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, column, or_, select, table

from server.accounts.access import Principal
from server.accounts.models import Membership, Organisation, User
from server.accounts.services.sessions import organisations_of
from server.core.database import db
from server.core.types import IdType

# The estate stands above us, so its table is known here by name only: a school's own name is
# part of what a person sees of their session.
SCHOOL = table(
    "school",
    column("organisation_id", IdType()),
    column("id", IdType()),
    column("name"),
    column("trust_id", IdType()),
    column("deleted_at"),
)


# Who lists people: in the places where they hold one of these roles. Everybody reads who works
# for the whole organisation, to choose a team from.
LISTERS = ("trust_it", "school_it", "consultant")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the same organisation, with the roles that overlap with one's own places."""

    id: str
    name: str
    email: str
    roles: tuple[str, ...]


def session_view(principal: Principal) -> Mapping[str, object]:
    """Return what the app shows of the signed-in person."""
    user = db.session.get_one(User, principal.user_id)
    organisation = db.session.get_one(Organisation, principal.organisation_id)
    homes = [organisation] if principal.via == "token" else organisations_of(user.id)
    return {
        "user": user,
        "organisation": organisation,
        "organisations": homes,
        "roles": sorted(principal.roles),
        "schools": _schools(principal),
    }


def _schools(principal: Principal) -> list[dict[str, str | None]]:
    ids = principal.school_ids()
    if not ids:
        return []
    rows = db.session.execute(
        select(SCHOOL.c.id, SCHOOL.c.name, SCHOOL.c.trust_id)
        .where(
            SCHOOL.c.organisation_id == principal.organisation_id,
            SCHOOL.c.deleted_at.is_(None),
        )
        .order_by(SCHOOL.c.name, SCHOOL.c.id)
    )
    return [
        {"id": id_, "name": name, "trust_id": trust_id}
        for id_, name, trust_id in rows
        if id_ in ids
    ]


def list_people(principal: Principal, *, after: tuple[str, str] | None, limit: int) -> list[Person]:
    """Return people who hold a role in a place where this person lists people, by name."""
    query = _people_query(principal)
    if after is not None:
        name, id_ = after
        query = query.where(or_(User.name > name, (User.name == name) & (User.id > id_)))
    return _collect(principal, query, limit)


def people_with_ids(principal: Principal, ids: Sequence[str]) -> list[Person]:
    """Return those of the named people whom this person may see."""
    query = _people_query(principal).where(User.id.in_(ids))
    return _collect(principal, query, len(ids))


def _people_query(principal: Principal) -> Select[str, str, str, str, str]:
    return (
        select(User.id, User.name, User.email, Membership.role, Membership.scope_id)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organisation_id == principal.organisation_id,
            Membership.revoked_at.is_(None),
            Membership.role != "operator",
            User.disabled_at.is_(None),
        )
        .order_by(User.name, User.id, Membership.role)
    )


def _collect(
    principal: Principal, query: Select[str, str, str, str, str], limit: int
) -> list[Person]:
    """Gather each person's roles, leaving out those in places that the asker does not reach."""
    here = [
        grant
        for grant in principal.grants.values()
        if grant.kind == "organisation" or grant.holds(*LISTERS)
    ]
    places = {grant.scope_id for grant in here} | {g.trust_id for g in here if g.trust_id}
    found: dict[str, Person] = {}
    for id_, name, email, role, scope_id in db.session.execute(query):
        if scope_id not in places:
            continue
        held = found.get(id_)
        if held is None and len(found) == limit:
            break
        roles = {role, *(held.roles if held else ())}
        found[id_] = Person(id_, name, email, tuple(sorted(roles)))
    return list(found.values())
