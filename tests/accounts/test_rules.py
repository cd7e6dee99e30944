"""Accounts' decisions, without a database: passwords, codes, scopes."""

from __future__ import annotations

import pytest

from server.accounts.access import Grant
from server.accounts.rules import clean_code, locked_for, own_path, password_fault
from server.accounts.scopes import Member, Place, grants_from

MINUTE = 60_000
WHOLE, T, U = "organisation", "trust one", "trust two"
A, B, C, D = "school of T", "sister of T", "school of U", "school alone"
PLACES = [
    Place(WHOLE, "organisation", None, None, closed=False),
    Place(A, "school", A, T, closed=False),
    Place(B, "school", B, T, closed=False),
    Place(C, "school", C, U, closed=False),
    Place(D, "school", D, None, closed=False),
    *(Place(f"visit of {s}", "visit", s, None, closed=False) for s in (A, B, C, D)),
    Place(f"old visit of {A}", "visit", A, None, closed=True),
]
ALL = {place.id for place in PLACES}


def grants(role: str, scope_kind: str, scope_id: str) -> dict[str, Grant]:
    return grants_from([Member(role, scope_kind, scope_id)], PLACES)


def writes(role: str, scope_kind: str, scope_id: str) -> set[str]:
    return {id_ for id_, grant in grants(role, scope_kind, scope_id).items() if grant.roles}


@pytest.mark.parametrize("role", ["trust_it", "consultant", "technician"])
def test_the_organisations_people_reach_all_of_it(role: str) -> None:
    assert writes(role, "organisation", WHOLE) == ALL
    assert all(grant.can_read for grant in grants(role, "organisation", WHOLE).values())


@pytest.mark.parametrize("role", ["trust_it", "consultant", "technician"])
def test_a_trusts_people_reach_its_schools_and_only_read_what_all_trusts_share(role: str) -> None:
    reached = {A, B, f"visit of {A}", f"visit of {B}", f"old visit of {A}"}
    assert writes(role, "trust", T) == reached
    assert set(grants(role, "trust", T)) == reached | {WHOLE}


def test_a_school_alone_belongs_to_no_trust() -> None:
    assert D not in grants("trust_it", "trust", T)
    assert D in grants("school_it", "school", D)


def test_a_schools_it_reaches_its_school_and_its_visits() -> None:
    assert set(grants("school_it", "school", A)) == {A, WHOLE, f"visit of {A}", f"old visit of {A}"}


def test_a_leader_reads_the_desk_and_carries_nothing_away() -> None:
    found = grants("leader", "school", A)
    assert A in found
    assert not any(grant.can_read for grant in found.values())


@pytest.mark.parametrize("scope", [("organisation", WHOLE), ("trust", T), ("school", A)])
def test_an_operator_sees_nothing(scope: tuple[str, str]) -> None:
    assert grants("operator", *scope) == {}


def test_a_team_reaches_its_visit_and_that_school() -> None:
    assert writes("technician", "visit", f"visit of {A}") == {f"visit of {A}", A}
    assert set(grants("technician", "visit", f"visit of {A}")) == {f"visit of {A}", A, WHOLE}


def test_a_closed_visit_stays_readable_and_its_school_does_not() -> None:
    found = grants("technician", "visit", f"old visit of {A}")
    assert set(found) == {f"old visit of {A}", WHOLE}
    assert found[f"old visit of {A}"].closed
    assert found[f"old visit of {A}"].can_read


def test_a_second_open_visit_keeps_the_school() -> None:
    members = [Member("technician", "visit", f"{which}visit of {A}") for which in ("old ", "")]
    assert grants_from(members, PLACES)[A].roles == {"technician"}


@pytest.mark.parametrize("role", ["leader", "school_it"])
def test_a_visit_is_walked_by_technicians_and_consultants(role: str) -> None:
    assert grants(role, "visit", f"visit of {A}") == {}


def test_a_membership_of_nothing_reaches_nothing() -> None:
    for kind in ("trust", "school", "visit"):
        assert grants("trust_it", kind, "gone") == {}
    assert grants_from([], PLACES) == {}


def test_memberships_add_up() -> None:
    both = grants_from(
        [Member("technician", "visit", f"visit of {C}"), Member("leader", "school", A)], PLACES
    )
    assert both[C].roles == {"technician"}
    assert both[C].can_read
    assert not both[A].can_read


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "eleven char",
        "aaaaaaaaaaaaaa",
        "123456789012",
        "abcdefghijklm",
        "password1234",
        "Passw0rd!!!!",
        "PasswordPassword",
        "Liverpool2026!",
        "alex.smith.1",
        "x" * 201,
    ],
)
def test_weak_passwords_are_refused_in_words(password: str) -> None:
    fault = password_fault(password, email="alex.smith@north.example", name="Alex Smith")
    assert fault
    assert fault.endswith(".")


@pytest.mark.parametrize(
    "password",
    ["copper kettle forty two", "Übergrößenträger", "パスワードはとても長いです", "x8$kQ!ss9Lmz"],
)
def test_long_passwords_of_any_kind_are_taken(password: str) -> None:
    assert password_fault(password, email="alex@north.example", name="Alex Smith") is None


def test_the_wait_after_failures_doubles_up_to_a_quarter_of_an_hour() -> None:
    waits = [locked_for(n) // MINUTE for n in range(1, 13)]
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 15, 15, 15, 15]
    assert locked_for(10_000) // MINUTE == 15


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("K7M4-2QXZ", "K7M42QXZ"),
        (" k7m4 2qxz", "K7M42QXZ"),
        ("OIL0-0000", "01100000"),
        ("K7M4-2QX", None),
        ("K7M4-2QXU", None),
        ("K7M4-2QX*", None),
        ("", None),
        ("K7M42QXZ" * 9, None),
    ],
)
def test_a_typed_code_is_read_kindly(typed: str, code: str | None) -> None:
    assert clean_code(typed) == code


def test_a_path_of_this_site_is_kept_as_it_is() -> None:
    assert own_path("/field/visits/1?x=2#y") == "/field/visits/1?x=2#y"
    for other in ("", "//e", "/\\e", "/ e", "/\ne", "http://e", "e", "/é", "/" + "a" * 500):
        assert own_path(other) is None
