"""Finishing a timetable made by hand: some pairs are placed, what stands stays where it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from matchmaker.core.instance import (
    Instance,
    Key,
    LeftOut,
    Meeting,
    Party,
    Plan,
    Table,
    WantedPair,
    canonical,
    pair_name,
)
from matchmaker.core.instance.seats import take_seats
from matchmaker.core.timetable.planner import plan
from matchmaker.core.timetable.watch import Progress

ROUNDS = 6  # plans made while meetings that cannot be planned with are walked around
Tell = Callable[[Progress], bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The whole timetable afterwards, and why some of the wanted pairs are not in it."""

    meetings: tuple[Meeting, ...]
    left_out: tuple[LeftOut, ...]


def finish(
    instance: Instance,
    standing: Sequence[Meeting],
    wanted: Collection[Key],
    *,
    slots: Collection[str] | None = None,
    fixed: Collection[Key] = (),
    most_moved: int = 0,
    seed: int = 0,
    time_limit: float = 10.0,
    progress: Tell | None = None,
) -> Finished:
    """Place as many wanted pairs as possible, then the most wanted, then those of most score.

    ``standing`` meetings keep their slot, table and people; with ``most_moved`` that many people
    may get other times, if more pairs or better ones find a place by it, but never those of
    ``fixed`` pairs. ``slots`` limits where wanted pairs may go. Standing meetings that break a rule
    are walked around. ``time_limit`` counts seconds.
    """
    task = _Task(canonical(instance), tuple(standing), frozenset(wanted), slots, seed, progress)
    share = time_limit / 3 if most_moved else time_limit
    made, around = task.held(share)
    if most_moved and made.left_out:
        looser = task.moved(around, fixed, most_moved, share)
        if looser is not None and task.worth(looser) > task.worth(made):
            made = looser
    stood = {one.key: one for one in standing}
    now = [stood[one.key] if _same(one, stood.get(one.key)) else one for one in made.meetings]
    return Finished(
        meetings=tuple(sorted((*now, *task.of(around)), key=lambda one: one.key)),
        left_out=tuple(one for one in made.left_out if one.key in task.wanted),
    )


