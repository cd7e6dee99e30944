"""What no decent client sends: each line gets its documented answer, and later lines are taken."""

from __future__ import annotations

import gzip
import json
import uuid
from typing import Any

from werkzeug.test import TestResponse

from server.core.clock import now_ms
from server.estate.reference import asset_type_id
from sync.codec import canonical
from tests.exchange.device import PREFIX, Device


def new_asset(device: Device, **values: object) -> bytes:
    world = device.world
    type_id = asset_type_id(world.organisations["north"], "laptop_pupil")
    key = {"asset_type_id": type_id, "room_id": world.rooms["alder.room1"]}
    return device.line("asset", str(uuid.uuid4()), world.schools["alder"], {**key, **values})


def outcomes(device: Device, lines: dict[str, bytes]) -> dict[str, tuple[str, str | None]]:
    """Push each bad line and then a good one, which must be taken. Return the bad ones' results."""
    found: dict[str, tuple[str, str | None]] = {}
    for name, bad in lines.items():
        found[name], good = device.results(bad, new_asset(device))
        assert good == ("applied", None), name
    return found


def with_value(device: Device, field: str, raw: bytes) -> bytes:
    """Return a well-made op in which one value is these bytes."""
    line = new_asset(device, **{field: "HERE"})
    return line.replace(b'"HERE"', raw)


LINES: dict[str, tuple[bytes, str]] = {
    "NaN": (b'{"mid":1,"x":NaN}', "malformed"),
    "Infinity": (b'{"mid":1,"x":-Infinity}', "malformed"),
    "a million brackets": (b"[" * 1_000_000, "malformed"),
    "a million braces": (b'{"a":' * 200_000, "malformed"),
    "a lone surrogate": (b'{"mid":1,"x":"\\ud800"}', "bad_value"),
    "a lone surrogate as a name": (b'{"mid":1,"\\udfff":1}', "bad_value"),
    "a surrogate in UTF-8": (b'{"mid":1,"x":"\xed\xa0\x80"}', "malformed"),
    "U+0000": (b'{"mid":1,"x":"\\u0000"}', "bad_value"),
    "an integer of 10,000 digits": (b'{"mid":1,"x":' + b"1" * 10_000 + b"}", "malformed"),
    "an exponent": (b'{"mid":1,"x":1e400}', "bad_value"),
    "a line that is nothing": (b"", "malformed"),
    "null": (b"null", "malformed"),
    "two values": (b"{} {}", "malformed"),
    "a name twice, deep inside": (b'{"mid":1,"set":{"a":{"b":1,"b":2}}}', "malformed"),
    "a mark of order in front": (b'\xef\xbb\xbf{"mid":1}', "malformed"),
}


def test_an_unreadable_line_is_rejected_and_the_next_is_taken(device: Device) -> None:
    found: dict[str, tuple[str, str | None]] = {}
    for name, (raw, _) in LINES.items():
        device.mid += 1
        found |= outcomes(device, {name: raw})
    assert found == {name: ("rejected", code) for name, (_, code) in LINES.items()}


VALUES: dict[str, tuple[str, bytes, str]] = {
    "year 0": ("bought_on", b'"0000-01-01"', "bad_value"),
    "a date of ten thousand": ("bought_on", b'"10000-01-01"', "bad_value"),
    "a date in other digits": ("bought_on", '"２０２０-01-01"'.encode(), "bad_value"),
    "a date with a time": ("bought_on", b'"2020-01-01T00:00"', "bad_value"),
    "a number for a text": ("serial", b"7", "bad_value"),
    "a list for a text": ("serial", b'["a"]', "bad_value"),
    "an object for a number": ("ram_gb", b'{"a":1}', "bad_value"),
    "2^53": ("ram_gb", b"9007199254740992", "bad_value"),
    "a whole number with a point": ("ram_gb", b"8.0", "bad_value"),
    "deep JSON": ("custom/a", b"[" * 31 + b"]" * 31, "malformed"),
    "an id in upper case": ("room_id", b'"AAAAAAAA-0000-4000-8000-000000000001"', "bad_value"),
}  # fmt: skip


def test_a_value_of_the_wrong_kind_is_rejected(device: Device) -> None:
    found: dict[str, tuple[str, str | None]] = {}
    for name, (field, raw, _) in VALUES.items():
        found |= outcomes(device, {name: with_value(device, field, raw)})
    assert found == {name: ("rejected", code) for name, (_, _, code) in VALUES.items()}


def test_the_first_and_the_last_day_are_days(device: Device) -> None:
    days = ["0001-01-01", "9999-12-31"]
    lines = [new_asset(device, bought_on=day) for day in days]
    assert device.results(*lines) == [("applied", None)] * 2
    device.watch(device.world.schools["alder"])
    device.drain()
    mine = [i for i in device.items.values() if i["v"][0][1] == device.client_id]
    assert sorted(item["f"]["bought_on"] for item in mine) == days


