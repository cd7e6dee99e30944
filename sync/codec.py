"""Strict JSON in, canonical JSON out: the only form in which changes and items travel."""

from __future__ import annotations

import json
from collections.abc import Callable

JsonValue = None | bool | int | str | list["JsonValue"] | dict[str, "JsonValue"]

MAX_INT = 2**53 - 1
MAX_DEPTH = 32


class CodecError(ValueError):
    """A line that cannot be read. ``code`` is the outcome: malformed or bad_value."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _one_of_each(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise CodecError("malformed")
    return found


def _no_float(_text: str) -> JsonValue:
    raise CodecError("bad_value")


def _no_constant(_text: str) -> JsonValue:
    raise CodecError("malformed")


_decode: Callable[[str], JsonValue] = json.JSONDecoder(
    object_pairs_hook=_one_of_each, parse_float=_no_float, parse_constant=_no_constant
).decode

# Sorted by code point, no spaces, not escaped beyond what JSON demands.
canonical: Callable[[object], str] = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode


def read(raw: bytes) -> JsonValue:
    """Return the value of one JSON text. Raises CodecError.

    malformed: not UTF-8, not JSON, a name given twice, NaN or Infinity, nested deeper than 32.
    bad_value: a float, an integer beyond ±(2^53 - 1), U+0000 or a lone surrogate in a string.
    """
    try:
        text = raw.decode("utf-8")
    except ValueError:
        raise CodecError("malformed") from None
    if text.count("[") + text.count("{") > MAX_DEPTH and _depth(text) > MAX_DEPTH:
        raise CodecError("malformed")
    try:
        value = _decode(text)
    except CodecError:
        raise
    except (ValueError, RecursionError):
        raise CodecError("malformed") from None
    if "\\u" in text or "\0" in text:
        _refuse_bad_text(value)
    return value


def _depth(text: str) -> int:
    """Return how deep the brackets outside strings nest."""
    deepest = level = 0
    inside = escaped = False
    for letter in text:
        if inside:
            if escaped:
                escaped = False
            elif letter == "\\":
                escaped = True
            elif letter == '"':
                inside = False
        elif letter == '"':
            inside = True
        elif letter in "[{":
            level += 1
            deepest = max(deepest, level)
        elif letter in "]}":
            level -= 1
    return deepest


def _refuse_bad_text(value: JsonValue) -> None:
    if isinstance(value, str):
        if not good_text(value):
            raise CodecError("bad_value")
    elif isinstance(value, list):
        for item in value:
            _refuse_bad_text(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            _refuse_bad_text(name)
            _refuse_bad_text(item)


def good_text(value: str) -> bool:
    """Say whether a string can be stored and sent: no U+0000, no lone surrogate."""
    if value.isascii():
        return "\0" not in value
    if "\0" in value:
        return False
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def good_numbers(value: JsonValue) -> bool:
    """Say whether every number inside is an integer that JavaScript can hold exactly."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return True
    if isinstance(value, int):
        return -MAX_INT <= value <= MAX_INT
    if isinstance(value, list):
        return all(good_numbers(item) for item in value)
    if isinstance(value, dict):
        return all(good_numbers(item) for item in value.values())
    return False
