"""Turns one received photo into pictures that are safe to serve. Run as a process of its own.

Reads the bytes from standard input; writes one line of JSON and then the JPEG bytes it names. It
runs with little memory and processor time and can open no file and no socket once it has started,
so that a picture made to break a decoder breaks only this process. It imports nothing of ours.
"""

from __future__ import annotations

import importlib
import io
import json
import resource
import sys
import warnings
import zipfile

from PIL import Image, ImageOps

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 50_000_000
FULL = 1600
THUMB = 320
MEMORY = 1024 * 1024 * 1024
SECONDS = 20
FORMATS = ("JPEG", "PNG", "WEBP")
# Loaded late by the libraries, when no file can be opened any more: EXIF, ZIP names.
NEEDED = (
    "PIL.JpegImagePlugin",
    "PIL.PngImagePlugin",
    "PIL.WebPImagePlugin",
    "PIL.TiffImagePlugin",
    "PIL.MpoImagePlugin",
    "encodings.cp437",
    "encodings.latin_1",
    "encodings.ascii",
)

NOT_A_PHOTO = "This is not a photo. Take the photo here, or save it as JPEG."
OTHERS: tuple[tuple[bytes, int, str], ...] = (
    (b"PK\x03\x04", 0, "This is a ZIP file, not a photo."),
    (b"PK\x05\x06", 0, "This is a ZIP file, not a photo."),
    (b"GIF8", 0, "GIF pictures are not taken. Take the photo here, or save it as JPEG."),
    (b"%PDF", 0, "This is a PDF, not a photo."),
    (b"II*\x00", 0, "TIFF pictures are not taken. Take the photo here, or save it as JPEG."),
    (b"MM\x00*", 0, "TIFF pictures are not taken. Take the photo here, or save it as JPEG."),
    (b"ftyp", 4, "HEIC pictures are not taken. Take the photo here, or save it as JPEG."),
)
TOO_LARGE = "The photo is larger than 50 megapixels."
MANY = "This file holds several pictures. Save one of them as JPEG."


class RefusedError(Exception):
    """The bytes are no photo; the message says so to a person."""


def look(data: bytes) -> None:
    """Refuse what can be told from the bytes alone, before any decoder sees them."""
    if not data:
        raise RefusedError("The photo is empty.")
    if len(data) > MAX_BYTES:
        raise RefusedError("The photo is larger than 15 MB.")
    if data[:2] == b"\xff\xd8":
        if _holds_several(data):
            raise RefusedError(MANY)
    elif not (data[:8] == b"\x89PNG\r\n\x1a\n" or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")):
        raise RefusedError(_what_it_is(data))
    if _is_also_zip(data):
        raise RefusedError("This file is a photo and a ZIP file at once. Take the photo again.")


def _what_it_is(data: bytes) -> str:
    for magic, at, words in OTHERS:
        if data[at : at + len(magic)] == magic:
            return words
    if b"<svg" in data[:1000].lower():
        return "SVG drawings are not taken. Take the photo here, or save it as JPEG."
    return NOT_A_PHOTO


def _holds_several(data: bytes) -> bool:
    """Whether a JPEG carries a multi-picture index (MPO): Pillow would open its other frames."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, size = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xDA or size < 2:
            return False
        if marker == 0xE2 and data[at + 4 : at + 8] == b"MPF\0":
            return True
        at += 2 + size
    return False


def _is_also_zip(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return bool(archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeDecodeError):
        return False


def derive(data: bytes) -> tuple[dict[str, int], bytes, bytes]:
    """Return the size and two JPEGs, upright and without any of the photo's own metadata."""
    look(data)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            image = Image.open(io.BytesIO(data), formats=FORMATS)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise RefusedError(TOO_LARGE) from None
        if image.width * image.height > MAX_PIXELS:
            raise RefusedError(TOO_LARGE)
        if image.format not in FORMATS or getattr(image, "is_animated", False):
            raise RefusedError(MANY)
        size = {"width": image.width, "height": image.height}
        image.draft("RGB", (FULL, FULL))
        upright = ImageOps.exif_transpose(image)
        plain = _on_white(upright)
    return size, _jpeg(plain, FULL), _jpeg(plain, THUMB)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(ground, layer).convert("RGB")
    return image.convert("RGB")


def _jpeg(image: Image.Image, edge: int) -> bytes:
    small = image.copy()
    small.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    fresh = Image.new("RGB", small.size)
    fresh.paste(small)  # pixels only: no EXIF, no position, no profile
    out = io.BytesIO()
    fresh.save(out, "JPEG", quality=80, optimize=True, progressive=True)
    return out.getvalue()


def _shut_doors() -> None:
    """Load all that is needed, then give up memory, time, files and sockets."""
    Image.preinit()
    for name in NEEDED:
        importlib.import_module(name)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


def main() -> None:
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    try:
        size, full, thumb = derive(data)
        head: dict[str, object] = {**size, "full": len(full), "thumb": len(thumb)}
    except RefusedError as refused:
        head, full, thumb = {"refusal": str(refused)}, b"", b""
    except Exception:  # noqa: BLE001  (whatever a decoder raises: the photo cannot be read)
        head, full, thumb = {"refusal": "The photo is damaged and cannot be opened."}, b"", b""
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + full + thumb)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    _shut_doors()
    main()
