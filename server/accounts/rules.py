"""Decisions about sign-in: what a password, a code, a session and a lock-out are. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

IDLE = 12 * HOUR
ABSOLUTE = 30 * DAY
SEEN_EVERY = 5 * MINUTE  # how often last_seen is written
ENROLLED_FOR = 180 * DAY
CODE_LIFE = 10 * MINUTE
CODE_FAILURES = 5
CODES_AT_ONCE = 5
FREE_FAILURES = 5
LONGEST_LOCK = 15 * MINUTE
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200

# The alphabet of tags and codes: no I, L, O or U, so that nothing is misread or rude.
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8
CODE_HANDLE = 4  # the first half finds the code, the second half proves it

# The words that lists of leaked passwords repeat most; digits and signs around them do not help.
COMMON_WORDS = """
password passw0rd letmein welcome qwerty qwertyuiop asdfghjkl zxcvbnm iloveyou admin
administrator changeme default secret football liverpool arsenal chelsea monkey dragon sunshine
princess superman batman trustno school teacher headteacher classroom academy student pupil
computer laptop network internet wireless walkround summer winter autumn spring monday tuesday
wednesday thursday friday saturday sunday january february march april june july august september
october november december london england abc abcdef abcdefgh onetwothree
"""
COMMON = frozenset(COMMON_WORDS.split())
RUNS = ("01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz")
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")


@dataclass(frozen=True, slots=True)
class Lifetime:
    """When a session began, was last seen, and ends at the latest. UTC milliseconds."""

    last_seen: int
    expires_at: int
    revoked_at: int | None


def is_live(session: Lifetime, now: int) -> bool:
    """Return whether a session still holds: not revoked, idle under 12 hours, under 30 days old."""
    return (
        session.revoked_at is None and now < session.expires_at and now < session.last_seen + IDLE
    )


def locked_for(failures: int) -> int:
    """Return how long an account waits after its nth failure in a row: 1 minute, doubling to 15."""
    if failures < FREE_FAILURES:
        return 0
    return min(MINUTE << min(failures - FREE_FAILURES, 10), LONGEST_LOCK)


def password_fault(password: str, *, email: str, name: str) -> str | None:
    """Return in words why a password is refused, or None. No rules about kinds of character."""
    if len(password) < SHORTEST_PASSWORD:
        return f"Use at least {SHORTEST_PASSWORD} characters; three or four words work well."
    if len(password) > LONGEST_PASSWORD:
        return f"Use at most {LONGEST_PASSWORD} characters."
    low = password.casefold()
    if len(set(low)) < 5 or any(low in run for run in RUNS):
        return "A repeated character or a run of them is easy to guess."
    if _is_common(low):
        return "This is one of the passwords tried first; choose another."
    for own in (email.partition("@")[0], *name.split()):
        if len(own) >= 4 and own.casefold() in low and len(low) - len(own) < 6:
            return "Do not build it on your own name or e-mail."
    return None


def _is_common(low: str) -> bool:
    plain = re.sub(r"[^a-z]", "", low.translate(str.maketrans("013457@$", "oieastas")))
    letters = re.sub(r"[\W\d_]+", "", low)
    return plain in COMMON or letters in COMMON or _is_doubled(letters)


def _is_doubled(word: str) -> bool:
    half = word[: len(word) // 2]
    return bool(half) and half * 2 == word and half in COMMON


def clean_email(text: str) -> str:
    return text.strip().lower()


def clean_code(text: str) -> str | None:
    """Return a typed code in its plain form, or None when it cannot be one.

    O reads as 0, I and L as 1; spaces and hyphens do not count.
    """
    folded = text.upper().translate(str.maketrans("OIL", "011", " -\t"))
    if len(folded) != CODE_LENGTH or set(folded) - set(CODE_ALPHABET):
        return None
    return folded


def shown_code(code: str) -> str:
    return f"{code[:CODE_HANDLE]}-{code[CODE_HANDLE:]}"


def own_path(target: str) -> str | None:
    """Return ``next=`` when it is a path of this site, else None: no host, no scheme."""
    if not target.startswith("/") or target.startswith(("//", "/\\")) or len(target) > 500:
        return None
    if any(ord(c) < 0x21 or c == "\\" or ord(c) > 0x7E for c in target):
        return None
    return target


def minutes(ms: int) -> str:
    """Say a wait in words, rounded up."""
    n = max(1, -(-ms // MINUTE))
    return "1 minute" if n == 1 else f"{n} minutes"
