"""The first-steps page of run --lan: plain HTTP, because a new tablet trusts nothing yet.

It shows how to trust this installation's certificate, add the app to the home screen and sign in
with a short code. It serves the certificate and nothing else; no data of any school passes here.
"""

from __future__ import annotations

import html
import signal
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from typing import NoReturn

from server.run.lan import authority_der

CERTIFICATE = "/walkround-certificate.crt"
TEMPLATE = Path(__file__).with_name("first_steps.html")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def page(app_address: str) -> str:
    """Return the first-steps page for an installation at this HTTPS address."""
    words = TEMPLATE.read_text(encoding="utf-8")
    return words.replace("{app}", html.escape(app_address)).replace("{certificate}", CERTIFICATE)


class FirstSteps(ThreadingHTTPServer):
    """Serves the page and the certificate to the local network."""

    daemon_threads = True

    def __init__(self, host: str, port: int, app_address: str, authority: Path) -> None:
        super().__init__((host, port), Handler)
        self.page = page(app_address).encode()
        self.certificate = authority_der(authority)


class Handler(BaseHTTPRequestHandler):
    """Two addresses; everything else is not found."""

    server: FirstSteps
    server_version = "Walkround"
    sys_version = ""
    timeout = 10

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        path = self.path.partition("?")[0]
        if path == "/":
            self._send(HTTPStatus.OK, "text/html; charset=utf-8", self.server.page, with_body)
        elif path == CERTIFICATE:
            kind = "application/x-x509-ca-cert"
            self._send(HTTPStatus.OK, kind, self.server.certificate, with_body)
        else:
            words = b"There is nothing here. Go to the first steps: /\n"
            self._send(HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", words, with_body)

    def _send(self, status: HTTPStatus, kind: str, body: bytes, with_body: bool) -> None:
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (its name there)
        """Keep no log of who looked."""


def main(host: str, port: str, app_address: str, authority: str) -> None:
    """Serve until told to stop."""

    def leave(_signal: int, _frame: FrameType | None) -> NoReturn:
        sys.exit(0)

    signal.signal(signal.SIGTERM, leave)
    with FirstSteps(host, int(port), app_address, Path(authority)) as server:
        server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
