"""The film that the bench's fake camera shows: tag labels on a desk with an empty desk between."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import qrcode
from PIL import Image, ImageDraw
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.image.pil import PilImage

WIDTH, HEIGHT = 1280, 720
FRAMES_A_SECOND = 30
DESK = (70, 64, 60)
# The label's top left corner; the page looks for its white margin here (see tablet_pages.SCANS).
LABEL_AT = (510, 240)


def make_film(path: Path, codes: Sequence[str], *, shown: float, empty: float) -> Path:
    """Write an MJPEG: an empty desk, then a label, for each code; times are in seconds."""
    desk = _jpeg(Image.new("RGB", (WIDTH, HEIGHT), DESK)) * round(empty * FRAMES_A_SECOND)
    with path.open("wb") as file:
        for code in codes:
            file.write(desk)
            file.write(_jpeg(_label(code)) * round(shown * FRAMES_A_SECOND))
    return path


def _label(code: str) -> Image.Image:
    picture = Image.new("RGB", (WIDTH, HEIGHT), DESK)
    qr = qrcode.QRCode(version=1, error_correction=ERROR_CORRECT_Q, box_size=8, border=5)
    qr.add_data(code)
    label = qr.make_image(image_factory=PilImage).get_image().convert("RGB")
    ImageDraw.Draw(picture).rectangle(
        [LABEL_AT, (LABEL_AT[0] + label.width, LABEL_AT[1] + label.height)], fill="white"
    )
    picture.paste(label, LABEL_AT)
    return picture


def _jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
