"""The ground of every table: naming, time, states, sensitivity."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, DateTime, Enum, ForeignKey, MetaData, String, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, mapped_column

ID_LENGTH = 12
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # no l, o, 0, 1: people read ids aloud


class Sens(StrEnum):
    """Who may know a column's value; drives leak tests, serializers, erasure and log redaction."""

    PUBLIC = "public"
    EVENT = "event"
    """Everybody who takes part in the roadshow."""
    MATCH = "match"
    """The two sides of a pair and the organisers."""
    CDA = "cda"
    """The team, and whoever signed a confidentiality agreement with it."""
    TEAM = "team"
    """The party (team or firm) itself and the organisers."""
    REVIEWERS = "reviewers"
    ORGANISERS = "organisers"
    SECRET = "secret"
    """Nobody: password hashes, tokens."""


def keep(sens: Sens, *args: Any, **kwargs: Any) -> MappedColumn[Any]:
    """A mapped column that says who may know it."""
    return mapped_column(*args, info={"sens": sens}, **kwargs)


def new_id() -> str:
    """A fresh opaque id (about 60 bits): nothing can be counted or guessed from it."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(ID_LENGTH))


class Utc(TypeDecorator[datetime]):
    """An aware moment, stored as UTC; naive values are refused on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def state_type(states: type[StrEnum]) -> Enum:
    """A state column's type: text, with a CHECK in the database that agrees with the enum."""
    return Enum(
        states,
        native_enum=False,
        create_constraint=True,
        length=24,
        values_callable=lambda kinds: [kind.value for kind in kinds],
        name=states.__name__.lower(),
    )


class Base(DeclarativeBase):
    """Every table."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Utc, list[str]: JSON, dict[str, Any]: JSON, list[Any]: JSON}


class Row:
    """A table with an opaque id."""

    id: Mapped[str] = keep(Sens.PUBLIC, String(ID_LENGTH), primary_key=True, default=new_id)


class RoadshowRow(Row):
    """A row that belongs to one roadshow, and says so."""

    roadshow_id: Mapped[str] = keep(
        Sens.PUBLIC, ForeignKey("roadshow.id", ondelete="CASCADE"), index=True
    )
