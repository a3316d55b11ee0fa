"""The cast as ``seeds/`` tells it, and who of it is in the database."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.journey import Role
from matchmaker.paths import SEEDS
from matchmaker.store.account import Account
from matchmaker.store.profile import Investor, Project
from matchmaker.store.roadshow import Person, Roadshow


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


CLOCK = _utc("2027-04-16T11:05+08:00")
"""The demo's present: the second morning, with meetings behind, at the tables and still to come."""
OPENED = _utc("2026-11-02T09:00+08:00")
CALLED = _utc("2026-11-16T10:00+08:00")
REVIEWED = _utc("2027-02-08T09:00+08:00")
DECIDED = _utc("2027-02-26T15:00+08:00")
INVITED = _utc("2027-03-01T09:00+08:00")
RANKED = _utc("2027-03-15T17:00+08:00")
WISHED = _utc("2027-03-15T09:00+08:00")
PAIRED = _utc("2027-04-03T09:00+08:00")
PUBLISHED = _utc("2027-04-07T16:00+08:00")


@dataclass(frozen=True, slots=True)
class Cast:
    """What ``seeds/`` holds: one object for the roadshow, tables as lists of rows."""

    roadshow: dict[str, Any]
    reviews: list[dict[str, str]]
    preferences: list[dict[str, str]]
    outcomes: list[dict[str, str]]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.roadshow["zone"])

    def moment(self, text: str) -> datetime:
        """Return a moment by the roadshow's clock."""
        return datetime.fromisoformat(text).replace(tzinfo=self.zone).astimezone(UTC)

    def accounts(self, role: str) -> list[dict[str, Any]]:
        """Return the accounts of one role, in the order of the file."""
        return [one for one in self.roadshow["accounts"] if one["role"] == role]


def read_cast() -> Cast:
    """Read ``seeds/``; projects and investors are read by the import itself."""
    return Cast(
        roadshow=json.loads((SEEDS / "roadshow.json").read_text("utf-8")),
        reviews=_rows("reviews"),
        preferences=_rows("preferences"),
        outcomes=_rows("outcomes"),
    )


def roadshow_of(session: Session, cast: Cast) -> Roadshow:
    """Return the demo's roadshow."""
    return session.scalars(select(Roadshow).where(Roadshow.slug == cast.roadshow["slug"])).one()


def accounts_by_email(session: Session) -> dict[str, Account]:
    """Return every account by its address."""
    return {account.email: account for account in session.scalars(select(Account))}


def organiser_of(session: Session, cast: Cast) -> Account:
    """Return the organiser."""
    return accounts_by_email(session)[cast.accounts(Role.ORGANISER.value)[0]["email"]]


def projects_by_code(session: Session, roadshow: Roadshow) -> dict[str, Project]:
    """Return the roadshow's projects by code."""
    query = select(Project).where(Project.roadshow_id == roadshow.id).order_by(Project.code)
    return {project.code: project for project in session.scalars(query)}


def investors_by_code(session: Session, roadshow: Roadshow) -> dict[str, Investor]:
    """Return the roadshow's investors by code."""
    query = select(Investor).where(Investor.roadshow_id == roadshow.id).order_by(Investor.code)
    return {investor.code: investor for investor in session.scalars(query)}


def people_by_email(session: Session, roadshow: Roadshow) -> dict[str, Person]:
    """Return the roadshow's people by address."""
    query = select(Person).where(Person.roadshow_id == roadshow.id, Person.email != "")
    return {person.email: person for person in session.scalars(query)}


def steps(first: datetime, last: datetime, things: Iterable[Any]) -> list[tuple[datetime, Any]]:
    """Spread things evenly between two moments, to the minute."""
    listed = list(things)
    pause = (last - first) / max(1, len(listed))
    return [
        (first + timedelta(minutes=(pause * place) // timedelta(minutes=1)), thing)
        for place, thing in enumerate(listed)
    ]


def _rows(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
