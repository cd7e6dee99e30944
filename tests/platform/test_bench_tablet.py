"""The tablet's figures: without a browser there are none, and the shell says why."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from server.bench.film import DESK, FRAMES_A_SECOND, LABEL_AT, make_film
from server.bench.tablet import tablet_figures

JPEG_START = b"\xff\xd8\xff"


def test_without_chromium_nothing_is_measured_and_it_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert list(tablet_figures(7)) == []
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("Not measured: start, save, search and scan.")
    assert "missing" in said.err


def test_the_page_finds_a_label_where_the_film_shows_one(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mjpeg", ["K7M42QXZ"], shown=0.1, empty=0.1).read_bytes()
    frames = [JPEG_START + rest for rest in film.split(JPEG_START)[1:]]
    assert len(frames) == round(0.2 * FRAMES_A_SECOND)
    greens = []
    for number, frame in enumerate((frames[0], frames[-1])):
        file = tmp_path / f"{number}.jpeg"
        file.write_bytes(frame)
        with Image.open(file) as picture:
            pixel = picture.convert("RGB").getpixel((LABEL_AT[0] + 16, LABEL_AT[1] + 16))
        assert isinstance(pixel, tuple)
        greens.append(pixel[1])
    assert greens[0] < DESK[1] + 20
    assert greens[1] > 230
