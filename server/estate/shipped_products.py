"""Well-known makes and models to start from, each with the planning band it is priced by.

A support end is given only where a published one is known (endoflife.date, snapshot of August
2026); for all others the asset's own date or its operating system decides.
"""

from __future__ import annotations

from dataclasses import dataclass

from server.estate.shipped_types import pounds

BAND_DATED_ON = "2026-11-23"
BAND_SOURCE = "Planning band without VAT, not a quote; replace it with a dated quote"


@dataclass(frozen=True, slots=True)
class ShippedProduct:
    """A make and model; ``pence`` only where its own band differs from its type's."""

    type_key: str
    maker: str
    model: str
    pence: tuple[int, int, int] | None = None
    support_end_on: str | None = None

    @property
    def key(self) -> str:
        return f"{self.maker} {self.model}".lower()


P = ShippedProduct

SHIPPED_PRODUCTS: tuple[ShippedProduct, ...] = (
    P("laptop_staff", "Dell", "Latitude 5420"),
    P("laptop_staff", "Dell", "Latitude 5440"),
    P("laptop_staff", "Lenovo", "ThinkPad L14"),
    P("laptop_staff", "HP", "ProBook 450"),
    P("laptop_staff", "Microsoft", "Surface Laptop Go", pounds(550, 600, 650)),
    P("laptop_pupil", "Dell", "Latitude 3190"),
    P("laptop_pupil", "Lenovo", "ThinkPad 11e"),
    P("laptop_pupil", "HP", "ProBook x360 11"),
    P("desktop", "Dell", "OptiPlex 3060"),
    P("desktop", "HP", "EliteDesk 800"),
    P("desktop", "Lenovo", "ThinkCentre M70q"),
    P("chromebook", "Acer", "Chromebook 311"),
    P("chromebook", "Lenovo", "100e Chromebook"),
    P("tablet", "Apple", "iPad (7th generation)", support_end_on="2026-05-11"),
    P("tablet", "Apple", "iPad (9th generation)"),
    P("tablet", "Apple", "iPad mini 4", support_end_on="2025-03-31"),
    P("tablet", "Apple", "iPad Air 2", support_end_on="2024-09-16"),
    P("interactive_panel", "Promethean", "ActivPanel 75", pounds(1400, 1800, 2400)),
    P("interactive_panel", "Promethean", "ActivPanel 86", pounds(1900, 2500, 3200)),
    P("interactive_panel", "SMART", "Board 6075", pounds(1400, 1900, 2400)),
    P("interactive_panel", "Clevertouch", "Impact 75", pounds(1400, 1700, 2400)),
    P("projector_lamp", "Epson", "EB-585W"),
    P("projector_laser", "Epson", "EB-735F"),
    P("visualiser", "Elmo", "MX-1"),
    P("mfd", "Ricoh", "IM C3000"),
    P("mfd", "Konica Minolta", "bizhub C360i"),
    P("server", "Dell", "PowerEdge T440"),
    P("nas", "Synology", "RS1221+"),
    P("core_switch", "Aruba", "5406R"),
    P("edge_switch", "Aruba", "2930F 48G PoE+"),
    P("edge_switch", "Cisco", "Catalyst 2960X-48", pounds(1500, 2600, 4000)),
    P("wireless_ap", "Aruba", "AP-515"),
    P("wireless_ap", "Ruckus", "R550"),
    P("firewall", "Fortinet", "FortiGate 100F"),
    P("ups", "APC", "Smart-UPS 1500"),
    P("ip_phone", "Yealink", "T42S"),
    P("ip_camera", "Hikvision", "Dome 4 MP"),
)
