"""The walls of every request: host, body size, same site; and the headers of every answer."""

from __future__ import annotations

import ipaddress
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request

from server.core.problems import Problem

KIB = 1024
MIB = 1024 * KIB

# The app's pages are kept by a service worker, so they carry no nonce; nothing in them is inline.
APP_CSP = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
PAGE_CSP = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
# For bytes that a person sent: even opened as a page they can do nothing.
FILE_CSP = "default-src 'none'; frame-ancestors 'none'; sandbox"

SHUT = (
    "accelerometer", "autoplay", "browsing-topics", "display-capture", "fullscreen",
    "geolocation", "gyroscope", "hid", "idle-detection", "magnetometer", "microphone", "midi",
    "payment", "publickey-credentials-get", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    # The scanner keeps the screen on while it is open.
    "Permissions-Policy": ", ".join(
        ("camera=(self)", "screen-wake-lock=(self)", *(f"{name}=()" for name in SHUT))
    ),
}
HSTS = "max-age=31536000; includeSubDomains"

# Largest body by the start of the path; the first that fits. Everything else is small JSON.
BODY_CAPS = (
    ("/api/sync/v1/push", 2 * MIB),
    ("/api/sync/v1/blobs", 5 * MIB),
    ("/api/sync/v1/unsent", 256 * MIB),
    ("/api/sync/v1/recovery", 2 * MIB),
    ("/api/sync/v1/", 256 * KIB),
    ("/api/plans", MIB),
    ("/api/sign-in", 16 * KIB),
    ("/sign-", 16 * KIB),
)
SMALL_BODY = 256 * KIB

READS = frozenset({"GET", "HEAD", "OPTIONS"})
# Types that a form on another site cannot send without asking first.
SAFE_TYPES = frozenset(
    {"application/json", "application/x-ndjson", "application/octet-stream", "application/gzip",
     "application/offset+octet-stream"}
)  # fmt: skip
NONCE = "walkround.nonce"
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def install(app: Flask) -> None:
    """Attach the checks before, and the headers after, every request."""
    app.before_request(_check_host)
    app.before_request(_cap_body)
    app.before_request(_check_same_site)
    app.after_request(_set_headers)


def page_nonce() -> str:
    """Return this answer's script nonce and let its page use it."""
    nonce: str = request.environ.setdefault(NONCE, secrets.token_urlsafe(16))
    return nonce


def body_cap(path: str) -> int:
    return next((cap for start, cap in BODY_CAPS if path.startswith(start)), SMALL_BODY)


def is_bearer() -> bool:
    """Whether the request is a program's: then cookies are not looked at."""
    return request.headers.get("Authorization", "").startswith("Bearer ")


def _check_host() -> None:
    """Refuse a name that is not ours, so that no link and no rebinding can be made with it."""
    host = urlsplit(f"//{request.host}").hostname or ""
    if host in LOCAL_NAMES or host in current_app.config.get("HOSTS", ()):
        return
    if current_app.config.get("LAN") and _is_address(host):
        return
    raise Problem("bad_request", "This server does not answer to that name.")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _cap_body() -> None:
    cap = body_cap(request.path)
    request.max_content_length = cap
    if (request.content_length or 0) > cap:
        raise Problem("too_large", f"A body here may have at most {cap // KIB} KiB.")


def _check_same_site() -> None:
    """Refuse a change that another site could have caused (S2).

    A program with a bearer token sends no cookie. Everything else must come from our own page:
    Sec-Fetch-Site says so, or Origin where that is lacking; the API also wants its own header and
    a type of body that no form can send.
    """
    if request.method in READS or is_bearer():
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        own = site in ("same-origin", "none")
    else:
        own = origin is None or origin == f"{request.scheme}://{request.host}"
    if not own:
        raise Problem("not_same_site")
    if not request.path.startswith("/api/"):
        return
    if request.headers.get("X-Walkround") != "1":
        raise Problem("not_same_site", "Send the header X-Walkround: 1.")
    if request.content_length and request.mimetype not in SAFE_TYPES:
        raise Problem("wrong_type", "Send JSON with Content-Type: application/json.")


def _set_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    is_page = NONCE in request.environ
    csp = PAGE_CSP.format(nonce=request.environ[NONCE]) if is_page else APP_CSP
    response.headers.setdefault("Content-Security-Policy", csp)
    if request.is_secure and not current_app.config.get("LAN"):
        response.headers["Strict-Transport-Security"] = HSTS
    if request.path.startswith("/api/") or is_page:
        response.headers["Cache-Control"] = "no-store"
    return response
