"""``python -m tests.api_types``: write pwa/src/domain/generated again after a route has changed."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from server.app import create_app
from server.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
NODE = ROOT / ".venv/lib/node/bin/node"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        url = f"sqlite:///{data / 'none.db'}"
        app = create_app(
            Settings(data, 0, url, url, "redis://unused", data, "x" * 64, testing=True)
        )
        told = data / "openapi.json"
        told.write_bytes(app.test_client().get("/api/openapi.json").data)
        script = ROOT / "pwa/scripts/api-types.mjs"
        subprocess.run([str(NODE), str(script), str(told)], check=True)


if __name__ == "__main__":
    main()
