"""The smallest change of an instance that makes room for a left-out pair, all else kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from matchmaker.core.instance.changes import ASKS, Change, asks
from matchmaker.core.instance.seats import Seats, bits
from matchmaker.core.instance.staffing import Staffing
from matchmaker.core.timetable.board import Board
from matchmaker.core.timetable.languages import Languages

MOST_SEARCHED = 3_000  # pairs for which every way is looked at
MOST_WAYS = 12  # staffings looked at per pair
OWN = ("raise-max", "allow-row")  # kinds about one party
Staffed = tuple[tuple[str, ...], str | None, bool]  # people, interpreter, whether all understand


@dataclass(frozen=True, slots=True)
class Way:
    """A seat for a left-out pair and the changes that free it; ``slot`` -1 is a new slot."""

    slot: int
    changes: tuple[Change, ...]

    @property
    def price(self) -> tuple[int, int, int]:
        """Few changes first, then those that ask little, then early slots."""
        return (*asks(self.changes), self.slot)


class Remedies:
    """Finds changes for the left-out pairs of one finished board."""

    def __init__(self, seats: Seats, board: Board, staffing: Staffing) -> None:
        self.seats = seats
        self.board = board
        self.staffing = staffing
        self.searched = 0
        self.growing: int | None = None
        instance = seats.instance
        self.extra_slot = _unused("extra-slot", [slot.id for slot in instance.slots])
        self.extra_table = _unused("extra-table", [one.id for one in instance.tables])
        extra_helper = _unused("extra-interpreter", [one.id for one in instance.interpreters])
        self.languages = Languages(seats, board, staffing, (extra_helper, self.extra_slot))

    def smallest(self, pair: int, *, growing: int | None = None) -> tuple[Change, ...]:
        """Return the fewest changes after which the pair can be placed and nothing else moves.

        Fewer changes count first, then the sum of ``ASKS``. The smallest is one over all staffings
        and slots of the pair (the first ``MOST_WAYS`` staffings), over every kind of change of
        ``changes.SENTENCES`` but lower minimums, and over giving up no meeting or one, where that
        one matters less. So no single change is ever smaller; where two meetings would have to be
        given up, two changes might be that are not found. A party that is ``growing`` gives up no
        meeting.
        """
        self.growing = growing
        caps = self._caps(pair)
        if caps and self.seats.instance.gap_spread is None:
            modes = self.seats.modes_of[pair]
            if any(self.board.free(pair, self.seats.modes[mode]) for mode in modes):
                return tuple(caps)
        self.searched += 1
        most = MOST_WAYS if self.searched <= MOST_SEARCHED else 1
        tried = [
            (way, staffing)
            for staffing in islice(self._staffings(pair), most)
            for way in self._ways(pair, staffing)
        ]
        if not tried:
            return ()
        best = min((way for way, _ in tried), key=lambda way: way.price)
        if asks(best.changes) > (1, ASKS["drop"]):
            best = min([best, *self._elsewhere(pair, tried, best)], key=lambda way: way.price)
        return best.changes or (Change("choose", (self.seats.pairs[pair].name,)),)

    def _elsewhere(
        self, pair: int, tried: Iterable[tuple[Way, Staffed]], best: Way
    ) -> Iterator[Way]:
        """Yield ways for which a meeting of either side elsewhere is given up, as far as they could
        be smaller than the best one.
        """
        names = {self.party(party): party for party in self.seats.party_of[pair]}
        for way, staffing in tried:
            if way.slot == self.seats.slot_count or any(one.kind == "drop" for one in way.changes):
                continue
            either = [one for one in way.changes if one.kind in ("allow-spread", "unorder")]
            for name, party in names.items():
                own = [one for one in way.changes if one.kind in OWN and name in one.subjects]
                spared = len(own) + len(either)
                if spared < 2 or len(way.changes) - spared + 1 > len(best.changes):
                    continue
                for other in self.seats.pairs_of[party]:
                    if other in self.board.placement and self._may_drop(other, pair):
                        yield self._way(pair, staffing, way.slot, [other])

    def _staffings(self, pair: int) -> Iterator[Staffed]:
        """Yield people with each of their interpreters, and without where others might come."""
        last: tuple[str, ...] = ()
        for people, helper, understood in self.staffing.ways(self.seats.pairs[pair]):
            yield people, helper, understood
            if helper is not None and people != last:
                yield people, None, False
            last = people

    def _caps(self, pair: int) -> list[Change]:
        changes = []
        for party in self.seats.party_of[pair]:
            most, got = self.seats.parties[party].max, self.board.got[party]
            if most is not None and got >= most:
                changes.append(Change("raise-max", (self.party(party), str(got + 1))))
        return changes

    def _ways(self, pair: int, staffing: Staffed) -> Iterator[Way]:
        """Yield a way for each slot in which these people could meet after some changes."""
        people, helper, understood = staffing
        one = self.seats.pairs[pair]
        for slot in range(self.seats.slot_count):
            if one.slot is not None and self._slot(slot) != one.slot:
                continue
            drops = self._drops(pair, self._uses(people, helper), slot)
            if drops is not None:
                yield self._way(pair, staffing, slot, drops)
        if one.slot is None:
            yield self._new_slot(pair, people, understood=understood)

    def _uses(self, people: Iterable[str], helper: str | None) -> list[int]:
        uses = [self.seats.number["person", name] for name in people]
        return uses if helper is None else [*uses, self.seats.number["interpreter", helper]]

    def _way(self, pair: int, staffing: Staffed, slot: int, drops: Sequence[int]) -> Way:
        """Return what people need to meet in a slot when some meetings are given up."""
        board, pairs = self.board, self.seats.pairs
        people, helper, understood = staffing
        uses = self._uses(people, helper)
        changes = [
            Change("unorder", (pairs[later].name, pairs[other].name))
            for other in drops
            for later in board.followers.get(other, ())
            if later in board.placement and later not in drops
        ]
        seats = {other: board.placement[other] for other in drops}
        for other in drops:
            board.take(other)
        changes += self._caps(pair) + self._waits(pair) + self._unorder(pair, slot)
        changes += self._absences(uses, slot) + self._allow(pair, slot) + self._table(pair, slot)
        if not understood:
            changes += self.languages.understand(pair, people, slot)
        changes += self._rows(pair, slot) + self._spread(people, slot)
        for other, seat in seats.items():
            board.put(other, *seat)
        changes += [Change("drop", (pairs[other].name,)) for other in drops]
        return Way(slot, tuple(changes))

    def _unorder(self, pair: int, slot: int) -> list[Change]:
        """Return what a slot needs that is before an earlier pair or after a later one."""
        seats, placement, name = self.seats, self.board.placement, self.seats.pairs[pair].name
        early = (first for first in seats.after[pair] if first in placement)
        late = (one for one in self.board.followers.get(pair, ()) if one in placement)
        return [
            *(
                Change("unorder", (name, seats.pairs[first].name))
                for first in early
                if placement[first][1] >= slot
            ),
            *(
                Change("unorder", (seats.pairs[one].name, name))
                for one in late
                if placement[one][1] <= slot
            ),
        ]

    def _waits(self, pair: int) -> list[Change]:
        one = self.seats.pairs[pair]
        return [
            Change("unorder", (one.name, name))
            for first, name in zip(self.seats.after[pair], one.after, strict=True)
            if first not in self.board.placement
        ]

    def _drops(self, pair: int, uses: list[int], slot: int) -> list[int] | None:
        """Return the meetings that hold these people, None where they may not be dropped."""
        board = self.board
        held = {board.holder[use, slot] for use in uses if board.busy[use] >> slot & 1}
        table = self.seats.pairs[pair].table
        if table is not None:
            other = board.holder.get((self.seats.number["table", table], slot))
            held |= set() if other is None else {other}
        if len(held) > 1 or not all(self._may_drop(other, pair) for other in held):
            return None
        return sorted(held)

    def _may_drop(self, other: int, pair: int) -> bool:
        """Tell whether giving up a meeting for a pair keeps all goals above the score."""
        seats, board = self.seats, self.board
        one = seats.pairs[other]
        if one.state != "open" or one.musts > seats.pairs[pair].musts:
            return False
        mine = seats.party_of[pair]
        if self.growing in seats.party_of[other]:
            return False
        return all(
            party in mine or board.got[party] > seats.parties[party].min
            for party in seats.party_of[other]
        )

    def _absences(self, uses: list[int], slot: int) -> list[Change]:
        return [
            Change("free", (self.seats.resources[use][1], self._slot(slot)))
            for use in uses
            if not self.seats.free[use] >> slot & 1
        ]

    def _allow(self, pair: int, slot: int) -> list[Change]:
        one, name = self.seats.pairs[pair], self._slot(slot)
        if one.slots is None or name in one.slots:
            return []
        return [Change("allow", (one.name, name))]

    def _table(self, pair: int, slot: int) -> list[Change]:
        """Return what gives a pair a table in a slot."""
        seats, board, one = self.seats, self.board, self.seats.pairs[pair]
        if board.room >> slot & 1:
            return []
        homes = (f"project:{one.project}", f"investor:{one.investor}")
        for table in seats.instance.tables:
            if table.home_of in homes:
                use = seats.number["table", table.id]
                if (seats.free[use] & ~board.busy[use]) >> slot & 1:
                    return []
        return [Change("add-table", (self.extra_table, self._slot(slot)))]

    def _rows(self, pair: int, slot: int) -> list[Change]:
        changes = []
        for party in self.seats.party_of[pair]:
            most = self.seats.parties[party].max_in_a_row
            row = self.board.row_at(party, slot)
            if most is not None and row > most:
                changes.append(Change("allow-row", (str(row), self.party(party))))
        return changes

    def _spread(self, people: tuple[str, ...], slot: int) -> list[Change]:
        """Return the wider spread of gaps that one more meeting needs; a new slot is the last."""
        seats = self.seats
        most = seats.instance.gap_spread
        if most is None:
            return []
        busy = {
            use: self.board.busy[use]
            for use, (kind, _) in enumerate(seats.resources)
            if kind == "person"
        }
        for name in people:
            busy[seats.number["person", name]] |= 1 << slot
        gaps = [gaps_in(mask, seats.day) for mask in busy.values()]
        spread = max(gaps) - min(gaps)
        return [Change("allow-spread", (str(spread),))] if spread > most else []

    def _new_slot(self, pair: int, people: tuple[str, ...], *, understood: bool) -> Way:
        """Return the way of last resort: one more slot after all others."""
        seats, one = self.seats, self.seats.pairs[pair]
        slots = seats.instance.slots
        changes = [*self._caps(pair), Change("add-slot", (self.extra_slot, slots[-1].id))]
        changes += self._waits(pair)
        if one.slots is not None:
            changes.append(Change("allow", (one.name, self.extra_slot)))
        homes = (None, f"project:{one.project}", f"investor:{one.investor}")
        if not any(t.slots is None and t.home_of in homes for t in seats.instance.tables):
            changes.append(Change("add-table", (self.extra_table, self.extra_slot)))
        if not understood:
            changes += self.languages.understand(pair, people, seats.slot_count)
        changes += [
            Change("unorder", (seats.pairs[later].name, one.name))
            for later in self.board.followers.get(pair, ())
            if later in self.board.placement
        ]
        changes += self._rows(pair, seats.slot_count)
        changes += self._spread(people, seats.slot_count)
        return Way(seats.slot_count, tuple(changes))

    def party(self, party: int) -> str:
        """Return how plans name a party."""
        kind = "project" if party < len(self.seats.instance.projects) else "investor"
        return f"{kind}:{self.seats.parties[party].id}"

    def _slot(self, slot: int) -> str:
        return self.seats.instance.slots[slot].id


def gaps_in(mask: int, day: tuple[int, ...]) -> int:
    """Return the idle stretches between the busy slots of each day; a slot past the last counts
    to the last day.
    """
    gaps, last = 0, -1
    for slot in bits(mask):
        today = day[min(slot, len(day) - 1)]
        if last >= 0 and day[last] == today and slot - last > 1:
            gaps += 1
        last = min(slot, len(day) - 1)
    return gaps


def _unused(name: str, taken: Collection[str]) -> str:
    """Return a name that nobody has."""
    number = 1
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"
