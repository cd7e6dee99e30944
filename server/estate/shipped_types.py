"""The asset types that every organisation starts with: lives, weights, rules of evidence, faults.

Lives are opinions that an organisation may override; where one rests on a published page it says
so: DfE = GOV.UK digital and technology standards (patches for 5 years, switches warranted 5 years,
20-year cabling warranty); US = published replacement cycles of US districts and states. The rest
are planning judgement. Criticality is in thousandths: 1,000 is one pupil's laptop.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SUPPORT_AGE = ("support", "age")
AGE_CONDITION = ("age", "condition")
AGE = ("age",)
SUPPORT = ("support",)
LAPTOP_FAULTS = ("hinge", "screen", "keyboard", "battery", "case", "ports", "charger", "camera")
DISPLAY_FAULTS = ("image", "touch", "sound", "remote", "cabling", "mounting")
NETWORK_FAULTS = ("ports", "fan", "power", "cabling", "unreachable")
ROOM_FAULTS = ("power", "cabling", "mounting", "sound")
SERVER_FAULTS = ("disk", "fan", "power", "alarm")


@dataclass(frozen=True, slots=True)
class ShippedType:
    """One asset type as shipped; ``pence`` is the planning band low, usual, high without VAT."""

    key: str
    name: str
    category: str
    life_years: int
    red_years: int
    criticality: int
    pence: tuple[int, int, int]
    required: tuple[str, ...] = AGE_CONDITION
    faults: tuple[str, ...] = ()
    counts_as: Literal["asset", "lot", "system"] = "asset"
    critical: bool = False
    critical_service: bool = False


def pounds(low: int, usual: int, high: int) -> tuple[int, int, int]:
    return low * 100, usual * 100, high * 100


T = ShippedType

USER_DEVICES = (
    # DfE: 5 years of patches; US districts replace at 3 to 5.
    T("laptop_staff", "Staff laptop", "user_devices", 5, 7, 1500, pounds(450, 560, 650),
      SUPPORT_AGE, LAPTOP_FAULTS),
    T("laptop_pupil", "Pupil laptop", "user_devices", 5, 6, 1000, pounds(380, 450, 550),
      SUPPORT_AGE, LAPTOP_FAULTS),
    T("desktop", "Desktop", "user_devices", 6, 8, 1000, pounds(400, 520, 650),
      SUPPORT_AGE, ("screen", "keyboard", "mouse", "disk", "power", "case", "ports")),
    # The hard limit of a Chromebook is its auto-update date, carried as support end.
    T("chromebook", "Chromebook", "user_devices", 6, 10, 900, pounds(230, 290, 350),
      SUPPORT_AGE, LAPTOP_FAULTS),
    T("tablet", "Tablet", "user_devices", 5, 8, 900, pounds(280, 330, 380),
      SUPPORT_AGE, ("screen", "battery", "case", "ports", "charger", "camera", "buttons")),
    T("thin_client", "Thin client", "user_devices", 7, 9, 800, pounds(250, 320, 400),
      SUPPORT_AGE, ("screen", "keyboard", "mouse", "power", "ports")),
    T("monitor", "Monitor", "user_devices", 9, 12, 300, pounds(90, 130, 200),
      AGE, ("image", "stand", "power", "cabling")),
    T("charging_trolley", "Charging trolley", "user_devices", 8, 12, 1200, pounds(700, 1000, 1500),
      AGE_CONDITION, ("lock", "wheels", "power", "cabling", "timer")),
    T("headsets", "Headsets", "user_devices", 3, 5, 50, pounds(8, 15, 25),
      ("condition",), ("sound", "microphone", "cabling"), counts_as="lot"),
    T("keyboards_mice", "Keyboards and mice", "user_devices", 5, 8, 30, pounds(10, 15, 25),
      ("condition",), ("keys", "cabling"), counts_as="lot"),
)  # fmt: skip

CLASSROOM_AV = (
    T("interactive_panel", "Interactive panel", "classroom_av", 8, 10, 4000,
      pounds(1400, 1900, 2600), AGE_CONDITION, DISPLAY_FAULTS, critical=True),
    T("projector_lamp", "Lamp projector", "classroom_av", 5, 8, 3500, pounds(600, 850, 1200),
      AGE_CONDITION, ("image", "lamp", "fan", "remote", "cabling", "mounting"), critical=True),
    T("projector_laser", "Laser projector", "classroom_av", 8, 10, 3500, pounds(800, 1000, 1200),
      AGE_CONDITION, ("image", "fan", "remote", "cabling", "mounting"), critical=True),
    T("visualiser", "Visualiser", "classroom_av", 7, 10, 800, pounds(60, 160, 300),
      AGE_CONDITION, ("image", "arm", "light", "cabling")),
    T("amplifier", "Amplifier and speakers", "classroom_av", 10, 15, 800, pounds(250, 400, 700),
      AGE_CONDITION, ROOM_FAULTS),
    T("media_player", "Display screen", "classroom_av", 8, 10, 500, pounds(350, 550, 900),
      AGE_CONDITION, DISPLAY_FAULTS),
)  # fmt: skip

PRINT = (
    T("mfd", "Multifunction printer", "print", 5, 7, 2000, pounds(2500, 4000, 6500),
      AGE, ("paper", "image", "scanner", "display", "noise")),
    T("printer", "Printer", "print", 5, 7, 500, pounds(150, 280, 500),
      AGE, ("paper", "image", "noise")),
)  # fmt: skip

INFRASTRUCTURE = (
    T("server", "Server", "servers_storage", 5, 7, 9000, pounds(4000, 7500, 12000),
      SUPPORT_AGE, SERVER_FAULTS, critical=True, critical_service=True),
    T("nas", "Network storage", "servers_storage", 5, 7, 5000, pounds(1000, 2200, 4000),
      AGE, SERVER_FAULTS, critical=True),
    # DfE: replaced when unsupported; warranty of at least 5 years.
    T("core_switch", "Core switch", "network", 7, 10, 10_000, pounds(5000, 9000, 15000),
      SUPPORT_AGE, NETWORK_FAULTS, critical=True, critical_service=True),
    T("edge_switch", "Edge switch", "network", 8, 10, 5000, pounds(1500, 2400, 4000),
      AGE, NETWORK_FAULTS, critical=True),
    T("wireless_ap", "Wireless access point", "network", 6, 8, 2500, pounds(300, 450, 700),
      AGE, ("power", "mounting", "cabling", "unreachable")),
    T("firewall", "Firewall", "network", 5, 7, 10_000, pounds(1500, 3800, 8000),
      SUPPORT_AGE, NETWORK_FAULTS, critical=True, critical_service=True),
    # DfE: 20-year warranty of Cat 6A and OM4.
    T("data_outlets", "Data outlets", "network", 20, 30, 300, pounds(90, 130, 170),
      ("condition",), ("loose", "broken", "labelling", "failed_test"), counts_as="lot"),
    T("fibre_links", "Fibre links", "network", 20, 30, 4000, pounds(800, 1500, 2500),
      AGE, ("broken", "failed_test"), counts_as="lot"),
    T("ups", "Uninterruptible power supply", "power", 8, 10, 4000, pounds(400, 750, 1200),
      AGE, ("battery", "alarm", "fan", "power"), critical=True),
    T("ups_battery", "UPS battery set", "power", 4, 5, 3000, pounds(120, 220, 400),
      AGE, ("swollen", "alarm")),
    T("ip_phone", "Desk phone", "telephony", 8, 10, 400, pounds(60, 90, 120),
      AGE, ("handset", "display", "keys", "cabling")),
    T("phone_system", "Telephone system", "telephony", 8, 10, 6000, pounds(1500, 3000, 6000),
      SUPPORT, (), counts_as="system", critical=True),
    # US: security systems last 10 to 15 years.
    T("ip_camera", "Security camera", "safety_access", 8, 10, 1500, pounds(200, 320, 450),
      AGE, ("image", "mounting", "power", "unreachable")),
    T("door_entry", "Door entry", "safety_access", 10, 15, 3000, pounds(800, 1200, 1800),
      AGE_CONDITION, ("lock", "reader", "intercom", "power"), critical=True),
    T("public_address", "Public address", "safety_access", 10, 15, 3000, pounds(1500, 3000, 6000),
      AGE_CONDITION, ROOM_FAULTS, critical=True),
    T("router", "Router", "connectivity", 5, 7, 5000, pounds(300, 800, 2000),
      AGE, NETWORK_FAULTS, critical=True),
    T("broadband", "Broadband line", "connectivity", 5, 7, 9000, pounds(1800, 4200, 9000),
      SUPPORT, (), counts_as="system", critical=True, critical_service=True),
)  # fmt: skip

SERVICES = (
    T("office_licences", "Office licences", "software_licences", 3, 4, 3000,
      pounds(500, 2000, 6000), SUPPORT, (), counts_as="system"),
    T("security_software", "Device security software", "software_licences", 3, 4, 6000,
      pounds(400, 1500, 4000), SUPPORT, (), counts_as="system", critical=True),
    T("mis", "Management information system", "systems", 7, 10, 8000,
      pounds(2000, 6000, 15000), SUPPORT, (), counts_as="system", critical=True),
    T("identity", "Identity and sign-in", "systems", 7, 10, 9000,
      pounds(500, 2000, 6000), SUPPORT, (), counts_as="system", critical=True),
    T("backup", "Backup", "systems", 5, 7, 9000,
      pounds(600, 1800, 5000), SUPPORT, (), counts_as="system", critical=True),
    T("filtering", "Filtering and monitoring", "systems", 3, 5, 10_000,
      pounds(800, 2200, 6000), SUPPORT, (), counts_as="system", critical=True,
      critical_service=True),
    T("device_management", "Device management", "systems", 5, 7, 6000,
      pounds(300, 1200, 4000), SUPPORT, (), counts_as="system"),
)  # fmt: skip

SHIPPED_TYPES: tuple[ShippedType, ...] = (
    *USER_DEVICES, *CLASSROOM_AV, *PRINT, *INFRASTRUCTURE, *SERVICES,
)  # fmt: skip
