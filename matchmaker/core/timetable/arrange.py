"""Choosing pairs and placing them, again with the next best where some cannot be placed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from matchmaker.core.instance import WantedPair
from matchmaker.core.instance.seats import Seats
from matchmaker.core.pairing.demand import Demand, demand_of
from matchmaker.core.pairing.selection import score_limit, select
from matchmaker.core.timetable.board import Board, Placement
from matchmaker.core.timetable.clashes import hold_pins, orderly, with_forerunners
from matchmaker.core.timetable.local import LocalSearch
from matchmaker.core.timetable.measures import Goals, weigh
from matchmaker.core.timetable.nearby import stays_put, touched, widened
from matchmaker.core.timetable.remedies import gaps_in
from matchmaker.core.timetable.watch import Watch

ROUNDS = 6  # choices tried when chosen pairs cannot be placed
PATIENCE = 4_000, 20  # insertions: at least, and for each pair
POLISH = 4_000, 1_500, 800  # annealing steps: at least, for each of the first pairs, others
FIRST_PAIRS = 2_000
PLEASE = 0.3, 400_000  # of the steps once more for wishes, and at most
NEARBY = 10_000, 500  # the same around a change of a published timetable,
MOST_NEARBY = 1_000_000  # and at most, however far that pays: people wait for the answer
RESERVE = 1.5  # of the time for choosing and placing: explaining takes about as long
PACE = 400_000  # annealing steps that any machine makes in a second


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A placement and what it reaches; ``best`` is what no plan surpasses, ``bound`` its score."""

    placement: Placement
    goals: Goals
    best: Goals
    bound: float
    price: int  # of gaps and disturbance
    solver: str


