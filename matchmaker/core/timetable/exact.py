"""The whole problem as a CP-SAT model: proves plans of small instances, goal by goal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Literal

from matchmaker.core.instance.seats import Seats
from matchmaker.core.timetable.counting import at_most
from matchmaker.core.timetable.measures import halves_missed
from matchmaker.core.timetable.moves import table_moves
from matchmaker.core.timetable.runs import gaps_of_day

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

CROWDED = 0.9  # of the seats at tables taken: then tables are counted in unary
Counted = Literal["sum", "people", "meetings"]  # how a slot's tables are counted, two in unary
SCORE_UNIT = 10_000  # scores count in ten-thousandths of a point, prices of gaps and moves too


@dataclass(frozen=True, slots=True)
class Goal:
    """A linear goal to be raised, with the width of its range."""

    name: str
    expression: Any
    width: int


def is_crowded(seats: Seats, required: Collection[int]) -> bool:
    """Tell whether the required pairs take nearly every seat at the tables that anybody may use."""
    ways = (way.mask for way in seats.modes if way.pool)
    open_slots = reduce(or_, ways, 0)
    room = sum(len(seats.common[at]) for at in range(seats.slot_count) if open_slots >> at & 1)
    return len(required) > CROWDED * room


class ExactModel:
    """Variables and rules of one instance; ``required`` pairs must be placed.

    Building it may take long: where ``goes_on`` says no, what only speeds a proof up is left out.
    """

    def __init__(
        self,
        seats: Seats,
        *,
        required: Iterable[int] = (),
        within: frozenset[int] | None = None,
        counted: Counted | None = None,
        most_disturbed: int | None = None,
        most_gaps: int | None = None,
        goes_on: Callable[[], bool] = lambda: True,
    ) -> None:
        from ortools.sat.python import cp_model  # noqa: PLC0415 -- slow import

        self.cp = cp_model
        self.seats = seats
        self.within = within
        self.model = cp_model.CpModel()
        self.at: dict[tuple[int, int], cp_model.IntVar] = {}
        self.held: list[dict[int, Any]] = []  # per pair: slot -> sum of its modes
        self.busy: dict[tuple[int, int], Any] = {}  # (person, slot) -> literal
        self.required = frozenset(required)
        self.most_gaps = most_gaps
        self.goes_on = goes_on
        self.counted = counted  # None: people in unary where nearly every seat is taken
        self.count: dict[int, int] = {}  # person -> meetings, where all of them are required
        self._seat_variables()
        self._once()
        self._resources()
        self._common_tables()
        self._caps()
        self._rows()
        self._order()
        self.gaps = self._gaps()
        self._gaps_fair()
        self.disturbed = self._disturbed()
        if most_disturbed is not None:
            self.model.add(sum(self.disturbed) <= most_disturbed)

    def _seat_variables(self) -> None:
        for pair in range(len(self.seats.pairs)):
            by_slot: dict[int, list[Any]] = defaultdict(list)
            for mode in self.modes_of(pair):
                for slot in self.seats.modes[mode].slots:
                    seat = self.model.new_bool_var(f"{mode}@{slot}")
                    self.at[mode, slot] = seat
                    by_slot[slot].append(seat)
            self.held.append({slot: sum(seats) for slot, seats in by_slot.items()})

    def modes_of(self, pair: int) -> tuple[int, ...]:
        """Return the ways of a pair that takes part."""
        if self.within is not None and pair not in self.within:
            return ()
        return self.seats.modes_of[pair]

    def _once(self) -> None:
        for pair in range(len(self.seats.pairs)):
            seats = [
                self.at[mode, slot]
                for mode in self.modes_of(pair)
                for slot in self.seats.modes[mode].slots
            ]
            if pair in self.required:
                self.model.add_exactly_one(seats)
            elif seats:
                self.model.add_at_most_one(seats)

    def _resources(self) -> None:
        users: dict[tuple[int, int], list[Any]] = defaultdict(list)
        for (mode, slot), seat in self.at.items():
            for use in self.seats.modes[mode].uses:
                users[use, slot].append(seat)
        for key, seats in users.items():
            if self.seats.resources[key[0]][0] != "person":
                self.model.add_at_most_one(seats)
                continue
            busy = self.model.new_bool_var(f"busy{key[0]}@{key[1]}")
            self.model.add_exactly_one([*seats, ~busy])
            self.busy[key] = busy
        self._counts()

    def _counts(self) -> None:
        """Add what follows: whose meetings are all required is busy that often."""
        pairs_of: dict[int, set[int]] = defaultdict(set)
        sure_of: dict[int, set[int]] = defaultdict(set)
        for pair in range(len(self.seats.pairs)):
            ways = [set(self.seats.modes[mode].uses) for mode in self.modes_of(pair)]
            for use in set().union(*ways):
                pairs_of[use].add(pair)
            if pair in self.required and ways:
                for use in set.intersection(*ways):
                    sure_of[use].add(pair)
        for use, pairs in pairs_of.items():
            if self.seats.resources[use][0] == "person" and pairs == sure_of[use]:
                slots = [s for s in range(self.seats.slot_count) if (use, s) in self.busy]
                self.count[use] = len(pairs)
                self.model.add(sum(self.busy[use, slot] for slot in slots) == len(pairs))

    def _common_tables(self) -> None:
        users: dict[int, list[Any]] = defaultdict(list)
        sizes: set[int] = set()
        for (mode, slot), seat in self.at.items():
            way = self.seats.modes[mode]
            sizes.add(len(way.people) if way.pool else 0)
            if way.pool:
                users[slot].append(seat)
        counted = self.counted
        if counted is None:
            counted = "people" if is_crowded(self.seats, self.required) else "sum"
        size = max(sizes, default=0)
        for slot, seats in users.items():
            most = len(self.seats.common[slot])
            if min(len(seats), self._most_meetings(slot)) <= most:
                continue
            people = [busy for (_, at), busy in self.busy.items() if at == slot]
            if len(sizes) == 1:  # fewer people than meetings: summing them is quicker
                self.model.add(sum(people) <= size * most)
            else:
                self.model.add(sum(seats) <= most)
            if counted == "sum" or not self.goes_on():
                continue
            if counted == "meetings":
                at_most(self.model, seats, most)
            elif len(sizes) == 1:
                at_most(self.model, people, size * most, step=size)

    def _most_meetings(self, slot: int) -> int:
        """Return how many meetings the people there allow, as each takes one of either side."""
        there: tuple[set[int], set[int]] = set(), set()
        for pair, by_slot in enumerate(self.held):
            if slot not in by_slot:
                continue
            for side, party in zip(there, self.seats.party_of[pair], strict=True):
                names = self.seats.parties[party].people
                side.update(self.seats.number["person", name] for name in names)
        return min(sum((person, slot) in self.busy for person in side) for side in there)

    def placed(self, pair: int) -> Any:
        """Return the 0-1 sum that tells whether a pair is placed."""
        return sum(self.held[pair].values())

    def party_pairs(self, party: int) -> list[int]:
        """Return the pairs of a party."""
        return list(self.seats.pairs_of[party])

    def _caps(self) -> None:
        for at, party in enumerate(self.seats.parties):
            pairs = self.party_pairs(at)
            if party.max is not None and len(pairs) > party.max:
                self.model.add(sum(self.placed(pair) for pair in pairs) <= party.max)

    def _rows(self) -> None:
        for at, party in enumerate(self.seats.parties):
            if party.max_in_a_row is None:
                continue
            meets = {}
            for slot in range(self.seats.slot_count):
                here = [self.held[p][slot] for p in self.party_pairs(at) if slot in self.held[p]]
                meets[slot] = self.model.new_bool_var(f"meets{at}@{slot}")
                for one in here:
                    self.model.add(one <= meets[slot])
            for first in range(self.seats.slot_count - party.max_in_a_row):
                window = range(first, first + party.max_in_a_row + 1)
                if self.seats.day[window[0]] == self.seats.day[window[-1]]:
                    self.model.add(sum(meets[slot] for slot in window) <= party.max_in_a_row)

    def _order(self) -> None:
        for pair, before in enumerate(self.seats.after):
            for first in before:
                earlier = self.held[first] if first >= 0 else {}
                for slot, here in self.held[pair].items():
                    self.model.add(here <= sum(v for s, v in earlier.items() if s < slot))

    def _gaps(self) -> dict[int, Any]:
        """Return per person with meetings the number of idle stretches, exactly."""
        days: dict[int, list[int]] = defaultdict(list)
        for slot, day in enumerate(self.seats.day):
            days[day].append(slot)
        gaps: dict[int, list[Any]] = defaultdict(list)
        for person, (kind, _) in enumerate(self.seats.resources):
            if kind != "person":
                continue
            count = self.count.get(person) or None
            for day, slots in days.items():
                meets = [self.busy.get((person, slot)) for slot in slots]
                gaps[person] += gaps_of_day(
                    self.model,
                    f"{person}:{day}",
                    meets,
                    count if len(days) == 1 else None,
                    gapless=self.most_gaps == 0,
                )
        if self.most_gaps is not None:
            all_gaps = sum(part for parts in gaps.values() for part in parts)
            self.model.add(all_gaps <= self.most_gaps)
        return {person: sum(parts) for person, parts in gaps.items() if parts}

    def _gaps_fair(self) -> None:
        spread = self.seats.instance.gap_spread
        if spread is None:
            return
        people = sum(kind == "person" for kind, _ in self.seats.resources)
        least = self.model.new_int_var(0, self.seats.slot_count, "least gaps")
        if len(self.gaps) < people:
            self.model.add(least == 0)
        for count in self.gaps.values():
            self.model.add(count >= least)
            self.model.add(count <= least + spread)

    def goals(self) -> list[Goal]:
        """Return the goals of the plan format in their order; all are to be raised."""
        seats = self.seats
        states = [pair.state for pair in seats.pairs]
        tiers = [
            Goal("pins", self._count(lambda at: states[at] == "pinned"), states.count("pinned")),
            Goal("chosen", self._count(lambda at: states[at] == "chosen"), states.count("chosen")),
            Goal("musts", self._musts(), sum(pair.musts for pair in seats.pairs)),
        ]
        split = len(seats.instance.projects)
        tiers += self._floors("project", range(split))
        tiers += self._floors("investor", range(split, len(seats.parties)))
        scores = [round(pair.score * SCORE_UNIT) for pair in seats.pairs]
        score = sum(worth * self.placed(at) for at, worth in enumerate(scores) if worth)
        tiers.append(Goal("score", score, sum(scores)))
        tiers += [self._price(), self._wishes()]
        return [goal for goal in tiers if goal.width and not isinstance(goal.expression, int)]

    def _count(self, chosen: Callable[[int], bool]) -> Any:
        return sum(self.placed(at) for at in range(len(self.seats.pairs)) if chosen(at))

    def _musts(self) -> Any:
        pairs = self.seats.pairs
        return sum(pair.musts * self.placed(at) for at, pair in enumerate(pairs) if pair.musts)

    def _floors(self, kind: str, parties: Iterable[int]) -> list[Goal]:
        """Return one goal per depth of shortfall, deepest first: few parties fall that short."""
        short: dict[int, list[Any]] = defaultdict(list)
        for at in parties:
            floor = self.seats.parties[at].min
            if not floor:
                continue
            lacks = [self.model.new_bool_var(f"lack{at}#{depth}") for depth in range(floor)]
            got = sum(self.placed(pair) for pair in self.party_pairs(at))
            self.model.add(got + sum(lacks) >= floor)
            for depth, lack in enumerate(lacks):
                short[depth].append(lack)
                if depth:
                    self.model.add_implication(lack, lacks[depth - 1])
        return [
            Goal(f"{kind} floor {depth}", -sum(short[depth]), len(short[depth]))
            for depth in sorted(short, reverse=True)
        ]

    def _price(self) -> Goal:
        weights = self.seats.instance.weights
        parts: list[tuple[float, Any, int]] = [
            (weights.gap, count, self.seats.slot_count) for count in self.gaps.values()
        ]
        parts += [(weights.disturb, person, 1) for person in self.disturbed]
        if weights.move and not any(self.seats.common):
            parts += [(weights.move, move, 1) for move in table_moves(self)]
        price = sum(round(weight * SCORE_UNIT) * count for weight, count, _ in parts if weight)
        width = sum(round(weight * SCORE_UNIT) * most for weight, _, most in parts)
        return Goal("price", -price, width)

    def _wishes(self) -> Goal:
        """Return the wishes for a half of the day and the published tables that are not kept: they
        only break ties.
        """
        missed = halves_missed(self.seats)
        parts = [
            (missed[pair][slot], here)
            for pair, by_slot in enumerate(self.held)
            for slot, here in by_slot.items()
            if missed[pair][slot]
        ]
        parts += [
            (1, seat) for (mode, _), seat in self.at.items() if not self.seats.keeps_table(mode)
        ]
        return Goal("wishes", -sum(count * here for count, here in parts), 3 * len(self.held))

    def _disturbed(self) -> list[Any]:
        instance = self.seats.instance
        slots = {slot.id: at for at, slot in enumerate(instance.slots)}
        lost: dict[str, Any] = {}
        for old in instance.published:
            pair = self.seats.index.get(old.key)
            if pair is None:
                continue
            place = slots.get(old.slot, -1)
            for name in old.people:
                changed = lost.setdefault(name, self.model.new_bool_var(f"disturbed {name}"))
                kept = [
                    self.at[mode, place]
                    for mode in self.modes_of(pair)
                    if name in self.seats.modes[mode].people and (mode, place) in self.at
                ]
                self.model.add(changed + sum(kept) >= 1)
        return list(lost.values())
