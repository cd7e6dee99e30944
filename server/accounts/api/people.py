"""The people one works with, to choose a visit's team from."""

from __future__ import annotations

from collections.abc import Mapping

from server.accounts.access import allow, current
from server.accounts.api.blueprint import blp
from server.accounts.schemas import PeopleQuerySchema, PeopleSchema
from server.accounts.services.directory import LISTERS, Person, list_people
from server.core.paging import read_cursor, write_cursor


@blp.route("/api/people")
@blp.arguments(PeopleQuerySchema, location="query")
@blp.response(200, PeopleSchema)
@allow(*LISTERS)
def read_people(query: Mapping[str, object]) -> Mapping[str, object]:
    """List who holds a role where one works oneself; e-mails only for the organisation's own IT."""
    principal = current()
    limit = int(str(query["limit"]))
    cursor = read_cursor(str(query.get("after", "")), str, str)
    after = (str(cursor[0]), str(cursor[1])) if cursor else None
    people = list_people(principal, after=after, limit=limit)
    last = people[-1] if len(people) == limit else None
    grant = principal.grants.get(principal.organisation_id)
    sees_email = grant is not None and "trust_it" in grant.roles
    return {
        "items": [_item(person, with_email=sees_email) for person in people],
        "next": write_cursor(last.name, last.id) if last else None,
    }


def _item(person: Person, *, with_email: bool) -> dict[str, object]:
    item: dict[str, object] = {"id": person.id, "name": person.name, "roles": person.roles}
    if with_email:
        item["email"] = person.email
    return item
