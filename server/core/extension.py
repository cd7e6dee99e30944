"""What the running application carries (settings, the registry), for floors that know no Flask."""

from __future__ import annotations

from typing import Any

from flask import current_app


def extension(name: str) -> Any:
    """Return ``app.extensions[name]`` of the application at work."""
    return current_app.extensions[name]
