"""A plan under construction: who is where, and what stands in the way of one more meeting."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from matchmaker.core.timetable.seats import Mode, Seats

Placement = dict[int, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing in the way. ``kind``: busy (``meeting`` holds ``use``), tables (all common ones
    taken), cap and row (of party ``use``), order (after pair ``use``).
    """

    kind: str
    use: int
    meeting: int = -1


class Board:
    """Meetings by resource, slot and party; every rule but the spread of gaps."""

    def __init__(self, seats: Seats, placement: Placement | None = None) -> None:
        self.seats = seats
        self.placement: Placement = {}
        self.holder: dict[tuple[int, int], int] = {}
        self.pooled: list[set[int]] = [set() for _ in range(seats.slot_count)]
        self.got = [0] * len(seats.parties)
        self.meets: list[dict[int, int]] = [{} for _ in seats.parties]
        self.followers: dict[int, list[int]] = {}
        for pair, before in enumerate(seats.after):
            for first in before:
                self.followers.setdefault(first, []).append(pair)
        for pair, (mode, slot) in (placement or {}).items():
            self.put(pair, mode, slot)

    def put(self, pair: int, mode: int, slot: int) -> None:
        """Place a pair; the caller knows that nothing stands in the way."""
        way = self.seats.modes[mode]
        self.placement[pair] = (mode, slot)
        for use in way.uses:
            self.holder[use, slot] = pair
        if way.table is None:
            self.pooled[slot].add(pair)
        for party in self.seats.party_of[pair]:
            self.got[party] += 1
            self.meets[party][slot] = self.meets[party].get(slot, 0) + 1

    def take(self, pair: int) -> None:
        """Remove a placed pair."""
        mode, slot = self.placement.pop(pair)
        for use in self.seats.modes[mode].uses:
            del self.holder[use, slot]
        self.pooled[slot].discard(pair)
        for party in self.seats.party_of[pair]:
            self.got[party] -= 1
            self.meets[party][slot] -= 1
            if not self.meets[party][slot]:
                del self.meets[party][slot]

    def fits(self, pair: int, mode: int, slot: int) -> bool:
        """Tell whether a pair that is not placed can be held this way in this slot."""
        return next(self.obstacles(pair, self.seats.modes[mode], slot), None) is None

    def obstacles(self, pair: int, way: Mode, slot: int) -> Iterator[Obstacle]:
        """Yield what stands in the way, absences and the pair's own slots left aside."""
        for use in way.uses:
            holder = self.holder.get((use, slot))
            if holder is not None:
                yield Obstacle("busy", use, holder)
        if way.table is None and len(self.pooled[slot]) >= len(self.seats.common[slot]):
            yield Obstacle("tables", slot)
        for party in self.seats.party_of[pair]:
            most = self.seats.parties[party].max
            if most is not None and self.got[party] >= most:
                yield Obstacle("cap", party)
            if self._row_full(party, slot):
                yield Obstacle("row", party)
        for first in self.seats.after[pair]:
            if first not in self.placement or self.placement[first][1] >= slot:
                yield Obstacle("order", first)
        for later in self.followers.get(pair, ()):
            if later in self.placement and self.placement[later][1] <= slot:
                yield Obstacle("order", later)

    def _row_full(self, party: int, slot: int) -> bool:
        row = self.seats.parties[party].max_in_a_row
        if row is None:
            return False
        return 1 + self._run(party, slot, -1) + self._run(party, slot, 1) > row

    def _run(self, party: int, slot: int, step: int) -> int:
        day, at = self.seats.day, slot + step
        while 0 <= at < len(day) and day[at] == day[slot] and at in self.meets[party]:
            at += step
        return abs(at - slot) - 1

    def needed_by(self, pair: int) -> bool:
        """Tell whether a placed pair must be held after this one."""
        return any(later in self.placement for later in self.followers.get(pair, ()))

    def fill(self, pairs: Iterable[int]) -> list[int]:
        """Place each pair in the first seat that fits; return those that found none."""
        left = []
        for pair in pairs:
            for mode, slot in self.seats_of(pair):
                if self.fits(pair, mode, slot):
                    self.put(pair, mode, slot)
                    break
            else:
                left.append(pair)
        return left

    def seats_of(self, pair: int) -> Iterator[tuple[int, int]]:
        """Yield the ways and slots of a pair, seniors first, then earlier slots."""
        for mode in self.seats.modes_of[pair]:
            for slot in self.seats.modes[mode].slots:
                yield mode, slot