class Arranger:
    """Chooses, places and polishes one instance; deterministic unless time runs out."""

    def __init__(self, seats: Seats, seed: int, time_limit: float, watch: Watch) -> None:
        self.seats = seats
        self.seed = seed
        self.watch = watch
        self.steps = int(time_limit * PACE)
        self.demand = demand_of(seats)

    def arrange(self) -> Arrangement:
        """Return the best arrangement found."""
        selection = select(self.demand)
        best = self._weigh(selection.pairs)
        limit = score_limit(self.demand)
        self.watch.report("placing", bound=limit)
        placement = self._with_pins(self._place(selection.pairs))
        placement = self._with_forerunners(placement, best)
        placement, price = self._polish(placement)
        goals = self._weigh(placement)
        return Arrangement(
            placement=placement,
            goals=goals,
            best=best,
            bound=max(best.score if higher(goals) == higher(best) else limit, goals.score),
            price=price,
            solver=f"{selection.solver}, local search",
        )

    def _weigh(self, pairs: Iterable[int]) -> Goals:
        return weigh(self.seats.instance, (self.seats.pairs[pair] for pair in pairs))

    def _place(self, pairs: tuple[int, ...]) -> Placement:
        """Place a choice; where some find no seat, choose again without them, a few times."""
        best: Placement = {}
        best_goals: Goals | None = None
        missing: frozenset[int] = frozenset()
        for turn in range(ROUNDS):
            placement = self._fill_up(self._insert(pairs, self.seed + turn, best))
            goals = self._weigh(placement)
            if best_goals is None or goals > best_goals:
                best, best_goals = placement, goals
            lost = set(pairs).difference(placement)
            if not lost:
                break
            if not self.watch.report("placing", meetings=len(best), score=best_goals.score):
                both = (evenly(self.seats, one) for one in (best, self._fill_up({})))
                return max(both, key=self._weigh)
            missing |= lost
            pairs = self._choose(self.demand.without(missing))
        return best

    def _with_forerunners(self, placement: Placement, best: Goals) -> Placement:
        """Return a placement that holds more of what was decided or must be, by choosing what has
        to be held before it.
        """
        pairs, after = self.seats.pairs, self.seats.after
        lost = [
            pair
            for pair, one in enumerate(pairs)
            if (one.state == "chosen" or one.musts)
            and pair not in placement
            and any(first >= 0 and first not in placement for first in after[pair])
        ]
        if not lost or higher(self._weigh(placement)) == higher(best):
            return placement
        first = {one for one in with_forerunners(self.seats, lost) if one not in lost}
        wanted = tuple(max(musts, 2 * (at in first)) for at, musts in enumerate(self.demand.musts))
        decided = tuple(one or at in first for at, one in enumerate(self.demand.chosen))
        some = self._choose(replace(self.demand, musts=wanted, chosen=decided))
        return max(placement, self._with_pins(self._place(some)), key=self._weigh)

    def _with_pins(self, placement: Placement) -> Placement:
        """Return a placement that holds every pin, as choosing knows nothing of what must be held
        before.
        """
        pins = {at for at, pair in enumerate(self.seats.pairs) if pair.state == "pinned"}
        if pins <= placement.keys():
            return placement
        held = hold_pins(self.seats, pins, self.watch)
        first = tuple(at in held for at in range(len(self.seats.pairs)))
        pairs = self._choose(replace(self.demand, pinned=first))
        others = [self._fill_up(held), self._fill_up(self._insert(pairs, self.seed, held)), held]
        return max([placement, *(evenly(self.seats, one) for one in others)], key=self._weigh)

    def _choose(self, demand: Demand) -> tuple[int, ...]:
        return select(demand).pairs

    def _insert(self, pairs: Iterable[int], seed: int, start: Placement) -> Placement:
        pairs = [pair for pair in pairs if self.seats.modes_of[pair]]
        search = LocalSearch(self.seats, seed)
        wanted = set(pairs)
        search.start({at: seat for at, seat in start.items() if at in wanted} or self._old(wanted))
        search.fill(pairs)
        search.insert(pairs, PATIENCE[0] + PATIENCE[1] * len(pairs), self.watch.goes_on)
        return orderly(self.seats, search.placement())

    def _old(self, wanted: set[int]) -> Placement:
        """Return the published meetings that can stay as they are, pinned ones first."""
        board = Board(self.seats)
        seats = self.seats
        order = sorted(
            seats.published_at.items(), key=lambda one: (seats.pairs[one[0]].state != "pinned", one)
        )
        for pair, (slot, people) in order:
            if pair in wanted and slot >= 0:
                for mode in self._likest(pair, people):
                    if board.fits(pair, mode, slot):
                        board.put(pair, mode, slot)
                        break
        return board.placement

    def _likest(self, pair: int, people: tuple[str, ...]) -> list[int]:
        """Return the ways of a pair, those most like its published meeting first."""
        modes, table = self.seats.modes, self.seats.published_table.get(pair)
        expected = set(people)
        return sorted(
            self.seats.modes_of[pair],
            key=lambda at: (
                len(expected.difference(modes[at].people)),
                len(modes[at].people),
                modes[at].table not in (None, table),
                modes[at].table != table,
                at,
            ),
        )

    def _fill_up(self, placement: Placement) -> Placement:
        """Place whatever else still fits, the most wanted first."""
        seats = self.seats
        board = Board(seats, placement)
        others = [
            at for at in range(len(seats.pairs)) if at not in placement and seats.modes_of[at]
        ]
        others.sort(key=lambda at: _rank(seats.pairs[at]))
        board.fill(others)
        return board.placement

    def _polish(self, placement: Placement) -> tuple[Placement, int]:
        """Return a placement with fewer gaps and disturbed people, and what is left of them."""
        search = LocalSearch(self.seats, self.seed)
        search.start(placement)
        first = min(len(placement), FIRST_PAIRS)
        steps = POLISH[0] + POLISH[1] * first + POLISH[2] * (len(placement) - first)
        score = self._weigh(placement).score
        reserve = min(RESERVE * self.watch.spent, self.watch.left / 2)

        def tick() -> bool:  # tells what stood before the steps that follow
            gaps = int(search.ground.things["gaps"].sum())
            known = {"meetings": len(placement), "score": score, "gaps": gaps}
            return self.watch.report("polishing", **known) and self.watch.left > reserve

        steps = min(steps, self.steps)

        def polish(most: int, near: set[int] | None) -> None:
            search.polish(most, tick, lambda: self.watch.left - reserve, near)

        if stays_put(self.seats):
            self._polish_nearby(search, min(steps, MOST_NEARBY), polish)
        else:
            polish(steps, None)
            self._please(search, min(int(PLEASE[0] * steps), PLEASE[1]), tick, reserve)
        polished = search.placement()
        kept = evenly(self.seats, self._fill_up(evenly(self.seats, polished)))
        if self._weigh(kept).pins < self._weigh(placement).pins:
            kept = placement
        if kept != polished:
            search = LocalSearch(self.seats, self.seed)
            search.start(kept)
        gaps = int(search.ground.things["gaps"].sum())
        self.watch.look(meetings=len(kept), score=self._weigh(kept).score, gaps=gaps)
        return kept, search.price

    def _please(
        self, search: LocalSearch, steps: int, tick: Callable[[], bool], reserve: float
    ) -> None:
        """Keep more of the wishes for a half of the day, at no price."""
        if not any(party.prefers for party in self.seats.parties):
            return
        before, price = search.placement(), search.price
        search.polish(steps, tick, lambda: self.watch.left - reserve, for_wishes=True)
        if search.price > price:
            search.start(before)

    def _polish_nearby(
        self, search: LocalSearch, steps: int, polish: Callable[[int, set[int] | None], None]
    ) -> None:
        """Polish around what has changed, and ever wider as long as that still brings something."""
        placement = search.placement()
        near = touched(self.seats, placement)
        while near and steps > 0:
            wide = 2 * len(near) > len(placement)
            turn = steps if wide else min(steps, NEARBY[0] + NEARBY[1] * len(near))
            before = search.price
            polish(turn, None if wide else near)
            steps -= turn
            if wide or search.price >= before:
                break
            placement = search.placement()
            near = widened(self.seats, placement, near | touched(self.seats, placement))


