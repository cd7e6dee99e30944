"""The application: settings → core → features → the app's shell. The one composition root."""

from __future__ import annotations

import importlib
from typing import Any

from flask import Flask
from flask_smorest import Api

from server.core.database import db, engine_options, prepare_engine
from server.exchange.registry import Registry, Synced
from server.settings import Settings

# Lowest floor first; each may have models, an ``api.py`` with ``blp`` and a ``collections.py``.
FEATURES = ("accounts", "exchange", "estate", "audits", "ratings", "planning")


def create_app(settings: Settings) -> Flask:
    """Build the application for these settings. It opens no connection and starts nothing."""
    app = Flask(__name__, static_folder=None)
    app.config.update(_config(settings))
    app.extensions["settings"] = settings
    _load_models()
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    app.extensions["registry"] = synced_kinds()
    _install_core(app)
    _register_routes(app)
    return app


def synced_kinds() -> Registry:
    """Return every synced kind of this build, parents first."""
    kinds: list[Synced] = []
    for feature in FEATURES:
        module = _optional(f"server.{feature}.collections")
        if module is not None:
            kinds.extend(module.COLLECTIONS)
    return Registry(kinds)


def _config(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings.database_url),
        "TESTING": settings.testing,
        "HOSTS": settings.hosts,
        "LAN": settings.lan,
        "MAX_CONTENT_LENGTH": 16 * 1024 * 1024,
        "JSON_SORT_KEYS": False,
        "API_TITLE": "Walkround",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/api",
        "OPENAPI_JSON_PATH": "openapi.json",
    }


def _load_models() -> None:
    for name in ("core.scopes", "core.jobs", *(f"{feature}.models" for feature in FEATURES)):
        importlib.import_module(f"server.{name}")


def _install_core(app: Flask) -> None:
    """Attach the request boundary, problem answers and security headers."""
    for name in ("unit", "errors", "security", "queue"):
        module = _optional(f"server.core.{name}")
        if module is not None:
            module.install(app)


def _register_routes(app: Flask) -> None:
    api = Api(app)
    for name in ("core", *FEATURES):
        module = _optional(f"server.{name}.api")
        if module is None:
            continue
        one = getattr(module, "blp", None)
        for blueprint in getattr(module, "blueprints", (one,) if one else ()):
            api.register_blueprint(blueprint)
    from server.job_api import blp as jobs
    from server.shell import shell

    api.register_blueprint(jobs)

    app.register_blueprint(shell)


def _optional(name: str) -> Any:
    """Import a room that a feature may lack; a fault inside an existing one is still raised."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name == name:
            return None
        raise
