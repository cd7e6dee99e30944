"""The accounts API: signing in and out, the session, codes, people; and who each request is."""

from __future__ import annotations

from server.accounts.api import boundary, pages, people, session
from server.accounts.api.blueprint import blp

blp.before_app_request(boundary.authenticate)
blp.teardown_app_request(boundary.forget)
# The pages are for people and stay out of the API's description.
blp.record_once(lambda state: state.app.register_blueprint(pages.pages))

__all__ = ["blp", "boundary", "pages", "people", "session"]
