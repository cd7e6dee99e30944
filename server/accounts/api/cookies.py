"""The two cookies: the session, and a tablet's push-only credential. Never read by scripts."""

from __future__ import annotations

from flask import Response, request

from server.accounts.access import Principal
from server.accounts.rules import ABSOLUTE, ENROLLED_FOR
from server.accounts.services.devices import enrol_device, find_device
from server.core.clock import now_ms

SESSION = "walkround"
DEVICE = "walkround-device"
BETWEEN, MOST_KEPT = "~", 6  # about 160 characters each: well below what a cookie may hold


def name_of(cookie: str) -> str:
    """Return the cookie's name here: bound to the host on https, plain on loopback http."""
    return f"__Host-{cookie}" if request.is_secure else cookie


def read_cookie(cookie: str) -> str:
    return request.cookies.get(name_of(cookie), "")


def set_session_cookie(response: Response, secret: str) -> None:
    _set(response, SESSION, secret, ABSOLUTE)


def clear_session_cookie(response: Response) -> None:
    """End the cookie. Clear-Site-Data is never sent: it would destroy unsent work."""
    _set(response, SESSION, "", 0)


def credentials() -> list[str]:
    """Return this browser's own credentials, the newest first: one for each person and place."""
    return [part for part in read_cookie(DEVICE).split(BETWEEN)[:MOST_KEPT] if part]


def keep_enrolled(response: Response, principal: Principal, device_id: str) -> None:
    """Enrol the tablet of a signed-in hello, unless it already is and not near its end.

    Those of other organisations stay beside it: a person may be shut out of one of two.
    """
    mine = (principal.user_id, principal.organisation_id)
    others: list[str] = []
    for value in credentials():
        held = find_device(value)
        if held is None:
            continue
        if (held.user_id, held.organisation_id) != mine:
            others.append(value)
        elif held.device_id == device_id and held.expires_at > now_ms() + ENROLLED_FOR // 2:
            return
    fresh = enrol_device(principal.user_id, principal.organisation_id, device_id)
    set_device_cookie(response, BETWEEN.join([fresh, *others][:MOST_KEPT]))


def set_device_cookie(response: Response, value: str) -> None:
    _set(response, DEVICE, value, ENROLLED_FOR)


def _set(response: Response, cookie: str, value: str, life_ms: int) -> None:
    response.set_cookie(
        name_of(cookie),
        value,
        max_age=life_ms // 1000,
        path="/",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
