"""A plan under construction: who is where, and where one more meeting fits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from matchmaker.core.instance.seats import Mode, Seats

Placement = dict[int, tuple[int, int]]  # pair -> (mode, slot)


class Board:
    """Meetings by resource, slot and party; every rule but the spread of gaps.

    Sets of slots are integers with one bit per slot.
    """

    def __init__(
        self, seats: Seats, placement: Mapping[int, tuple[int, int]] | None = None
    ) -> None:
        self.seats = seats
        self.placement: Placement = {}
        self.holder: dict[tuple[int, int], int] = {}
        self.busy = [0] * len(seats.resources)
        self.pooled: list[set[int]] = [set() for _ in range(seats.slot_count)]
        self.room = sum(1 << slot for slot, tables in enumerate(seats.common) if tables)
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
            self.busy[use] |= 1 << slot
        if way.pool:
            self.pooled[slot].add(pair)
            if len(self.pooled[slot]) >= len(self.seats.common[slot]):
                self.room &= ~(1 << slot)
        for party in self.seats.party_of[pair]:
            self.got[party] += 1
            self.meets[party][slot] = self.meets[party].get(slot, 0) + 1

    def take(self, pair: int) -> None:
        """Remove a placed pair."""
        mode, slot = self.placement.pop(pair)
        way = self.seats.modes[mode]
        for use in way.uses:
            del self.holder[use, slot]
            self.busy[use] &= ~(1 << slot)
        if way.pool:
            self.pooled[slot].discard(pair)
            self.room |= 1 << slot
        for party in self.seats.party_of[pair]:
            self.got[party] -= 1
            self.meets[party][slot] -= 1
            if not self.meets[party][slot]:
                del self.meets[party][slot]

    def is_full(self, party: int) -> bool:
        """Tell whether a party has all the meetings it may have."""
        most = self.seats.parties[party].max
        return most is not None and self.got[party] >= most

    def is_capped(self, pair: int) -> bool:
        """Tell whether one side of a pair is full."""
        return any(self.is_full(party) for party in self.seats.party_of[pair])

    def free(self, pair: int, way: Mode) -> int:
        """Return the slots in which a pair that is not placed can be held this way, whatever the
        limits of its parties.
        """
        mask = way.mask
        for use in way.uses:
            mask &= ~self.busy[use]
        if way.pool:
            mask &= self.room
        if mask:
            mask &= self.in_order(pair)
        return mask & self.in_rows(pair, mask) if mask else 0

    def fits(self, pair: int, mode: int, slot: int) -> bool:
        """Tell whether a pair that is not placed can be held this way in this slot."""
        way = self.seats.modes[mode]
        return not self.is_capped(pair) and bool(self.free(pair, way) >> slot & 1)

    def in_order(self, pair: int) -> int:
        """Return the slots after all that must be earlier and before all that must be later."""
        low, high = 0, self.seats.slot_count
        for first in self.seats.after[pair]:
            if first not in self.placement:
                return 0
            low = max(low, self.placement[first][1] + 1)
        for later in self.followers.get(pair, ()):
            if later in self.placement:
                high = min(high, self.placement[later][1])
        return (1 << high) - (1 << low) if high > low else 0

    def in_rows(self, pair: int, mask: int) -> int:
        """Return the slots of the mask that make no row of a party too long."""
        for party in self.seats.party_of[pair]:
            row = self.seats.parties[party].max_in_a_row
            if row is not None:
                for slot in range(self.seats.slot_count):
                    if mask >> slot & 1 and self.row_at(party, slot) > row:
                        mask &= ~(1 << slot)
        return mask

    def row_at(self, party: int, slot: int) -> int:
        """Return how many slots in a row the party would meet if it met in this slot; the one
        after the last counts to the last day.
        """
        return 1 + self._run(party, slot, -1) + self._run(party, slot, 1)

    def _run(self, party: int, slot: int, step: int) -> int:
        day, at = self.seats.day, slot + step
        today = day[min(slot, len(day) - 1)]
        while 0 <= at < len(day) and day[at] == today and at in self.meets[party]:
            at += step
        return abs(at - slot) - 1

    def needed_by(self, pair: int) -> bool:
        """Tell whether a placed pair must be held after this one."""
        return any(later in self.placement for later in self.followers.get(pair, ()))

    def fill(self, pairs: Iterable[int]) -> list[int]:
        """Place each pair in the first seat that fits; return those that found none."""
        left = []
        for pair in pairs:
            seat = next(self.seats_of(pair), None)
            if seat is None:
                left.append(pair)
            else:
                self.put(pair, *seat)
        return left

    def seats_of(self, pair: int) -> Iterator[tuple[int, int]]:
        """Yield the ways and slots in which a pair fits, seniors first, then earlier slots."""
        if self.is_capped(pair):
            return
        for mode in self.seats.modes_of[pair]:
            mask = self.free(pair, self.seats.modes[mode])
            while mask:
                lowest = mask & -mask
                yield mode, lowest.bit_length() - 1
                mask ^= lowest
