"""Another machine to restore on, and what a device has sent before."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from server.app import create_app
from server.estate.reference import asset_type_id
from server.run import restore as shell
from server.settings import Settings
from tests.exchange.device import PREFIX, Device
from tests.stock import leave
from tests.world import World

PHOTO = b"the bytes of a photo" * 100


SHA = hashlib.sha256(PHOTO).hexdigest()


@dataclass
class Elsewhere:
    """Another machine on which nobody works yet."""

    settings: Settings
    world: World
    apps: list[Flask] = field(default_factory=list)

    def bring_back(self, file: Path) -> World:
        """Restore there and return the world as that server sees it."""
        assert shell.restore(self.settings, file) == 0
        self.apps.append(create_app(self.settings))
        return self.world.seen_by(self.apps[-1])

    def leave(self) -> None:
        for app in self.apps:
            leave(app)


def settings_of(app: Flask) -> Settings:
    found: Settings = app.extensions["settings"]
    return found


def new_asset(device: Device, **values: object) -> bytes:
    world = device.world
    type_id = asset_type_id(world.organisations["north"], "laptop_pupil")
    key = {"asset_type_id": type_id, "room_id": world.rooms["alder.room1"]}
    return device.line("asset", str(uuid.uuid4()), world.schools["alder"], {**key, **values})


def send_photo(device: Device) -> None:
    device.post("/blobs", {"sha256": SHA, "size": len(PHOTO), "mime": "image/jpeg"})
    sent = device.http.patch(
        f"{PREFIX}/blobs/{SHA}",
        data=PHOTO,
        content_type="application/offset+octet-stream",
        headers={"Upload-Offset": "0"},
    )
    assert sent.status_code == 204


def moved(device: Device, world: World) -> Device:
    """Return the same device, now talking to another server."""
    device.world = world
    return device
