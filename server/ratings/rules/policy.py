"""The thresholds that rule ratings and cells: shipped defaults an organisation may override."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

# Bumped when the rules themselves change; a policy edit bumps the version of the policy.
RULES = 1


@dataclass(frozen=True, slots=True)
class Policy:
    """Days, gigabytes and shares (thousandths of replacement value)."""

    version: int = 0
    evidence_days: int = 730  # a good grade older than this is no evidence
    support_soon_days: int = 365  # support that ends this soon is amber
    pat_red_days: int = 365  # an electrical test overdue by this much is red
    memory_red_gb: int = 4  # less memory than this cannot run a supported system
    memory_amber_gb: int = 8  # less than this is short
    red_share: int = 250
    amber_share: int = 250
    grey_share: int = 150

    @property
    def rule_version(self) -> int:
        """Return one number for rules and policy together, as every rating stores it."""
        return RULES * 1000 + self.version


def version_words(rule_version: int) -> str:
    """Return ``1.3`` for the third policy under the first rules."""
    return f"{rule_version // 1000}.{rule_version % 1000}"


def policy_of(version: int, values: Mapping[str, object]) -> Policy:
    """Return the defaults with an organisation's own whole numbers laid over them."""
    known = {item.name for item in fields(Policy)} - {"version"}
    own = {key: value for key, value in values.items() if key in known and type(value) is int}
    return replace(Policy(version=version), **own)
