"""Who is asking and what they may reach: the principal of a request and the rule on each route.

Every view carries ``__access__``, the rule that a guard test reads; a view without one fails it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Literal, ParamSpec, TypeVar

from server.core.problems import Problem

P = ParamSpec("P")
T = TypeVar("T")

Via = Literal["session", "token", "device"]


@dataclass(frozen=True, slots=True)
class Grant:
    """What one person holds in one scope. Which fields the roles may write, each kind says."""

    scope_id: str
    kind: str  # organisation, school, visit
    school_id: str | None  # of a school (itself) and of a visit
    trust_id: str | None
    roles: frozenset[str]  # empty = may look, may not write
    can_read: bool  # its records travel to this person's devices
    closed: bool  # a closed visit takes no writes from devices

    def holds(self, *roles: str) -> bool:
        """Whether one of these roles is held here, or any role at all if none is named."""
        return bool(self.roles & set(roles) if roles else self.roles)


@dataclass(frozen=True, slots=True)
class Principal:
    """One person acting for one organisation, and every scope that is theirs."""

    user_id: str
    organisation_id: str
    via: Via
    roles: frozenset[str] = frozenset()
    grants: Mapping[str, Grant] = field(default_factory=dict)
    device_id: str | None = None

    def school_ids(self, *roles: str) -> frozenset[str]:
        """Return the schools where this person holds one of these roles, or any if none is named.

        A grant without a role is for tablets to read by: it opens nothing here.
        """
        return frozenset(
            grant.scope_id
            for grant in self.grants.values()
            if grant.kind == "school" and grant.holds(*roles)
        )

    def require_scope(self, scope_id: str, *roles: str) -> Grant:
        """Return the grant of a scope; not_found when it is not theirs or does not exist."""
        grant = self.grants.get(scope_id)
        if grant is None or (roles and not grant.roles & set(roles)):
            raise Problem("not_found")
        return grant

    def require_school(self, school_id: str, *roles: str) -> Grant:
        """Return the grant of a school; not_found where this person holds none of the roles."""
        grant = self.require_scope(school_id, *roles)
        if grant.kind != "school" or not grant.roles:
            raise Problem("not_found")
        return grant


_principal: ContextVar[Principal | None] = ContextVar("principal", default=None)


def current_or_none() -> Principal | None:
    return _principal.get()


def current() -> Principal:
    """Return who is asking. Raises sign_in_needed when nobody is signed in."""
    found = _principal.get()
    if found is None:
        raise Problem("sign_in_needed")
    return found


def set_principal(principal: Principal | None) -> None:
    """Set who is asking for the rest of this request; the boundary clears it."""
    _principal.set(principal)


@dataclass(frozen=True, slots=True)
class Access:
    """The rule of one route: anyone, any signed-in person, or a person with one of the roles."""

    rule: Literal["anyone", "signed_in", "roles"]
    roles: frozenset[str] = frozenset()
    tablets: bool = False  # and a tablet's push-only credential, which has no role

    def check(self) -> None:
        if self.rule == "anyone":
            return
        if self.tablets and current().via == "device":
            return
        if self.rule == "roles" and not current().roles & self.roles:
            raise Problem("not_allowed")
        current()


class Allow:
    """The decorators ``@allow("trust_it", …)``, ``@allow.signed_in`` and ``@allow.anyone``."""

    def __call__(self, *roles: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
        """Let people in who hold one of these roles somewhere; rows are checked in the query."""
        if not roles:
            raise ValueError("allow() names at least one role")
        return _guard(Access("roles", frozenset(roles)))

    def or_tablet(self, *roles: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
        """Let in these roles, and the tablet of a person shut out handing in what it holds."""
        return _guard(Access("roles", frozenset(roles), tablets=True))

    def anyone(self, view: Callable[P, T]) -> Callable[P, T]:
        """Let everybody in: public pages and files."""
        return _guard(Access("anyone"))(view)

    def signed_in(self, view: Callable[P, T]) -> Callable[P, T]:
        """Let every signed-in person in, and on push a tablet with its push-only credential."""
        return _guard(Access("signed_in"))(view)


def _guard(access: Access) -> Callable[[Callable[P, T]], Callable[P, T]]:
    def decorate(view: Callable[P, T]) -> Callable[P, T]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
            access.check()
            return view(*args, **kwargs)

        guarded.__dict__["__access__"] = access
        return guarded

    return decorate


allow = Allow()


def access_of(view: Callable[..., object]) -> Access | None:
    """Return the rule a view carries, for the guard test."""
    found = getattr(view, "__access__", None)
    return found if isinstance(found, Access) else None
