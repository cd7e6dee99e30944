"""What does the harm while the fleet works: processes killed or held, stores emptied, clocks moved.

Each takes the rig and a random source, does its harm for some moments and takes it back; what was
killed comes back by itself or is started again as an operator would.
"""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random

import psutil
import psycopg
import redis
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tests.faults.breaks import IN_BETWEEN, NETWORK
from tests.faults.memory import starve_workers
from tests.faults.needs import Need, compiler, memory_groups, nothing, pause
from tests.faults.photo_store import photo_parts_lost, photo_store_away
from tests.faults.rig import Rig, drop_sessions
from tests.faults.server_clock import move_clock

Nemesis = Callable[[Rig, Random], None]
HOUR_MS = 3_600_000
YEAR_MS = 365 * 24 * HOUR_MS
WEB = ("granian",)
UP_SECONDS = 60.0


def network(rig: Rig, rng: Random) -> None:
    _broken(rig, rng, NETWORK)


def in_between(rig: Rig, rng: Random) -> None:
    _broken(rig, rng, IN_BETWEEN)


def _broken(rig: Rig, rng: Random, names: Iterable[str]) -> None:
    rig.proxy.break_by(rng.getrandbits(32), tuple(names), rng.choice((0.3, 0.5, 0.8)))
    pause(rng.uniform(1.5, 4))
    rig.proxy.heal()


def kill_web_worker(rig: Rig, rng: Random) -> None:
    """SIGKILL the process that serves; the application server starts another."""
    for _ in range(rng.randrange(1, 4)):
        pause(rng.uniform(0.1, 0.8))
        rig.signal(signal.SIGKILL, *WEB)
        _wait_until_up(rig)


def kill_web(rig: Rig, rng: Random) -> None:
    """SIGKILL the application server itself; the supervisor starts another."""
    pause(rng.uniform(0.2, 1.5))
    rig.signal(signal.SIGKILL, *WEB, youngest=False)
    _wait_until_up(rig)


def kill_all(rig: Rig, rng: Random) -> None:
    """SIGKILL the supervisor; its warden ends the rest, and an operator starts it again."""
    pause(rng.uniform(0.2, 1.5))
    rig.server.kill()
    rig.server.start()


def kill_workers(rig: Rig, rng: Random) -> None:
    """SIGKILL the job workers in the middle of what they do."""
    for _ in range(rng.randrange(1, 4)):
        pause(rng.uniform(0.1, 0.8))
        rig.signal(signal.SIGKILL, f"server.worker {rng.choice(('quick', 'heavy'))}")


def ask_workers_twice(rig: Rig, rng: Random) -> None:
    """SIGTERM twice, as an impatient operator does."""
    pause(rng.uniform(0.2, 1))
    for _ in range(2):
        rig.signal(signal.SIGTERM, "server.worker quick")
        pause(0.05)


def kill_redis(rig: Rig, rng: Random) -> None:
    pause(rng.uniform(0.2, 1))
    rig.signal(signal.SIGKILL, "redis")
    pause(rng.uniform(0.5, 2))


def flush_redis(rig: Rig, rng: Random) -> None:
    for _ in range(rng.randrange(2, 6)):
        pause(rng.uniform(0.1, 0.6))
        with _redis(rig) as client, contextlib.suppress(redis.RedisError):
            client.flushall()


def _redis(rig: Rig) -> redis.Redis:
    from server.run.redis import socket_in

    return redis.Redis(unix_socket_path=str(socket_in(rig.server.data / "run")))


def hold_redis(rig: Rig, rng: Random) -> None:
    _held(rig, rng, "redis")


def hold_web(rig: Rig, rng: Random) -> None:
    _held(rig, rng, *WEB)


def hold_workers(rig: Rig, rng: Random) -> None:
    _held(rig, rng, "server.worker")


def _held(rig: Rig, rng: Random, *words: str) -> None:
    """SIGSTOP whatever matches for 0.1 to 6 seconds, then let it go on."""
    pause(rng.uniform(0.1, 0.8))
    held = rig.family(*words)
    for process in held:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.suspend()
    try:
        pause(rng.choice((0.1, 1.0, 6.0)))
    finally:
        for process in held:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()


def lock_sqlite(rig: Rig, rng: Random) -> None:
    """Somebody else holds SQLite's one writer for longer than a device waits."""
    with contextlib.suppress(OperationalError), rig.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=10000")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        pause(rng.uniform(1, 8))
        connection.exec_driver_sql("ROLLBACK")


def stop_postgres(rig: Rig, rng: Random) -> None:
    """Stop at once, without a checkpoint, and start again."""
    assert rig.postgres is not None
    pause(rng.uniform(0.2, 1.5))
    rig.postgres.stop_at_once()
    pause(rng.uniform(0, 2))
    rig.postgres.start()


def kill_postgres(rig: Rig, rng: Random) -> None:
    assert rig.postgres is not None
    pause(rng.uniform(0.2, 1.5))
    rig.postgres.kill()
    rig.postgres.start()


