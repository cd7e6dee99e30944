"""Whatever bytes arrive: reading never raises, and every op ends in one of the listed outcomes."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.batch import HELD, REJECTED, Sender
from sync.codec import CodecError, canonical, read
from sync.op import read_op
from sync.push import Push
from tests.sync.simulator.kinds import ORGANISATION, RULES, UPCASTERS, Held
from tests.sync.simulator.memory import Memory, Place

CLIENT = "aaaaaaaa-0000-4000-8000-000000000000"
SCHOOL = "00000000-0000-4000-8000-000000000001"
IDS = st.sampled_from([f"0190b2a0-0000-7000-8000-00000000000{n}" for n in range(4)])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=60),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
FIELDS = st.sampled_from(
    ["name", "a", "b", "born", "parent", "marks/x", "marks/", "marks", "grade", "deleted", "x", ""]
)
MARKS = st.tuples(st.sampled_from([CLIENT, SCHOOL, "server:" + SCHOOL, "x"]), st.integers(-1, 9))


@st.composite
def ops(draw: st.DrawFn, mid: int) -> bytes:
    """Return a line that is nearly an op."""
    line = {
        "mid": mid,
        "sv": draw(st.sampled_from([0, 1, 99])),
        "kind": draw(st.sampled_from(["thing", "thing", "sight", "notice", "void", "Thing"])),
        "id": draw(IDS),
        "scope": draw(st.sampled_from([SCHOOL, SCHOOL, CLIENT])),
        "at": draw(st.integers(0, 2**53)),
        "set": draw(
            st.dictionaries(FIELDS, JSON | st.booleans() | st.text(max_size=5) | IDS, max_size=5)
            | st.just({"name": "ash"})
        ),
        "base": draw(st.dictionaries(FIELDS, MARKS, max_size=4)),
    }
    for name in draw(st.sets(st.sampled_from(sorted(line)), max_size=1)):
        line[name] = draw(JSON)
    return json.dumps(line, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_reading_any_bytes_gives_a_value_or_a_code(raw: bytes) -> None:
    try:
        value = read(raw)
    except CodecError as refused:
        code = refused.code
    else:
        code = "malformed"  # JSON, but not an op
        assert json.loads(json.dumps(value)) == json.loads(raw)
    assert code in ("malformed", "bad_value")
    assert read_op(raw, CLIENT, 1).fault in ("malformed", "bad_value")


@settings(max_examples=120, deadline=None, database=None, derandomize=True)
@given(st.tuples(*(ops(mid) | st.binary(max_size=30) for mid in range(1, 7))))
def test_any_push_has_a_listed_outcome_for_every_line(lines: tuple[bytes, ...]) -> None:
    memory = Memory()
    memory.places_by_id[SCHOOL] = Place("school")
    rights = {SCHOOL: Held("school", frozenset({"walker"}))}
    push = Push(
        memory, RULES, ORGANISATION, Sender(CLIENT, "user", rights, 10**12), upcasters=UPCASTERS
    )
    outcomes = push.take([read_op(raw, CLIENT, mid) for mid, raw in enumerate(lines, 1)])
    assert len(outcomes) == len(lines)
    for found in outcomes:
        expected = {"held": HELD, "rejected": REJECTED}.get(found.status, frozenset({None}))
        assert found.code in expected
    memory.commit(push.batch)
    assert [row.op.raw for row in memory.ledger] == list(lines)
    for row in memory.rows.values():
        assert canonical(json.loads(row.wire)) == row.wire