@dataclass(frozen=True)
class _Task:
    instance: Instance
    standing: tuple[Meeting, ...]
    wanted: frozenset[Key]
    slots: Collection[str] | None
    seed: int
    progress: Tell | None

    def of(self, keys: Collection[Key]) -> tuple[Meeting, ...]:
        return tuple(one for one in self.standing if one.key in keys)

    def held(self, seconds: float) -> tuple[Plan, frozenset[Key]]:
        """Return a plan in which everything stands still, and what it has to walk around."""
        around = self._impossible()
        for turn in range(ROUNDS):
            pins = {one.key: one for one in self.standing if one.key not in around}
            made = self._plan(self._instance(around, pins), seconds)
            awkward = {name for clash in made.clashes for name in clash.pairs}
            for one in made.meetings:
                if one.key in pins and not _same(one, pins[one.key]):
                    awkward.add(pair_name(one.key))
            more = {key for key in pins if pair_name(key) in awkward}
            if not more:
                break
            around |= more if turn < ROUNDS - 2 else set(pins)
            around = self._with_neighbours(around)
        return made, frozenset(around)

    def moved(
        self, around: frozenset[Key], fixed: Collection[Key], most: int, seconds: float
    ) -> Plan | None:
        """Return a plan in which so many people may get other times; None where one is lost."""
        free = {one.key: one for one in self.standing if one.key not in around}
        pins = {key: one for key, one in free.items() if key in fixed}
        loose = replace(
            self._instance(around, pins, stays=free.keys()),
            published=tuple(one.as_published() for one in free.values()),
            weights=replace(self.instance.weights, disturb=20 * self.instance.weights.gap or 1.0),
        )
        made = self._plan(loose, seconds, most)
        if made.totals.disturbed > most or not free.keys() <= {one.key for one in made.meetings}:
            return None
        return self._at_their_tables(made, around, free, seconds)

    def _at_their_tables(
        self, made: Plan, around: frozenset[Key], free: dict[Key, Meeting], seconds: float
    ) -> Plan | None:
        """Return the plan with everybody who did not move at the table they had."""
        pins = {
            one.key: free[one.key] if _alike(one, free.get(one.key)) else replace(one, table="")
            for one in made.meetings
        }
        again = self._plan(self._instance(around, pins), seconds)
        there = {one.key: one for one in again.meetings}
        kept = all(
            key in there and (pin != free.get(key) or _same(there[key], pin))
            for key, pin in pins.items()
        )
        return again if kept and not again.clashes else None

    def worth(self, made: Plan) -> tuple[float, ...]:
        """Return what tells two plans apart: wanted pairs placed, their wishes, their scores."""
        pairs = [self.instance.by_key[one.key] for one in made.meetings if one.key in self.wanted]
        return len(pairs), sum(one.musts for one in pairs), sum(one.score for one in pairs)

    def _plan(self, instance: Instance, seconds: float, most: int | None = None) -> Plan:
        return plan(
            instance,
            seed=self.seed,
            time_limit=max(1.0, seconds),
            most_disturbed=most,
            progress=self.progress,
        )

    def _instance(
        self,
        around: Collection[Key],
        pins: dict[Key, Meeting],
        stays: Collection[Key] = (),
    ) -> Instance:
        """Return the instance in which only wanted pairs look for a place."""
        there = {*pins, *stays}
        gone = [one.key for one in self.of(around)]

        def party(kind: int, one: Party) -> Party:
            if one.max is None:
                return one
            placed = sum(key[kind] == one.id for key in there)
            most = max(one.max - sum(key[kind] == one.id for key in gone), placed)
            return replace(one, max=most, min=min(one.min, most))

        def pair(one: WantedPair) -> WantedPair:
            free = replace(one, slot=None, table=None)
            if (pin := pins.get(one.key)) is not None:
                place = replace(one, slot=pin.slot, table=pin.table or None, people=pin.people)
                return replace(place, state="pinned")
            if one.key in stays:
                return replace(free, state="pinned")
            if one.key not in self.wanted or one.key in around or one.is_never:
                return replace(free, state="forbidden")
            return replace(free, state="chosen", slots=self._slots(one))

        return replace(
            self._without(around),
            projects=tuple(party(0, one) for one in self.instance.projects),
            investors=tuple(party(1, one) for one in self.instance.investors),
            pairs=tuple(map(pair, self.instance.pairs)),
            published=(),
        )

    def _without(self, around: Collection[Key]) -> Instance:
        """Return the instance without the people and tables of meetings to walk around."""
        taken: dict[tuple[str, str], set[str]] = {}
        for one in self.of(around):
            for use in _uses(one):
                taken.setdefault(use, set()).add(one.slot)
        every = tuple(slot.id for slot in self.instance.slots)

        def table(one: Table) -> Table:
            used = taken.get(("table", one.id))
            if used is None:
                return one
            open_at = every if one.slots is None else one.slots
            return replace(one, slots=tuple(name for name in open_at if name not in used))

        return replace(
            self.instance,
            people=tuple(
                replace(one, away=one.away | taken.get(("person", one.id), set()))
                for one in self.instance.people
            ),
            interpreters=tuple(
                replace(one, away=one.away | taken.get(("interpreter", one.id), set()))
                for one in self.instance.interpreters
            ),
            tables=tuple(map(table, self.instance.tables)),
        )

    def _slots(self, pair: WantedPair) -> tuple[str, ...] | None:
        if self.slots is None:
            return pair.slots
        chosen = [slot.id for slot in self.instance.slots if slot.id in self.slots]
        return tuple(name for name in chosen if pair.slots is None or name in pair.slots)

    def _impossible(self) -> set[Key]:
        """Return the standing meetings that could not be placed so if they were alone."""
        pairs = self.instance.by_key
        seated = {one.key: one for one in self.standing if one.key in pairs}
        alone = {
            key
            for key, one in seated.items()
            if pairs[key].is_never or not self._members(key) >= set(one.people)
        }
        pins = {key: one for key, one in seated.items() if key not in alone}
        seats = take_seats(self._instance((), pins))
        alone |= {key for key in pins if not seats.modes_of[seats.index[key]]}
        homes = {table.id: table.home_of for table in self.instance.tables}
        alone |= {
            key
            for key, one in pins.items()
            if homes[one.table] not in (None, f"project:{key[0]}", f"investor:{key[1]}")
        }
        alone |= {one.key for one in self.standing if one.key not in pairs}
        return self._with_neighbours(alone)

    def _members(self, key: Key) -> set[str]:
        parties = self.instance.parties_of(self.instance.by_key[key])
        return {name for party in parties for name in party.people}

    def _with_neighbours(self, around: Iterable[Key]) -> set[Key]:
        """Return meetings to walk around and all that share a person or a place with them."""
        found = set(around)
        while True:
            taken = {(one.slot, what) for one in self.of(found) for what in _uses(one)}
            more = {
                one.key
                for one in self.standing
                if one.key not in found and any((one.slot, what) in taken for what in _uses(one))
            }
            if not more:
                return found
            found |= more


def _uses(meeting: Meeting) -> tuple[tuple[str, str], ...]:
    people = (("person", name) for name in meeting.people)
    helper = [("interpreter", meeting.interpreter)] if meeting.interpreter else []
    return ("table", meeting.table), *people, *helper


def _alike(one: Meeting, other: Meeting | None) -> bool:
    """Tell whether the same people meet at the same time."""
    return other is not None and (one.slot, set(one.people)) == (other.slot, set(other.people))


def _same(one: Meeting, other: Meeting | None) -> bool:
    """Tell whether two meetings differ at most in the order in which people are named."""
    return other is not None and one == replace(other, people=one.people) and _alike(one, other)