SHAPES: dict[str, dict[str, Any]] = {
    "another number than its place": {"mid": 999},
    "no kind": {"kind": None},
    "a kind that is a path": {"kind": "../asset"},
    "a kind of SQL": {"kind": "asset; DROP TABLE asset"},
    "an id that is none": {"id": "1"},
    "an id in a list": {"id": [str(uuid.UUID(int=1))]},
    "a scope in upper case": {"scope": str(uuid.UUID(int=0xA)).upper()},
    "a negative time": {"at": -1},
    "a time that is true": {"at": True},
    "a version that is text": {"sv": "1"},
    "nothing set": {"set": {}},
    "set is a list": {"set": ["a"]},
    "501 fields": {"set": {f"custom/{n}": 1 for n in range(501)}},
    "a base that is a number": {"base": {"name": 7}},
    "a base of no client": {"base": {"name": ["me", 1]}},
    "a base with a negative number": {"base": {"name": [str(uuid.UUID(int=1)), -1]}},
    "a group that is text": {"txn": "all"},
    "a group of nothing": {"txn": {"id": str(uuid.UUID(int=1)), "n": 0}},
}


def test_a_line_that_is_no_op_is_malformed(device: Device) -> None:
    found: dict[str, tuple[str, str | None]] = {}
    for name, wrong in SHAPES.items():
        changed = {**json.loads(new_asset(device)), **wrong}
        found |= outcomes(device, {name: canonical(changed).encode()})
    assert found == dict.fromkeys(SHAPES, ("rejected", "malformed"))


def test_a_clock_at_either_end_of_time_is_believed_for_nothing(device: Device) -> None:
    """Year 9999 and year 0, said by the tablet's clock at hello and by the line itself."""
    ends = (0, 253_402_300_799_999, 2**53 - 1)
    for now in ends:
        assert device.hello(device_now=now).status_code == 200
        lines = [canonical({**json.loads(new_asset(device)), "at": at}).encode() for at in ends]
        assert device.results(*lines) == [("applied", None)] * len(ends)
    assert device.hello().status_code == 200
    device.watch(device.world.schools["alder"])
    device.drain()
    times = [ver[0] for i in device.items.values() for ver in i["v"] if ver[1] == device.client_id]
    assert max(times) <= now_ms(), "nothing is from the future"
    assert device.results(new_asset(device)) == [("applied", None)]


def test_a_push_of_nothing_but_bad_lines_stops_nothing_after_it(device: Device) -> None:
    """All of them at once, with a good line behind each."""
    lines: list[bytes] = []
    wanted: list[tuple[str, str | None]] = []
    small = {name: found for name, found in LINES.items() if len(found[0]) < 20_000}
    for raw, code in small.values():
        device.mid += 1
        lines += [raw, new_asset(device)]
        wanted += [("rejected", code), ("applied", None)]
    assert device.results(*lines) == wanted
    again = device.push(*lines)
    told = [(one["status"], one.get("code")) for one in again.json["results"]]
    assert told == wanted, "the same lines again get the same answers"
    listed = device.http.get(f"{PREFIX}/ops?client_id={device.client_id}").json
    assert [one["mid"] for one in listed["items"]] == list(range(1, len(lines) + 1))


def test_names_that_no_page_mentions_are_ignored_and_kept(device: Device) -> None:
    line = canonical({**json.loads(new_asset(device)), "colour": ["red"], "v9": {}}).encode()
    assert device.results(line) == [("applied", None)]
    listed = device.http.get(f"{PREFIX}/ops?client_id={device.client_id}").json
    assert listed["items"][0]["status"] == "applied"


def test_a_field_of_no_name_waits(device: Device) -> None:
    """Unknown: perhaps a later build's. Kept and held, never dropped."""
    for field in ("", "/", "custom/", "custom/ä", "custom/" + "x" * 81, "name/x", "__proto__"):
        line = new_asset(device, **{field: "x"})
        assert outcomes(device, {field: line}) == {field: ("held", "unknown_field")}


# -- whole requests ------------------------------------------------------------------------------


def post(device: Device, path: str, body: bytes, **headers: str) -> TestResponse:
    kind = "application/x-ndjson" if path == "/push" else "application/json"
    return device.http.post(PREFIX + path, data=body, content_type=kind, headers=headers)


def header(device: Device, **more: object) -> bytes:
    said = {
        "client_id": device.client_id, "server_epoch": device.epoch, "device_now": 1,
        "first_mid": 1, "n": 0, **more,
    }  # fmt: skip
    return json.dumps(said).encode()


HEADERS: dict[str, bytes | dict[str, object]] = {
    "nothing": b"",
    "a list": b"[]",
    "NaN": b'{"client_id":NaN}',
    "deep": b"[" * 4000,
    "no client": {"client_id": None},
    "a client of the server's": {"client_id": f"server:{uuid.UUID(int=1)}"},
    "a client in upper case": {"client_id": str(uuid.UUID(int=0xA)).upper()},
    "first_mid 0": {"first_mid": 0},
    "first_mid true": {"first_mid": True},
    "first_mid text": {"first_mid": "1"},
    "first_mid of 10,000 digits": b'{"first_mid":' + b"9" * 3000 + b"}",
    "n negative": {"n": -1},
    "n too many": {"n": 7},
    "device_now with a point": {"device_now": 1.5},
    "device_now before time": {"device_now": -5},
}


