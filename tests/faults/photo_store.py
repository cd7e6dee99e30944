"""The folder of photos fails as an object store does: away, slow to show, parts lost or torn."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.faults.needs import pause
from tests.faults.rig import Rig


def photo_store_away(rig: Rig, rng: Random) -> None:
    """For some seconds every access to a photo's bytes fails, as when a mount has gone."""
    away = rig.folder / "photos-away"
    for _ in range(2):
        pause(rng.uniform(0.2, 0.8))
        if not rig.blobs.exists():
            continue
        rig.blobs.rename(away)
        rig.blobs.touch()  # no folder: whatever asks for a file below it is told so
        try:
            pause(rng.uniform(0.5, 2))
        finally:
            rig.blobs.unlink()
            away.rename(rig.blobs)


def photo_parts_lost(rig: Rig, rng: Random) -> None:
    """Parts of uploads go, end too early or change, and whole photos are shown late."""
    late = rig.folder / "photos-late"
    late.mkdir(exist_ok=True)
    hidden: list[tuple[Path, Path]] = []
    try:
        for _ in range(rng.randrange(20, 50)):
            _harm_a_part(rig, rng)
            _hide_a_photo(rig, rng, late, hidden)
            pause(rng.uniform(0.02, 0.12))
    finally:
        for path, aside in hidden:
            aside.rename(path)


def _harm_a_part(rig: Rig, rng: Random) -> None:
    parts = sorted(rig.blobs.glob("*/partial/*"))
    if not parts:
        return
    harm = rng.choice(HARMS)
    # An upload may become whole at this moment: then there is nothing to harm.
    with contextlib.suppress(FileNotFoundError):
        if harm(rng.choice(parts), rng):
            rig.proxy.done[harm.__name__.strip("_")] += 1


def _lose_part(part: Path, _rng: Random) -> bool:
    part.unlink()
    return True


def _cut_part(part: Path, rng: Random) -> bool:
    os.truncate(part, rng.randrange(part.stat().st_size + 1))
    return True


def _change_part(part: Path, rng: Random) -> bool:
    """Flip a bit of a part: bytes of a store that answers with something else."""
    with part.open("r+b") as file:
        data = file.read()
        if not data or not part.exists():
            return False
        at = rng.randrange(len(data))
        file.seek(at)
        file.write(bytes([data[at] ^ 1]))
    return True


HARMS: tuple[Callable[[Path, Random], bool], ...] = (_lose_part, _cut_part, _change_part)


def _hide_a_photo(rig: Rig, rng: Random, late: Path, hidden: list[tuple[Path, Path]]) -> None:
    """Take the newest photo away for a moment: it is stored, and whoever reads it finds nothing."""
    if hidden and rng.random() < 0.3:
        path, aside = hidden.pop(0)
        aside.rename(path)
    photos = list(rig.blobs.glob("*/whole/*/*"))
    if photos and rng.random() < 0.5:
        path = max(photos, key=lambda one: one.stat().st_mtime)
        aside = late / path.name
        path.rename(aside)
        hidden.append((path, aside))
        rig.proxy.done["photo shown late"] += 1
