"""Seeded planning instances of a roadshow's shapes, each with a hidden timetable for all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import numpy as np

from matchmaker.core.instance import (
    Instance,
    Party,
    Person,
    Slot,
    Table,
    WantedPair,
    Weights,
    canonical,
)

CHINA = timezone(timedelta(hours=8))
ABSENT = 0.10  # for half a day, per person and day
TALKS = 0.10  # of the slots, for the people who speak
BLOCK = 2  # slots of a talk
SPEAKERS = 0.30
PINNED = 0.05
NAMED = 0.20
WISHES = 0.25


@dataclass(frozen=True)
class Shape:
    """Sizes of an instance; ``team`` and ``firm`` are the fewest and most people they send."""

    projects: int
    investors: int
    days: int
    slots_a_day: int
    tables: int
    meetings: int
    team: tuple[int, int]
    firm: tuple[int, int]


SHAPES = {
    "small": Shape(20, 60, 2, 12, 20, 380, (2, 2), (1, 2)),
    "square": Shape(100, 100, 2, 12, 100, 1_930, (1, 1), (1, 1)),
    "medium": Shape(500, 500, 2, 16, 174, 5_000, (1, 2), (1, 2)),
    "large": Shape(3_000, 5_000, 4, 19, 870, 60_000, (1, 2), (1, 2)),
}


def planted(name: str, seed: int = 0) -> Instance:
    """Return the instance of a shape; the same for the same seed."""
    shape = SHAPES[name]
    rng = np.random.default_rng([seed, shape.projects, shape.meetings])
    slots = _slots(shape)
    teams = _Side("P", shape.projects, shape.team, shape, rng)
    firms = _Side("V", shape.investors, shape.firm, shape, rng)
    for people in teams.people:  # the pitch, on the first morning
        away = int(rng.integers(shape.slots_a_day // 2))
        for person in people:
            teams.free[person, away] = False
    meetings = _plant(shape, teams, firms, rng)
    pairs = tuple(_pair(one, slots, teams, firms, rng) for one in meetings)
    return canonical(
        Instance(
            name=f"{name} {seed}",
            slots=slots,
            tables=tuple(Table(id=f"T{at:04}") for at in range(shape.tables)),
            people=teams.persons(slots) + firms.persons(slots),
            projects=teams.parties(rng),
            investors=firms.parties(rng),
            pairs=pairs,
            weights=Weights(gap=1.0, move=0.0, disturb=5.0),
        )
    )


def _slots(shape: Shape) -> tuple[Slot, ...]:
    morning = datetime(2026, 9, 12, 9, tzinfo=CHINA)
    return tuple(
        Slot(
            id=f"d{day + 1}-{at:02}",
            start=morning + timedelta(days=day, minutes=30 * at),
            minutes=25,
        )
        for day in range(shape.days)
        for at in range(shape.slots_a_day)
    )


class _Side:
    """The parties of one side, their people and when those are there."""

    def __init__(
        self,
        prefix: str,
        count: int,
        sent: tuple[int, int],
        shape: Shape,
        rng: np.random.Generator,
    ) -> None:
        self.prefix = prefix
        sizes = rng.integers(sent[0], sent[1] + 1, size=count)
        first = np.concatenate([[0], np.cumsum(sizes)])
        self.people = [list(range(first[at], first[at + 1])) for at in range(count)]
        self.party = np.repeat(np.arange(count), sizes)
        total, slots = int(first[-1]), shape.days * shape.slots_a_day
        self.free = np.ones((total, slots), dtype=bool)
        half = shape.slots_a_day // 2
        for person in range(total):
            for morning in range(0, slots, shape.slots_a_day):
                if rng.random() < ABSENT:
                    start = morning + half * int(rng.integers(2))
                    self.free[person, start : start + half] = False
            if rng.random() < SPEAKERS:
                for _ in range(round(TALKS * slots / BLOCK)):
                    block = int(rng.integers(slots // BLOCK))  # of the parallel sessions
                    self.free[person, block * BLOCK : (block + 1) * BLOCK] = False
        rank = rng.permutation(count)
        self.popular = 1.0 / (1.0 + rank) ** (0.0 if sent == (1, 1) else 0.6)

    def name(self, person: int) -> str:
        return f"{self.prefix.lower()}{person:05}"

    def persons(self, slots: tuple[Slot, ...]) -> tuple[Person, ...]:
        return tuple(
            Person(
                id=self.name(person),
                away=frozenset(slots[at].id for at in np.flatnonzero(~free)),
            )
            for person, free in enumerate(self.free)
        )

    def parties(self, rng: np.random.Generator) -> tuple[Party, ...]:
        halves = ("morning", "afternoon")
        return tuple(
            Party(
                id=f"{self.prefix}{at:04}",
                people=tuple(map(self.name, people)),
                prefers=halves[int(rng.integers(2))] if rng.random() < WISHES else None,
            )
            for at, people in enumerate(self.people)
        )


def _plant(
    shape: Shape, teams: _Side, firms: _Side, rng: np.random.Generator
) -> list[tuple[int, int, int]]:
    """Return (project's person, investor's person, slot) of each meeting of the timetable."""
    slots = shape.days * shape.slots_a_day
    met: set[tuple[int, int]] = set()
    meetings: list[tuple[int, int, int]] = []
    for turn, slot in enumerate(rng.permutation(slots)):
        quota = -(-(shape.meetings - len(meetings)) // (slots - turn))
        ours = _drawn(teams, slot, rng)
        theirs = _drawn(firms, slot, rng)
        for person in ours:
            if quota == 0 or not theirs:
                break
            project = int(teams.party[person])
            for at, other in enumerate(theirs):
                if (project, int(firms.party[other])) not in met:
                    met.add((project, int(firms.party[other])))
                    meetings.append((person, theirs.pop(at), int(slot)))
                    quota -= 1
                    break
    return meetings


def _drawn(side: _Side, slot: int, rng: np.random.Generator) -> list[int]:
    there = np.flatnonzero(side.free[:, slot])
    keys = rng.exponential(size=len(there)) / side.popular[side.party[there]]
    return [int(person) for person in there[np.argsort(keys)]]


def _pair(
    meeting: tuple[int, int, int],
    slots: tuple[Slot, ...],
    teams: _Side,
    firms: _Side,
    rng: np.random.Generator,
) -> WantedPair:
    ours, theirs, slot = meeting
    pinned = rng.random() < PINNED
    named = (firms.name(theirs), teams.name(ours)) if pinned or rng.random() < NAMED else ()
    return WantedPair(
        project=f"P{teams.party[ours]:04}",
        investor=f"V{firms.party[theirs]:04}",
        score=round(float(rng.uniform(30, 100)), 1),
        want_project="meet",
        want_investor="meet",
        state="pinned" if pinned else "chosen",
        slot=slots[slot].id if pinned else None,
        people=named,
    )
