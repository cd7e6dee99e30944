"""Every route says who may use it: one that forgets is refused here, before anybody finds it."""

from __future__ import annotations

import pytest
from flask import Flask

from server.accounts.access import access_of

pytestmark = pytest.mark.only("sqlite")
# Made by libraries, harmless and public: the description of the API itself.
PUBLIC = {"api-docs.openapi_json"}


def test_every_route_has_an_authorisation_rule(app: Flask) -> None:
    silent = {
        f"{rule.rule} {method}"
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in PUBLIC
        for method in rule.methods or ()
        if method not in {"HEAD", "OPTIONS"} and not _has_rule(app, rule.endpoint, method)
    }
    assert silent == set()


def _has_rule(app: Flask, endpoint: str, method: str) -> bool:
    view = app.view_functions[endpoint]
    by_method = getattr(getattr(view, "view_class", None), method.lower(), None)
    return any(one is not None and access_of(one) is not None for one in (view, by_method))


def test_every_address_of_the_api_lies_below_api(app: Flask) -> None:
    """JSON lives under /api, so that the boundary can tell a page from a call."""
    from server.app import FEATURES

    pages = {"sign-in", "sign-out", "healthz", "pages"}
    strays = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if app.view_functions[rule.endpoint].__module__.split(".")[1] in FEATURES
        and rule.rule.split("/")[1] not in pages | {"api"}
    }
    assert strays == set()
