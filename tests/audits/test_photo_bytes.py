"""What arrives as a photo: good pictures become safe ones, all else is refused in words."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image

from server.audits.images import Pictures, Refused, make_pictures


def jpeg(width: int = 400, height: int = 300, **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (120, 40, 40)).save(out, "JPEG", **more)
    return out.getvalue()


def zip_bytes() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        # With a date of its own: the same bytes, and so the same hash, in every second.
        archive.writestr(zipfile.ZipInfo("inside.txt", (2026, 11, 24, 12, 0, 0)), "not a photo")
    return out.getvalue()


def huge_png(edge: int) -> bytes:
    """A PNG whose header claims edge × edge pixels; a few hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", edge, edge, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


def mpo() -> bytes:
    out = io.BytesIO()
    first, second = (Image.new("RGB", (64, 64), colour) for colour in ("red", "blue"))
    first.save(out, "MPO", save_all=True, append_images=[second])
    return out.getvalue()


def other(kind: str, frames: int = 1) -> bytes:
    out = io.BytesIO()
    pictures = [Image.new("RGB", (32, 32), (n * 40, 0, 0)) for n in range(frames)]
    more = {"save_all": True, "append_images": pictures[1:]} if frames > 1 else {}
    pictures[0].save(out, kind, **more)
    return out.getvalue()


REFUSED = {
    "a JPEG that is a ZIP": (zip_bytes(), "This is a ZIP file, not a photo."),
    "a JPEG with a ZIP behind it": (jpeg() + zip_bytes(), "a photo and a ZIP file at once"),
    "50,000 × 50,000": (huge_png(50_000), "larger than 50 megapixels"),
    "just over 50 megapixels": (huge_png(7_100), "larger than 50 megapixels"),
    "several pictures": (mpo(), "This file holds several pictures."),
    "moving PNG": (other("PNG", 3), "This file holds several pictures."),
    "moving WebP": (other("WEBP", 3), "This file holds several pictures."),
    "GIF": (other("GIF"), "GIF pictures are not taken."),
    "TIFF": (other("TIFF"), "TIFF pictures are not taken."),
    "HEIC": (b"\x00\x00\x00\x18ftypheic" + bytes(64), "HEIC pictures are not taken."),
    "SVG": (b"<?xml version='1.0'?><svg xmlns='x'><script/></svg>", "SVG drawings are not taken."),
    "PDF": (b"%PDF-1.7\n", "This is a PDF, not a photo."),
    "a page": (b"<!doctype html><script>1</script>", "This is not a photo."),
    "cut short": (jpeg(1200, 900)[:400], "damaged"),
    "only a beginning": (b"\xff\xd8\xff", "damaged"),
    "nothing": (b"", "The photo is empty."),
    "more than 15 MB": (b"\xff\xd8" + bytes(15 * 1024 * 1024), "larger than 15 MB"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_photo_is_refused_in_words(name: str) -> None:
    data, words = REFUSED[name]
    made = make_pictures(data)
    assert isinstance(made, Refused)
    assert words in made.words


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_two_jpegs_of_the_right_size(kind: str) -> None:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((2400, 1800)).convert("RGB").save(out, kind)
    made = make_pictures(out.getvalue())
    assert isinstance(made, Pictures)
    assert (made.width, made.height) == (2400, 1800)
    for data, size in ((made.full, (1600, 1200)), (made.thumb, (320, 240))):
        with Image.open(io.BytesIO(data)) as served:
            assert (served.format, served.size) == ("JPEG", size)


def test_position_camera_and_comments_are_not_served() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRETCAMERA"
    exif[0x8825] = {1: "N", 2: (51.0, 30.0, 0.0)}
    made = make_pictures(jpeg(exif=exif, comment=b"SECRETCOMMENT"))
    assert isinstance(made, Pictures)
    for data in (made.full, made.thumb):
        assert b"SECRET" not in data
        with Image.open(io.BytesIO(data)) as served:
            assert dict(served.getexif()) == {}


def test_a_photo_taken_on_its_side_is_served_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    made = make_pictures(jpeg(400, 300, exif=exif))
    assert isinstance(made, Pictures)
    with Image.open(io.BytesIO(made.full)) as served:
        assert served.size == (300, 400)


def test_bytes_hidden_behind_a_photo_are_not_served() -> None:
    made = make_pictures(jpeg() + b"<script>alert(1)</script>")
    assert isinstance(made, Pictures)
    assert b"script" not in made.full + made.thumb


def test_a_small_photo_is_not_blown_up() -> None:
    made = make_pictures(jpeg(200, 100))
    assert isinstance(made, Pictures)
    with Image.open(io.BytesIO(made.full)) as served:
        assert served.size == (200, 100)


def test_a_see_through_picture_stands_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(out, "PNG")
    made = make_pictures(out.getvalue())
    assert isinstance(made, Pictures)
    with Image.open(io.BytesIO(made.full)) as served:
        assert served.getpixel((20, 20)) == (255, 255, 255)
