"""Which organisation the running request, job or command acts for.

Every ORM statement in which a tenant table stands, however deep, is narrowed to it; with none set
it is refused (the listener is in database.py). A bare Table, like raw SQL, must name it itself. On
PostgreSQL each transaction also sets ``app.organisation`` for row-level policies.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_organisation: ContextVar[str | None] = ContextVar("organisation", default=None)
_across: ContextVar[bool] = ContextVar("across_organisations", default=False)


class OrganisationNotSetError(RuntimeError):
    """A tenant table was read without saying for which organisation: a programming fault."""


def current_organisation() -> str:
    found = _organisation.get()
    if found is None:
        raise OrganisationNotSetError("no organisation is set for this work")
    return found


def organisation_or_none() -> str | None:
    return _organisation.get()


def is_across() -> bool:
    return _across.get()


def set_organisation(organisation_id: str | None) -> None:
    """Set it for the rest of this request; the request boundary resets it."""
    _organisation.set(organisation_id)


@contextmanager
def as_organisation(organisation_id: str) -> Iterator[None]:
    """Act for one organisation within the block (jobs, sweepers, commands)."""
    token = _organisation.set(organisation_id)
    try:
        yield
    finally:
        _organisation.reset(token)


@contextmanager
def across_organisations() -> Iterator[None]:
    """Read facts of all organisations: sign-in, sweepers, operator pages. Rare; grep for it."""
    token = _across.set(True)
    try:
        yield
    finally:
        _across.reset(token)
