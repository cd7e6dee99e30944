"""Recognise the asset type of a row from what it calls the thing, its model and its system."""

from __future__ import annotations

from collections.abc import Mapping

# Words in a type or model -> asset type key; the first that occurs decides, so the exact stand
# before the general. A bare "laptop" is a pupil's: the larger number, the shorter life.
WORDS: tuple[tuple[str, str], ...] = (
    ("staff laptop", "laptop_staff"),
    ("teacher laptop", "laptop_staff"),
    ("pupil laptop", "laptop_pupil"),
    ("student laptop", "laptop_pupil"),
    ("chromebook", "chromebook"),
    ("ipad", "tablet"),
    ("tablet", "tablet"),
    ("thin client", "thin_client"),
    ("laptop trolley", "charging_trolley"),
    ("charging", "charging_trolley"),
    ("trolley", "charging_trolley"),
    ("laptop", "laptop_pupil"),
    ("notebook", "laptop_pupil"),
    ("latitude", "laptop_pupil"),
    ("thinkpad", "laptop_pupil"),
    ("probook", "laptop_pupil"),
    ("surface", "laptop_staff"),
    ("macbook", "laptop_staff"),
    ("desktop", "desktop"),
    ("optiplex", "desktop"),
    ("thinkcentre", "desktop"),
    ("elitedesk", "desktop"),
    ("imac", "desktop"),
    ("workstation", "desktop"),
    ("interactive", "interactive_panel"),
    ("touchscreen", "interactive_panel"),
    ("activpanel", "interactive_panel"),
    ("smart board", "interactive_panel"),
    ("smartboard", "interactive_panel"),
    ("whiteboard", "interactive_panel"),
    ("laser projector", "projector_laser"),
    ("projector", "projector_lamp"),
    ("visualiser", "visualiser"),
    ("visualizer", "visualiser"),
    ("document camera", "visualiser"),
    ("amplifier", "amplifier"),
    ("speaker", "amplifier"),
    ("multifunction", "mfd"),
    ("photocopier", "mfd"),
    ("copier", "mfd"),
    ("mfd", "mfd"),
    ("printer", "printer"),
    ("nas", "nas"),
    ("network storage", "nas"),
    ("core switch", "core_switch"),
    ("switch", "edge_switch"),
    ("access point", "wireless_ap"),
    ("wireless ap", "wireless_ap"),
    ("firewall", "firewall"),
    ("router", "router"),
    ("ups", "ups"),
    ("uninterruptible", "ups"),
    ("camera", "ip_camera"),
    ("cctv", "ip_camera"),
    ("door", "door_entry"),
    ("phone", "ip_phone"),
    ("server", "server"),
    ("poweredge", "server"),
    ("display screen", "media_player"),
    ("signage", "media_player"),
    ("monitor", "monitor"),
    ("pc", "desktop"),
    ("computer", "desktop"),
)
# Things whose words would mislead: better not known than taken for something else.
NOT_KNOWN = ("hdmi switch", "kvm switch", "usb switch", "light switch", "ups battery")
# What an operating system is only ever found on.
SYSTEM_TYPES = {"chromeos": "chromebook", "ipados": "tablet", "windows_server": "server"}


def recognise(said: Mapping[str, str], system: str | None, names: Mapping[str, str]) -> str | None:
    """Return the key of an asset type; ``names`` are the organisation's own, name or key → key."""
    for field in ("type", "model", "name"):
        text = " ".join(said.get(field, "").lower().replace("-", " ").replace("_", " ").split())
        if not text:
            continue
        if text in names:
            return names[text]
        found = _by_words(text)
        if found is not None:
            return found
    return SYSTEM_TYPES.get(system or "")


def _by_words(text: str) -> str | None:
    padded = f" {text} ".replace("/", " ").replace(",", " ")
    if any(f" {words} " in padded for words in NOT_KNOWN):
        return None
    for words, key in WORDS:
        if f" {words} " in padded or f" {words}s " in padded:
            return key
    return None
