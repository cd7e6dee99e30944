"""A list is read whatever wrote it; what is no list, or is built to hurt, is refused in words."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path

import pytest

from server.core.problems import Problem
from server.estate.imports import reading
from server.estate.imports.reading import read_csv, read_table
from server.estate.imports.workbook import cell_text
from tests.estate.lists import csv_text, laptop, write_xlsx

ROWS = [laptop(1, Room="Café – Léa’s"), laptop(2, Room="ICT1")]
TEXT = csv_text(ROWS)


@pytest.mark.parametrize(
    ("encoding", "how"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_encoding_is_found(encoding: str, how: str) -> None:
    table = read_csv(TEXT.encode(encoding))
    assert table.how == f"{how}, separated by commas"
    assert table.headers[0] == "Serial number"
    assert table.rows[0].cells[5] == "Café – Léa’s"


def test_latin_1_is_read_where_windows_1252_has_no_character() -> None:
    assert read_csv(b"Serial,Room\nABCD1,\x81\xe9\n").how.startswith("Latin-1")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_counts_rows_alike(end: str) -> None:
    table = read_csv(csv_text(ROWS, lineterminator=end).encode())
    assert [row.number for row in table.rows] == [2, 3]
    assert table.rows[1].cells[0] == "9QW00002"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found(delimiter: str) -> None:
    table = read_csv(csv_text(ROWS, delimiter=delimiter).encode())
    assert len(table.headers) == 7
    assert table.rows[1].cells[4] == "Latitude 3190"


def test_line_breaks_and_delimiters_in_quotes_stay_in_their_cell() -> None:
    table = read_csv(b'Serial,Room\r\n"A,B;C\r\nD",Hall\r\nE,"say ""hi"""\r\n')
    assert table.rows[0].cells == ("A,B;C\r\nD", "Hall")
    assert table.rows[1].cells[1] == 'say "hi"'
    assert table.rows[1].number == 4


def test_control_characters_are_spacing() -> None:
    table = read_csv(b"Serial,Room\n\x1b[31mABCD1,\x07Hall\x0b 2\n\x1b,\x01\n")
    assert table.rows[0].cells == ("[31mABCD1", "Hall  2")
    assert len(table.rows) == 1


def test_blank_rows_do_not_count() -> None:
    table = read_csv(b"\n\nSerial,Room\n,,\nA,B\n \n")
    assert table.headers == ("Serial", "Room")
    assert len(table.rows) == 1


def test_a_quotation_mark_that_never_closes_is_said_with_its_row() -> None:
    body = 'Serial,Room\nA,B\nC,"open' + "\nx,y" * 60_000
    with pytest.raises(Problem) as caught:
        read_csv(body.encode())
    assert caught.value.slug == "bad_request"
    assert "never closed" in caught.value.detail


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (b"\xd0\xcf\x11\xe0rest", "old Excel file"),
        (b"%PDF-1.7", "a PDF"),
        (b"\xff\xd8\xff\xe0", "a picture"),
        (b"\x89PNG\r\n", "a picture"),
        (b"\x1f\x8bgz", "gzip"),
        (b"Serial\x00\x01\x00binary" * 50, "not a list"),
    ],
)
def test_what_is_no_list_is_refused_in_words(tmp_path: Path, start: bytes, words: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(start)
    with pytest.raises(Problem) as caught:
        read_table(path)
    assert words in caught.value.detail
    assert caught.value.status == 415


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"\xef\xbb\xbf\r\n")
    with pytest.raises(Problem) as caught:
        read_table(path)
    assert caught.value.detail == "The list is empty."


def test_too_many_rows_or_columns_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 5)
    with pytest.raises(Problem) as rows:
        read_csv(csv_text([laptop(n) for n in range(6)]).encode())
    assert rows.value.slug == "too_large"
    with pytest.raises(Problem) as columns:
        read_csv((",".join("abc" for _ in range(301)) + "\n").encode())
    assert columns.value.slug == "too_large"


def test_a_workbook_reads_as_a_person_typed_it(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "list.xlsx",
        [
            ("Serial number", "Purchase date", "Managed", "RAM", "Price"),
            ("9QW4H13", dt.datetime(2021, 9, 3, 10, 30), True, 8, 12.5),  # noqa: DTZ001
            (None, None, None, None, None),
            (1.23456789012345e17, dt.date(2020, 1, 2), False, 4.0, "#N/A"),
        ],
    )
    table = read_table(path)
    assert table.how == "Excel workbook"
    assert table.rows[0].cells == ("9QW4H13", "2021-09-03", "yes", "8", "12.5")
    assert table.rows[1].number == 4
    assert table.rows[1].cells[:2] == ("1.23E+17", "2020-01-02")


def test_a_number_too_long_for_a_spreadsheet_shows_that_it_lost_digits() -> None:
    assert cell_text(10**15) == "1.00E+15"
    assert cell_text(10**15 - 1) == "999999999999999"


def zip_of(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return path


WORKBOOK = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}


@pytest.mark.parametrize(
    ("members", "slug"),
    [
        ({"readme.txt": b"hello"}, "wrong_type"),
        (WORKBOOK | {"xl/sheet.xml": b"0" * 30_000_000}, "wrong_type"),  # 1000:1
        (WORKBOOK | {f"xl/{n}": b"" for n in range(1001)}, "too_large"),
        (WORKBOOK | {"../../etc/passwd": b"x"}, "wrong_type"),
        (WORKBOOK | {"/etc/passwd": b"x"}, "wrong_type"),
        (WORKBOOK | {"xl/inner.zip": b"PK"}, "wrong_type"),
        (WORKBOOK, "wrong_type"),
    ],
)
def test_archives_that_are_no_workbook_or_hurt_are_refused(
    tmp_path: Path, members: dict[str, bytes], slug: str
) -> None:
    with pytest.raises(Problem) as caught:
        read_table(zip_of(tmp_path / "list.xlsx", members))
    assert caught.value.slug == slug


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = zip_of(
        tmp_path / "list.xlsx", WORKBOOK | {f"xl/{n}": b"0" * 11_000_000 for n in range(10)}
    )
    with pytest.raises(Problem) as caught:
        read_table(path)
    assert caught.value.slug == "too_large"


def test_entities_in_a_workbook_are_never_expanded(tmp_path: Path) -> None:
    good = write_xlsx(tmp_path / "good.xlsx", [("Serial number",), ("ABCD1234",)])
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">'
        b'<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    )
    with zipfile.ZipFile(good) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"]
    members["xl/worksheets/sheet1.xml"] = bomb + sheet.replace(b"ABCD1234", b"&b;")
    members["xl/workbook.xml"] = bomb + members["xl/workbook.xml"].split(b"?>", 1)[-1]
    with pytest.raises(Problem) as caught:
        read_table(zip_of(tmp_path / "bomb.xlsx", members))
    assert caught.value.slug == "wrong_type"


def test_a_torn_workbook_is_refused(tmp_path: Path) -> None:
    good = write_xlsx(tmp_path / "good.xlsx", [("Serial number",), ("ABCD1234",)])
    torn = tmp_path / "torn.xlsx"
    torn.write_bytes(good.read_bytes()[:-400])
    with pytest.raises(Problem) as caught:
        read_table(torn)
    assert caught.value.slug == "wrong_type"
