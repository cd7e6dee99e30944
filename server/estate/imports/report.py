"""What an import found or did, ready to print and to keep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from server.estate.imports.matching import FATES, Fate

MOST_DETAILS = 500


@dataclass(slots=True)
class Report:
    """Rows of a file and their fates, which sum to the rows."""

    file_name: str
    about: str  # "Ash High" or "schools and trusts"
    how: str  # how the file was understood
    rows: int = 0
    applied: bool = False
    counts: dict[Fate, int] = field(default_factory=lambda: dict.fromkeys(FATES, 0))
    columns: tuple[tuple[str, str], ...] = ()
    personal: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    details: list[tuple[int, Fate, str]] = field(default_factory=list)  # row, fate, words

    def add(self, number: int, fate: Fate, words: str) -> None:
        self.counts[fate] += 1
        if words and len(self.details) < MOST_DETAILS:
            # One line of it, whatever a cell held: it is printed in a terminal.
            self.details.append((number, fate, " ".join(words.split())))

    def lines(self, most: int = 40) -> list[str]:
        """Return the report in plain English, problems first."""
        done = "Applied" if self.applied else "Dry run: nothing has been written"
        found = [f"{self.file_name} for {self.about} ({self.how})", f"{done}."]
        found += [f"  {self.counts[fate]:>7,}  {fate}" for fate in FATES]
        found.append(f"  {self.rows:>7,}  rows in all")
        if self.columns:
            pairs = ", ".join(f"{header} → {name}" for header, name in self.columns)
            found.append(f"Columns read: {pairs}.")
        if self.personal:
            found.append(f"Left out because they are about people: {', '.join(self.personal)}.")
        if self.unused:
            found.append(f"Not used: {', '.join(self.unused)}.")
        return found + self._detail_lines(most)

    def _detail_lines(self, most: int) -> list[str]:
        worst_first = sorted(self.details, key=lambda item: (-FATES.index(item[1]), item[0]))
        told = [f"  row {n}: {fate}, {words}" for n, fate, words in worst_first]
        if len(told) > most:
            return [*told[:most], f"  and {len(told) - most:,} more rows with something to say"]
        return told

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def to_json(self) -> dict[str, object]:
        """Return what the import run keeps."""
        return {
            "file_name": self.file_name,
            "about": self.about,
            "how": self.how,
            "rows": self.rows,
            "applied": self.applied,
            "counts": dict(self.counts),
            "columns": [list(pair) for pair in self.columns],
            "personal": list(self.personal),
            "unused": list(self.unused),
            "details": [list(detail) for detail in self.details],
        }

    def take_up(self, counts: dict[Fate, int], details: Iterable[tuple[int, Fate, str]]) -> None:
        """Go on from what an interrupted run had counted."""
        self.counts = {fate: int(counts.get(fate, 0)) for fate in FATES}
        self.details = [(number, fate, words) for number, fate, words in details]
