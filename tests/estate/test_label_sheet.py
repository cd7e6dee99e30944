"""A printed sheet of L7651 reads back: every one of its 65 codes decodes where it was drawn."""

import random

import pypdfium2
import zxingcpp

from server.estate.labels.layouts import L7651
from server.estate.labels.sheet import QR_MM, label_sheets, qr_modules
from server.estate.rules import TAG_ALPHABET, code_from, parse_tag


def some_codes(count: int) -> list[str]:
    drawn = random.Random(7651)  # a seed, not a secret
    codes: list[str] = []
    while len(codes) < count:
        code = code_from("".join(drawn.choice(TAG_ALPHABET) for _ in range(7)))
        if code is not None:
            codes.append(code)
    return codes


def test_all_65_labels_of_a_sheet_decode_in_their_places() -> None:
    codes = some_codes(65)
    pdf = pypdfium2.PdfDocument(label_sheets(codes))
    assert len(pdf) == 1
    page = pdf[0].render(scale=300 / 72, grayscale=True).to_pil()
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    found = zxingcpp.read_barcodes(page, formats=formats)
    per_mm = page.width / 210
    places = {}
    for read in found:
        x = (read.position.top_left.x + read.position.bottom_right.x) / 2 / per_mm
        y = (read.position.top_left.y + read.position.bottom_right.y) / 2 / per_mm
        column = int((x - L7651.left) // L7651.pitch_x)
        row = int((y - L7651.top) // L7651.pitch_y)
        places[row * 5 + column] = read.text
    assert [places.get(place) for place in range(65)] == codes
    assert all(parse_tag(text) for text in places.values())


def test_the_readable_code_stands_on_the_label_in_two_fours() -> None:
    text = pypdfium2.PdfDocument(label_sheets(["K7M42QXZ"]))[0].get_textpage().get_text_bounded()
    assert text.split() == ["K7M4-", "2QXZ"]


def test_the_66th_label_starts_a_new_page() -> None:
    assert len(pypdfium2.PdfDocument(label_sheets(some_codes(66)))) == 2


def test_a_code_is_a_version_1_qr_of_14_and_a_half_millimetres() -> None:
    assert len(qr_modules("K7M42QXZ")) == 21
    assert QR_MM == 14.5
    assert L7651.height >= QR_MM


def test_the_same_codes_print_the_same_bytes() -> None:
    assert label_sheets(["K7M42QXZ"]) == label_sheets(["K7M42QXZ"])


def test_the_layout_fits_an_a4_page() -> None:
    left, top = L7651.corner(64)
    assert left + L7651.width <= 210
    assert top + L7651.height <= 297
