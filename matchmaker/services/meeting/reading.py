"""What planning depends on, read from the store in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, defer, selectinload

from matchmaker.core.journey import InvestorState, MeetingState, PairingState, ProjectState, Wish
from matchmaker.store.match import Match, MatchRun
from matchmaker.store.meeting import (
    TICK_SECONDS,
    Absence,
    Claim,
    Interpreter,
    Meeting,
    MeetingPerson,
    MeetingTable,
    PitchSlot,
    ProgrammeSession,
    SessionSpeaker,
    Slot,
)
from matchmaker.store.pairing import Pairing
from matchmaker.store.preference import Preference
from matchmaker.store.profile import Delegate, Investor, Project, TeamMember
from matchmaker.store.roadshow import Person, Roadshow

Busy = tuple[datetime, datetime]
PairId = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Scored:
    """What the newest ranking says of a pair; ranks count from 1 on either side."""

    score: float | None
    excluded: str | None = None
    rank_for_project: int | None = None
    rank_for_investor: int | None = None


@dataclass(kw_only=True)
class Ground:
    """The rows behind an instance. ``busy`` holds each person's times away from tables."""

    roadshow: Roadshow
    slots: list[Slot]
    tables: list[MeetingTable]
    interpreters: list[Interpreter]
    projects: list[Project]
    investors: list[Investor]
    team: dict[str, list[Person]]
    delegates: dict[str, list[Person]]
    busy: dict[str, list[Busy]]
    scores: dict[PairId, Scored]
    wishes: dict[PairId, dict[str, Wish]]
    pairings: dict[PairId, Pairing]
    meetings: list[Meeting]
    run: MatchRun | None = None
    people: dict[str, Person] = field(default_factory=dict)


def read_ground(session: Session, roadshow: Roadshow, *, left_out: bool = True) -> Ground:
    """Return everything of a roadshow that an instance is made of.

    ``left_out`` False reads only the pairs that were decided: there are many more of the others.
    """
    run = newest_run(session, roadshow)
    projects = _projects(session, roadshow)
    investors = _investors(session, roadshow)
    team, delegates = _members(session, roadshow)
    interpreters = list(
        session.scalars(
            select(Interpreter)
            .join(Person)
            .where(Interpreter.roadshow_id == roadshow.id)
            .order_by(Person.name_en, Interpreter.id)
        )
    )
    people = {one.id: one for some in (*team.values(), *delegates.values()) for one in some}
    people |= {one.person_id: one.person for one in interpreters}
    return Ground(
        roadshow=roadshow,
        slots=slots_of(session, roadshow),
        tables=tables_of(session, roadshow),
        interpreters=interpreters,
        projects=projects,
        investors=investors,
        team=team,
        delegates=delegates,
        busy=_busy(session, roadshow, team, people),
        scores=scores_of(session, run, None if left_out else decided_pairs(roadshow)),
        wishes=wishes_of(session, roadshow),
        pairings=_pairings(session, roadshow, left_out=left_out),
        meetings=live_meetings(session, roadshow),
        run=run,
        people=people,
    )


def slots_of(session: Session, roadshow: Roadshow) -> list[Slot]:
    """Return a roadshow's slots by their start."""
    query = select(Slot).where(Slot.roadshow_id == roadshow.id).order_by(Slot.starts_at)
    return list(session.scalars(query))


def tables_of(session: Session, roadshow: Roadshow) -> list[MeetingTable]:
    """Return a roadshow's tables in the organiser's order."""
    query = (
        select(MeetingTable)
        .where(MeetingTable.roadshow_id == roadshow.id)
        .order_by(MeetingTable.rank, MeetingTable.name)
    )
    return list(session.scalars(query))


