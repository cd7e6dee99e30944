"""Decisions about tag codes and serial numbers: what is one, and which of them are the same."""

from __future__ import annotations

import unicodedata

# 32 characters that are hard to mistake for one another: no I, L, O or U.
TAG_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TAG_LENGTH = 8
# ISO 7064 MOD 37-2 counts over these 37; a code whose check is not a tag character is not issued.
_CHECK_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
_FOLD = str.maketrans("abcdefghijklmnopqrstuvwxyzOoIiLl", "ABCDEFGHIJKLMNOPQRSTUVWXYZ001111")
_SPACING = str.maketrans("", "", " \t\r\n\u00a0-\u2010\u2011\u2012\u2013\u2014\u2212")
_MAX_SCAN = 300  # characters; a longer scan is nobody's tag

# Serial keys (upper case, letters and digits only) that stand where no number was known.
JUNK_SERIALS = frozenset(
    """
    TOBEFILLEDBYOEM TOBEFILLEDBYOEMPLEASE DEFAULTSTRING DEFAULT NA NONE NULL NIL UNKNOWN UNSET
    NOTAPPLICABLE NOTAVAILABLE NOTSPECIFIED NOTSET NOTFOUND NOSERIAL NOSERIALNUMBER SERIAL
    SERIALNUMBER SYSTEMSERIALNUMBER CHASSISSERIALNUMBER BASEBOARDSERIALNUMBER SYSTEMMANUFACTURER
    EMPTY BLANK TBC TBA INVALID OEM FAULTY MISSING UNREADABLE ILLEGIBLE TEST
    01234567 12345678 0123456789 1234567890 123456789 987654321 VIRTUALMACHINE
    """.split()  # noqa: SIM905  (forty words in columns read better than forty strings)
)


def check_character(body: str) -> str:
    """Return the MOD 37-2 check character (ISO 7064) of upper-case letters and digits."""
    total = 0
    for character in body:
        total = (total + _CHECK_ALPHABET.index(character)) * 2 % 37
    return _CHECK_ALPHABET[(38 - total) % 37]


def code_from(body: str) -> str | None:
    """Return the full code of seven random characters, or None when they must be drawn again."""
    check = check_character(body)
    return body + check if check in TAG_ALPHABET else None


def parse_tag(text: str) -> str | None:
    """Return the code in what was scanned or typed, or None: junk is not a tag.

    Takes the bare code, with or without hyphen and in any case, or an address that ends in
    ``/t/CODE``. O is read as 0, I and L as 1.
    """
    if len(text) > _MAX_SCAN:
        return None
    code = _bare(text).translate(_SPACING).translate(_FOLD)
    if len(code) != TAG_LENGTH or any(character not in TAG_ALPHABET for character in code):
        return None
    return code if check_character(code[:-1]) == code[-1] else None


def _bare(text: str) -> str:
    """Return what stands after ``/t/`` of a web address; other text as it is."""
    text = text.strip(" \t\r\n\u00a0")
    if text[:8].lower() != "https://" and text[:7].lower() != "http://":
        return text
    path = text.split("?", 1)[0].split("#", 1)[0].rstrip("/").split("/")
    # https: | empty | host | t | CODE
    return path[4] if len(path) == 5 and path[3] in {"t", "T"} else ""


def show_tag(code: str) -> str:
    """Return a code as people read it, in two fours; a legacy alias as it was scanned."""
    return f"{code[:4]}-{code[4:]}" if len(code) == TAG_LENGTH and parse_tag(code) else code


def alias_of(text: str) -> str | None:
    """Return the form in which a foreign barcode is kept as a tag of ours, None when unusable."""
    alias = " ".join(unicodedata.normalize("NFC", text).split()).upper()
    if not 2 <= len(alias) <= 120 or not alias.isprintable():
        return None
    return alias


def is_scientific(text: str) -> bool:
    """Tell whether a spreadsheet has turned an identifier into a number such as 5.00E+06."""
    mantissa, mark, exponent = text.strip().upper().partition("E")
    if not mark or not exponent.lstrip("+-").isdigit() or not mantissa:
        return False
    signed = exponent[0] in "+-"
    return mantissa.replace(".", "", 1).isdigit() and (signed or "." in mantissa)


def serial_key(text: str | None) -> str | None:
    """Return the form in which serial numbers are compared; None when it identifies nothing."""
    if text is None or is_scientific(text):
        return None
    if text.isascii() and text.isalnum():  # as most are: nothing to fold or leave out
        folded = key = text.upper()
    else:
        folded = unicodedata.normalize("NFKC", text).upper()
        key = "".join(c for c in folded if c.isascii() and c.isalnum())
    for prefix in ("SERIALNUMBER", "SERIALNO", "SN"):
        marked = folded.lstrip().startswith((prefix + ":", "S/N:", "S/N "))
        if marked and key.startswith(prefix) and len(key) > len(prefix):
            key = key[len(prefix) :]
            break
    if len(key) < 4 or len(set(key)) == 1 or key in JUNK_SERIALS:
        return None
    return key


def serial_junk(text: str) -> str | None:
    """Return in words why a serial number identifies nothing, or None when it does."""
    if is_scientific(text):
        return (
            f"{text.strip()} was a number that a spreadsheet has rounded; "
            "export the list again with this column as text"
        )
    if serial_key(text) is None:
        return f"{text.strip()!r} is not a serial number"
    return None


def mac_key(text: str | None) -> str | None:
    """Return twelve hexadecimal digits, or None: not a hardware address, or nobody's own."""
    digits = "".join(c for c in (text or "").upper() if c not in ":-. ")
    if len(digits) != 12 or any(c not in "0123456789ABCDEF" for c in digits):
        return None
    return None if len(set(digits)) == 1 else digits


def safe_cell(text: str) -> str:
    """Return a cell that no spreadsheet runs as a formula (reliability X1)."""
    return "'" + text if text[:1] in {*"=+-@\t\r\n", "＝", "＋", "－", "＠"} else text
