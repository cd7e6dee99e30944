"""Use cases of accounts. None commits: the request, the job or the command does."""

from __future__ import annotations

from server.accounts.services.codes import make_sign_in_code
from server.accounts.services.devices import enrol_device
from server.accounts.services.people import (
    add_user,
    create_organisation,
    grant_membership,
    revoke_membership,
    set_password,
)
from server.accounts.services.sessions import end_sessions_of
from server.accounts.services.tokens import make_token

__all__ = [
    "add_user",
    "create_organisation",
    "end_sessions_of",
    "enrol_device",
    "grant_membership",
    "make_sign_in_code",
    "make_token",
    "revoke_membership",
    "set_password",
]