def _rank(pair: WantedPair) -> tuple[bool, bool, int, float]:
    """Return what sorts pairs by how much they are wanted."""
    return pair.state != "pinned", pair.state != "chosen", -pair.musts, -pair.score


def top_up(seats: Seats, placement: Placement) -> Placement:
    """Place pairs that nobody scored where that makes no gaps."""
    board = Board(seats, placement)
    people = {at for at, (kind, _) in enumerate(seats.resources) if kind == "person"}
    for pair in range(len(seats.pairs)):
        if pair in board.placement or seats.instance.gap_spread is not None:
            continue
        for mode, slot in board.seats_of(pair):
            uses = people.intersection(seats.modes[mode].uses)
            more = sum(
                gaps_in(board.busy[use] | 1 << slot, seats.day)
                - gaps_in(board.busy[use], seats.day)
                for use in uses
            )
            if more <= 0:
                board.put(pair, mode, slot)
                break
    return board.placement


def higher(goals: Goals) -> tuple[object, ...]:
    """Return the goals above the score."""
    return (
        goals.pins,
        goals.chosen,
        goals.musts,
        goals.project_floors,
        goals.investor_floors,
    )


def evenly(seats: Seats, placement: Placement) -> Placement:
    """Return the placement without the meetings that make gaps too uneven, the least wanted."""
    most = seats.instance.gap_spread
    if most is None:
        return placement
    kept = dict(placement)
    people = [at for at, (kind, _) in enumerate(seats.resources) if kind == "person"]
    while True:
        busy = dict.fromkeys(people, 0)
        for mode, slot in kept.values():
            for use in seats.modes[mode].uses:
                if use in busy:
                    busy[use] |= 1 << slot
        gaps = {person: gaps_in(mask, seats.day) for person, mask in busy.items()}
        least = min(gaps.values())
        uneven = {person for person, count in gaps.items() if count > least + most}
        if not uneven:
            return kept
        lost = min(
            (
                pair
                for pair, (mode, _) in kept.items()
                if uneven.intersection(seats.modes[mode].uses)
            ),
            key=lambda at: (
                seats.pairs[at].state == "pinned",
                seats.pairs[at].musts,
                seats.pairs[at].score,
                at,
            ),
        )
        del kept[lost]
        kept = orderly(seats, kept)
