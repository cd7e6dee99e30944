"""What the web server loads: one application, with the settings of the environment."""

from __future__ import annotations

import gc

from server.app import create_app
from server.settings import read_settings

app = create_app(read_settings())
# What is loaded now stays: passing over it again in every collection cost a fifth of a large push.
gc.collect()
gc.freeze()
