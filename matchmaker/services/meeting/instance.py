"""From the store to a planning instance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from matchmaker.core import instance as core
from matchmaker.core.instance.shape import State, Wanted
from matchmaker.core.journey import MeetingState, PairingState, Wish
from matchmaker.services.meeting.drawn import Drawn
from matchmaker.services.meeting.reading import Ground, PairId, Scored, read_ground
from matchmaker.store.meeting import Meeting, MeetingTable, Slot
from matchmaker.store.profile import Investor, Project
from matchmaker.store.roadshow import Person, Roadshow

Pairs = Literal["all", "chosen"]
DENSE = 40_000  # pairs; beyond, only the best ranked and the wished ones are candidates
NEAR = 50  # ranks that stay candidates in a large roadshow
WANTED: Mapping[Wish | None, Wanted] = {
    Wish.MUST: "must",
    Wish.MEET: "meet",
    Wish.NO: "no",
    None: "none",
}


def instance_of(
    session: Session,
    roadshow: Roadshow,
    *,
    pairs: Pairs = "chosen",
    now: datetime | None = None,
) -> core.Instance:
    """Return the planning instance of a roadshow.

    ``pairs``: ``chosen`` takes the pairings that stand (proposed and pinned), ``all`` every pair
    of a selected project and an active investor as an open candidate. Meetings that lie before
    ``now`` or were held keep their place, and no other may be held before it.
    """
    return draw(session, roadshow, pairs=pairs, now=now).instance


def draw(
    session: Session,
    roadshow: Roadshow,
    *,
    pairs: Pairs = "chosen",
    now: datetime | None = None,
    ground: Ground | None = None,
) -> Drawn:
    """Return the instance together with what its names stand for."""
    ground = ground or read_ground(session, roadshow, left_out=pairs == "all")
    return _Drawing(ground, pairs, now).drawn()


@dataclass
class _Drawing:
    ground: Ground
    pairs: Pairs
    now: datetime | None
    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    stood: dict[tuple[str, str], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ends = [end_of(slot) for slot in self.ground.slots]

    def drawn(self) -> Drawn:
        ground = self.ground
        zone = ZoneInfo(ground.roadshow.zone)
        slots = self._slots(zone)
        self._name_people()
        fixed = self._fixed()
        projects = [self._project(one) for one in ground.projects]
        investors = [self._investor(one) for one in ground.investors]
        instance = core.Instance(
            name=ground.roadshow.slug,
            slots=tuple(slots),
            tables=tuple(self._table(table) for table in ground.tables),
            people=tuple(self._people(fixed)),
            interpreters=tuple(self._interpreters()),
            projects=tuple(projects),
            investors=tuple(investors),
            pairs=tuple(self._wanted(fixed)),
            published=tuple(self._published()),
        )
        return Drawn(
            instance=core.canonical(instance),
            ground=ground,
            ids=self.ids,
            stood=self.stood,
            fixed=frozenset(fixed),
        )

    @cached_property
    def _ahead(self) -> tuple[str, ...] | None:
        """The slots that have not begun; None while none has."""
        begun = [self.now is not None and slot.starts_at <= self.now for slot in self.ground.slots]
        if not any(begun):
            return None
        return tuple(
            self.stood["slot", slot.id]
            for slot, past in zip(self.ground.slots, begun, strict=True)
            if not past
        )

    def _call(self, kind: str, row_id: str, name: str) -> str:
        self.ids[kind, name] = row_id
        self.stood[kind, row_id] = name
        return name

    def _slots(self, zone: ZoneInfo) -> list[core.Slot]:
        return [
            core.Slot(
                id=self._call(
                    "slot", slot.id, slot.starts_at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
                ),
                start=slot.starts_at.astimezone(zone),
                minutes=slot.minutes,
            )
            for slot in self.ground.slots
        ]

    def _name_people(self) -> None:
        ground = self.ground
        for parties, members, kind in (
            (ground.projects, ground.team, "project"),
            (ground.investors, ground.delegates, "investor"),
        ):
            for party in parties:
                self._call(kind, party.id, party.code)
                people = members.get(party.id, [])
                for rank, person in enumerate(people, 1):
                    if ("person", person.id) not in self.stood:
                        self._call("person", person.id, f"{party.code}.{rank}")
                if not people:
                    self._call("person", party.id, f"{party.code}.0")
        for number, one in enumerate(ground.interpreters, 1):
            self._call("interpreter", one.id, f"I{number:02}")

    def _table(self, table: MeetingTable) -> core.Table:
        name = self._call("table", table.id, table.name)
        closed = {one.slot_id for one in table.closures}
        home = None
        if table.home_project_id and ("project", table.home_project_id) in self.stood:
            home = f"project:{self.stood['project', table.home_project_id]}"
        elif table.home_investor_id and ("investor", table.home_investor_id) in self.stood:
            home = f"investor:{self.stood['investor', table.home_investor_id]}"
        open_at = tuple(
            self.stood["slot", slot.id] for slot in self.ground.slots if slot.id not in closed
        )
        return core.Table(id=name, slots=open_at if closed else None, home_of=home)

    def _away(self, person_id: str) -> frozenset[str]:
        times = self.ground.busy.get(person_id)
        if not times:
            return frozenset()
        return frozenset(
            self.stood["slot", slot.id]
            for slot, end in zip(self.ground.slots, self.ends, strict=True)
            if any(starts < end and slot.starts_at < ends for starts, ends in times)
        )

    def _people(self, fixed: Mapping[PairId, Meeting]) -> list[core.Person]:
        """Return everybody; who sat in a meeting that is fixed was there, whatever they said."""
        there: dict[str, set[str]] = {}
        for meeting in fixed.values():
            for one in meeting.people:
                there.setdefault(one.person_id, set()).add(self.stood["slot", meeting.slot_id])
        found = []
        for (kind, row_id), name in self.stood.items():
            if kind != "person":
                continue
            person = self.ground.people.get(row_id)
            found.append(
                core.Person(
                    id=name,
                    away=self._away(row_id) - there.get(row_id, set()),
                    languages=tuple(person.languages) if person else (),
                )
            )
        return found

    def _interpreters(self) -> list[core.Interpreter]:
        return [
            core.Interpreter(
                id=self.stood["interpreter", one.id],
                languages=tuple(one.person.languages),
                away=self._away(one.person_id),
            )
            for one in self.ground.interpreters
        ]

    def _project(self, project: Project) -> core.Party:
        show = self.ground.roadshow
        return self._party(
            project.id,
            project.code,
            self.ground.team.get(project.id, []),
            project.min_meetings if project.min_meetings is not None else show.project_min,
            project.max_meetings if project.max_meetings is not None else show.project_max,
        )

    def _investor(self, investor: Investor) -> core.Party:
        show = self.ground.roadshow
        return self._party(
            investor.id,
            investor.code,
            self.ground.delegates.get(investor.id, []),
            investor.min_meetings if investor.min_meetings is not None else show.investor_min,
            investor.max_meetings if investor.max_meetings is not None else show.investor_max,
        )

    def _party(
        self, row_id: str, code: str, people: list[Person], least: int, most: int
    ) -> core.Party:
        ids = [one.id for one in people] or [row_id]
        names = tuple(dict.fromkeys(self.stood["person", one] for one in ids))
        return core.Party(id=code, people=names, min=min(least, most), max=most)

    def _fixed(self) -> dict[PairId, Meeting]:
        """Return the meetings that no plan may touch: held, or already begun."""
        return {
            (one.project_id, one.investor_id): one
            for one in self.ground.meetings
            if self._plannable(one)
            and (
                one.state is MeetingState.HELD
                or (self.now is not None and one.slot.starts_at <= self.now)
            )
        }

    def _plannable(self, meeting: Meeting) -> bool:
        return (
            meeting.state in (MeetingState.SCHEDULED, MeetingState.HELD)
            and ("project", meeting.project_id) in self.stood
            and ("investor", meeting.investor_id) in self.stood
        )

    def _wanted(self, fixed: Mapping[PairId, Meeting]) -> list[core.WantedPair]:
        missed = {
            (one.project_id, one.investor_id)
            for one in self.ground.meetings
            if one.state is MeetingState.NO_SHOW
        }
        return [
            self._pair(pair, fixed.get(pair))
            for pair in self._candidates(fixed)
            if pair not in missed
        ]

    def _candidates(self, fixed: Mapping[PairId, Meeting]) -> list[PairId]:
        ground = self.ground
        if self.pairs == "chosen":
            chosen = (PairingState.PROPOSED, PairingState.PINNED)
            standing = {pair for pair, row in ground.pairings.items() if row.state in chosen}
            return sorted(pair for pair in standing | set(fixed) if self._takes_part(pair))
        every = [
            (project.id, investor.id)
            for project in ground.projects
            for investor in ground.investors
        ]
        if len(every) <= DENSE:
            return every
        return [pair for pair in every if self._is_near(pair)]

    def _takes_part(self, pair: PairId) -> bool:
        return ("project", pair[0]) in self.stood and ("investor", pair[1]) in self.stood

    def _is_near(self, pair: PairId) -> bool:
        scored = self.ground.scores.get(pair)
        if pair in self.ground.wishes or pair in self.ground.pairings:
            return True
        return scored is not None and (
            (scored.rank_for_project or NEAR + 1) <= NEAR
            or (scored.rank_for_investor or NEAR + 1) <= NEAR
        )

    def _pair(self, pair: PairId, fixed: Meeting | None) -> core.WantedPair:
        ground = self.ground
        row, scored = ground.pairings.get(pair), ground.scores.get(pair, Scored(None))
        wishes = ground.wishes.get(pair, {})
        want_project, want_investor = WANTED[wishes.get("project")], WANTED[wishes.get("investor")]
        if fixed is not None:
            return core.WantedPair(
                project=self.stood["project", pair[0]],
                investor=self.stood["investor", pair[1]],
                score=scored.score or 0.0,
                state="pinned",
                people=self._present(pair, fixed),
                slot=self.stood["slot", fixed.slot_id],
                table=self.stood["table", fixed.table_id],
            )
        return core.WantedPair(
            project=self.stood["project", pair[0]],
            investor=self.stood["investor", pair[1]],
            score=scored.score or 0.0,
            want_project=want_project,
            want_investor=want_investor,
            state=self._state(row.state if row else None, scored, (want_project, want_investor)),
            slots=self._ahead,
        )

    def _present(self, pair: PairId, meeting: Meeting) -> tuple[str, ...]:
        """Return who sat there and still belongs to one of the sides."""
        sides = (self.ground.team.get(pair[0], []), self.ground.delegates.get(pair[1], []))
        members = {one.id for side in sides for one in side}
        return tuple(
            self.stood["person", one.person_id]
            for one in meeting.people
            if one.person_id in members
        )

    def _state(
        self, state: PairingState | None, scored: Scored, wants: tuple[Wanted, Wanted]
    ) -> State:
        if state is PairingState.FORBIDDEN or "no" in wants:
            return "forbidden"
        if state is PairingState.PINNED:
            return "pinned"
        if scored.excluded is not None:
            return "forbidden"
        return "chosen" if self.pairs == "chosen" else "open"

    def _published(self) -> list[core.PublishedMeeting]:
        return [
            core.PublishedMeeting(
                project=self.stood["project", one.project_id],
                investor=self.stood["investor", one.investor_id],
                slot=self.stood["slot", one.slot_id],
                table=self.stood["table", one.table_id],
                people=self._attending(one),
            )
            for one in self.ground.meetings
            if self._plannable(one)
        ]

    def _attending(self, meeting: Meeting) -> tuple[str, ...]:
        names = [
            self.stood["person", one.person_id]
            for one in meeting.people
            if ("person", one.person_id) in self.stood
        ]
        names += [
            self.stood["person", party]
            for party in (meeting.project_id, meeting.investor_id)
            if ("person", party) in self.stood
        ]
        return tuple(names)


def end_of(slot: Slot) -> datetime:
    """Return when a slot ends."""
    return slot.starts_at + timedelta(minutes=slot.minutes)