def test_a_push_with_a_bad_first_line_is_refused_whole(device: Device) -> None:
    found: dict[str, tuple[int, str]] = {}
    for name, said in HEADERS.items():
        body = said if isinstance(said, bytes) else header(device, **said)
        answer = post(device, "/push", body)
        found[name] = (answer.status_code, answer.json["slug"])
    assert found == dict.fromkeys(HEADERS, (400, "bad_request"))
    assert device.results(new_asset(device)) == [("applied", None)]


PULLS: dict[str, dict[str, Any]] = {
    "scopes is a list": {"scopes": []},
    "a scope that is none": {"scopes": {"x": {"gen": 1, "seq": 0}}},
    "a cursor that is a number": {"scopes": {str(uuid.UUID(int=1)): 5}},
    "a negative cursor": {"scopes": {str(uuid.UUID(int=1)): {"gen": 1, "seq": -1}}},
    "a cursor of 2^63": {"scopes": {str(uuid.UUID(int=1)): {"gen": 1, "seq": 2**63}}},
    "limit 0": {"limit": 0},
    "limit text": {"limit": "all"},
    "decided true": {"decided": True},
    "no epoch": {"server_epoch": None},
    "a client that is none": {"client_id": "me"},
}


def test_a_pull_that_cannot_be_read_is_refused(device: Device) -> None:
    said = {"client_id": device.client_id, "server_epoch": device.epoch, "scopes": {}}
    found: dict[str, tuple[int, str]] = {}
    for name, wrong in PULLS.items():
        answer = device.post("/pull", {**said, **wrong})
        found[name] = (answer.status_code, answer.json["slug"])
    assert found == dict.fromkeys(PULLS, (422, "bad_value"))


def test_a_body_that_is_no_object_is_refused(device: Device) -> None:
    for path in ("/hello", "/pull", "/blobs"):
        for body in (b"", b"null", b"[" * 16_000, b'{"a":', b"\xff\xfe", b"9" * 10_000, b'"x"'):
            answer = post(device, path, body)
            assert (answer.status_code, answer.json["slug"]) == (400, "bad_request"), body[:9]


def test_a_foreign_school_and_one_that_never_was_give_the_same_bytes(device: Device) -> None:
    theirs, nowhere = device.world.schools["dover"], str(uuid.UUID(int=1, version=4))
    answers: list[list[bytes]] = []
    for scope in (theirs, nowhere, device.world.schools["birch"]):
        found = [
            device.http.get(f"{PREFIX}/bootstrap/{scope}"),
            device.http.get(f"{PREFIX}/digest/{scope}?seq=0"),
        ]
        assert {answer.status_code for answer in found} == {404}
        device.cursors = {scope: {"gen": 1, "seq": 0}}
        reply = device.pull()
        assert (reply.pop("revoked"), reply["scopes"], reply["reset"]) == ([scope], {}, [])
        reply.pop("server_now")
        answers.append([*(answer.data for answer in found), canonical(reply).encode()])
    assert answers[0] == answers[1] == answers[2]


def zeros(device: Device, count: int) -> bytes:
    return gzip.compress(header(device) + b" " * count + b"\n")


def test_a_bomb_is_refused_by_every_endpoint_that_unzips(device: Device) -> None:
    for path in ("/push", "/hello", "/pull", "/blobs"):
        answer = post(device, path, zeros(device, 10_000_000), **{"Content-Encoding": "gzip"})
        assert (answer.status_code, answer.json["slug"]) == (413, "too_large")


def test_a_bomb_in_a_bomb_and_other_zips_are_not_unzipped(device: Device) -> None:
    twice = gzip.compress(zeros(device, 10_000_000))
    assert post(device, "/push", twice, **{"Content-Encoding": "gzip"}).status_code == 400
    two = zeros(device, 0) + zeros(device, 0)
    assert post(device, "/push", two, **{"Content-Encoding": "gzip"}).status_code == 400
    for other in ("br", "deflate", "zstd", "gzip, gzip"):
        answer = post(device, "/push", b"x", **{"Content-Encoding": other})
        assert (answer.status_code, answer.json["slug"]) == (415, "wrong_type")


def test_a_body_that_says_it_is_too_large_is_not_even_read(device: Device) -> None:
    for path in ("/push", "/hello", "/pull", "/blobs"):
        answer = device.http.post(
            PREFIX + path, environ_overrides={"CONTENT_LENGTH": str(100 * 2**20)},
            content_type="application/json",
        )  # fmt: skip
        assert (answer.status_code, answer.json["slug"]) == (413, "too_large")
