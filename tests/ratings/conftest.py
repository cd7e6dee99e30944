"""A school with two rooms and no kit, on a day that stands still."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.ratings.kit import Ground, freeze, lay_ground


@pytest.fixture
def ground(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Ground:
    freeze(monkeypatch)
    return lay_ground(app)
