"""Benches of the estate: importing lists, finding in 40,000 assets, printing labels."""

from __future__ import annotations

import csv
import itertools
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random

from flask import Flask

from server.core.clock import new_id
from server.core.figures import Figure, percentile
from server.core.tenancy import as_organisation
from server.core.unit import unit_of_work
from server.estate.imports import import_assets
from server.estate.labels.sheet import label_sheets
from server.estate.reference import install_reference
from server.estate.services.labels import issue_codes
from server.estate.services.places import list_schools
from server.estate.services.register import Wanted, list_items
from server.estate.services.schools import NewSchool, create_schools

SCHOOLS, EACH = 8, 5000
KINDS = (
    ("Pupil laptop", "Dell", "Latitude 3190"),
    ("Chromebook", "Acer", "Chromebook 311"),
    ("Desktop", "HP", "EliteDesk 800"),
    ("Tablet", "Apple", "iPad (9th generation)"),
    ("Projector", "Epson", "EB-585W"),
)
HEADERS = ("Serial number", "Asset tag", "Type", "Manufacturer", "Model", "Room", "Purchase date")


def import_lists(app: Flask, seed: int) -> Iterator[Figure]:
    """Import 40,000 rows into eight schools, then find things among them."""
    organisation_id = str(uuid.UUID(int=seed, version=4))
    rng = Random(seed)  # noqa: S311  (the same list from the same seed)
    with unit_of_work(organisation_id, app):
        install_reference(organisation_id, new_id())
        schools = [NewSchool(f"School {n}", urn=str(100_000 + n)) for n in range(SCHOOLS)]
        school_ids = create_schools(schools, origin=new_id())
    with tempfile.TemporaryDirectory() as folder:
        lists = [_write_list(Path(folder), n, rng) for n in range(SCHOOLS)]
        urns = [str(school.urn) for school in schools]

        def run(*, apply: bool) -> float:
            return _seconds(
                lambda: [
                    import_assets(app, organisation_id, urn, path, apply=apply)
                    for urn, path in zip(urns, lists, strict=True)
                ]
            )

        rows = SCHOOLS * EACH
        yield Figure("dry run", rows / run(apply=False), "rows/s", "higher", 10_000)
        yield Figure("apply new rows", rows / run(apply=True), "rows/s", "higher", 2_000)
        yield Figure("the same lists again", rows / run(apply=True), "rows/s", "higher", 5_000)
    yield from _finding(app, organisation_id, frozenset(school_ids), rng)


def _finding(
    app: Flask, organisation_id: str, schools: frozenset[str], rng: Random
) -> Iterator[Figure]:
    """Measure a page of the register, a search and the list of schools at 40,000 assets."""
    searches = ["latitude", "chromebook", "SN0001", "room 12", "epson", "no such thing", "OLD-004"]
    cases: dict[str, Callable[[], object]] = {
        "page of 200 of all": lambda: list_items("asset", schools, Wanted(), after=None, limit=200),
        "page of 200 of one school": lambda: list_items(
            "asset",
            schools,
            Wanted(school_id=rng.choice(sorted(schools)), category="user_devices"),
            after=None,
            limit=200,
        ),
        "search": lambda: list_items(
            "asset", schools, Wanted(q=rng.choice(searches)), after=None, limit=200
        ),
        "schools with their counts": lambda: list_schools(schools, after=None, limit=200),
    }
    for name, case in cases.items():
        times: list[float] = []
        for _ in range(30):
            with app.app_context(), as_organisation(organisation_id):
                times.append(_seconds(case) * 1000)
        yield Figure(f"{name}, p95", percentile(times, 0.95), "ms", "lower", 80)


def labels(app: Flask, seed: int) -> Iterator[Figure]:
    """Issue codes and draw sheets."""
    organisation_id = str(uuid.UUID(int=seed, version=4))
    times: dict[str, list[float]] = {"issue": [], "sheet": []}
    for _ in range(10):
        with unit_of_work(organisation_id, app):
            started = time.perf_counter()
            batch = issue_codes(65)
            times["issue"].append((time.perf_counter() - started) * 1000)
        times["sheet"].append(_seconds(partial(label_sheets, batch.codes)) * 1000)
    yield Figure("issue 65 codes, p95", percentile(times["issue"], 0.95), "ms", "lower", 50)
    yield Figure("draw a sheet of 65, p95", percentile(times["sheet"], 0.95), "ms", "lower", 200)
    with unit_of_work(organisation_id, app):
        codes = issue_codes(1000).codes
    yield Figure("draw 1,000 labels", _seconds(lambda: label_sheets(codes)), "s", "lower", 2)
    yield Figure("bytes of 1,000 labels", len(label_sheets(codes)) / 1024, "KB", "lower", 1000)


def _write_list(folder: Path, school: int, rng: Random) -> Path:
    path = folder / f"{school}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        for n in itertools.islice(itertools.count(school * EACH), EACH):
            room = f"Room {rng.randrange(80)}"
            bought = f"{rng.randrange(1, 29):02}/09/{rng.randrange(2014, 2026)}"
            writer.writerow((f"SN{n:07}", f"OLD-{n:06}", *rng.choice(KINDS), room, bought))
    return path


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


BENCHES = {"import": import_lists, "labels": labels}
