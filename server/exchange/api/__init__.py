"""The sync endpoints, /api/sync/v1: they read the request and write the answer, nothing else."""

from __future__ import annotations

from server.exchange.api import blobs, devices, fetch, lost, push, review, unsent
from server.exchange.api.blueprint import blp

__all__ = ["blobs", "blp", "devices", "fetch", "lost", "push", "review", "unsent"]
