"""The built app keeps its budget, its policy and the API's types; `make build` has made it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from flask.testing import FlaskClient

pytestmark = pytest.mark.only("sqlite")
ROOT = Path(__file__).resolve().parents[2]
PWA = ROOT / "pwa"
NODE = ROOT / ".venv/lib/node/bin/node"


def node(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(NODE), *arguments], cwd=PWA, capture_output=True, text=True, check=False
    )


def test_the_field_app_stays_within_its_budget() -> None:
    done = node("scripts/sizes.mjs")
    sizes = json.loads(done.stdout)
    assert done.returncode == 0, sizes
    assert sizes["field"]["js"] <= sizes["stop"]["js"]
    assert sizes["field"]["css"] <= sizes["stop"]["css"]


def test_the_types_of_the_api_are_what_the_server_says(client: FlaskClient, tmp_path: Path) -> None:
    told = tmp_path / "openapi.json"
    told.write_bytes(client.get("/api/openapi.json").data)
    done = node("scripts/api-types.mjs", str(told), "--check")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", ["field.html", "desk.html"])
def test_a_page_has_nothing_that_the_content_policy_refuses(page: str) -> None:
    text = (PWA / "dist" / page).read_text()
    scripts = text.split("<script")[1:]
    assert scripts
    assert all(" src=" in script.split(">")[0] for script in scripts)
    assert "<style" not in text
    assert "style=" not in text
    assert "data:" not in text


def test_the_service_worker_keeps_what_the_field_app_needs() -> None:
    worker = (PWA / "dist" / "sw.js").read_text()
    assert "__PRECACHE__" not in worker
    for needed in ("/field.html", "zxing_reader", "barcode.worker", "image.worker", ".woff2"):
        assert needed in worker


def test_the_lock_names_no_registry() -> None:
    lock = (PWA / "package-lock.json").read_text()
    assert '"resolved"' not in lock
