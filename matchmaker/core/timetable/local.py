"""Running the local search on an instance: from seats to flat arrays and back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from matchmaker.core.instance.seats import Seats, bits
from matchmaker.core.timetable.board import Placement
from matchmaker.core.timetable.chains import LONGEST_CHAIN
from matchmaker.core.timetable.measures import halves_missed
from matchmaker.core.timetable.search import MOST_EJECTIONS, anneal, fill, insert
from matchmaker.core.timetable.state import (
    BEST,
    COST,
    DISTURB,
    GAP,
    LISTED,
    MODE,
    MOST_GAPS,
    NUMBERS,
    PAIR,
    RANDOM,
    SLOT,
    SPREAD,
    THING,
    UNPLACED,
    WISH,
    Ground,
    Records,
    put_all,
    take_all,
)

UNIT = 10_000  # prices count in ten-thousandths
WISHED = 0.05  # gaps: a wish is worth little beside what the weights name
HOT, COLD = 0.4, 0.08  # temperatures in units of the dearest gap, measured on the shapes
CHUNK = 200_000  # steps between two looks at the clock
HEAVY = 10**6  # a must
INSERTIONS = 20_000  # between two looks at the clock
Tick = Callable[[], bool]  # whether to go on


class LocalSearch:
    """One instance in the flat records of the search; placements go in and come out."""

    def __init__(self, seats: Seats, seed: int) -> None:
        self.seats = seats
        self.ground = _ground(seats)
        self.ground.numbers[RANDOM] = (seed * 0x9E3779B97F4A7C15 + 0x1234567) % 2**62 + 1

    def start(self, placement: Mapping[int, tuple[int, int]]) -> None:
        """Place pairs that do not clash."""
        rows = [(pair, mode, slot) for pair, (mode, slot) in placement.items()]
        put_all(self.ground, np.array(rows, dtype=np.int64).reshape(-1, 3))

    def fill(self, pairs: Iterable[int]) -> None:
        """Place what fits, the pairs with the fewest seats first."""
        modes, modes_of = self.seats.modes, self.seats.modes_of
        room = {pair: sum(modes[m].mask.bit_count() for m in modes_of[pair]) for pair in pairs}
        heavy = self.ground.pairs["weight"] // HEAVY
        order = sorted(room, key=lambda pair: (-int(heavy[pair]), room[pair], pair))
        fill(self.ground, np.array(order, dtype=np.int64))

    def insert(self, pairs: Iterable[int], steps: int, tick: Tick) -> bool:
        """Place the pairs that are not placed, displacing others; return whether all are.

        The first turn is taken even by a search that is to stop: it costs little.
        """
        ground, numbers = self.ground, self.ground.numbers
        records = ground.pairs
        waiting = [at for at in pairs if self.seats.modes_of[at] and records["slot"][at] < 0]
        records["listed"][: len(waiting)] = waiting
        records["best_slot"], records["best_mode"] = records["slot"], records["mode"]
        numbers[BEST] = numbers[UNPLACED]
        count, done = len(waiting), 0
        tabu = np.zeros((len(records), len(ground.slots)) if count else (1, 1), dtype=np.int64)
        while count and done < steps and (not done or tick()):
            turn = min(INSERTIONS, steps - done)
            count = insert(ground, count, done, turn, tabu)
            done += turn
        if count:
            self._restore(records["best_slot"], records["best_mode"])
        return not count

    def _restore(self, slot: NDArray[np.int64], mode: NDArray[np.int64]) -> None:
        placed = np.flatnonzero(slot >= 0)
        rows = np.column_stack([placed, mode[placed], slot[placed]])
        take_all(self.ground)
        put_all(self.ground, np.ascontiguousarray(rows, dtype=np.int64))

    def polish(
        self,
        steps: int,
        tick: Tick,
        left: Callable[[], float],
        near: Collection[int] | None = None,
        *,
        for_wishes: bool = False,
    ) -> None:
        """Lower gaps, disturbance and unmet wishes; never unplace anything.

        ``left`` tells the seconds left: where they will not do for all steps, cooling is quicker,
        so that the search still ends cold. ``near`` are the placed pairs to begin a step with,
        all if None; others move only to make room for these. ``for_wishes`` is so cold that hardly
        anything but wishes changes.
        """
        ground, numbers = self.ground, self.ground.numbers
        placed = np.flatnonzero(ground.pairs["slot"] >= 0)
        if near is not None:
            placed = np.array(sorted(near), dtype=np.int64)
            ground.things["near"] = 0
            for pair in near:
                for mode in self.seats.modes_of[pair]:
                    ground.things["near"][list(self.seats.modes[mode].uses)] = 1
        if len(placed) == 0 or len(ground.slots) < 2:
            return
        before = ground.pairs["slot"].copy(), ground.pairs["mode"].copy(), int(numbers[COST])
        ground.pairs["listed"][: len(placed)] = placed
        numbers[LISTED] = len(placed)
        weights = self.seats.instance.weights
        dearest = 0.0 if for_wishes else max(weights.gap, weights.disturb / 5)
        unit = UNIT * max(dearest, WISHED)
        done, rate, start = 0.0, 1.0, left()
        while done < steps and numbers[COST] > 0 and tick():
            turn = int(min(CHUNK, (steps - done) / rate + 1))
            before_heat, after_heat = (
                HOT * (COLD / HOT) ** min(1.0, at / steps) for at in (done, done + turn * rate)
            )
            anneal(ground, 0, turn, turn, before_heat * unit, after_heat * unit)
            done += turn * rate
            rate = _rate(steps, done, start - left(), left())
        if numbers[COST] > before[2]:
            self._restore(before[0], before[1])

    def compile(self) -> None:
        """Compile every entry, or load what was compiled before, without doing anything.

        What every plan needs comes first: displacing meetings is asked for by crowded ones only.
        """
        self.start({})
        self.fill([])
        anneal(self.ground, 0, 0, 1, 1.0, 1.0)
        take_all(self.ground)
        insert(self.ground, 0, 0, 0, np.zeros((1, 1), dtype=np.int64))

    @property
    def price(self) -> int:
        """What gaps and disturbance cost, in parts of ``UNIT``; wishes and spread left aside."""
        things, numbers = self.ground.things, self.ground.numbers
        disturbed = int((things["lost"] > 0).sum())
        return int(things["gaps"].sum() * numbers[GAP] + disturbed * numbers[DISTURB])

    def placement(self) -> Placement:
        """Return who is where."""
        records = self.ground.pairs
        return {
            int(at): (int(records["mode"][at]), int(records["slot"][at]))
            for at in np.flatnonzero(records["slot"] >= 0)
        }


def _rate(steps: float, done: float, spent: float, left: float) -> float:
    """Return how much faster than planned to cool so that the steps end in time, 1 if they do."""
    needed = (steps - done) * spent / done
    return 1.0 if needed <= left else min(100.0, needed / max(left, 1e-3))


def weight_of(seats: Seats, pair: int) -> int:
    """Return what leaving a pair out costs the search: higher goals weigh more."""
    one = seats.pairs[pair]
    tier = 10**9 * (one.state == "pinned") + 10**7 * (one.state == "chosen") + 10**6 * one.musts
    return tier + 1_000 + round(10 * one.score)


def _ground(seats: Seats) -> Ground:
    links: list[int] = []
    things = np.zeros(len(seats.resources), dtype=THING)
    things["person"] = [kind == "person" for kind, _ in seats.resources]
    things["near"] = 1
    things["gappy_at"] = -1
    pairs = _pairs(seats, links)
    modes = np.zeros(len(seats.modes), dtype=MODE)
    for at, mode in enumerate(seats.modes):
        modes[at] = (len(links), len(links) + len(mode.uses), mode.pool)
        links.extend(mode.uses)
    slots = np.zeros(seats.slot_count, dtype=SLOT)
    slots["day"] = seats.day
    slots["common"] = [len(tables) for tables in seats.common]
    for _, people in seats.published_at.values():
        for name in people:
            things["lost"][seats.number["person", name]] += 1
    numbers = _numbers(seats)
    numbers[UNPLACED] = pairs["weight"].sum()
    numbers[COST] = int((things["lost"] > 0).sum()) * numbers[DISTURB]
    return Ground(
        pairs=pairs,
        modes=modes,
        links=np.array(links or [0], dtype=np.int64),
        allowed=_allowed(seats),
        wish=np.array(halves_missed(seats), dtype=np.uint8).reshape(-1, seats.slot_count),
        slots=slots,
        members=np.zeros((seats.slot_count, max(1, slots["common"].max())), dtype=np.int64),
        things=things,
        holder=np.full((len(things), seats.slot_count), -1, dtype=np.int64),
        visits=np.zeros((len(things), max(seats.day) + 1), dtype=np.int64),
        meets=np.zeros((len(seats.parties), seats.slot_count), dtype=np.int64),
        numbers=numbers,
        scratch=np.zeros((3, max(LONGEST_CHAIN, MOST_EJECTIONS)), dtype=np.int64),
    )


def _pairs(seats: Seats, links: list[int]) -> Records:
    later: list[list[int]] = [[] for _ in seats.pairs]
    for pair, firsts in enumerate(seats.after):
        for first in firsts:
            if first >= 0:
                later[first].append(pair)
    records = np.zeros(len(seats.pairs), dtype=PAIR)
    for name in ("old_slot", "slot", "mode", "seat"):
        records[name] = -1
    row = [party.max_in_a_row or 0 for party in seats.parties]
    start = 0
    for pair, (project, investor) in enumerate(seats.party_of):
        old_slot, people = seats.published_at.get(pair, (-1, ()))
        record = records[pair]
        record["first"], start = start, start + len(seats.modes_of[pair])
        record["last"] = start
        record["project"], record["investor"] = project, investor
        record["project_row"], record["investor_row"] = row[project], row[investor]
        record["old_slot"], record["weight"] = old_slot, weight_of(seats, pair)
        for field, part in (
            ("before", [first for first in seats.after[pair] if first >= 0]),
            ("later", later[pair]),
            ("old", [seats.number["person", name] for name in people]),
        ):
            record[field] = len(links)
            links.extend(part)
        record["end"] = len(links)
    return records


def _numbers(seats: Seats) -> NDArray[np.int64]:
    weights, spread = seats.instance.weights, seats.instance.gap_spread
    numbers = np.zeros(NUMBERS, dtype=np.int64)
    numbers[GAP] = round(weights.gap * UNIT)
    numbers[DISTURB] = round(weights.disturb * UNIT)
    numbers[WISH] = round(WISHED * UNIT)
    numbers[SPREAD] = 0 if spread is None else 20 * (numbers[GAP] + numbers[DISTURB] + UNIT)
    numbers[MOST_GAPS] = 2**30 if spread is None else spread
    return numbers


def _allowed(seats: Seats) -> NDArray[np.uint8]:
    table = np.zeros((len(seats.modes), seats.slot_count), dtype=np.uint8)
    for row, mode in enumerate(seats.modes):
        table[row, bits(mode.mask)] = 1
    return table
