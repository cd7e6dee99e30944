"""The unit of work: one transaction per request or chunk of a job; nothing else commits."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, Response, current_app, request
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from server.core.database import db, will_write, writing
from server.core.errors import from_busy_database
from server.core.tenancy import as_organisation, set_organisation

log = logging.getLogger(__name__)

READS = frozenset({"GET", "HEAD", "OPTIONS"})


def install(app: Flask) -> None:
    """Attach the request boundary: it must be installed before anything that reads."""
    # Last in, first out: what is installed after us still writes inside the transaction.
    app.before_request(_open)
    app.after_request(_close)
    app.teardown_request(_forget)


def _open() -> None:
    """Say whether this request writes, so that SQLite takes its lock before the first read."""
    will_write(request.method not in READS)
    set_organisation(None)


def _close(response: Response) -> Response:
    """Commit a success, roll back the rest. A streamed read keeps its snapshot to its end."""
    if request.method in READS and response.is_streamed:
        return response
    if not db.session.registry.has():
        return response  # nothing asked for it
    if response.status_code >= 400:
        _take_back()
        return response
    try:
        db.session.commit()
    except OperationalError as fault:
        _take_back()
        _say_instead(response, from_busy_database(fault))
    return response


def _take_back() -> None:
    """Roll back; on a connection that was lost that fails, and nothing of it was kept anyway."""
    try:
        db.session.rollback()
    except OperationalError:
        log.warning("the connection was lost before its rollback", exc_info=True)
        db.session().invalidate()


def _say_instead(response: Response, failed: Response) -> None:
    """Take back what was promised. No error handler sees what a commit raises this late."""
    for name in ("Set-Cookie", "Location", "Content-Encoding", "ETag"):
        response.headers.remove(name)
    for name in ("Content-Type", "Retry-After", "Cache-Control"):
        response.headers[name] = failed.headers[name]
    response.status_code = failed.status_code
    response.set_data(failed.get_data())


def _forget(_fault: BaseException | None) -> None:
    """Leave nothing of this request to the next one on the same thread."""
    will_write(False)
    set_organisation(None)


@contextmanager
def unit_of_work(organisation_id: str | None = None, app: Flask | None = None) -> Iterator[None]:
    """Run the block as one transaction of one organisation, committed at its end.

    For jobs, commands and sweepers. It has its own session, so objects loaded outside do not belong
    to it. Without an organisation only global tables may be read (or ``across_organisations``).
    """
    owner = app or current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
    with owner.app_context(), writing():
        if organisation_id is None:
            yield from _commit_after()
        else:
            with as_organisation(organisation_id):
                yield from _commit_after()


@contextmanager
def acting_for(organisation_id: str) -> Iterator[None]:
    """Act for an organisation within a transaction that is open already: one that makes several."""
    with as_organisation(organisation_id):
        if db.engine.dialect.name == "postgresql":
            db.session.execute(select(func.set_config("app.organisation", organisation_id, True)))
        yield


def _commit_after() -> Iterator[None]:
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
