"""A tablet in the room: it trusts our authority once, then has a camera and works offline.

`run --lan` is for one machine with the embedded defaults, so it is tried on SQLite alone.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

from server.run.lan import lan_names, make_certificates
from tests.platform.tree import Running

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
NAMES = ("192.0.2.7", "desk.local")
PASSWORD = "harbour lantern meadow 47"
EMAIL = "first.person@alder.example"


class TestCertificates:
    def test_a_leaf_lives_397_days_at_most_and_names_every_address(self, tmp_path: Path) -> None:
        made = make_certificates(tmp_path, NAMES, NOW)
        leaf = x509.load_pem_x509_certificate(made.leaf.read_bytes())
        assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= dt.timedelta(days=397)
        named = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names = {str(name.value) for name in named}
        assert names == {"192.0.2.7", "desk.local", "localhost", "127.0.0.1"}

    def test_a_start_renews_the_leaf_and_keeps_the_authority(self, tmp_path: Path) -> None:
        first = make_certificates(tmp_path, NAMES, NOW)
        before = (first.authority.read_bytes(), first.leaf.read_bytes())
        again = make_certificates(tmp_path, NAMES, NOW + dt.timedelta(days=390))
        assert again.authority.read_bytes() == before[0]
        assert again.leaf.read_bytes() != before[1]

    def test_keys_are_for_their_owner_only(self, tmp_path: Path) -> None:
        made = make_certificates(tmp_path, NAMES, NOW)
        for key in (made.key, tmp_path / "authority.key"):
            assert stat.S_IMODE(key.stat().st_mode) == 0o600


def walkround(data: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "server.cli", "--data", str(data), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data = tmp_path_factory.mktemp("lan") / "data"
    who = ("--name", "Alder School", "--kind", "school", "--person", "First Person")
    walkround(data, "init", *who, "--email", EMAIL, "--password", PASSWORD)
    with Running(data, "--lan", "--no-demo") as server:
        yield server


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


def phone(playwright: Playwright, home: Path) -> Browser:
    """Start a Chromium whose trusted authorities are those of one home folder."""
    names = ", ".join(f"MAP {name} 127.0.0.1" for name in lan_names())
    return playwright.chromium.launch(
        executable_path=shutil.which("chromium"),
        args=[
            *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
            *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
            f"--host-resolver-rules={names}",
        ],
        env={**os.environ, "HOME": str(home)},
    )


def home_with(folder: Path, authority: Path | None) -> Path:
    """Make a home folder that trusts an authority, as a person does in a tablet's settings."""
    database = folder / ".pki" / "nssdb"
    database.mkdir(parents=True)
    subprocess.run(["certutil", "-d", f"sql:{database}", "-N", "--empty-password"], check=True)
    if authority is not None:
        trust = ["certutil", "-d", f"sql:{database}", "-A", "-t", "C,,", "-n", "walkround"]
        subprocess.run([*trust, "-i", str(authority)], check=True)
    return folder


def open_page(browser: Browser) -> Page:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True,
        accept_downloads=True,
    )  # fmt: skip
    return context.new_page()


def test_a_phone_walks_the_first_steps_on_sqlite(
    running: Running, playwright: Playwright, tmp_path: Path
) -> None:
    host = next(name for name in lan_names() if name.endswith(".local"))
    app = f"https://{host}:{running.port}"
    first_steps = f"http://{host}:{running.port + 1}/"
    with phone(playwright, home_with(tmp_path / "new", None)) as browser:
        page = open_page(browser)
        page.goto(first_steps)
        with page.expect_download() as download:
            page.get_by_role("link", name="Download the certificate").click()
        downloaded = download.value.path().read_bytes()
        with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
            page.goto(f"{app}/sign-in")
    authority = tmp_path / "walkround.crt"
    authority.write_bytes(downloaded)
    code = walkround(running.data, "code", "--user", EMAIL)
    with phone(playwright, home_with(tmp_path / "trusting", authority)) as browser:
        page = open_page(browser)
        answer = page.goto(f"{app}/sign-in")
        assert answer is not None
        assert "strict-transport-security" not in answer.headers
        page.locator("#code").fill(code)
        page.locator("#code").press("Enter")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        assert page.evaluate("isSecureContext && 'serviceWorker' in navigator")
        assert page.evaluate("typeof navigator.mediaDevices.getUserMedia") == "function"


def test_the_first_steps_page_gives_nothing_but_itself(running: Running) -> None:
    import urllib.error
    import urllib.request

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"http://127.0.0.1:{running.port + 1}/authority.key", timeout=5)
    assert refused.value.code == 404
    refused.value.close()
