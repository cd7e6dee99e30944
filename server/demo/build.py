"""Build the demo: an organisation with a trust and a lone school, and a second one beside it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from flask import Flask

from server.accounts.models import Organisation
from server.audits.reference import install_checklists
from server.core.clock import now_ms
from server.core.database import db
from server.core.unit import acting_for, unit_of_work
from server.demo import names
from server.demo.estate import SchoolEstate, SchoolSpec, plan_school, write_school
from server.demo.people import SignIn, invite, write_sign_ins
from server.demo.plan import add_plan
from server.demo.visits import plan_visits
from server.demo.write_visits import write_visits
from server.estate.reference import install_reference
from server.estate.services.schools import create_trust
from server.ratings.services.rebuild import rebuild
from sync.ids import uuid7

# A large demo is there for its figures: these are enough of them to lead to a picture.
SCHOOLS_WITH_PHOTOS = 12


@dataclass(frozen=True, slots=True)
class DemoSize:
    """How large the demo is. Rooms and assets are per school; None = realistic by phase."""

    schools: int = 4
    rooms: int | None = None
    assets: int | None = None
    seed: int = 7


@dataclass(slots=True)
class DemoReport:
    """What was made, for the person at the shell."""

    organisations: int = 0
    schools: int = 0
    rooms: int = 0
    assets: int = 0
    findings: int = 0
    sign_ins: list[SignIn] = field(default_factory=list)


class DemoExistsError(Exception):
    """The demo is already in this database; it is made once."""


def build(app: Flask, size: DemoSize | None = None) -> DemoReport:
    """Create the demo in the app's database: all of it or nothing, whenever it is cut off.

    An existing one is refused in words. The sign-ins are on the disk before the demo is in the
    database, so that whoever is there can sign in; another try replaces them.
    """
    size = size or DemoSize()
    report = DemoReport()
    with unit_of_work(None, app):
        with _organisation(names.CONSULTANCY, "consultancy", size.seed) as organisation_id:
            _fill(organisation_id, size, report)
        with _organisation(names.OTHER_ORGANISATION, "school", size.seed) as organisation_id:
            _fill_second(organisation_id, report)
        write_sign_ins(app.extensions["settings"].data, report.sign_ins)
    return report


@contextmanager
def _organisation(name: str, kind: str, seed: int) -> Iterator[str]:
    """Make an organisation within the transaction and act for it in the block."""
    id_ = str(uuid.uuid5(uuid.NAMESPACE_OID, f"walkround demo {seed} {name}"))
    with acting_for(id_):
        if db.session.get(Organisation, id_) is not None:
            raise DemoExistsError(
                "The demo is already here; remove its data folder to start again."
            )
        db.session.add(Organisation(id=id_, name=name, kind=kind, created_at=now_ms()))
        db.session.flush()
        install_reference(id_, str(uuid.uuid4()))
        install_checklists(id_, str(uuid.uuid4()))
        yield id_
        db.session.flush()


def _fill(organisation_id: str, size: DemoSize, report: DemoReport) -> None:
    rng = Random(size.seed)  # noqa: S311  (a demo wants the same world from the same seed)
    trust_id = uuid7(now_ms(), rng.randbytes(10))
    create_trust(names.TRUST, group_uid="16999", group_id="TR09999", id_=trust_id)
    specs = _specs(size, trust_id, rng)
    estates: list[SchoolEstate] = []
    who: dict[str, str] = {}
    for index, spec in enumerate(specs):
        estate = _make_school(organisation_id, spec, index, report)
        if not estates:
            people = invite(trust_id=trust_id, school_id=estate.school_id)
            who = {person.role: person.user_id for person in people}
            report.sign_ins += people
        author, team = who["consultant"], (who["consultant"], who["technician"])
        photos = index < SCHOOLS_WITH_PHOTOS
        report.findings += write_visits(estate, author=author, team=team, photos=photos)
        estate.forget()
        estates.append(estate)
    report.organisations += 1
    rebuild(organisation_id)
    if any(spec.trust_id for spec in specs):
        add_plan(trust_id, estates, who["trust_it"])


def _fill_second(organisation_id: str, report: DemoReport) -> None:
    """Fill the second organisation, so that tenancy can be seen to hold."""
    spec = SchoolSpec(names.OTHER_ORGANISATION, "primary", 12, 60, None, "149990", 9, 180)
    estate = _make_school(organisation_id, spec, 0, report)
    people = invite(trust_id=None, school_id=estate.school_id, other=True)
    report.findings += write_visits(estate, author=people[0].user_id, team=())
    report.sign_ins += people
    report.organisations += 1
    rebuild(organisation_id)


def _make_school(
    organisation_id: str, spec: SchoolSpec, index: int, report: DemoReport
) -> SchoolEstate:
    rng = Random(f"{spec.urn} {index}")  # noqa: S311
    estate = plan_school(organisation_id, spec, index, rng)
    estate.visits = plan_visits(estate, index, rng)
    write_school(estate, origin=str(uuid.uuid4()))
    report.schools += 1
    report.rooms += len(estate.rooms)
    report.assets += len(estate.assets)
    return estate


def _specs(size: DemoSize, trust_id: str, rng: Random) -> list[SchoolSpec]:
    """One secondary of 80 rooms, then primaries; the last school stands alone (no trust)."""
    specs = []
    for index in range(size.schools):
        lone = index == size.schools - 1 and size.schools > 1
        phase = "infant" if lone else "secondary" if index % 8 == 0 else "primary"
        rooms, assets, pupils = {
            "secondary": (80, 1080, 900),
            "primary": (26, 370, 330),
            "infant": (16, 220, 170),
        }[phase]
        specs.append(
            SchoolSpec(
                name=names.school_name(index, phase),
                phase="Secondary" if phase == "secondary" else "Primary",
                rooms=size.rooms or rooms,
                assets=size.assets or assets + rng.randrange(20),
                trust_id=None if lone else trust_id,
                urn=str(900_001 + index),
                year_start_month=4 if lone else 9,
                pupils=pupils + rng.randrange(60),
            )
        )
    return specs
