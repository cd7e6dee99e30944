"""The colour of a cell: counts, values and floors, so that many greens never bury a red."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, dataclass

from server.ratings.rules.policy import Policy


@dataclass(frozen=True, slots=True)
class Counts:
    """What one cell holds: things and pence per colour, and the reds that set floors."""

    red: int = 0
    amber: int = 0
    green: int = 0
    grey: int = 0
    red_pence: int = 0
    amber_pence: int = 0
    green_pence: int = 0
    grey_pence: int = 0
    critical_red: int = 0
    service_red: int = 0

    @property
    def total(self) -> int:
        return self.red + self.amber + self.green + self.grey

    @property
    def total_pence(self) -> int:
        return self.red_pence + self.amber_pence + self.green_pence + self.grey_pence

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    def part(self, *rags: str) -> tuple[int, int]:
        """Return (part, whole) in pence; in things when nothing here has a price."""
        if self.total_pence:
            return sum(getattr(self, f"{rag}_pence") for rag in rags), self.total_pence
        return self.part_of_things(*rags)

    def part_of_things(self, *rags: str) -> tuple[int, int]:
        return sum(getattr(self, rag) for rag in rags), self.total


EMPTY = Counts()

# Rule ids are permanent; the first that fits gives the colour.
RULES: dict[str, str] = {
    "CR-0": "There is nothing here to rate.",
    "RF-2": "A red critical service makes it red.",
    "CR-1": "Red is at least {red_share} of replacement value.",
    "CR-1a": "Everything here is red.",
    "RF-1": "A red critical asset holds it at best amber.",
    "CR-2": "Any red makes it at best amber.",
    "CR-3": "Red and amber are at least {amber_share} of replacement value.",
    "CR-4": "More than {grey_share} has no evidence, so it is not rated.",
    "CR-5": "Nothing here is red, and little is amber or without evidence.",
}


def sum_counts(many: Iterable[Counts]) -> Counts:
    total = EMPTY
    for counts in many:
        total = total + counts
    return total


def cell_rag(counts: Counts, policy: Policy) -> tuple[str, str]:
    """Return the colour and the id of the first rule that fits."""
    if not counts.total:
        return "grey", "CR-0"
    for fits, rag, rule in (
        (counts.service_red > 0, "red", "RF-2"),
        (counts.red > 0 and reaches(counts.part("red"), policy.red_share), "red", "CR-1"),
        (counts.red == counts.total, "red", "CR-1a"),
        (counts.critical_red > 0, "amber", "RF-1"),
        (counts.red > 0, "amber", "CR-2"),
        (_is_much(counts, policy), "amber", "CR-3"),
        (_is_unknown(counts, policy), "grey", "CR-4"),
    ):
        if fits:
            return rag, rule
    return "green", "CR-5"


def reaches(part: tuple[int, int], share: int) -> bool:
    """Say whether a part is at least so many thousandths of the whole, without rounding."""
    return part[0] * 1000 >= share * part[1]


def _is_much(counts: Counts, policy: Policy) -> bool:
    if counts.amber == counts.total:
        return True
    return counts.amber > 0 and reaches(counts.part("red", "amber"), policy.amber_share)


def _is_unknown(counts: Counts, policy: Policy) -> bool:
    """By value or by number: kit without a price must not pass as green unseen."""
    return any(
        part * 1000 > policy.grey_share * whole
        for part, whole in (counts.part("grey"), counts.part_of_things("grey"))
    )


def rule_words(rule: str, policy: Policy) -> str:
    """Return a rule as a sentence, with this organisation's thresholds."""
    return RULES[rule].format(
        red_share=_percent(policy.red_share),
        amber_share=_percent(policy.amber_share),
        grey_share=_percent(policy.grey_share),
    )


def _percent(thousandths: int) -> str:
    whole, rest = divmod(thousandths, 10)
    return f"{whole}.{rest}%" if rest else f"{whole}%"
