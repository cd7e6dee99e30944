"""What would turn a cell green, step by step, worst first, and for how much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from server.ratings.rules.cells import Counts, cell_rag
from server.ratings.rules.policy import Policy
from server.ratings.rules.reasons import AMBER, BY_KEY

LONGEST = 12
VERBS = {
    "replace": "Replace",
    "update": "Update",
    "manage": "Manage and encrypt",
    "test": "Test",
    "look": "Record what is not known of",
}


@dataclass(frozen=True, slots=True)
class Flaw:
    """One rated thing that is not green."""

    type_name: str
    rag: str
    quantity: int
    value_pence: int
    critical: bool
    critical_service: bool
    reasons: tuple[str, ...]  # keys of reasons.py, of all dimensions


@dataclass(frozen=True, slots=True)
class Step:
    words: str
    pence: int
    then_rag: str


def cure_of(rag: str, reasons: Iterable[str]) -> str:
    """Return what would help: buying a new one only where that takes the reason away."""
    if rag == "grey":
        return "look"
    bad = [BY_KEY[key] for key in reasons if BY_KEY[key].level >= AMBER]
    if any(reason.replace_cures for reason in bad) or not bad:
        return "replace"
    dimensions = {reason.dimension for reason in bad}
    if "support" in dimensions:
        return "update"
    return "manage" if "security" in dimensions else "test"


def ladder(counts: Counts, flaws: Iterable[Flaw], policy: Policy) -> list[Step]:
    """Return the steps from here to green, the worst first, each with the colour it leaves."""
    groups: dict[tuple[int, int, str, str], list[Flaw]] = {}
    for flaw in flaws:
        cure = cure_of(flaw.rag, flaw.reasons)
        groups.setdefault((_rank(flaw), list(VERBS).index(cure), flaw.type_name, cure), []).append(
            flaw
        )
    steps: list[Step] = []
    for (_, _, type_name, cure), members in sorted(groups.items()):
        if cell_rag(counts, policy)[0] == "green" or len(steps) == LONGEST:
            break
        for flaw in members:
            counts = _mended(counts, flaw)
        number = sum(flaw.quantity for flaw in members)
        pence = sum(flaw.value_pence for flaw in members) if cure == "replace" else 0
        words = f"{VERBS[cure]} {number} {many(type_name, number)}"
        steps.append(Step(words, pence, cell_rag(counts, policy)[0]))
    return steps


def _rank(flaw: Flaw) -> int:
    if flaw.rag == "red":
        return 0 if flaw.critical_service else 1 if flaw.critical else 2
    return 3 if flaw.rag == "amber" else 4


def _mended(counts: Counts, flaw: Flaw) -> Counts:
    """Return the counts with this thing green."""
    moved: Mapping[str, int] = {
        flaw.rag: getattr(counts, flaw.rag) - flaw.quantity,
        f"{flaw.rag}_pence": getattr(counts, f"{flaw.rag}_pence") - flaw.value_pence,
        "green": counts.green + flaw.quantity,
        "green_pence": counts.green_pence + flaw.value_pence,
    }
    counts = replace(counts, **moved)
    if flaw.rag != "red":
        return counts
    return replace(
        counts,
        critical_red=counts.critical_red - flaw.quantity * flaw.critical,
        service_red=counts.service_red - flaw.quantity * flaw.critical_service,
    )


def many(name: str, number: int) -> str:
    """Return a type's name as it stands in a sentence: ``2 edge switches``."""
    said = name if name[1:2].isupper() else name[:1].lower() + name[1:]
    if number == 1 or said.endswith("s"):
        return said
    if said.endswith(("ch", "sh", "x")):
        return f"{said}es"
    if said.endswith("y") and said[-2:-1] not in "aeiou":
        return f"{said[:-1]}ies"
    return f"{said}s"
