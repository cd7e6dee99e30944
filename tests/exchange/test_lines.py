"""The quick reader of lines takes what the strict one takes, and refuses what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable

from hypothesis import example, given, settings
from hypothesis import strategies as st

from server.exchange.lines import quick_text, quickly
from sync.codec import CodecError, canonical, read
from sync.op import read_op

CLIENT = "aaaaaaaa-0000-4000-8000-000000000000"
ID = "0190b2a0-0000-7000-8000-000000000001"
TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
SCALAR = st.none() | st.booleans() | st.integers(-(2**66), 2**66) | TEXT
ANY = st.recursive(
    SCALAR | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
LINE = {"at": 1, "base": {}, "id": ID, "kind": "asset", "mid": 1, "scope": ID, "set": {}, "sv": 1}


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    """Return a line that is nearly an op, mostly canonical."""
    line: dict[str, object] = dict(LINE)
    line["set"] = draw(st.dictionaries(TEXT, SCALAR, max_size=5) | ANY)
    for name in draw(st.sets(st.sampled_from(["base", "mono", "txn", "sv", "zz", "aa"]))):
        line[name] = draw(ANY)
    if draw(st.booleans()):
        return canonical_or_not(line).encode("utf-8", "surrogatepass")
    return json.dumps(line, ensure_ascii=draw(st.booleans())).encode("utf-8", "surrogatepass")


def canonical_or_not(line: dict[str, object]) -> str:
    try:
        return canonical(line)
    except ValueError:  # NaN
        return json.dumps(line)


@settings(max_examples=400, deadline=None, database=None, derandomize=True)
@given(lines() | st.binary(max_size=60))
@example(b'{"set":{"a":1,"a":1},"sv":1}')
@example(b'{"set":{"a":1.0},"sv":1}')
@example(b'{"mono":[1.5],"set":{"a":1},"sv":1}')
@example(b'{"base":{"a":[1e3,1]},"set":{"a":1},"sv":1}')
@example(b'{"set":{"a":"\\u0000"},"sv":1}')
@example(b'{"set":{"a":"\\ud800"},"sv":1}')
@example(b'{"set":{"a":123456789012345678901234567890},"sv":1}')
@example(b'{"aa":"\\"set\\":{","set":{"a":",\\"sv\\":"},"sv":1}')
@example(b'{"base":{"set":{"a":1}},"set":{"b":2},"sv":1}')
@example(b'{"set":{"a":-0},"sv":1}')
@example(b'{"set":{"a":"\x7f\xe2\x80\xa8"},"sv":1}')
@example(b'{"set":{},"sv":NaN}')
@example(b"[" * 40 + b"]" * 40)
def test_reads_as_the_strict_reader_does(raw: bytes) -> None:
    refused = _code(read, raw)
    assert _code(quickly, raw) == refused
    if refused is not None:
        return
    value, text = quickly(raw)
    assert json.dumps(value) == json.dumps(read(raw))
    if text is not None:
        assert isinstance(value, dict)
        assert text == canonical(value["set"])


def _code(reader: Callable[[bytes], object], raw: bytes) -> str | None:
    try:
        reader(raw)
    except CodecError as refused:
        return refused.code
    return None


@settings(max_examples=400, deadline=None, database=None, derandomize=True)
@given(
    st.recursive(
        SCALAR | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=4),
    )
)
@example({"\ue000": 1, "\U00010000": 2, "a": ("client", 2**53 - 1)})
@example('\x00\x1f\x7f\x80\u2028/\\"')
def test_writes_what_canonical_writes(value: object) -> None:
    assert quick_text(value) == canonical(value)


def test_an_ordinary_line_is_read_quickly_and_its_text_kept() -> None:
    values = {"name": "Zoë's “laptop”\n\t\\", "os_version": "10.0.19045", "count": 3, "held": None}
    line = {**LINE, "set": values, "mono": ["session", 12], "base": {"name": [CLIENT, 4]}}
    raw = canonical(line).encode()
    op = read_op(raw, CLIENT, 1, quickly)
    assert op.fault is None
    assert op.set == values
    assert op.text == canonical(values)
