"""The two cookies: the session, and a tablet's push-only credential. Never read by scripts."""

from __future__ import annotations

from flask import Response, request

from server.accounts.access import Principal
from server.accounts.rules import ABSOLUTE, ENROLLED_FOR
from server.accounts.services.devices import enrol_device, find_device
from server.core.clock import now_ms

SESSION = "walkround"
DEVICE = "walkround-device"


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


def keep_enrolled(response: Response, principal: Principal, device_id: str) -> None:
    """Enrol the tablet of a signed-in hello, unless it already is and not near its end."""
    held = find_device(read_cookie(DEVICE))
    if (
        held is not None
        and (held.user_id, held.organisation_id, held.device_id)
        == (principal.user_id, principal.organisation_id, device_id)
        and held.expires_at > now_ms() + ENROLLED_FOR // 2
    ):
        return
    value = enrol_device(principal.user_id, principal.organisation_id, device_id)
    set_device_cookie(response, value)


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
