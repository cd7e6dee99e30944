"""Read the first sheet of an XLSX, having first refused archives that are built to hurt."""

from __future__ import annotations

import datetime as dt
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException

from server.core.problems import Problem

MOST_MEMBERS = 1000
MOST_UNPACKED = 100 * 1024 * 1024
MOST_RATIO = 100
SMALL = 256 * 1024  # below this a high ratio hurts nobody: an empty sheet packs very well
ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
# What zipfile, the XML parser and openpyxl raise over a workbook that is damaged.
UNREADABLE = (
    DefusedXmlException,
    InvalidFileException,
    ParseError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
)
EXACT = 10**15  # from here on a spreadsheet keeps no longer every digit of a number


def read_workbook(path: Path, most_rows: int, most_columns: int) -> Iterator[tuple[int, list[str]]]:
    """Yield (row, cells as text). Raises wrong_type or too_large before anything is unpacked."""
    check_archive(path)
    if not openpyxl.DEFUSEDXML:
        raise Problem("server_error", "XLSX files are read only where defusedxml is installed.")
    try:
        # Opened here, because openpyxl leaves a file open that it cannot read.
        with warnings.catch_warnings(), path.open("rb") as file:
            warnings.simplefilter("ignore")  # of styles and validations that we do not read
            yield from _rows(file, most_rows, most_columns)
    except UNREADABLE:
        raise Problem("wrong_type", f"{path.name} is not a readable Excel workbook.") from None


def check_archive(path: Path) -> None:
    """Refuse bombs, nesting, encryption, links and paths that leave the archive (U3)."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise Problem("wrong_type", f"{path.name} is not a readable Excel workbook.") from None
    if len(members) > MOST_MEMBERS or sum(m.file_size for m in members) > MOST_UNPACKED:
        raise Problem("too_large", f"{path.name} unpacks to more than is allowed.")
    names = [member.filename for member in members]
    if len(set(names)) != len(names) or any(map(_is_unsafe, members)):
        raise Problem("wrong_type", f"{path.name} is not built like an Excel workbook.")
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise Problem("wrong_type", f"{path.name} is a ZIP archive, not an Excel workbook.")


def _is_unsafe(member: zipfile.ZipInfo) -> bool:
    name = member.filename
    packs_too_well = member.file_size > SMALL and member.file_size > MOST_RATIO * max(
        1, member.compress_size
    )
    return (
        packs_too_well
        or bool(member.flag_bits & 0x1)  # encrypted
        or (member.external_attr >> 16) & 0o170000 == 0o120000  # a symbolic link
        or name.startswith(("/", "\\"))
        or ".." in name.replace("\\", "/").split("/")
        or ":" in name
        or name.lower().endswith((".zip", ".xlsx", ".xlsm", ".gz", ".7z"))
    )


def _rows(file: BinaryIO, most_rows: int, most_columns: int) -> Iterator[tuple[int, list[str]]]:
    book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # the file may lie about them
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            if number > 20 * most_rows:  # blank rows cost time too
                raise Problem("too_large", f"A list may have at most {most_rows:,} rows.")
            texts = [cell_text(cell) for cell in cells]
            while texts and not texts[-1]:
                texts.pop()
            if len(texts) > most_columns:
                raise Problem("too_large", f"A list may have at most {most_columns} columns.")
            if texts:
                yield number, texts
    finally:
        book.close()


def cell_text(value: object) -> str:
    """Return a cell as a person would have typed it; a number that lost digits as 1.23E+17."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date):  # a datetime is one too
        return value.isoformat()[:10]
    if isinstance(value, int | float):
        return _number_text(value)
    text = "" if value is None else str(value)
    return "" if text in ERRORS else text


def _number_text(value: float) -> str:
    if abs(value) >= EXACT:
        return f"{value:.2E}"
    return str(int(value)) if value == int(value) else str(value)
