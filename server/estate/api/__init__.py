"""The estate's API: schools and rooms, the register, labels."""

from __future__ import annotations

from server.estate.api import labels, places, register
from server.estate.api.blueprint import blp

__all__ = ["blp", "labels", "places", "register"]
