"""The label layouts we print on, in millimetres from the top left corner of the page."""

from __future__ import annotations

from dataclasses import dataclass

PAGE_MM = (210.0, 297.0)  # A4


@dataclass(frozen=True, slots=True)
class Layout:
    """One die-cut sheet. Dimensions are the maker's, as glabels-qt's template list gives them."""

    part: str
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    pitch_x: float
    pitch_y: float

    @property
    def per_sheet(self) -> int:
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """Return the top left corner of a label by its place on the sheet, row by row."""
        row, column = divmod(place, self.columns)
        return self.left + column * self.pitch_x, self.top + row * self.pitch_y


# Avery L7651, the same die as 8651 (glabels-qt templates, 2da9b2d).
L7651 = Layout("L7651", 5, 13, 38.1, 21.2, 4.7, 10.9, 40.6, 21.2)
