"""Invented names. None is a real school, person or company."""

from __future__ import annotations

TRUST = "Tidewell Learning Trust"
CONSULTANCY = "Larkspur ICT Consulting"
OTHER_ORGANISATION = "Merrivane Academy"

FIRST = (
    "Aldermoor", "Beckfold", "Cobblewick", "Dunmere", "Fennimore", "Harrowgill", "Kestrel Rise",
    "Saltersby", "Wychbourne", "Ambleholt", "Brackenthwaite", "Copperwell", "Drysdale Fold",
    "Elmscote", "Foxhollow", "Gorsebank", "Hawkstone Vale", "Ivelbridge", "Juniper Lane",
    "Larchmere", "Mossgate", "Nettlecombe Rise", "Oakenshaw Fold", "Pennyroyal", "Quillhurst",
    "Rookwood Vale", "Sedgebrook", "Thistledown", "Underhay", "Vellumbridge",
)  # fmt: skip

# role key -> (name, e-mail name)
PEOPLE = {
    "consultant": ("Robin Ashdown", "robin"),
    "technician": ("Sam Willowby", "sam"),
    "school_it": ("Alex Fennick", "alex"),
    "trust_it": ("Jo Harrowby", "jo"),
    "leader": ("Pat Dunmarrow", "pat"),
}
OTHER_PERSON = ("Kit Lindell", "kit")
MAIL = "demo.example"


SIDES = ("", " North", " South", " East", " West", " Upper", " Lower")
KINDS = {"primary": "Primary School", "secondary": "Academy", "infant": "Infant School"}


def school_name(index: int, phase: str) -> str:
    """Return the name of the demo's school number ``index``, different for each."""
    first = FIRST[index % len(FIRST)]
    return f"{first}{SIDES[index // len(FIRST) % len(SIDES)]} {KINDS[phase]}"
