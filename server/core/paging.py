"""Keyset cursors: the last row's sort values, as opaque text. Nothing secret, nothing trusted."""

from __future__ import annotations

import base64
import binascii
import json

from server.core.problems import Problem


def write_cursor(*values: str | int) -> str:
    """Return the cursor after a row with these sort values."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def read_cursor(text: str | None, *types: type) -> tuple[str | int, ...] | None:
    """Return a cursor's values, None for no cursor. Raises bad_value when it is none of ours."""
    if not text:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        values = None
    if isinstance(values, list) and [type(value) for value in values] == list(types):
        return tuple(values)
    raise Problem("bad_value", fields={"after": "This is not a place in this list."})
