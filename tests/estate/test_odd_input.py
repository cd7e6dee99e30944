"""Whatever bytes or text arrive, reading them ends in an answer or a problem in words."""

from __future__ import annotations

import contextlib
import zipfile
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from server.core.problems import Problem
from server.estate.imports.mapping import SYNONYMS, propose
from server.estate.imports.reading import read_csv, read_table
from server.estate.imports.rows import read_rows
from server.estate.imports.values import read_date, read_gigabytes, read_system, read_version
from server.estate.rules import TAG_ALPHABET, alias_of, mac_key, parse_tag, serial_key, show_tag
from tests.estate.lists import write_xlsx

HEADERS = st.sampled_from([synonym for names in SYNONYMS.values() for synonym in names])
CELLS = st.text(max_size=30) | st.sampled_from(
    ["5.00E+06", "N/A", "1/2/21", "²", "10.0.22631", "="]
)
ODD = st.text(max_size=60)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=600) | ODD.map(lambda text: text.encode("utf-16", "surrogatepass")))
@example(b"\xff\xfe\x00")
@example(b'"' * 501)
@example(b"a\x00b\x00" * 3)
def test_any_bytes_are_a_list_or_a_problem(raw: bytes) -> None:
    with contextlib.suppress(Problem):
        table = read_csv(raw)
        assert table.headers
        assert all(any(row.cells) for row in table.rows)


@settings(max_examples=150, deadline=None)
@given(st.lists(HEADERS, min_size=1, max_size=6), st.lists(st.lists(CELLS, max_size=7), max_size=6))
def test_any_rows_under_known_headers_each_become_something(
    headers: list[str], rows: list[list[str]]
) -> None:
    lines = ["\t".join(headers), *("\t".join(" ".join(c.split()) for c in row) for row in rows)]
    with contextlib.suppress(Problem):
        table = read_csv("\n".join(lines).encode("utf-8", "replace"))
        found = read_rows(table, propose(table.headers), {})
        assert len(found) == len(table.rows)
        assert all(said.keys for said in found)


@settings(max_examples=300, deadline=None)
@given(ODD)
@example("²/²/²²²²")
@example("١/٢/٢٠٢١")
def test_any_cell_is_read_or_left(text: str) -> None:
    date = read_date(text)
    assert date is None or len(date) == 10
    assert read_gigabytes(text) is None or read_gigabytes(text) >= 0  # type: ignore[operator]
    read_version(read_system(text), text)
    for key in (serial_key(text), mac_key(text)):
        assert key is None or (key.isascii() and key.isalnum() and key == key.upper())


@settings(max_examples=300, deadline=None)
@given(ODD | st.text(TAG_ALPHABET + "-OIL ", min_size=7, max_size=11))
def test_any_scan_is_a_code_in_one_form_or_no_tag(text: str) -> None:
    code = parse_tag(text)
    if code is not None:
        assert len(code) == 8
        assert set(code) <= set(TAG_ALPHABET)
        assert parse_tag(show_tag(code)) == code
    alias = alias_of(text)
    assert alias is None or alias_of(alias) == alias


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, 4000), st.integers(0, 255))
def test_a_damaged_workbook_is_read_or_refused(tmp_path: Path, place: int, byte: int) -> None:
    good = tmp_path / "good.xlsx"
    if not good.exists():
        write_xlsx(good, [("Serial number", "Type"), ("ABCD1234", "Laptop")])
    raw = bytearray(good.read_bytes())
    raw[place % len(raw)] = byte
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(raw)
    with contextlib.suppress(Problem):
        read_table(bad)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, 900), st.binary(min_size=1, max_size=4))
def test_a_workbook_with_damaged_xml_is_read_or_refused(
    tmp_path: Path, place: int, put: bytes
) -> None:
    good = tmp_path / "good.xlsx"
    if not good.exists():
        write_xlsx(good, [("Serial number", "Type"), ("ABCD1234", "Laptop")])
    bad = tmp_path / "bad.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
        for name in source.namelist():
            body = bytearray(source.read(name))
            at = place % len(body)
            body[at : at + len(put)] = put
            target.writestr(name, bytes(body))
    with contextlib.suppress(Problem):
        read_table(bad)
