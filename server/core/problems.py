"""The problem catalogue: RFC 9457 bodies with a permanent slug and a sentence to act on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# slug -> (HTTP status, title). Slugs never change; docs/problems.md lists them (guard test).
CATALOGUE: dict[str, tuple[int, str]] = {
    "bad_request": (400, "The request could not be read"),
    "bad_value": (422, "Some values cannot be used"),
    "sign_in_needed": (401, "Sign in to go on"),
    "sign_in_failed": (401, "The e-mail or password is not right"),
    "not_allowed": (403, "Your role may not do this"),
    "not_same_site": (403, "The request did not come from this site"),
    "not_found": (404, "There is nothing here that you may see"),
    "client_taken": (403, "This device database belongs to another person"),
    "gap": (409, "Changes are missing before these"),
    "epoch": (409, "The server was restored; ask it where to go on"),
    "fork": (409, "These changes were sent before with another content"),
    "not_at_head": (409, "The scope has moved on; a digest compares only at its head"),
    "wrong_offset": (409, "The upload goes on at another place"),
    "app_too_old": (426, "This version of the app is too old to fetch; it can still send"),
    "wrong_hash": (460, "The bytes are not those announced; send them again"),
    "conflict": (409, "Somebody changed this meanwhile"),
    "not_settled": (409, "Work of this visit is not settled yet"),
    "gone": (410, "This no longer exists"),
    "too_large": (413, "This is larger than allowed"),
    "wrong_type": (415, "This kind of file or body is not taken"),
    "hand_in_full": (429, "A person must first decide what this tablet handed in before"),
    "too_many": (429, "Too many tries; wait a moment"),
    "server_error": (500, "Something went wrong here; your work is safe on your device"),
    "unavailable": (503, "The server is busy; try again in a moment"),
    "no_room": (507, "The server's disk is full; what you sent is safe on your device"),
}


@dataclass(slots=True)
class Problem(Exception):  # noqa: N818  (a Problem is what RFC 9457 calls it)
    """A broken rule, said in words: slug, what to do, and every field that is wrong."""

    slug: str
    detail: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        return CATALOGUE[self.slug][0]

    def body(self) -> dict[str, object]:
        """Return the application/problem+json members."""
        status, title = CATALOGUE[self.slug]
        body: dict[str, object] = {
            "type": f"/problems/{self.slug}",
            "slug": self.slug,
            "title": title,
            "status": status,
            **self.extra,
        }
        if self.detail:
            body["detail"] = self.detail
        if self.fields:
            body["fields"] = dict(self.fields)
        return body
