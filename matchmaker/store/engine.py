"""The database connection: one engine an install, the same code on SQLite and PostgreSQL.

A transaction of SQLite that will write must say so before its first statement (``writing``):
one that reads first and writes later fails when somebody else wrote in between. Writers take a
file lock first, because SQLite's own waiting is not fair to the last in the queue.
"""

from __future__ import annotations

import fcntl
import importlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.orm import Session, sessionmaker

SAFE_WAL = (3, 51, 3)  # before it the write-ahead log can corrupt a database
_writing: ContextVar[bool] = ContextVar("writing", default=False)


@contextmanager
def writing() -> Iterator[None]:
    """Transactions that begin in this block will write."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


def make_engine(url: str) -> Engine:
    """Return an engine for a ``sqlite:///`` or ``postgresql+psycopg://`` address."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(url, parsed.database)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return create_engine(
        parsed,
        pool_pre_ping=True,
        hide_parameters=True,  # a failed statement is logged and kept without what people wrote
        connect_args={
            "options": "-c lock_timeout=5s -c statement_timeout=60s"
            " -c idle_in_transaction_session_timeout=120s"
        },
    )


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    """Return the maker of sessions; rows stay readable after a commit."""
    return sessionmaker(engine, expire_on_commit=False)


def sweep(engine: Engine) -> None:
    """Leave nothing that was deleted or overwritten in the files of an SQLite database.

    Free space is overwritten anyway (``secure_delete``); here the write-ahead log goes as well.
    PostgreSQL reuses the space of old rows by itself.
    """
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def newest_sqlite() -> Any:
    """Return the newest SQLite driver there is: a wheel's own library, or Python's."""
    try:
        return importlib.import_module("pysqlite3")
    except ImportError:
        return sqlite3


def _sqlite(url: str, database: str | None) -> Engine:
    driver = newest_sqlite()
    engine = create_engine(
        url,
        module=driver,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": 15},
    )
    wal = tuple(driver.sqlite_version_info) >= SAFE_WAL
    lock_path = Path(f"{database}.lock") if database else None

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "foreign_keys=ON",
            "recursive_triggers=ON",
            "trusted_schema=OFF",
            "secure_delete=ON",
            f"journal_mode={'WAL' if wal else 'DELETE'}",
            "synchronous=FULL",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        if _writing.get():
            if lock_path is not None and "lock" not in connection.info:
                connection.info["lock"] = _locked(lock_path)
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("BEGIN")

    @event.listens_for(engine.pool, "reset")
    def release(_connection: Any, record: Any, _state: Any) -> None:
        # a connection returns to the pool right after its transaction's commit or rollback
        held: IO[str] | None = record.info.pop("lock", None)
        if held is not None:
            held.close()

    return engine


def _locked(path: Path) -> IO[str]:
    handle = path.open("w")
    fcntl.flock(handle, fcntl.LOCK_EX)
    return handle
