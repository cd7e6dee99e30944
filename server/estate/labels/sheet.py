"""Draw label sheets as PDF: a bare code as QR version 1 level Q, the readable code beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path

import qrcode
import reportlab
from qrcode.constants import ERROR_CORRECT_Q
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from server.estate.labels.layouts import L7651, PAGE_MM, Layout
from server.estate.rules import TAG_LENGTH

MODULE_MM = 0.5
MODULES = 21  # version 1
QUIET = 4  # modules of white that every reader may count on
QR_MM = (MODULES + 2 * QUIET) * MODULE_MM  # 14.5
INSET_MM = 2.0  # printers and hands are not exact
FONT = "Vera-Bold"  # shipped with reportlab and embedded, so that every printer draws it alike
FONT_SIZE = 15
# One mask for all: the choice only evens out the look, and eight trials a label cost seconds.
MASK = 3


def label_sheets(codes: Sequence[str], layout: Layout = L7651) -> bytes:
    """Return a PDF with one label per code, in order, as many pages as they need."""
    _load_font()
    out = BytesIO()
    canvas = Canvas(out, pagesize=(PAGE_MM[0] * mm, PAGE_MM[1] * mm), invariant=1)
    canvas.setTitle("Walkround labels")
    canvas.setSubject(f"{layout.part}, {len(codes)} labels; print at 100 %, not fitted to the page")
    for start in range(0, len(codes), layout.per_sheet):
        for place, code in enumerate(codes[start : start + layout.per_sheet]):
            _draw_label(canvas, layout, place, code)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def qr_modules(code: str) -> list[list[bool]]:
    """Return the 21 × 21 modules of a code, dark = true, without the quiet zone."""
    drawn = qrcode.QRCode(version=1, error_correction=ERROR_CORRECT_Q, mask_pattern=MASK, border=0)
    drawn.add_data(code, optimize=0)
    drawn.make(fit=False)
    return [[bool(dark) for dark in row] for row in drawn.modules]


def _draw_label(canvas: Canvas, layout: Layout, place: int, code: str) -> None:
    left, top = layout.corner(place)
    qr_left = left + INSET_MM + QUIET * MODULE_MM
    qr_top = top + (layout.height - QR_MM) / 2 + QUIET * MODULE_MM
    path = canvas.beginPath()
    for x, y, width in _runs(qr_modules(code)):
        path.rect(
            (qr_left + x * MODULE_MM) * mm,
            (PAGE_MM[1] - qr_top - (y + 1) * MODULE_MM) * mm,
            width * MODULE_MM * mm,
            MODULE_MM * mm,
        )
    canvas.drawPath(path, fill=1, stroke=0)
    canvas.setFont(FONT, FONT_SIZE)
    text_left = (left + INSET_MM + QR_MM) * mm
    middle = (PAGE_MM[1] - top - layout.height / 2) * mm
    half = TAG_LENGTH // 2
    canvas.drawString(text_left, middle + 2.5, code[:half] + "-")
    canvas.drawString(text_left, middle - FONT_SIZE + 0.5, code[half:])


def _runs(modules: Sequence[Sequence[bool]]) -> Iterable[tuple[int, int, int]]:
    """Yield (x, y, width) of each row's unbroken dark runs: a third of the squares to draw."""
    for y, row in enumerate(modules):
        start: int | None = None
        for x, dark in enumerate([*row, False]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                yield start, y, x - start
                start = None


@cache
def _load_font() -> None:
    path = Path(reportlab.__file__).parent / "fonts" / "VeraBd.ttf"
    pdfmetrics.registerFont(TTFont(FONT, str(path)))
