"""The database's shape comes from migrations alone, and agrees with the tables in the code."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from matchmaker.store import Base
from matchmaker.store.base import Sens
from matchmaker.store.migrate import alembic_config, downgrade, heads_differ, upgrade
from tests.conftest import table_names


def test_there_is_one_head(engine: Engine) -> None:
    assert 1 == len(ScriptDirectory.from_config(alembic_config(engine)).get_heads())


def test_a_migrated_database_does_not_drift_from_the_tables(engine: Engine) -> None:
    with engine.connect() as connection:
        assert [] == compare_metadata(MigrationContext.configure(connection), Base.metadata)


def test_every_revision_goes_down_and_up_again(engine: Engine) -> None:
    downgrade(engine, "base")
    assert {"alembic_version"} >= table_names(engine)
    upgrade(engine)
    assert not heads_differ(engine)
    assert set(Base.metadata.tables) <= table_names(engine)


def test_every_column_says_who_may_know_it() -> None:
    silent = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if not isinstance(column.info.get("sens"), Sens)
    ]
    assert [] == silent
