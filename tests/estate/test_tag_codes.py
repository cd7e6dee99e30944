"""A tag code is known by its check character, wherever it was read; anything else is not a tag."""

import json
from pathlib import Path

import pytest

from server.estate.rules import (
    TAG_ALPHABET,
    alias_of,
    check_character,
    code_from,
    parse_tag,
    show_tag,
)

GOLDEN = json.loads(
    (Path(__file__).parents[2] / "sync" / "cases" / "tags.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", GOLDEN["cases"], ids=lambda case: case["name"])
def test_golden_case(case: dict[str, str | None]) -> None:
    assert parse_tag(str(case["input"])) == case["code"]


@pytest.mark.parametrize(
    ("body", "check"),
    [
        ("G123498654321", "H"),  # as ISBT 128 prints it
        ("K7M42QX", "Z"),
        ("P3TD8W6", "5"),
        ("R5NF4HJ", "W"),
        ("0000000", "1"),
        ("T8QW5M2", "*"),
    ],
)
def test_check_character_is_mod_37_2(body: str, check: str) -> None:
    assert check_character(body) == check


def test_a_body_whose_check_is_no_tag_character_is_not_issued() -> None:
    assert code_from("T8QW5M2") is None
    assert code_from("K7M42QX") == "K7M42QXZ"


@pytest.mark.parametrize("code", ["K7M42QXZ", "P3TD8W65", "R5NF4HJW", "00000001"])
def test_every_single_mistyped_character_is_caught(code: str) -> None:
    wrong = [
        code[:place] + other + code[place + 1 :]
        for place in range(8)
        for other in TAG_ALPHABET
        if other != code[place]
    ]
    assert [text for text in wrong if parse_tag(text)] == []


@pytest.mark.parametrize("code", ["K7M42QXZ", "P3TD8W65", "R5NF4HJW"])
def test_every_swap_of_neighbours_is_caught(code: str) -> None:
    swapped = [code[:n] + code[n + 1] + code[n] + code[n + 2 :] for n in range(7)]
    assert [text for text in swapped if text != code and parse_tag(text)] == []


def test_a_code_is_shown_in_two_fours_and_an_alias_as_scanned() -> None:
    assert show_tag("K7M42QXZ") == "K7M4-2QXZ"
    assert show_tag("OLD-00017") == "OLD-00017"
    assert show_tag("ABCDEFGH") == "ABCDEFGH"


def test_a_legacy_barcode_is_kept_in_one_form() -> None:
    assert alias_of("  old-00017\r\n") == "OLD-00017"
    assert alias_of("x") is None
    assert alias_of("bell\x07code") is None
    assert alias_of("A" * 121) is None
