"""Stories told until the time is over, on all cores; a JSON line says what they were made of."""

from __future__ import annotations

import json
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat

from tests.soak import rounds
from tests.sync.simulator.births import Tablets
from tests.sync.simulator.report import Report

STEPS = 300
SHARD = 5  # whoever is stopped waits for the stories that are being told
AT_ONCE = 4
SAID_SECONDS = 60.0


def tell_for_long(tablets: Tablets, first: int, *, part: float, least: int) -> Report:
    """Tell stories for a part of the soak, or ``least`` of them when it has no hours."""
    whole, said_at = Report(tablets), 0.0
    try:
        with ProcessPoolExecutor() as pool:
            for number in rounds(part, least // (SHARD * AT_ONCE)):
                firsts = [first + SHARD * (AT_ONCE * number + one) for one in range(AT_ONCE)]
                for some in pool.map(_told, repeat(tablets, AT_ONCE), firsts):
                    whole.add(some)
                    print("".join(f"{words}\n" for words in some.broken), end="", flush=True)
                if time.monotonic() - said_at > SAID_SECONDS:
                    said_at = time.monotonic()
                    print(f"\n{json.dumps(whole.said())}", flush=True)
    finally:
        print(f"\n{json.dumps(whole.said())}", flush=True)
    return whole


def _told(tablets: Tablets, first: int) -> Report:
    return Report(tablets).tell(range(first, first + SHARD), STEPS)
