"""A few drawn photos, so that the demo's figures lead to a picture. No real room, no person."""

from __future__ import annotations

import io
from random import Random

from PIL import Image, ImageDraw

from server.demo.estate import TYPES, SchoolEstate
from server.demo.visit_plan import FindingPlan, VisitPlan

MOST = 8  # photos a visit
DISPLAYS = {"interactive_panel", "projector_lamp", "projector_laser", "desktop", "monitor"}


def draw(type_key: str, seed: str) -> bytes:
    """Return a JPEG of a worn thing on a wall or desk, different for each seed."""
    rng = Random(seed)  # noqa: S311
    wall = rng.randrange(150, 205)
    image = Image.new("RGB", (1280, 960), (wall, wall - 4, wall - 12))
    pen = ImageDraw.Draw(image)
    pen.rectangle([0, 700, 1280, 960], fill=(112, 96, 78))
    for _ in range(6):  # the grain of the table top: no two photos are the same bytes
        y = rng.randrange(704, 956)
        pen.line([(0, y), (1280, y + rng.randrange(-9, 9))], fill=(104, 88, 70), width=2)
    if type_key in DISPLAYS:
        pen.rounded_rectangle([240, 170, 1040, 640], 18, fill=(28, 30, 34))
        pen.rectangle([266, 196, 1014, 612], fill=(52, 70, 96))
        x, y = rng.randrange(380, 900), rng.randrange(260, 540)
        for _ in range(14):  # a crack
            pen.line(
                [(x, y), (x + rng.randrange(-260, 260), y + rng.randrange(-200, 200))],
                fill=(196, 208, 220),
                width=rng.choice((1, 2, 3)),
            )
    else:
        pen.rounded_rectangle([300, 330, 980, 720], 22, fill=(58, 62, 70))
        pen.rectangle([330, 360, 950, 560], fill=(80, 86, 96))
        for column in range(8):
            lit = (70, 210, 120) if rng.random() < 0.6 else (220, 150, 40)
            pen.rectangle([350 + column * 72, 600, 396 + column * 72, 640], fill=(20, 22, 26))
            pen.ellipse([366 + column * 72, 650, 380 + column * 72, 664], fill=lit)
        pen.arc([420, 180, 900, 560], 10, 170, fill=(190, 60, 50), width=12)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=82)
    return buffer.getvalue()


def worth_a_photo(estate: SchoolEstate, visit: VisitPlan) -> list[tuple[FindingPlan, str]]:
    """Return the findings of this visit that a person would photograph, worst first."""
    kinds = {asset.id: asset.type_key for asset in estate.assets}
    bad = [
        (found, kinds[found.subject_id])
        for found in visit.findings
        if found.subject_kind == "asset" and found.fields.get("condition") == "D"
    ]
    bad.sort(key=lambda pair: -TYPES[pair[1]].criticality)
    return bad[:MOST]
