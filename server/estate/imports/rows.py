"""Turn the rows of a list into what each says about one asset, or why it says nothing usable."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from server.estate.imports.mapping import IDENTITY, ColumnMap, header_key
from server.estate.imports.reading import Row, Table
from server.estate.imports.recognise import recognise
from server.estate.imports.values import (
    is_blank,
    is_month_first,
    read_date,
    read_gigabytes,
    read_system,
    read_version,
    read_yes_no,
)
from server.estate.rules import (
    alias_of,
    is_scientific,
    mac_key,
    parse_tag,
    serial_junk,
    serial_key,
)

DATES = ("bought_on", "warranty_end_on", "support_end_on")
YES_NO = ("managed", "encrypted")
LONGEST_SERIAL = 80  # characters; cut short it would be another serial
SIZES = ("ram_gb", "storage_gb")
IDENTITY_WORDS = {"serial": "serial", "mdm_id": "MDM id", "tag": "tag", "mac": "MAC address"}
Value = str | int | bool


@dataclass(slots=True)
class Said:
    """What one row says: identifiers in the form they are compared in, and fields to set."""

    number: int  # as counted in the file
    keys: dict[str, str]  # serial, mdm_id, tag, mac -> key
    fields: dict[str, Value]  # wire fields of the asset, identifiers included as written
    type_key: str | None
    sha256: str  # of the cells that were used
    room: str | None = None
    junk: str | None = None  # why the row is refused
    conflict: str | None = None  # found within the file itself
    notes: list[str] = field(default_factory=list)


def read_rows(table: Table, columns: ColumnMap, type_names: Mapping[str, str]) -> list[Said]:
    """Read every row, in order; two rows of one identity: the second is conflicting."""
    month_first = {
        name: is_month_first(row.cells[at] for row in table.rows if at < len(row.cells))
        for name, at in columns.fields.items()
        if name in DATES
    }
    headers = [header_key(header) for header in table.headers]
    rows = [_read(row, headers, columns, type_names, month_first) for row in table.rows]
    _mark_twins(rows)
    _number_like_rows(rows)
    return rows


def _read(
    row: Row,
    headers: list[str],
    columns: ColumnMap,
    type_names: Mapping[str, str],
    month_first: Mapping[str, bool],
) -> Said:
    cells = {
        name: row.cells[at]
        for name, at in columns.fields.items()
        if at < len(row.cells) and not is_blank(row.cells[at])
    }
    digest = hashlib.sha256(repr(sorted(cells.items())).encode()).hexdigest()
    said = Said(row.number, {}, {}, None, digest, room=cells.get("room"))
    said.junk = _refusal(row, headers)
    if said.junk is None:
        _identify(said, cells)
        _describe(said, cells, month_first)
        said.type_key = recognise(cells, read_system(cells.get("os", "")), type_names)
        if said.junk is None and said.type_key is None:
            said.junk = _unknown_type(cells)
    return said


def _refusal(row: Row, headers: list[str]) -> str | None:
    if [header_key(cell) for cell in row.cells] == headers:
        return "the row of headers again"
    if any(row.cells[len(headers) :]):
        return f"more cells than the {len(headers)} columns that have a header"
    return None


def _unknown_type(cells: Mapping[str, str]) -> str:
    named = cells.get("type") or cells.get("model") or cells.get("name")
    if named:
        return f"no asset type is known for “{named[:80]}”"
    return "nothing says what kind of thing this is"


def _identify(said: Said, cells: Mapping[str, str]) -> None:
    """Find the identifiers. One that a spreadsheet damaged refuses a row that has no other."""
    damaged: list[str] = []
    for name in IDENTITY:
        text = cells.get(name)
        if text is None:
            continue
        if is_scientific(text):
            damaged.append(f"{IDENTITY_WORDS[name]} {serial_junk(text)}")
            continue
        key = _key(name, text)
        if key is None:
            said.notes.append(f"“{text[:40]}” is not a usable {IDENTITY_WORDS[name]}; left out")
            continue
        said.keys[name] = key
        if name != "tag":
            said.fields[name] = {"mac": key, "mdm_id": key}.get(name, text)
    if damaged and not said.keys:
        said.junk = "; ".join(damaged)
    else:
        said.notes.extend(damaged)


def _key(name: str, text: str) -> str | None:
    if name == "serial":
        return serial_key(text) if len(text) <= LONGEST_SERIAL else None
    if name == "mac":
        return mac_key(text)
    if name == "tag":
        return parse_tag(text) or alias_of(text)
    key = text.strip().lower()
    return key if 6 <= len(key) <= 80 and len(set(key)) > 2 else None


def _describe(said: Said, cells: Mapping[str, str], month_first: Mapping[str, bool]) -> None:
    system = read_system(cells.get("os", ""))
    for name, text in cells.items():
        value: Value | None = None
        if name in DATES:
            value = read_date(text, month_first=month_first.get(name, False))
        elif name in YES_NO:
            value = read_yes_no(text)
        elif name in SIZES:
            value = read_gigabytes(text)
        elif name == "os":
            value = system
        elif name == "os_version":
            value = read_version(system, text)
        elif name in {"name", "cpu"}:
            value = text[:200]
        else:
            continue
        if value is None:
            said.notes.append(
                f"“{text[:40]}” could not be read as {name.replace('_', ' ')}; left empty"
            )
        else:
            said.fields[name] = value
    made = " ".join(filter(None, (cells.get("maker"), cells.get("model"))))
    if made and "name" not in said.fields:
        said.fields["name"] = made[:200]


def _mark_twins(rows: list[Said]) -> None:
    """Mark rows that name an asset which an earlier row of the file already named.

    A MAC address counts only where it is all a row has: docks lend theirs to several laptops.
    """
    first: dict[tuple[str, str], int] = {}
    for said in rows:
        if said.junk is not None:
            continue
        for pair in said.keys.items():
            earlier = first.setdefault(pair, said.number)
            if earlier != said.number and (pair[0] != "mac" or len(said.keys) == 1):
                said.conflict = f"the same {IDENTITY_WORDS[pair[0]]} as row {earlier}"


def _number_like_rows(rows: list[Said]) -> None:
    """Tell rows without identifiers apart when they say the same: the first, second, third."""
    seen: dict[str, int] = {}
    for said in rows:
        if not said.keys:
            count = seen[said.sha256] = seen.get(said.sha256, 0) + 1
            said.keys["row"] = f"{said.sha256}:{count}"
