"""Read a CSV of any common make into rows of text: encoding, line ends and delimiter are found."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from server.core.problems import Problem
from server.estate.imports.workbook import read_workbook

MOST_BYTES = 100 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 300
MOST_CELL = 4000  # characters
DELIMITERS = (",", ";", "\t", "|")
# What a file begins with when it is something else than a list, and what to say of it.
NOT_A_LIST = (
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls); save it as .xlsx or CSV"),
    (b"%PDF", "a PDF; export the list as CSV or XLSX"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x89PNG", "a picture"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"7z\xbc\xaf", "a 7-Zip archive; unpack it first"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file: the line a person counts to, and its cells as text."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A list as read: its headers, its rows without blank ones, and how it was understood."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    how: str  # "UTF-16, separated by tabs"


def read_table(path: Path) -> Table:
    """Read a CSV or XLSX. Raises too_large, wrong_type or bad_request, in words."""
    if not path.is_file():
        raise Problem("not_found", f"There is no file {path.name}.")
    if path.stat().st_size > MOST_BYTES:
        raise Problem("too_large", "A list may have at most 100 MB.")
    with path.open("rb") as file:
        start = file.read(8)
    for magic, words in NOT_A_LIST:
        if start.startswith(magic):
            raise Problem("wrong_type", f"{path.name} is {words}.")
    if start.startswith(b"PK"):
        return _table(read_workbook(path, MOST_ROWS, MOST_COLUMNS), "Excel workbook")
    return read_csv(path.read_bytes())


def read_csv(raw: bytes) -> Table:
    """Read delimited text from bytes of any common encoding."""
    text, encoding = decode(raw)
    delimiter = _delimiter(text)
    named = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}[delimiter]
    return _table(_records(text, delimiter), f"{encoding}, separated by {named}")


def decode(raw: bytes) -> tuple[str, str]:
    """Return the text and the name of its encoding. Raises wrong_type when it is no text."""
    encoding, named = _encoding(raw)
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise Problem("wrong_type", f"The file says it is {named} but is not.") from None
        text, named = _western(raw)
    if "\x00" in text:
        raise Problem("wrong_type", "This is not a list: it has bytes that no text has.")
    return text, named


def _encoding(raw: bytes) -> tuple[str, str]:
    if raw.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig", "UTF-8"
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16", "UTF-16"
    # Without a mark: every other byte of Western text in UTF-16 is zero.
    sample = raw[:400]
    if len(sample) >= 4 and sample[1::2].count(0) > len(sample) // 3:
        return "utf-16-le", "UTF-16"
    if len(sample) >= 4 and sample[::2].count(0) > len(sample) // 3:
        return "utf-16-be", "UTF-16"
    return "utf-8", "UTF-8"


def _western(raw: bytes) -> tuple[str, str]:
    try:
        return raw.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:  # five bytes mean nothing there, all mean something here
        return raw.decode("latin-1"), "Latin-1"


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (line, cells). ``newline=""`` lets the reader end lines at LF, CRLF and a lone CR."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    before = 0
    try:
        for cells in reader:
            yield before + 1, cells
            before = reader.line_num
    except csv.Error:
        raise Problem(
            "bad_request",
            f"The list cannot be read after line {before}: "
            "a quotation mark is probably opened there and never closed.",
        ) from None


def _delimiter(text: str) -> str:
    """Return the delimiter whose first records have the most columns in agreement."""
    best, score = ",", 0
    for candidate in DELIMITERS:
        try:
            widths = [len(cells) for _, cells in islice(_records(text, candidate), 20) if cells]
        except Problem:
            continue
        usual = max(set(widths), key=widths.count) if widths else 0
        found = (usual - 1) * widths.count(usual)
        if found > score:
            best, score = candidate, found
    return best


def _table(records: Iterator[tuple[int, list[str]]], how: str) -> Table:
    headers: tuple[str, ...] | None = None
    rows: list[Row] = []
    for number, record in records:
        cells = tuple(map(_clean, record))
        if not any(cells):
            continue
        if len(cells) > MOST_COLUMNS:
            raise Problem("too_large", f"A list may have at most {MOST_COLUMNS} columns.")
        longest = max(map(len, cells))
        if longest > MOST_CELL:
            raise Problem(
                "bad_request",
                f"A cell in row {number} has {longest:,} characters; "
                "a quotation mark is probably opened there and never closed.",
            )
        if headers is None:
            headers = cells
            continue
        rows.append(Row(number, cells))
        if len(rows) > MOST_ROWS:
            raise Problem("too_large", f"A list may have at most {MOST_ROWS:,} rows.")
    if headers is None:
        raise Problem("bad_request", "The list is empty.")
    return Table(headers, tuple(rows), how)


def _clean(cell: str) -> str:
    """Return a cell without what no person typed: control and half characters, outer spacing."""
    if not cell.isprintable():
        cell = "".join(" " if _is_control(c) else c for c in cell)
    return cell.strip(" \t\r\n\u00a0\ufeff")


def _is_control(character: str) -> bool:
    return character not in "\r\n\t" and unicodedata.category(character) in {"Cc", "Cs"}
