"""Everything stored about a person, found by the tables themselves: a new table is never missed.

Rows *about* somebody (their account, persons, reviews, notes, mails) are given whole; of rows that
somebody merely changed (a decision, a timetable) it is told which, and when.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import Column, Table, or_, select
from sqlalchemy.orm import Session

from matchmaker.services.account import normal_email
from matchmaker.store.account import Account
from matchmaker.store.base import Base
from matchmaker.store.roadshow import Person

SECRET = frozenset(
    {
        *("password", "fs_uniquifier", "tf_totp_secret", "mf_recovery_codes", "token_hash"),
        *("previous", "hash", "sha256", "key", "content"),
    }
)
"""Columns that are locks and their keys, or bytes handed out elsewhere."""
DOINGS = (
    "at",
    "id",
    "number",
    "thing",
    "thing_id",
    "action",
    "seq",
    "roadshow_id",
    "kind",
    "state",
)
BY_ADDRESS = {"invitation": "email", "mail": "to"}
PARTS = {"score": ("review_id", "review")}
"""Tables that name nobody, but are part of a row about somebody."""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one table: ``about`` the person, or only ``done`` by them."""

    table: str
    rows: list[dict[str, Any]]
    about: bool


def everything(session: Session, account: Account) -> dict[str, Any]:
    """Return all that is stored about somebody, as JSON values."""
    found = groups(session, account)
    return {
        "about": {group.table: group.rows for group in found if group.about},
        "done": {group.table: group.rows for group in found if not group.about},
    }


def groups(session: Session, account: Account) -> list[Group]:
    """Return all that is stored about somebody, table by table, in the order of their names."""
    persons = persons_of(session, account)
    found: list[Group] = []
    for table in sorted(Base.metadata.tables.values(), key=lambda one: one.name):
        about, done = _conditions(table, account, persons)
        for conditions, whole in ((about, True), (done, False)):
            rows = list(_rows(session, table, conditions, whole=whole)) if conditions else []
            if rows:
                found.append(Group(table.name, rows, whole))
    return found


def persons_of(session: Session, account: Account) -> list[str]:
    """Return the ids of the persons that are this account, or carry its address and no other."""
    waiting = Person.account_id.is_(None) & (Person.email == normal_email(account.email))
    query = select(Person.id).where(or_(Person.account_id == account.id, waiting))
    return list(session.scalars(query))


def _conditions(table: Table, account: Account, persons: list[str]) -> tuple[list[Any], list[Any]]:
    about: list[Any] = []
    done: list[Any] = []
    if table.name in ("account", "person"):
        ids = [account.id] if table.name == "account" else persons
        return [table.c.id.in_(ids)], []
    for column in table.columns:
        target = next((key.column.table.name for key in column.foreign_keys), "")
        if target == "person":
            about.append(column.in_(persons))
        elif target == "account" or column.name == "actor_id":
            (done if is_doing(column) else about).append(column == account.id)
    if table.name in PARTS:
        column_name, owner_name = PARTS[table.name]
        owner = Base.metadata.tables[owner_name]
        whole, _ = _conditions(owner, account, persons)
        about.append(table.c[column_name].in_(select(owner.c.id).where(or_(*whole))))
    if table.name in BY_ADDRESS:
        about.append(table.c[BY_ADDRESS[table.name]] == normal_email(account.email))
    return about, done


def is_doing(column: Column[Any]) -> bool:
    """Tell whether a column names who did something, rather than whom a row is about."""
    return column.name.endswith("_by_id") or column.name == "actor_id"


def _rows(
    session: Session, table: Table, conditions: list[Any], *, whole: bool
) -> Iterator[dict[str, Any]]:
    columns = [
        column
        for column in table.columns
        if column.name not in SECRET and (whole or tells_a_doing(column))
    ]
    order = list(table.primary_key.columns)
    for row in session.execute(select(*columns).where(or_(*conditions)).order_by(*order)):
        yield {
            column.name: _plain(value)
            for column, value in zip(columns, row, strict=True)
            if not (column.name == "params" and table.name == "mail")
        }


def tells_a_doing(column: Column[Any]) -> bool:
    return column.name in DOINGS or column.name.endswith("_at") or bool(column.primary_key)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