def hold_postgres(rig: Rig, rng: Random) -> None:
    """SIGSTOP the backends: open transactions keep their locks and nobody answers."""
    assert rig.postgres is not None
    pause(rng.uniform(0.1, 0.8))
    held = psutil.Process(rig.postgres.running[0].pid).children()
    for process in held:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.suspend()
    try:
        pause(rng.choice((0.1, 1.0, 5.0)))
    finally:
        for process in held:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.resume()


def terminate_backends(rig: Rig, rng: Random) -> None:
    assert rig.postgres is not None
    for _ in range(rng.randrange(2, 8)):
        pause(rng.uniform(0.05, 0.5))
        with contextlib.suppress(psycopg.OperationalError):  # it may be down for another reason
            drop_sessions(rig.postgres)


def lock_postgres(rig: Rig, rng: Random) -> None:
    """A forgotten session holds every counter's row."""
    with contextlib.suppress(OperationalError), rig.engine.connect() as connection:
        connection.execute(text("SELECT id FROM sync_scope FOR UPDATE"))
        pause(rng.uniform(1, 8))
        connection.rollback()


def move_clocks(rig: Rig, rng: Random) -> None:
    """Each device's clock jumps, up to ten years to either side, while its person works on."""
    for _ in range(4):
        for device in rig.devices:
            device.skew_ms = rng.choice(
                (0, -10 * YEAR_MS, 10 * YEAR_MS, rng.randrange(-YEAR_MS, YEAR_MS), HOUR_MS)
            )
        pause(rng.uniform(0.2, 0.8))
    for device in rig.devices:
        device.skew_ms = 0


def move_server_clock(rig: Rig, rng: Random) -> None:
    """The server's clock jumps up to an hour to either side while people work, and comes back."""
    try:
        for _ in range(4):
            move_clock(rig.told, rng.choice((-HOUR_MS, HOUR_MS, rng.randrange(-HOUR_MS, HOUR_MS))))
            pause(rng.uniform(0.3, 1.2))
    finally:
        move_clock(rig.told, 0)


def everything(rig: Rig, rng: Random) -> None:
    """Three and more at once: the network, a killed process, a held one, and clocks."""
    choices: list[Nemesis] = [kill_web_worker, kill_workers, kill_redis, hold_web, move_clocks]
    if rig.postgres is not None:
        choices += [terminate_backends, lock_postgres, stop_postgres]
    else:
        choices += [lock_sqlite, flush_redis]
    chosen = rng.sample(choices, 3)
    rig.proxy.break_by(rng.getrandbits(32), [*NETWORK, *IN_BETWEEN], 0.3)
    threads = [
        threading.Thread(target=one, args=(rig, Random(rng.getrandbits(32)))) for one in chosen
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rig.proxy.heal()


def _wait_until_up(rig: Rig) -> None:
    deadline = time.monotonic() + UP_SECONDS
    while not rig.server.answers():
        assert time.monotonic() < deadline, "the server did not come back"
        pause(0.05)


@dataclass(frozen=True)
class Harm:
    """A nemesis, the fault it is, and on which databases it can be done."""

    fault: str
    name: str
    nemesis: Nemesis
    on: tuple[str, ...] = ("sqlite", "postgres")
    weight: float = 1.0
    need: Need = nothing
    photos: float = 0.08  # how often a person takes one
    has_clock: bool = False  # the server's processes go by a clock of the lab's
    # What this fault may not be judged by, with the reason beside it.
    unjudged: frozenset[str] = frozenset()


SQLITE, POSTGRES = ("sqlite",), ("postgres",)
HARMS = (
    Harm("F03", "kill_web_worker", kill_web_worker, weight=3),
    Harm("F03", "kill_web", kill_web, weight=2),
    Harm("F03", "kill_all", kill_all, weight=2),
    Harm("F08", "network", network, weight=4),
    Harm("F09", "in_between", in_between, weight=2),
    Harm("F15", "move_clocks", move_clocks),
    Harm("F15", "move_server_clock", move_server_clock, need=compiler, has_clock=True),
    Harm("F16", "stop_postgres", stop_postgres, POSTGRES, weight=2),
    Harm("F16", "kill_postgres", kill_postgres, POSTGRES, weight=2),
    Harm("F16", "terminate_backends", terminate_backends, POSTGRES, weight=2),
    Harm("F16", "lock_postgres", lock_postgres, POSTGRES),
    Harm("F16", "lock_sqlite", lock_sqlite, SQLITE, weight=2),
    Harm("F17", "kill_redis", kill_redis, SQLITE, weight=2),
    Harm("F17", "flush_redis", flush_redis, SQLITE, weight=2),
    Harm("F17", "hold_redis", hold_redis, SQLITE),
    Harm("F18", "kill_workers", kill_workers, weight=2),
    Harm("F18", "ask_workers_twice", ask_workers_twice),
    Harm("F18", "starve_workers", starve_workers, SQLITE, need=memory_groups, photos=0.3),
    Harm("F19", "photo_store_away", photo_store_away, SQLITE, weight=2, photos=0.4),
    Harm("F19", "photo_parts_lost", photo_parts_lost, SQLITE, weight=2, photos=0.4),
    Harm("F20", "hold_web", hold_web, weight=2),
    Harm("F20", "hold_workers", hold_workers),
    Harm("F20", "hold_postgres", hold_postgres, POSTGRES),
    Harm("F24", "everything", everything, weight=4),
)
