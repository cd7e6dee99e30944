"""Reads and writes canonical JSON quickly, by one library; all else strictly."""

from __future__ import annotations

import orjson

from sync.codec import JsonValue, canonical
from sync.op import strictly

# Floats are left to the strict reader, and so is whatever might hold one.
_PLAIN = frozenset({str, int, bool, type(None)})


def quickly(raw: bytes) -> tuple[JsonValue, str | None]:
    """Return the value of a line and the text of its ``set``, as sync.codec.read would.

    A line that is written out again to the same bytes is canonical: it is UTF-8, names nothing
    twice and holds no NaN. What remains to be refused is looked for here, or read strictly.
    """
    try:
        line = orjson.loads(raw)
    except ValueError:
        return strictly(raw)
    if (
        type(line) is not dict
        or b"\\u" in raw  # may be U+0000
        or not _is_plain(line)
        or orjson.dumps(line, option=orjson.OPT_SORT_KEYS) != raw
    ):
        return strictly(raw)
    return line, _text_of_set(raw, line)


def quick_text(value: object) -> str:
    """Return what sync.codec.canonical would."""
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:  # a number or a string that it does not take
        return canonical(value)


def _is_plain(line: dict[str, object]) -> bool:
    """Say whether a line holds no number but integers, and no brackets where none belong."""
    for name, value in line.items():
        kind = type(value)
        if kind is str or kind is int:
            continue
        if type(value) is dict:
            values = value.values()
            if name == "base":
                if not all(
                    type(mark) is list and _PLAIN.issuperset(map(type, mark)) for mark in values
                ):
                    return False
            elif not _PLAIN.issuperset(map(type, values)):
                return False
        elif type(value) is list:
            if not _PLAIN.issuperset(map(type, value)):
                return False
        elif kind not in _PLAIN:
            return False
    return True


def _text_of_set(raw: bytes, line: dict[str, JsonValue]) -> str | None:
    """Cut the text of ``set`` out of a canonical line.

    Quotes inside of strings are escaped and no member before it holds an object in an object, so
    the first such bytes are its own; ``sv`` follows it at once.
    """
    if "sv" not in line or list(line)[-1] != "sv" or type(line.get("set")) is not dict:
        return None
    start = raw.find(b'"set":{')
    end = raw.rfind(b',"sv":')
    return raw[start + 6 : end].decode()
