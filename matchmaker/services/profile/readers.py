"""Which firms read which version of a project, and which teams which mandate: for its own people.

Whoever is noted is told on the page. Nobody else is counted: what a committee reads is its own
affair.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.refusal import Refusal
from matchmaker.services import journal
from matchmaker.services.profile.drafts import current_number
from matchmaker.services.profile.reading import project_cards
from matchmaker.services.visibility import seen_by, shown_to_firms
from matchmaker.store.account import Account
from matchmaker.store.profile import Delegate, Investor, Project, TeamMember
from matchmaker.store.reading import MandateReading, Reading
from matchmaker.store.roadshow import Organisation, Person, Roadshow

TIERS = ("public", "registered", "cda")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A firm or a team that read one version: how often, when last, and of a project what tier."""

    name_en: str
    name_zh: str
    number: int
    tier: str = ""
    times: int
    last_at: datetime


def note_reading(
    session: Session, project: Project, tier: str, *, actor: Account, now: datetime
) -> None:
    """Note that the actor read the newest submitted version up to a tier."""
    if tier not in TIERS:
        raise Refusal("unknown-code", field="tier", value=tier)
    number = current_number(session, project)
    if number is None:
        return
    row = session.get(Reading, (project.id, number, actor.id), with_for_update=True)
    widest = row is None or TIERS.index(tier) > TIERS.index(row.tier)
    if row is None:
        row = Reading(project_id=project.id, tier=tier, **_first(number, actor, now))
        session.add(row)
    _again(row, now)
    if widest:
        row.tier = tier
    session.flush()
    if widest and tier == "cda":
        journal.write(session, "project.read", project, actor=actor, now=now, number=number)


def note_mandate_reading(
    session: Session, investor: Investor, *, actor: Account, now: datetime
) -> None:
    """Note that the actor read the newest submitted mandate."""
    number = current_number(session, investor)
    if number is None:
        return
    row = session.get(MandateReading, (investor.id, number, actor.id), with_for_update=True)
    if row is None:
        row = MandateReading(investor_id=investor.id, **_first(number, actor, now))
        session.add(row)
    _again(row, now)
    session.flush()


def readers_of(session: Session, party: Project | Investor) -> list[Reader]:
    """Return who read the party's versions, the newest version and reading first.

    Firms without those that show themselves to the teams they meet only, teams without those whose
    projects are not shown to firms (any more).
    """
    if isinstance(party, Project):
        return _firms(session, party)
    return _teams(session, party)


def _firms(session: Session, project: Project) -> list[Reader]:
    rows = session.execute(
        select(Reading, Organisation)
        .join(Person, Person.account_id == Reading.account_id)
        .join(Delegate, Delegate.person_id == Person.id)
        .join(Investor, Investor.id == Delegate.investor_id)
        .join(Organisation, Organisation.id == Investor.organisation_id)
        .where(
            Reading.project_id == project.id,
            Investor.roadshow_id == project.roadshow_id,
            seen_by(project),
        )
        .order_by(Reading.number.desc(), Reading.last_at.desc(), Organisation.id)
    )
    return _joined(
        (body.id, _reader(row, body.name_en, body.name_zh, tier=row.tier)) for row, body in rows
    )


def _teams(session: Session, investor: Investor) -> list[Reader]:
    roadshow = session.get_one(Roadshow, investor.roadshow_id)
    rows = session.execute(
        select(MandateReading, Project)
        .join(Person, Person.account_id == MandateReading.account_id)
        .join(TeamMember, TeamMember.person_id == Person.id)
        .join(Project, Project.id == TeamMember.project_id)
        .where(
            MandateReading.investor_id == investor.id,
            Project.roadshow_id == roadshow.id,
            shown_to_firms(roadshow),
        )
        .order_by(MandateReading.number.desc(), MandateReading.last_at.desc(), Project.code)
    ).all()
    cards = project_cards(session, {project for _, project in rows}, registered=False, draft=False)
    return _joined(
        (project.id, _reader(row, cards[project.id].title_en, cards[project.id].title_zh))
        for row, project in rows
        if project.id in cards
    )


def _first(number: int, actor: Account, now: datetime) -> dict[str, Any]:
    return {
        "number": number,
        "account_id": actor.id,
        "first_at": now,
        "last_at": now,
        "times": 0,
    }


def _again(row: Reading | MandateReading, now: datetime) -> None:
    row.times, row.last_at = row.times + 1, max(row.last_at, now)


def _reader(row: Reading | MandateReading, name_en: str, name_zh: str, *, tier: str = "") -> Reader:
    return Reader(
        name_en=name_en,
        name_zh=name_zh,
        number=row.number,
        tier=tier,
        times=row.times,
        last_at=row.last_at,
    )


def _joined(readings: Iterable[tuple[str, Reader]]) -> list[Reader]:
    """Put the readings of colleagues together, version by version."""
    found: dict[tuple[int, str], Reader] = {}
    for key, reader in readings:
        known = found.get((reader.number, key))
        if known is not None:
            reader = replace(
                known,
                tier=max(known.tier, reader.tier, key=("", *TIERS).index),
                times=known.times + reader.times,
                last_at=max(known.last_at, reader.last_at),
            )
        found[reader.number, key] = reader
    return list(found.values())
