"""The smallest change of an instance that makes room for a left-out pair, all else kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from matchmaker.core.instance.seats import Seats, bits
from matchmaker.core.instance.staffing import Staffing
from matchmaker.core.timetable.board import Board
from matchmaker.core.timetable.changes import Change

MOST_SEARCHED = 3_000  # pairs for which every way is looked at
MOST_WAYS = 12  # staffings looked at per pair
# How much a change asks of people; fewer changes come first, then the sum of these.
ASKS = {
    "raise-max": 0,
    "free": 1,
    "allow": 1,
    "choose": 1,
    "add-table": 2,
    "add-interpreter": 3,
    "speak": 8,
    "allow-row": 2,
    "allow-spread": 2,
    "unorder": 3,
    "drop": 4,
    "add-slot": 6,
}


def asks(changes: Sequence[Change]) -> tuple[int, int]:
    """Return how many changes there are and how much they ask of people."""
    return len(changes), sum(ASKS[one.kind] for one in changes)


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
        instance = seats.instance
        self.extra_slot = _unused("extra-slot", [slot.id for slot in instance.slots])
        self.extra_table = _unused("extra-table", [one.id for one in instance.tables])
        self.extra_helper = _unused("extra-interpreter", [one.id for one in instance.interpreters])

    def smallest(self, pair: int) -> tuple[Change, ...]:
        """Return the fewest changes after which the pair can be placed and nothing else moves."""
        caps = self._caps(pair, ())
        if caps and self.seats.instance.gap_spread is None:
            modes = self.seats.modes_of[pair]
            if any(self.board.free(pair, self.seats.modes[mode]) for mode in modes):
                return tuple(caps)
        self.searched += 1
        most = MOST_WAYS if self.searched <= MOST_SEARCHED else 1
        best: Way | None = None
        for at, way in enumerate(self.staffing.ways(self.seats.pairs[pair])):
            if at == most:
                break
            for found in self._ways(pair, *way):
                if best is None or found.price < best.price:
                    best = found
        if best is None:
            return ()
        return best.changes or (Change("choose", (self.seats.pairs[pair].name,)),)

    def _caps(self, pair: int, drops: Collection[int]) -> list[Change]:
        board, parties = self.board, self.seats.parties
        changes = []
        for party in self.seats.party_of[pair]:
            most = parties[party].max
            got = board.got[party] - sum(party in self.seats.party_of[one] for one in drops)
            if most is not None and got >= most:
                changes.append(Change("raise-max", (self.party(party), str(got + 1))))
        return changes

    def _ways(
        self,
        pair: int,
        people: tuple[str, ...],
        helper: str | None,
        understood: bool,
    ) -> Iterator[Way]:
        """Yield a way for each slot in which these people could meet after some changes."""
        uses = [self.seats.number["person", name] for name in people]
        if helper is not None:
            uses.append(self.seats.number["interpreter", helper])
        one = self.seats.pairs[pair]
        waits = self._waits(pair)
        for slot in range(self.seats.slot_count):
            if one.slot is not None and self._slot(slot) != one.slot:
                continue
            drops = self._drops(pair, uses, slot)
            if drops is None:
                continue
            changes = self._caps(pair, drops) + waits + self._unorder(pair, slot, drops)
            changes += self._absences(uses, slot) + self._allow(pair, slot)
            changes += self._table(pair, slot, drops)
            if not understood:
                changes += self._understand(pair, people, self._slot(slot))
            changes += self._rows(pair, slot)
            changes += self._spread(people, slot, drops)
            changes += [Change("drop", (self.seats.pairs[other].name,)) for other in drops]
            yield Way(slot, tuple(changes))
        if one.slot is None:
            yield self._new_slot(pair, people, understood=understood)

    def _unorder(self, pair: int, slot: int, drops: Collection[int]) -> list[Change]:
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
                if placement[one][1] <= slot and one not in drops
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
        if one.state != "open" or one.musts > seats.pairs[pair].musts or board.needed_by(other):
            return False
        mine = seats.party_of[pair]
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

    def _table(self, pair: int, slot: int, drops: Collection[int]) -> list[Change]:
        """Return what gives a pair a table in a slot."""
        seats, board, one = self.seats, self.board, self.seats.pairs[pair]
        if board.room >> slot & 1:
            return []
        if any(seats.modes[board.placement[other][0]].pool for other in drops):
            return []
        homes = (f"project:{one.project}", f"investor:{one.investor}")
        for table in seats.instance.tables:
            if table.home_of in homes:
                use = seats.number["table", table.id]
                freed = board.holder.get((use, slot), -1) in drops
                if seats.free[use] >> slot & 1 and (freed or not board.busy[use] >> slot & 1):
                    return []
        return [Change("add-table", (self.extra_table, self._slot(slot)))]

    def _understand(self, pair: int, people: tuple[str, ...], slot: str) -> list[Change]:
        """Return what lets people without a common language understand each other."""
        together, _ = self._speak(people)
        apart: list[Change] = []
        languages: dict[str, None] = {}
        for party in self.seats.instance.parties_of(self.seats.pairs[pair]):
            more, common = self._speak([name for name in people if name in party.people])
            apart += more
            languages |= dict.fromkeys(common)
        apart.append(Change("add-interpreter", (self.extra_helper, "+".join(languages), slot)))
        return min(apart, together, key=asks)

    def _speak(self, people: Sequence[str]) -> tuple[list[Change], list[str]]:
        """Return what gives people a common language, and that language; none where none says."""
        spoken = [(name, self.staffing.languages[name]) for name in people]
        stated = [(name, some) for name, some in spoken if some]
        if not stated:
            return [], []
        every = sorted(set[str]().union(*(some for _, some in stated)))
        common = min(every, key=lambda one: sum(one not in some for _, some in stated))
        learn = [Change("speak", (name, common)) for name, some in stated if common not in some]
        return learn, [common]

    def _rows(self, pair: int, slot: int) -> list[Change]:
        changes = []
        for party in self.seats.party_of[pair]:
            most = self.seats.parties[party].max_in_a_row
            row = self.board.row_at(party, slot)
            if most is not None and row > most:
                changes.append(Change("allow-row", (str(row), self.party(party))))
        return changes

    def _spread(
        self, people: tuple[str, ...], slot: int, drops: Collection[int] = ()
    ) -> list[Change]:
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
        for other in drops:
            for use in seats.modes[self.board.placement[other][0]].uses:
                if use in busy:
                    busy[use] &= ~(1 << slot)
        for name in people:
            busy[seats.number["person", name]] |= 1 << slot
        gaps = [gaps_in(mask, seats.day) for mask in busy.values()]
        spread = max(gaps) - min(gaps)
        return [Change("allow-spread", (str(spread),))] if spread > most else []

    def _new_slot(self, pair: int, people: tuple[str, ...], *, understood: bool) -> Way:
        """Return the way of last resort: one more slot after all others."""
        seats, one = self.seats, self.seats.pairs[pair]
        slots = seats.instance.slots
        changes = [*self._caps(pair, ()), Change("add-slot", (self.extra_slot, slots[-1].id))]
        changes += self._waits(pair)
        if one.slots is not None:
            changes.append(Change("allow", (one.name, self.extra_slot)))
        homes = (None, f"project:{one.project}", f"investor:{one.investor}")
        if not any(t.slots is None and t.home_of in homes for t in seats.instance.tables):
            changes.append(Change("add-table", (self.extra_table, self.extra_slot)))
        if not understood:
            changes += self._understand(pair, people, self.extra_slot)
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
