"""Lists as schools keep them, built for tests: nothing here is anybody's data."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl

HEADERS = ("Serial number", "Asset tag", "Type", "Manufacturer", "Model", "Room", "Purchase date")


def csv_text(
    rows: Sequence[Sequence[str]], headers: Sequence[str] = HEADERS, **options: str
) -> str:
    out = io.StringIO()
    writer = csv.writer(out, **options)  # type: ignore[arg-type]
    writer.writerow(headers)
    writer.writerows(rows)
    return out.getvalue()


def laptop(number: int, **more: str) -> tuple[str, ...]:
    """Return one row of HEADERS, some cells replaced by header."""
    cells = dict(
        zip(
            HEADERS,
            (f"9QW{number:05}", "", "Pupil laptop", "Dell", "Latitude 3190", "", "03/09/2021"),
            strict=True,
        )
    )
    cells |= {key.replace("_", " "): value for key, value in more.items()}
    return tuple(cells.values())


def write_csv(path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8") -> Path:
    path.write_bytes(csv_text(rows).encode(encoding))
    return path


def write_xlsx(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path
