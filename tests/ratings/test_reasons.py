"""Why a thing has its colour, in words."""

from __future__ import annotations

import pytest

from server.ratings.services.cell_detail import worst_reasons

UNKNOWN = {
    "support": {"rag": "grey", "reason": "support_unknown"},
    "age": {"rag": "green", "reason": "within_life", "on": "2030-09-01"},
    "condition": {"rag": "grey", "reason": "not_graded"},
    "fitness": {"rag": "grey", "reason": "fitness_unknown"},
    "security": {"rag": "grey", "reason": "security_unknown"},
    "safety": {"rag": "grey", "reason": "safety_unknown"},
}
WORN = UNKNOWN | {"condition": {"rag": "amber", "reason": "grade_b", "on": "2026-11-03"}}
WEAR = "Minor wear, seen on 3 November 2026"


@pytest.mark.parametrize(
    ("dimensions", "rag", "required", "words"),
    [
        (UNKNOWN, "grey", ["age", "condition"], ["Not graded yet"]),
        (UNKNOWN, "grey", ["support", "age"], ["Support end not known"]),
        (WORN, "grey", ["support"], ["Support end not known", WEAR]),
        (WORN, "amber", ["support"], [WEAR]),
        (UNKNOWN, "green", ["age"], ["Within its life until 1 September 2030"]),
    ],
)  # fmt: skip
def test_a_thing_without_a_colour_names_only_what_its_type_needs_known(
    dimensions: dict[str, dict[str, str]], rag: str, required: list[str], words: list[str]
) -> None:
    assert [one["words"] for one in worst_reasons(dimensions, rag, required)] == words
