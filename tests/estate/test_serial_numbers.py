"""Serial numbers are compared in one form; what makers print instead of one matches nothing."""

import pytest

from server.estate.rules import is_scientific, mac_key, safe_cell, serial_junk, serial_key


@pytest.mark.parametrize(
    "text",
    [
        "To be filled by O.E.M.", "Default string", "0", "N/A", "none", "", "   ", "00000000",
        "xxxxxxxx", "System Serial Number", "123456789", "TBC", "not available", "?", "abc",
    ],
)  # fmt: skip
def test_a_junk_serial_never_matches(text: str) -> None:
    assert serial_key(text) is None


@pytest.mark.parametrize("text", ["5.00E+06", "5E+06", "1.23457e+11", " 9.9E-3 ", "4.5E6"])
def test_a_number_that_a_spreadsheet_rounded_is_junk_with_words(text: str) -> None:
    assert is_scientific(text)
    assert serial_key(text) is None
    assert "export the list again" in str(serial_junk(text))


@pytest.mark.parametrize("text", ["5CG9123E07", "1E10ABC", "9E12", "C02XG0FDJHD3", "E5"])
def test_a_real_serial_with_an_e_in_it_is_not_mistaken_for_a_number(text: str) -> None:
    assert not is_scientific(text)


def test_spacing_case_and_width_do_not_make_a_different_serial() -> None:
    assert serial_key(" 9qw4-h13 ") == "9QW4H13"
    assert serial_key("９ＱＷ４Ｈ１３") == "9QW4H13"
    assert serial_key("S/N: 9QW4H13") == "9QW4H13"
    assert serial_key("SN: 9QW4H13") == "9QW4H13"
    assert serial_key("SNX1234") == "SNX1234"


def test_a_hardware_address_is_read_in_any_of_its_spellings() -> None:
    assert mac_key("00:1a:2B-3c.4d5e") == "001A2B3C4D5E"
    assert mac_key("00:00:00:00:00:00") is None
    assert mac_key("ff:ff:ff:ff:ff:ff") is None
    assert mac_key("wifi") is None


@pytest.mark.parametrize("text", ["=1+1", "+44", "-2", "@SUM(A1)", "\tx", "＝cmd", "\rx"])
def test_no_exported_cell_can_run_as_a_formula(text: str) -> None:
    assert safe_cell(text) == "'" + text


def test_an_ordinary_cell_is_exported_as_it_is() -> None:
    assert safe_cell("Room 4-2") == "Room 4-2"
