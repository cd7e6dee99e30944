"""The demo's people: one of each role, with random passwords kept in one private file."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from server.accounts.rules import password_fault
from server.accounts.services.people import add_user, grant_membership
from server.core.tenancy import current_organisation
from server.demo import names

FILE = "demo-sign-ins.txt"


@dataclass(frozen=True, slots=True)
class SignIn:
    """How one demo person signs in."""

    user_id: str
    role: str
    name: str
    email: str
    password: str


def invite(*, trust_id: str | None, school_id: str, other: bool = False) -> list[SignIn]:
    """Create the people and their memberships in the current organisation and its first school."""
    organisation = current_organisation()
    if other:
        return [_person("trust_it", names.OTHER_PERSON, "organisation", organisation)]
    places = {
        "consultant": ("organisation", organisation),
        # A technician is on the team of the visits that are open.
        "technician": None,
        "school_it": ("school", school_id),
        "trust_it": ("organisation", organisation),
        "leader": ("trust", trust_id or organisation),
    }
    return [
        _person(role, names.PEOPLE[role], *(place or (None, None)))
        for role, place in places.items()
    ]


def _person(
    role: str, who: tuple[str, str], scope_kind: str | None, scope_id: str | None
) -> SignIn:
    name, mail = who
    email = f"{mail}@{names.MAIL}"
    password = _password(email, name)
    user_id = add_user(name, email, password)
    if scope_kind is not None and scope_id is not None:
        grant_membership(user_id, role, scope_kind, scope_id)
    return SignIn(user_id, role, name, email, password)


def _password(email: str, name: str) -> str:
    """Draw until the rules take it: one of some five thousand reads as a word tried first."""
    while True:
        drawn = "-".join(secrets.token_hex(3) for _ in range(3))
        if password_fault(drawn, email=email, name=name) is None:
            return drawn


def write_sign_ins(folder: Path, sign_ins: Sequence[SignIn]) -> Path:
    """Keep the demo's passwords where only the owner of the data folder can read them."""
    path = folder / FILE
    fresh = path.with_suffix(".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        for one in sign_ins:
            file.write(f"{one.email:24} {one.password:24} {one.role:12} {one.name}\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return path