def newest_run(session: Session, roadshow: Roadshow) -> MatchRun | None:
    """Return the newest finished ranking."""
    query = (
        select(MatchRun)
        .where(MatchRun.roadshow_id == roadshow.id, MatchRun.finished_at.is_not(None))
        .order_by(MatchRun.number.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def decided_pairs(roadshow: Roadshow) -> Any:
    """Return the query for the pairs that are to meet or must not."""
    query: Any = select(Pairing.project_id, Pairing.investor_id)  # typed differently by 2.0 and 2.1
    return query.where(Pairing.roadshow_id == roadshow.id, Pairing.state != PairingState.LEFT_OUT)


def _pairings(session: Session, roadshow: Roadshow, *, left_out: bool) -> dict[PairId, Pairing]:
    query = (
        select(Pairing)
        .where(Pairing.roadshow_id == roadshow.id)
        .options(defer(Pairing.facts), defer(Pairing.note))
    )
    if not left_out:
        query = query.where(Pairing.state != PairingState.LEFT_OUT)
    return {(row.project_id, row.investor_id): row for row in session.scalars(query)}


def scores_of(session: Session, run: MatchRun | None, only: Any = None) -> dict[PairId, Scored]:
    """Return what a ranking says of each of its pairs, or of ``only`` some of them."""
    if run is None:
        return {}
    query = select(
        Match.project_id,
        Match.investor_id,
        Match.score,
        Match.excluded,
        Match.rank_for_project,
        Match.rank_for_investor,
    ).where(Match.run_id == run.id)
    if only is not None:
        pairs = only.subquery()
        query = query.join(
            pairs,
            (pairs.c.project_id == Match.project_id) & (pairs.c.investor_id == Match.investor_id),
        )
    return {(row[0], row[1]): Scored(*row[2:]) for row in session.execute(query)}


def wishes_of(session: Session, roadshow: Roadshow) -> dict[PairId, dict[str, Wish]]:
    """Return what each side of a pair stated, by side."""
    found: dict[PairId, dict[str, Wish]] = defaultdict(dict)
    query = select(
        Preference.project_id, Preference.investor_id, Preference.side, Preference.wish
    ).where(Preference.roadshow_id == roadshow.id)
    for project, investor, side, wish in session.execute(query):
        found[project, investor][side] = wish
    return dict(found)


def live_meetings(session: Session, roadshow: Roadshow) -> list[Meeting]:
    """Return the meetings that are not cancelled, by time."""
    query = (
        select(Meeting)
        .where(Meeting.roadshow_id == roadshow.id, Meeting.state != MeetingState.CANCELLED)
        .options(selectinload(Meeting.slot), selectinload(Meeting.table))
        .order_by(Meeting.start_tick, Meeting.id)
    )
    return list(session.scalars(query))


def meetings_of(session: Session, persons: Iterable[str]) -> list[Meeting]:
    """Return every meeting, cancelled ones too, that some people attend or attended, by time."""
    query = (
        select(Meeting)
        .join(MeetingPerson, MeetingPerson.meeting_id == Meeting.id)
        .where(MeetingPerson.person_id.in_(list(persons)))
        .options(selectinload(Meeting.slot), selectinload(Meeting.table))
        .order_by(Meeting.start_tick, Meeting.id)
        .distinct()
    )
    return list(session.scalars(query))


def _projects(session: Session, roadshow: Roadshow) -> list[Project]:
    query = (
        select(Project)
        .where(Project.roadshow_id == roadshow.id, Project.state == ProjectState.SELECTED)
        .order_by(Project.code)
    )
    return list(session.scalars(query))


def _investors(session: Session, roadshow: Roadshow) -> list[Investor]:
    query = (
        select(Investor)
        .where(Investor.roadshow_id == roadshow.id, Investor.state == InvestorState.ACTIVE)
        .order_by(Investor.code)
    )
    return list(session.scalars(query))


def _members(
    session: Session, roadshow: Roadshow
) -> tuple[dict[str, list[Person]], dict[str, list[Person]]]:
    """Return the people of each project and of each investor, seniors first."""
    team: dict[str, list[Person]] = defaultdict(list)
    delegates: dict[str, list[Person]] = defaultdict(list)
    for project, person in session.execute(
        select(TeamMember.project_id, Person)
        .join(Person, TeamMember.person_id == Person.id)
        .where(Person.roadshow_id == roadshow.id)
        .order_by(TeamMember.project_id, TeamMember.rank, Person.name_en, Person.id)
    ):
        team[project].append(person)
    for investor, person in session.execute(
        select(Delegate.investor_id, Person)
        .join(Person, Delegate.person_id == Person.id)
        .where(Person.roadshow_id == roadshow.id)
        .order_by(Delegate.investor_id, Delegate.rank, Person.name_en, Person.id)
    ):
        delegates[investor].append(person)
    return dict(team), dict(delegates)


def _busy(
    session: Session,
    roadshow: Roadshow,
    team: dict[str, list[Person]],
    people: dict[str, Person],
) -> dict[str, list[Busy]]:
    """Return when people cannot sit at a table; talks and pitches with the way there and back."""
    busy: dict[str, list[Busy]] = defaultdict(list)
    around = timedelta(minutes=roadshow.buffer_minutes)
    for person, starts, ends in session.execute(
        select(Absence.person_id, Absence.starts_at, Absence.ends_at).where(
            Absence.roadshow_id == roadshow.id
        )
    ):
        busy[person].append((starts, ends))
    for person, starts, ends in session.execute(
        select(SessionSpeaker.person_id, ProgrammeSession.starts_at, ProgrammeSession.ends_at)
        .join(ProgrammeSession)
        .where(ProgrammeSession.roadshow_id == roadshow.id)
    ):
        busy[person].append((starts - around, ends + around))
    for project, starts, minutes in session.execute(
        select(PitchSlot.project_id, PitchSlot.starts_at, PitchSlot.minutes).where(
            PitchSlot.roadshow_id == roadshow.id
        )
    ):
        for one in team.get(project, ()):
            busy[one.id].append((starts - around, starts + timedelta(minutes=minutes) + around))
    for person, times in _elsewhere(session, roadshow, people).items():
        busy[person] += times
    return dict(busy)


def _elsewhere(
    session: Session, roadshow: Roadshow, people: dict[str, Person]
) -> dict[str, list[Busy]]:
    """Return when people sit at tables of other roadshows: an account is in one place."""
    owner = {one.account_id: one.id for one in people.values() if one.account_id}
    if not owner:
        return {}
    query = (
        select(Claim.subject, Claim.tick)
        .join(Meeting, Claim.meeting_id == Meeting.id)
        .where(Claim.kind == "person", Meeting.roadshow_id != roadshow.id)
        .where(
            Claim.subject.in_(
                select(Person.account_id).where(
                    Person.roadshow_id == roadshow.id, Person.account_id.is_not(None)
                )
            )
        )
    )
    found: dict[str, list[Busy]] = defaultdict(list)
    for subject, tick in session.execute(query):
        if subject in owner:
            starts = moment_of(tick)
            found[owner[subject]].append((starts, starts + timedelta(seconds=TICK_SECONDS)))
    return dict(found)


def moment_of(tick: int) -> datetime:
    """Return the moment at which a tick begins."""
    return datetime.fromtimestamp(tick * TICK_SECONDS, UTC)


def tick_of(moment: datetime) -> int:
    """Return the tick in which a moment lies."""
    return int(moment.timestamp()) // TICK_SECONDS
