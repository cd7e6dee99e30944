"""The push's transaction, tried again when the database asks for it, and the pull's snapshot."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from server.core.database import db, will_write
from sync.mutants import SWITCHED_ON

T = TypeVar("T")

# serialization_failure, deadlock_detected, unique_violation: the same payload decides anew.
AGAIN = frozenset({"40001", "40P01", "23505"})
TRIES = 6


_turn = threading.Lock()


def _end_reading() -> None:
    """End the request's transaction so far, if there is one: it was for reading who asks."""
    if db.session.registry.has():
        db.session.rollback()


@contextmanager
def turn() -> Iterator[None]:
    """Wait for one's turn to push where only one can write: quicker than asking SQLite again.

    SQLite would let each wait poll for its lock, and threads that read lines meanwhile take the
    interpreter from the one that writes at each of its rows.
    """
    if db.engine.dialect.name != "sqlite":
        yield
        return
    _end_reading()  # nobody may wait here with a transaction open
    with _turn:
        yield


def in_transaction(work: Callable[[Connection], T]) -> T:
    """Run ``work`` in a writing transaction of its own and commit it, again where that may help.

    The request's transaction so far is ended first: it was for reading who asks.
    """
    for tried in range(1, TRIES + 1):
        db.session.rollback()
        will_write(True)
        try:
            result = work(db.session.connection())
            if "acknowledge_before_commit" in SWITCHED_ON.get():
                db.session.rollback()  # answered for, and then the power goes
            else:
                db.session.commit()
        except DBAPIError as fault:
            db.session.rollback()
            if tried == TRIES or not may_help(fault):
                raise
            time.sleep(0.005 * tried)
        except BaseException:
            db.session.rollback()
            raise
        else:
            return result
    raise AssertionError("unreachable")


def may_help(fault: DBAPIError) -> bool:
    """Say whether the same work may pass when it is done again."""
    return getattr(fault.orig, "sqlstate", None) in AGAIN


@contextmanager
def snapshot() -> Iterator[Connection]:
    """Read everything in the block as of one moment."""
    _end_reading()
    will_write(False)
    engine = db.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        yield connection
