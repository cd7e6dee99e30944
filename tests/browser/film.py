"""The film a fake camera shows: QR labels on a desk, one after another, for ever."""

from __future__ import annotations

import io
from pathlib import Path

import qrcode
from PIL import Image, ImageDraw
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.image.pil import PilImage

SIZE = (1280, 720)
FRAMES_A_SECOND = 30


def frame(code: str | None) -> Image.Image:
    """Return one picture: a desk, and a label with this code on it when there is one."""
    picture = Image.new("RGB", SIZE, (96, 88, 80))
    draw = ImageDraw.Draw(picture)
    for y in range(0, SIZE[1], 24):
        draw.line([(0, y), (SIZE[0], y + 9)], fill=(104, 95, 86), width=3)
    if code is None:
        return picture
    qr = qrcode.QRCode(version=1, error_correction=ERROR_CORRECT_Q, box_size=8, border=4)
    qr.add_data(code)
    label = qr.make_image(image_factory=PilImage).convert("RGB")
    draw.rectangle([500, 230, 500 + label.width + 30, 230 + label.height + 30], fill="white")
    picture.paste(label, (515, 245))
    return picture


def make_film(path: Path, codes: list[str | None], seconds: float = 3.0) -> Path:
    """Write an MJPEG (JPEGs one after another): each code a while, then an empty desk."""
    with path.open("wb") as file:
        for code in codes:
            for shown, length in ((code, seconds), (None, 0.5)):
                buffer = io.BytesIO()
                frame(shown).save(buffer, "JPEG", quality=85)
                file.write(buffer.getvalue() * round(length * FRAMES_A_SECOND))
    return path
