"""Cells are read as their column writes them; columns are known by what other tools call them."""

from __future__ import annotations

import pytest

from server.core.problems import Problem
from server.estate.imports.mapping import header_key, is_personal, propose
from server.estate.imports.recognise import recognise
from server.estate.imports.values import (
    is_month_first,
    read_date,
    read_gigabytes,
    read_system,
    read_version,
    read_yes_no,
)

# What other tools call their columns, and the field each must be read as.
EXPORTS: dict[str, dict[str, str | None]] = {
    "Intune": {
        "DeviceId": "mdm_id", "DeviceName": "name", "SerialNumber": "serial",
        "Manufacturer": "maker", "Model": "model", "OS": "os", "OSVersion": "os_version",
        "WifiMacAddress": "mac", "CategoryName": "type", "StorageTotal": "storage_gb",
        "EncryptionStatusString": "encrypted", "UPN": None, "UserName": None,
        "PrimaryUser": None,
    },
    "Google Admin": {
        "deviceId": "mdm_id", "serialNumber": "serial", "model": "model",
        "annotatedAssetId": "tag", "annotatedLocation": "room", "annotatedUser": None,
        "macAddress": "mac", "autoUpdateExpiration": "support_end_on", "osVersion": "os_version",
        "mostRecentUser": None,
    },
    "Jamf School": {
        "udid": "mdm_id", "serialNumber": "serial", "name": "name", "assetTag": "tag",
        "deviceClass": "type", "model": "model", "osPrefix": "os", "osVersion": "os_version",
        "isManaged": "managed",
    },
    "Snipe-IT": {
        "Asset Tag": "tag", "Category": "type", "Manufacturer": "maker", "Model": "model",
        "Location": "room", "Purchase Date": "bought_on", "Serial": "serial",
        "Checked Out To: Username": None,
    },
    "Lansweeper": {
        "AssetName": "name", "SerialNumber": "serial", "PurchaseDate": "bought_on",
        "Warrantydate": "warranty_end_on", "Location": "room", "BarCode": "tag",
    },
    "GLPI": {
        "name": "name", "serial": "serial", "otherserial": "tag", "location": "room",
        "manufacturer": "maker", "model": "model", "contact": None,
    },
}  # fmt: skip


@pytest.mark.parametrize("tool", EXPORTS)
def test_the_columns_of_a_known_tool_are_understood(tool: str) -> None:
    wanted = EXPORTS[tool]
    found = propose(list(wanted))
    assert dict(found.pairs()) == {header: name for header, name in wanted.items() if name}
    assert found.personal == tuple(header for header, name in wanted.items() if name is None)


@pytest.mark.parametrize("header", ["UPN", "User e-mail", "Assigned To", "Pupil name", "E-mail"])
def test_a_column_about_people_is_known(header: str) -> None:
    assert is_personal(header_key(header))


def test_a_person_may_choose_otherwise_and_leave_columns_out() -> None:
    headers = ["Serial", "Old no.", "Name", "Type"]
    found = propose(headers, {"Old no.": "tag", "Name": ""})
    assert dict(found.pairs()) == {"Serial": "serial", "Old no.": "tag", "Type": "type"}
    assert found.unused == ("Name",)


def test_a_choice_that_does_not_fit_is_refused_with_every_fault() -> None:
    with pytest.raises(Problem) as caught:
        propose(["Serial", "Type"], {"Shelf": "room", "Type": "colour"})
    assert set(caught.value.fields) == {"shelf", "type"}


def test_a_list_of_which_nothing_is_known_is_refused() -> None:
    with pytest.raises(Problem) as caught:
        propose(["Alpha", "Beta"])
    assert "Its first row must name the columns" in caught.value.detail


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2021-09-03", "2021-09-03"),
        ("2021-09-03T10:11:12Z", "2021-09-03"),
        ("2021-09-03 10:11", "2021-09-03"),
        ("03/09/2021", "2021-09-03"),
        ("3/9/21", "2021-09-03"),
        ("03-09-2021", "2021-09-03"),
        ("03.09.2021", "2021-09-03"),
        ("3 Sep 2021", "2021-09-03"),
        ("3-September-21", "2021-09-03"),
        ("September 3, 2021", "2021-09-03"),
        ("44442", "2021-09-03"),
        ("31/02/2021", None),
        ("00/00/0000", None),
        ("2199-01-01", None),
        ("0001-01-01", None),
        ("soon", None),
        ("12345678901234567890/1/1", None),
        ("٠٣/٠٩/٢٠٢١", None),
    ],
)
def test_a_date_is_read_the_british_way_unless_it_says_otherwise(
    text: str, date: str | None
) -> None:
    assert read_date(text) == date


def test_a_column_with_a_day_past_12_in_second_place_writes_the_month_first() -> None:
    assert is_month_first(["01/02/2021", "09/30/2021"])
    assert not is_month_first(["01/02/2021", "30/09/2021"])
    assert not is_month_first(["01/02/2021", "09/30/2021", "30/09/2021"])
    assert not is_month_first(["2021-09-30", "01/02/2021"])
    assert read_date("09/30/2021", month_first=True) == "2021-09-30"


@pytest.mark.parametrize(
    ("text", "size"),
    [("8", 8), ("8 GB", 8), ("256GB", 256), ("16384 MB", 16), ("1 TB", 1000), ("65,536", 64),
     ("7.8 GB", 8), ("lots", None), ("1.2.3", None), ("8 bananas", None), (".", None)],
)  # fmt: skip
def test_sizes_become_whole_gigabytes(text: str, size: int | None) -> None:
    assert read_gigabytes(text) == size


@pytest.mark.parametrize(
    ("system", "version", "found"),
    [
        ("Windows", "10.0.22631.3447", ("windows", "11 23H2")),
        ("Microsoft Windows", "10.0.19045", ("windows", "10 22H2")),
        ("windows 11", "Windows 11 version 24H2", ("windows", "11 24H2")),
        ("Windows Server 2016", "2016", ("windows_server", "2016")),
        ("ChromeOS", "126.0.6478.222", ("chromeos", "126")),
        ("iPadOS", "17.5.1", ("ipados", "17")),
        ("iOS", "15.8", ("ipados", "15")),
    ],
)
def test_versions_are_named_as_the_support_dates_name_them(
    system: str, version: str, found: tuple[str, str]
) -> None:
    assert (read_system(system), read_version(read_system(system), version)) == found


def test_yes_and_no_are_read_and_anything_else_is_not_known() -> None:
    assert [read_yes_no(text) for text in ("Yes", "TRUE", "no", "Not encrypted", "maybe")] == [
        True, True, False, False, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({"type": "Staff laptop"}, "laptop_staff"),
        ({"type": "Laptops"}, "laptop_pupil"),
        ({"model": "iPad (9th generation)"}, "tablet"),
        ({"type": "HDMI switch box"}, None),
        ({"type": "Interactive whiteboard/touchscreen"}, "interactive_panel"),
        ({"type": "CORE-SWITCH"}, "core_switch"),
        ({"type": "our own word"}, "printer"),
        ({"type": "Upstairs cupboard"}, None),
        ({"name": "Reception PC"}, "desktop"),
        ({}, None),
    ],
)
def test_the_type_is_recognised_by_whole_words(said: dict[str, str], key: str | None) -> None:
    assert recognise(said, None, {"our own word": "printer"}) == key


def test_an_operating_system_found_on_one_kind_only_says_the_kind() -> None:
    assert recognise({}, "chromeos", {}) == "chromebook"
    assert recognise({}, "windows", {}) is None
