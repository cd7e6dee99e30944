"""The golden cases that both engines run: codec, ids, digest, merge."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sync.codec import CodecError, canonical, read
from sync.ids import natural_id, uuid7
from sync.merge import Entry, Merge
from sync.record import Mark, Record, digest_of_wire, grouped, item

CASES = Path(__file__).resolve().parents[2] / "sync" / "cases"
Case = dict[str, Any]


def cases(name: str) -> pytest.MarkDecorator:
    found = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    assert found["name"] == name
    return pytest.mark.parametrize("case", found["cases"], ids=lambda case: case["name"])


@cases("codec")
def test_codec(case: Case) -> None:
    if "code" in case:
        with pytest.raises(CodecError) as refused:
            read(case["text"].encode())
        assert refused.value.code == case["code"]
    else:
        assert canonical(read(case["text"].encode())) == case["canonical"]


@cases("ids")
def test_ids(case: Case) -> None:
    if "keys" in case:
        found = natural_id(case["kind"], case["organisation_id"], *case["keys"])
    else:
        found = uuid7(case["at"], bytes.fromhex(case["random"]))
    assert found == case["id"]


@cases("digest")
def test_digest(case: Case) -> None:
    assert canonical(case["item"]) == case["wire"]
    assert digest_of_wire(case["wire"]) == case["bits"]


class Ledger:
    """The ancestry that a case tells."""

    def __init__(self, case: Case) -> None:
        self.entries = {
            (row["client"], row["mid"]): Entry(
                row["at"], {name: (c, m) for name, (c, m) in row["base"].items()}
            )
            for row in case["ledger"]
        }
        self.lost = [(row["field"], (row["by"][0], row["by"][1])) for row in case["losers"]]

    def entry(self, mark: Mark) -> Entry | None:
        return self.entries.get(mark)

    def losers(self, _kind: str, _id: str, field: str) -> list[Mark]:
        return [by for name, by in self.lost if name == field]


def record_of(said: Case) -> Record:
    record = Record("asset", "0190b2a0-0000-7000-8000-0000000000bb", "scope", dict(said["f"]))
    for at, client, mid, names in said["v"]:
        record.vers |= dict.fromkeys(names, (at, client, mid))
    return record


@cases("merge")
def test_merge(case: Case) -> None:
    record, op, expect = record_of(case["record"]), case["op"], case["expect"]
    merge = Merge(record, frozenset(case["immutable"]), Ledger(case))
    bases = {name: (c, m) for name, (c, m) in op["base"].items()}
    done = merge.apply((op["at"], op["client"], op["mid"]), op["set"], bases)
    status = "rejected" if done.refused else "merged" if done.losers else "applied"
    assert (status, done.refused) == (expect["status"], expect.get("code"))
    assert record.fields == expect["f"]
    assert grouped(record.vers) == expect["v"]
    losers: list[dict[str, object]] = [
        {"field": m.field, "value": m.value, "by": list(m.by), "winner": list(m.winner)}
        for m in done.losers
    ]
    assert losers == expect["losers"]
    assert [[name, list(by)] for name, by in done.closed] == expect["closed"]


def test_an_item_is_canonical_json() -> None:
    record = Record("asset", "i", "s", {"b": 1, "a": "é"}, {"b": (1, "c", 1), "a": (1, "c", 1)})
    wire, _ = item(record, 5)
    assert canonical(json.loads(wire)) == wire
