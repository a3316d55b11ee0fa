"""Which meetings give way to a pair that matters more, so that the fewest people notice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from matchmaker.core.instance.seats import Seats, bits
from matchmaker.core.timetable.board import Board, Placement
from matchmaker.core.timetable.nearby import keeps


class GivingWay:
    """Looks in one timetable for meetings that could be given up."""

    def __init__(self, seats: Seats, placement: Placement, disturbed: Iterable[str]) -> None:
        self.seats = seats
        self.board = Board(seats, placement)
        self.disturbed = set(disturbed)

    def admit(self, pairs: Iterable[int], most: int) -> set[int]:
        """Return meetings that make room for as many of the pairs as may be, in their order.

        No more than ``most`` people lose a published meeting by it, those counted who have already.
        """
        given: set[int] = set()
        for pair in pairs:
            found = min(self._ways(pair), default=None)
            if found is None or len(self.disturbed) + found[0] > most:
                continue
            _, _, mode, slot, victims = found
            for one in victims:
                self.disturbed |= self._people(one)
                self.board.take(one)
            self.board.put(pair, mode, slot)
            given.update(victims)
        return given

    def _ways(self, pair: int) -> Iterator[tuple[int, float, int, int, tuple[int, ...]]]:
        """Yield how many more people notice, the score given up, way, slot and meetings to give."""
        rest = {
            party: self._cheapest(pair, self.seats.pairs_of[party])
            for party in self.seats.party_of[pair]
            if self.board.is_full(party)
        }
        for mode in self.seats.modes_of[pair]:
            for slot in bits(self.seats.modes[mode].mask):
                victims = self._victims(pair, mode, slot, rest)
                if victims is not None and all(self._may_go(one, pair) for one in victims):
                    yield (*self._cost(victims), mode, slot, tuple(sorted(victims)))

    def _victims(
        self, pair: int, mode: int, slot: int, rest: dict[int, int | None]
    ) -> set[int] | None:
        """Return what must go for a pair to be held here; None where that is not enough."""
        board, way = self.board, self.seats.modes[mode]
        here = {board.holder[use, slot] for use in way.uses if (use, slot) in board.holder}
        for party, other in rest.items():
            if not any(party in self.seats.party_of[one] for one in here):
                if other is None:
                    return None
                here.add(other)
        pooled = board.pooled[slot]
        if way.pool and not board.room >> slot & 1 and not here & pooled:
            other = self._cheapest(pair, pooled)
            if other is None:
                return None
            here.add(other)
        return here

    def _cheapest(self, pair: int, others: Iterable[int]) -> int | None:
        can_go = [one for one in others if one in self.board.placement and self._may_go(one, pair)]
        return min(can_go, key=lambda one: (*self._cost([one]), one), default=None)

    def _cost(self, victims: Iterable[int]) -> tuple[int, float]:
        people = set[str]().union(*map(self._people, victims))
        return len(people - self.disturbed), sum(self.seats.pairs[one].score for one in victims)

    def _people(self, pair: int) -> set[str]:
        """Return who would lose a published meeting."""
        if not keeps(self.seats, pair, self.board.placement):
            return set()
        return set(self.seats.published_at[pair][1])

    def _may_go(self, other: int, pair: int) -> bool:
        mine, one = self.seats.pairs[pair], self.seats.pairs[other]
        lower = one.musts < mine.musts or mine.state != "open"
        return one.state == "open" and lower and not self.board.needed_by(other)
