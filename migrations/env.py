"""Run migrations on the engine that ``store.migrate`` hands over."""

from __future__ import annotations

from alembic import context

from matchmaker.store import Base
from matchmaker.store.base import Utc

engine = context.config.attributes["engine"]


def run() -> None:
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            include_name=_ours,
            render_item=_plain_types,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


def _plain_types(kind: str, item: object, _context: object) -> str | bool:
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Utc) else False


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or name in Base.metadata.tables


run()
