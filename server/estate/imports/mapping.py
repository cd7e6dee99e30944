"""Propose which column of a list means which field, and leave out what is about people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from server.core.problems import Problem

# Field -> headers that mean it, best first; compared without case, spacing and punctuation.
# From the exports of Intune, Google Admin, Jamf School, Snipe-IT, Lansweeper and GLPI, and from
# what people call their own columns.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "serial": ("serialnumber", "serialno", "serial", "sn", "servicetag", "serialnum"),
    "mdm_id": ("deviceid", "udid", "mdmid", "intunedeviceid", "azureaddeviceid"),
    "tag": (
        "tag", "assettag", "assetno", "assetnumber", "assetid", "annotatedassetid", "barcode",
        "inventorynumber", "inventoryno", "otherserial", "code", "label", "tagcode",
    ),
    "mac": (
        "wifimacaddress", "wifimac", "macaddress", "mac", "ethernetmacaddress",
        "wirelessmac",
    ),
    "name": ("devicename", "assetname", "name", "hostname", "computername", "description", "item"),
    "type": (
        "type", "devicetype", "assettype", "category", "categoryname", "deviceclass", "kind",
        "equipmenttype", "class",
    ),
    "maker": ("manufacturer", "make", "maker", "brand", "vendor"),
    "model": ("model", "modelname", "product", "makeandmodel", "modelnumber"),
    "room": (
        "room", "roomname", "location", "annotatedlocation", "roomnumber", "roomno", "classroom",
        "place", "site",
    ),
    "bought_on": (
        "purchasedate", "dateofpurchase", "purchased", "purchasedon", "boughton", "datepurchased",
        "dateacquired", "acquired",
    ),
    "warranty_end_on": (
        "warrantydate", "warrantyend", "warrantyexpires", "warrantyexpiry", "warrantyenddate",
        "warrantyuntil",
    ),
    "support_end_on": (
        "autoupdateexpiration", "autoupdatethrough", "supportend", "supportends", "endofsupport",
        "aue", "eol",
    ),
    "os": ("os", "operatingsystem", "osprefix", "platform"),
    "os_version": ("osversion", "operatingsystemversion", "version"),
    "ram_gb": ("ram", "ramgb", "memory", "memorygb", "physicalmemory"),
    "storage_gb": ("storagegb", "disk", "diskgb", "storagetotal", "totalstorage", "storage", "ssd"),
    "cpu": ("cpu", "processor", "processorname"),
    "encrypted": ("encrypted", "encryptionstatusstring", "isencrypted"),
    "managed": ("ismanaged", "managed"),
}  # fmt: skip

# Columns about people: dropped at the door, and said so.
PERSONAL = frozenset(
    """
    upn user username userprincipalname userdisplayname primaryuser primaryuserupn email
    emailaddress useremail mail assignedto assigneduser checkedoutto owner ownername owneremail
    annotateduser mostrecentuser recentusers lastuser lastloggedinuser loggedinuser person firstname
    lastname surname forename fullname staffname teacher pupil pupilname student studentname contact
    contactname phone phonenumber telephone mobile imei meid phonenumbers custodian usedby
    employee employeenumber headteacher headname headfirstname headlastname headtitle
    headtitlename headpreferredjobtitle dateofbirth dob upnnumber
    """.split()  # noqa: SIM905  (a word list reads better in columns)
)
PERSONAL_STARTS = ("checkedoutto", "user", "assignedto", "pupil", "student", "teacher")
IDENTITY = ("serial", "mdm_id", "tag", "mac")


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Which column is which field. Indexes count from 0."""

    fields: Mapping[str, int]
    headers: tuple[str, ...]
    personal: tuple[str, ...]
    unused: tuple[str, ...]

    def pairs(self) -> tuple[tuple[str, str], ...]:
        return tuple((self.headers[index], name) for name, index in self.fields.items())


def header_key(text: str) -> str:
    """Return a header without case, spacing and punctuation."""
    return "".join(c for c in text.lower() if c.isalnum())


def propose(headers: Sequence[str], chosen: Mapping[str, str] | None = None) -> ColumnMap:
    """Map headers to fields; ``chosen`` (header → field, or "" to leave out) comes first.

    Raises bad_value when two columns of one name claim a field, or nothing is recognised.
    """
    keys = [header_key(header) for header in headers]
    personal = [n for n, key in enumerate(keys) if is_personal(key)]
    wanted = {header_key(header): field for header, field in (chosen or {}).items()}
    _check_chosen(wanted, keys)
    fields: dict[str, int] = {}
    for field, synonyms in SYNONYMS.items():
        named = [key for key, value in wanted.items() if value == field]
        for key in (*named, *(s for s in synonyms if s not in wanted)):
            places = [n for n, other in enumerate(keys) if other == key and n not in personal]
            if len(places) > 1:
                _refuse_twins(headers[places[0]])
            if places:
                fields[field] = places[0]
                break
    if not fields:
        raise Problem(
            "bad_value",
            "No column of this list is known. Its first row must name the columns, for example "
            "Serial number, Type, Model, Room.",
        )
    used = {*fields.values(), *personal}
    unused = tuple(header for n, header in enumerate(headers) if n not in used and header)
    return ColumnMap(fields, tuple(headers), tuple(headers[n] for n in personal), unused)


def is_personal(key: str) -> bool:
    """Tell whether a column is about a person, by its header key."""
    return key in PERSONAL or key.startswith(PERSONAL_STARTS)


def _check_chosen(wanted: Mapping[str, str], keys: Sequence[str]) -> None:
    faults = {key: "There is no such column" for key in wanted if key not in keys} | {
        key: f"{value} is not a field of an asset"
        for key, value in wanted.items()
        if value and value not in SYNONYMS
    }
    if faults:
        raise Problem("bad_value", "The mapping does not fit this list.", faults)


def _refuse_twins(header: str) -> None:
    raise Problem(
        "bad_value",
        f"Two columns are called “{header}”. Rename or remove one of them, "
        "so that it is certain which one is meant.",
        {header: "appears more than once"},
    )
