"""What the web server loads: one application, with the settings of the environment."""

from __future__ import annotations

from server.app import create_app
from server.core.memory import keep_loaded
from server.settings import read_settings

app = create_app(read_settings())
keep_loaded()
