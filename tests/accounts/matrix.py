"""Who may do what: a row for every route. A new route gets its row here or the test fails."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.world import World

READERS = frozenset(
    {"trust_it", "trust_only_it", "consultant", "technician", "school_it", "leader"}
    | {"other_trust_it", "other_technician"}
)
EDITORS = READERS - {"leader"}
TRUST_IT = frozenset({"trust_it", "trust_only_it", "other_trust_it"})
SIGNED_IN = READERS | {"operator"}
PEOPLE = ("anonymous", *sorted(SIGNED_IN))

# person → the schools they reach. Everything in any other school must look as if it were not there.
REACH: Mapping[str, frozenset[str]] = {
    "anonymous": frozenset(),
    "operator": frozenset(),
    "trust_it": frozenset({"alder", "birch", "cedar"}),
    "consultant": frozenset({"alder", "birch", "cedar"}),
    "trust_only_it": frozenset({"alder", "birch"}),  # cedar stands alone, outside the trust
    "technician": frozenset({"alder"}),
    "school_it": frozenset({"alder"}),
    "leader": frozenset({"alder"}),
    "other_trust_it": frozenset({"dover"}),
    "other_technician": frozenset({"dover"}),
}
SCHOOLS = ("alder", "birch", "cedar", "dover")  # own, sister, outside the trust, other organisation


@dataclass
class Things:
    """The ids of one school's things, to ask for."""

    ids: dict[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> str:
        return self.ids[name]


@dataclass(frozen=True)
class Row:
    """One route. ``own`` is the answer in a school one reaches, ``foreign`` in any other."""

    route: str  # "GET /api/visits/<uuid:visit_id>"
    may: frozenset[str] | None  # None = anyone, signed in or not
    path: Callable[[Things], str]
    body: Callable[[Things], Any] | None = None
    own: int = 200
    foreign: int | None = 404  # None: the route is about no school, all who may get ``own``

    def depends(self, person: str) -> bool:
        """Whether the answer to this person depends on the school."""
        return self.foreign is not None and (self.may is None or person in self.may)

    def expected(self, person: str, school: str) -> int:
        if self.may is not None and person == "anonymous":
            return 401
        if self.may is not None and person not in self.may:
            return 403
        if self.foreign is None or school in REACH[person]:
            return self.own
        return self.foreign


def same(path: str) -> Callable[[Things], str]:
    return lambda _: path


def below(path: str) -> Callable[[Things], str]:
    return lambda t: path.format_map(t.ids)


def nothing(_: Things) -> dict[str, Any]:
    return {}


def edit(_: Things) -> dict[str, Any]:
    return {"set": {"custom/checked": "yes"}, "base": {}}


def new_visit(t: Things) -> dict[str, Any]:
    days = {"starts_on": "2026-12-01", "ends_on": "2026-12-02"}
    return {"school_id": t.school, "name": "New", "team": [], **days}


def a_choice(_: Things) -> dict[str, Any]:
    mark = {"client_id": str(uuid.uuid4()), "mid": 1}
    return {"field": "note", "stands": mark, "others": [mark], "chosen": mark}


def hello(t: Things) -> dict[str, Any]:
    return {
        "proto": 1, "client_id": str(uuid.uuid4()), "device_id": str(uuid.uuid4()),
        "organisation_id": t.organisation, "app_build": "test", "sv": 1, "device_now": 0,
        "outbox": {},
    }  # fmt: skip


def new_plan(t: Things) -> dict[str, Any]:
    whose = {"trust_id": t.trust} if t.trust else {"school_id": t.school}
    return {**whose, "name": "Refresh", "starts_on": "2027-09-01", "years": 4}


PAGES = tuple(
    Row(f"GET {rule}", None, same(path), own=status, foreign=None)
    for rule, path, status in (
        ("/", "/", 302),
        ("/healthz", "/healthz", 200),
        ("/pages/<any('tokens.css', 'pages.css'):name>", "/pages/pages.css", 200),
    )
)
ACCOUNTS = (
    Row("GET /api/session", SIGNED_IN, same("/api/session"), foreign=None),
    Row("GET /api/people", READERS - {"technician", "other_technician", "leader"},
        same("/api/people"), foreign=None),
    Row("POST /api/sign-in-codes", SIGNED_IN, same("/api/sign-in-codes"), nothing, 201, None),
    Row("POST /api/session/organisation", SIGNED_IN, same("/api/session/organisation"),
        lambda t: {"organisation_id": t.organisation}, 403, None),  # a token has one organisation
    Row("POST /api/sign-in", None, same("/api/sign-in"), nothing, 422,
        None),
    Row("POST /api/sign-out", None, same("/api/sign-out"), nothing, 204, None),
    Row("GET /api/jobs/<uuid:job_id>", SIGNED_IN, below("/api/jobs/{job}"), foreign=None, own=404),
)  # fmt: skip
ESTATE = (
    Row("GET /api/schools", READERS, same("/api/schools"), foreign=None),
    Row("GET /api/trusts", READERS, same("/api/trusts"), foreign=None),
    Row("GET /api/tag-index", READERS, same("/api/tag-index"), foreign=None),
    Row("GET /api/schools/<uuid:school_id>/rooms", READERS, below("/api/schools/{school}/rooms")),
    *(
        Row(f"GET /api/{kind}s", READERS, below(f"/api/{kind}s?school_id={{school}}"))
        for kind in ("asset", "lot", "system")
    ),
    *(
        Row(f"GET /api/{kind}s/<uuid:subject_id>", READERS, below(f"/api/{kind}s/{{{kind}}}"))
        for kind in ("asset", "lot", "system")
    ),
    *(
        Row(f"PATCH /api/{kind}s/<uuid:subject_id>", EDITORS,
            below(f"/api/{kind}s/{{{kind}}}"), edit)
        for kind in ("asset", "lot", "system")
    ),
    Row("POST /api/labels", EDITORS, same("/api/labels"),
        lambda t: {"count": 1, "school_id": t.school}, 201),
    Row("GET /api/labels/<uuid:batch_id>.pdf", EDITORS, below("/api/labels/{batch}.pdf")),
)  # fmt: skip
AUDITS = (
    Row("GET /api/visits", READERS, same("/api/visits"), foreign=None),
    Row("GET /api/visits/<uuid:visit_id>", READERS, below("/api/visits/{visit}")),
    Row("GET /api/visits/<uuid:visit_id>/manifest", READERS, below("/api/visits/{visit}/manifest")),
    Row("POST /api/visits", TRUST_IT, same("/api/visits"), new_visit, 201),
    Row("POST /api/visits/<uuid:visit_id>/close", TRUST_IT, below("/api/visits/{visit}/close"),
        nothing),
    Row("GET /api/visits/<uuid:visit_id>/unsettled", TRUST_IT,
        below("/api/visits/{visit}/unsettled")),
    Row("GET /api/waiting", TRUST_IT, below("/api/waiting?school_id={school}")),
    Row("GET /api/waiting/count", TRUST_IT, below("/api/waiting/count?visit_id={visit}")),
    Row("GET /api/waiting/<string:what>/<string:key>", TRUST_IT,
        below("/api/waiting/conflict/finding~{finding}~note"), own=404),
    Row("POST /api/conflicts/<string:kind>/<uuid:record_id>/choose", TRUST_IT,
        below("/api/conflicts/finding/{finding}/choose"), a_choice, 409),
    Row("POST /api/held/<string:client_id>/<int:mid>/decide", TRUST_IT,
        same(f"/api/held/{uuid.uuid4()}/1/decide"),
        lambda t: {"outcome": "accepted", "school_id": t.school}, 404, None),
    Row("GET /api/lost", TRUST_IT, same("/api/lost"), foreign=None),
    Row("GET /api/lost/count", TRUST_IT, same("/api/lost/count"), foreign=None),
    Row("GET /api/lost/awaited", TRUST_IT, same("/api/lost/awaited"), foreign=None),
    Row("POST /api/lost/<string:kind>/<uuid:record_id>/settle", TRUST_IT,
        below("/api/lost/asset/{asset}/settle"),
        lambda _: {"outcome": "ignored", "until": 0, "reason": "No"}, own=404),
    # Lists narrowed to a thing of others are empty lists; test_nothing_leaks looks inside.
    Row("GET /api/findings", READERS, below("/api/findings?subject_id={asset}"), foreign=200),
    Row("GET /api/photos", READERS, below("/api/photos?owner_id={finding}"), foreign=200),
    Row("GET /api/photos/<uuid:photo_id>/image", READERS, below("/api/photos/{photo}/image")),
)  # fmt: skip
RATINGS = (
    Row("GET /api/matrices/rooms", READERS, below("/api/matrices/rooms?school_id={school}")),
    Row("GET /api/matrices/cell", READERS, below("/api/matrices/cell?school_id={school}")),
    Row("GET /api/matrices/schools", READERS, same("/api/matrices/schools"), foreign=None),
    Row("GET /api/matrices/trusts", READERS, same("/api/matrices/trusts"), foreign=None),
    Row("GET /api/ratings", READERS,
        below("/api/ratings?subject_kind=asset&subject_id={asset}")),
    Row("GET /api/ratings/snapshot", READERS, below("/api/ratings/snapshot?school_id={school}")),
)  # fmt: skip
SYNC = (
    Row("POST /api/sync/v1/hello", SIGNED_IN, same("/api/sync/v1/hello"), hello, foreign=None),
    Row("GET /api/sync/v1/bootstrap/<scope_id>", EDITORS, below("/api/sync/v1/bootstrap/{visit}")),
    Row("GET /api/sync/v1/digest/<scope_id>", EDITORS,
        below("/api/sync/v1/digest/{school}?seq=999999"), own=409),
    Row("POST /api/sync/v1/blobs", EDITORS, same("/api/sync/v1/blobs"),
        lambda _: {"sha256": "0" * 64, "size": 9, "mime": "image/jpeg"}, foreign=None),
    Row("PATCH /api/sync/v1/blobs/<sha256>", EDITORS, same("/api/sync/v1/blobs/" + "1" * 64),
        nothing, 422, None),
    Row("GET /api/sync/v1/blobs/<sha256>", EDITORS, same("/api/sync/v1/blobs/" + "0" * 64),
        own=404, foreign=None),
    Row("GET /api/sync/v1/ops", SIGNED_IN, same(f"/api/sync/v1/ops?client_id={uuid.uuid4()}"),
        own=404, foreign=None),
    Row("POST /api/sync/v1/ops/<client_id>/<int:mid>/resolve", TRUST_IT,
        same(f"/api/sync/v1/ops/{uuid.uuid4()}/1/resolve"),
        lambda _: {"outcome": "refused", "reason": "No"}, 404, None),
    Row("POST /api/sync/v1/unsent", EDITORS, same("/api/sync/v1/unsent"), nothing, 400, None),
    Row("POST /api/sync/v1/recovery", EDITORS, same("/api/sync/v1/recovery"), nothing, 422, None),
    Row("GET /api/sync/v1/recovery", TRUST_IT, same("/api/sync/v1/recovery"), foreign=None),
    Row("POST /api/sync/v1/recovery/<kind>/<uuid:record_id>", TRUST_IT,
        same(f"/api/sync/v1/recovery/asset/{uuid.uuid4()}"), lambda _: {"outcome": "ignored"},
        404, None),
)  # fmt: skip
PLANNERS = READERS - {"technician", "other_technician"}
PLANNING = (
    Row("GET /api/plans", PLANNERS, same("/api/plans"), foreign=None),
    Row("POST /api/plans", TRUST_IT, same("/api/plans"), new_plan, 201),
    Row("GET /api/plans/<uuid:plan_id>", PLANNERS, below("/api/plans/{plan}")),
    Row("PATCH /api/plans/<uuid:plan_id>", TRUST_IT, below("/api/plans/{plan}"),
        lambda _: {"name": "Refresh again"}),
    Row("POST /api/plans/<uuid:plan_id>/solve", TRUST_IT, below("/api/plans/{plan}/solve"),
        nothing, 202),
    Row("GET /api/plans/<uuid:plan_id>/lines", PLANNERS, below("/api/plans/{plan}/lines")),
    Row("GET /api/plans/<uuid:plan_id>/gaps", PLANNERS, below("/api/plans/{plan}/gaps")),
    Row("GET /api/plan-lines/<uuid:line_id>/subjects", PLANNERS,
        below("/api/plan-lines/{line}/subjects")),
    Row("DELETE /api/plans/<uuid:plan_id>", TRUST_IT, below("/api/plans/{plan}"), nothing, 204),
)  # fmt: skip
ROWS = (*PAGES, *ACCOUNTS, *ESTATE, *AUDITS, *RATINGS, *PLANNING, *SYNC)

# Covered elsewhere: push and pull have the matrix of sync kinds (test_sync_kinds.py); the forms
# their own tests (test_pages.py); the shell serves the built app, the same bytes to everybody.
ELSEWHERE = frozenset(
    {"POST /api/sync/v1/push", "POST /api/sync/v1/pull", "POST /sign-out"}
    | {"GET /sign-in", "POST /sign-in"}
    | {"GET /api/openapi.json"}
    | {f"GET {rule}" for rule in ("/field/", "/field/<path:path>", "/desk/", "/desk/<path:path>")}
    | {"GET /assets/<path:name>", "GET /icons/<path:name>", "GET /pages/font.woff2"}
    | {"GET /<any('sw.js', 'field.webmanifest', 'favicon.svg'):name>"}
)


def canaries(world: World, school: str) -> frozenset[str]:
    """Return what may appear in no answer to a person who does not reach the school."""
    own = {world.schools[school], world.visits[school], f"{school.title()} School"}
    for table in (world.rooms, world.assets, world.lots, world.systems):
        own |= {id_ for name, id_ in table.items() if name.startswith(f"{school}.")}
    return frozenset(own)
