"""What would make room for one more pair among the chosen ones, as far as can be counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from matchmaker.core.instance.changes import Change, asks
from matchmaker.core.instance.seats import Seats, bits
from matchmaker.core.instance.staffing import Staffing
from matchmaker.core.pairing.demand import Demand, most_attended
from matchmaker.core.timetable.board import Board
from matchmaker.core.timetable.remedies import Remedies

Changes = tuple[Change, ...]
LIFTING = ("free", "add-slot", "add-interpreter")  # kinds of changes that give somebody time


class Room:
    """A choice of pairs, and which limits keep others out of it."""

    def __init__(self, seats: Seats, demand: Demand, chosen: Iterable[int]) -> None:
        self.seats = seats
        self.demand = demand
        self.chosen = frozenset(chosen)
        self.got = [0] * len(seats.parties)
        for pair in self.chosen:
            for party in seats.party_of[pair]:
                self.got[party] += 1
        self.time = [most_attended(seats, party) for party in range(len(seats.parties))]
        self.staffing = Staffing(seats.instance)
        self.remedies = Remedies(seats, Board(seats), self.staffing)
        self.crowded = frozenset(
            pair
            for pairs, room in demand.shared
            if len(self.chosen.intersection(pairs)) >= room
            for pair in pairs
        )
        self._widened: dict[int, Changes | None] = {}
        self._needed: Counter[str] | None = None

    def changes(self, pair: int) -> Changes:
        """Return few changes after which a pair can be chosen beside all that are; none where no
        such changes are known.
        """
        found = self._possible(pair)
        if found is None:
            return ()
        for party in self.seats.party_of[pair]:
            wider = self._wider(party)
            if wider is None:
                return ()
            found += wider
        if pair in self.crowded or (not self.demand.usable[pair] and self._is_crowded(pair, found)):
            found += (self._new_slot(),)
        if len(self.chosen) >= self.demand.seats:
            found += (self._table(pair, 1),)
        return tuple(dict.fromkeys(found)) if len(found) > 1 else found

    def mend(self, party: int, pairs: Iterable[int]) -> Changes:
        """Return changes after which a party has its least number of meetings: some of the pairs
        are chosen beside all others. Where there are too few, its minimum is part of them.
        """
        least = self.seats.parties[party].min
        ways = sorted((asks(some), at, some) for at in pairs if (some := self.changes(at)))
        found: list[Change] = []
        lifted: set[tuple[str, ...]] = set()
        tables = len(self.chosen) - self.demand.seats
        got = self.got[party]
        for _asks, pair, some in ways:
            time = {
                (one.kind, one.subjects[0], one.subjects[-1]) for one in some if one.kind in LIFTING
            }
            if got >= least or time & lifted:
                continue  # the same hour does not serve twice
            lifted |= time
            got, tables = got + 1, tables + 1
            found += [one for one in some if one.kind != "add-table"]
            if tables > 0:
                found.append(self._table(pair, tables))
        if got < least:
            found.append(Change("lower-min", (self._name(party), str(got))))
        return tuple(found)

    def _possible(self, pair: int) -> Changes | None:
        """Return what lets a pair meet at all, were there nobody else; None where that is not
        known.
        """
        if self.demand.usable[pair]:
            return ()
        one = self.seats.pairs[pair]
        both = zip(self.seats.after[pair], one.after, strict=True)
        found = [Change("unorder", (one.name, name)) for first, name in both if first == -1]
        if not self.seats.modes_of[pair]:
            others = ("raise-max", "unorder", "choose")  # these are for this choice to tell
            more = self.remedies.smallest(pair)
            found += [change for change in more if change.kind not in others]
        return tuple(found) or None

    def _wider(self, party: int) -> Changes | None:
        """Return what lets a party have one meeting more; None where that is not known."""
        if party not in self._widened:
            self._widened[party] = self._widen(party)
        return self._widened[party]

    def _widen(self, party: int) -> Changes | None:
        most, got = self.seats.parties[party].max, self.got[party]
        found: Changes = ()
        if most is not None and got >= most:
            found = (Change("raise-max", (self._name(party), str(got + 1))),)
        if got < self.time[party]:
            return found
        lift = next(self._lifting(party), None)
        return None if lift is None else found + lift

    def _is_crowded(self, pair: int, found: Sequence[Change]) -> bool:
        """Tell whether somebody has no time for a pair that none of the limits names yet."""
        if self._needed is None:
            self._needed = Counter(name for one in self.chosen for name in self._always(one))
        freed = Counter(one.subjects[0] for one in found if one.kind == "free")
        return any(
            self._needed[name]
            >= self.seats.free[self.seats.number["person", name]].bit_count() + freed[name]
            for name in self._always(pair)
        )

    def _always(self, pair: int) -> set[str]:
        """Return who attends a pair's meeting whatever way it is held."""
        groups = [set(people) for people in self.staffing.groups(self.seats.pairs[pair])]
        return set.intersection(*groups) if groups else set()

    def _lifting(self, party: int) -> Iterator[Changes]:
        seats, slots = self.seats, self.seats.instance.slots
        for name in seats.parties[party].people:
            use = seats.number["person", name]
            for slot in bits(((1 << len(slots)) - 1) & ~seats.free[use]):
                free = list(seats.free)
                free[use] |= 1 << slot
                if most_attended(replace(seats, free=tuple(free)), party) > self.time[party]:
                    yield (Change("free", (name, slots[slot].id)),)
        last = len(slots)
        longer = replace(
            seats,
            day=(*seats.day, seats.day[-1]),
            free=tuple(one | 1 << last for one in seats.free),
        )
        if most_attended(longer, party) > self.time[party]:
            yield (self._new_slot(),)

    def _new_slot(self) -> Change:
        last = self.seats.instance.slots[-1].id
        return Change("add-slot", (self.remedies.extra_slot, last))

    def _table(self, pair: int, number: int) -> Change:
        """Return the change that adds the n-th table, in a slot in which the pair could meet."""
        modes: Sequence[int] = self.seats.modes_of[pair]
        slot = self.seats.modes[modes[0]].slots[0] if modes else 0
        stem = self.remedies.extra_table.rpartition("-")[0]
        taken = {table.id for table in self.seats.instance.tables}
        fresh = (f"{stem}-{at}" for at in range(1, len(taken) + number + 1))
        free = [name for name in fresh if name not in taken]
        return Change("add-table", (free[number - 1], self.seats.instance.slots[slot].id))

    def _name(self, party: int) -> str:
        return self.remedies.party(party)
