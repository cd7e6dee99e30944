"""What the shell does for people: a first start, one more person, a token, a sign-in code."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select

from server.accounts.models import Membership, Organisation, User
from server.accounts.rules import clean_email
from server.accounts.services.codes import make_sign_in_code
from server.accounts.services.people import add_user, create_organisation, grant_membership
from server.accounts.services.tokens import make_token as make_api_token
from server.core.clock import new_id
from server.core.database import db
from server.core.migrate import migrate
from server.core.problems import Problem
from server.core.tenancy import across_organisations
from server.core.unit import unit_of_work


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who will sign in with a password."""

    name: str
    email: str
    password: str


def start_organisation(app: Flask, name: str, kind: str, first: Newcomer) -> None:
    """Make the schema, an organisation with its reference data and its first person."""
    from server.audits.reference import install_checklists
    from server.estate.reference import install_reference

    migrate(app.extensions["settings"].owner_url)
    organisation_id = new_id()
    with unit_of_work(organisation_id, app):
        create_organisation(name, kind, organisation_id=organisation_id)
        user_id = add_user(first.name, first.email, first.password)
        grant_membership(user_id, "trust_it", "organisation", organisation_id)
        install_reference(organisation_id, new_id(), actor_id=user_id)
        install_checklists(organisation_id, new_id(), actor_id=user_id)


def add_person(
    app: Flask, newcomer: Newcomer, role: str, *, urn: str | None, organisation: str | None
) -> None:
    """Add a person with one role: in the whole organisation, or in one school by its URN."""
    organisation_id = only_organisation(app, organisation)
    with unit_of_work(organisation_id, app):
        user_id = add_user(newcomer.name, newcomer.email, newcomer.password)
        if urn is None:
            grant_membership(user_id, role, "organisation", organisation_id)
        else:
            grant_membership(user_id, role, "school", school_by_urn(urn))


def make_token(app: Flask, email: str, organisation: str | None) -> str:
    """Return a bearer token with which programs act for this person."""
    user_id, organisation_id = person_in(app, email, organisation)
    with unit_of_work(organisation_id, app):
        return make_api_token(user_id, "made at the shell")


def make_code(app: Flask, email: str, organisation: str | None) -> str:
    """Return a code that signs this person in on a tablet."""
    user_id, organisation_id = person_in(app, email, organisation)
    with unit_of_work(organisation_id, app):
        return make_sign_in_code(user_id).code


def only_organisation(app: Flask, name: str | None) -> str:
    """Return the organisation of this name, or the only one there is."""
    with unit_of_work(None, app):
        query = select(Organisation.id, Organisation.name).order_by(Organisation.created_at)
        rows = db.session.execute(query).all()
    return _pick([(row.id, row.name) for row in rows], name, "There is no organisation yet.")


def person_in(app: Flask, email: str, organisation: str | None) -> tuple[str, str]:
    """Return (user, organisation) of a person by e-mail."""
    with unit_of_work(None, app), across_organisations():
        rows = db.session.execute(
            select(User.id, Organisation.id, Organisation.name)
            .join(Membership, Membership.user_id == User.id)
            .join(Organisation, Organisation.id == Membership.organisation_id)
            .where(User.email == clean_email(email), Membership.revoked_at.is_(None))
            .distinct()
        ).all()
    missing = f"Nobody here signs in with {email}."
    organisation_id = _pick([(row[1], row[2]) for row in rows], organisation, missing)
    return rows[0][0], organisation_id


def school_by_urn(urn: str) -> str:
    """Return the id of a school of the current organisation."""
    from server.estate.models import School

    found = db.session.scalar(select(School.id).where(School.urn == urn))
    if found is None:
        raise Problem("not_found", f"No school here has the URN {urn}.")
    return found


def organisation_of_school(app: Flask, urn: str) -> str:
    """Return the organisation whose school has this URN, when only one has."""
    from server.estate.models import School

    with unit_of_work(None, app), across_organisations():
        rows = db.session.execute(
            select(Organisation.id, Organisation.name)
            .join(School, School.organisation_id == Organisation.id)
            .where(School.urn == urn)
        ).all()
    return _pick([(row.id, row.name) for row in rows], None, f"No school has the URN {urn}.")


def _pick(rows: list[tuple[str, str]], name: str | None, missing: str) -> str:
    wanted = [row for row in rows if name is None or row[1] == name]
    if len(wanted) == 1:
        return wanted[0][0]
    if not wanted:
        raise Problem("not_found", missing)
    names = ", ".join(sorted(row[1] for row in wanted))
    raise Problem("bad_request", f"Say which with --organisation: {names}.")
