"""Why a party gets fewer meetings than its floor: too few who want it, or too much demand."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence

from matchmaker.core.instance import LeftOut
from matchmaker.core.instance.seats import Seats
from matchmaker.core.pairing.demand import Demand, demand_of

SHOWN = 5  # names per sentence


class Shortages:
    """Explains missed floors; the largest flow of each side is found once for all of them."""

    def __init__(self, seats: Seats, demand: Demand | None = None) -> None:
        self.seats = seats
        self._demand = demand
        self._rivalries: dict[bool, _Rivalry] = {}

    def why(self, party: int, left_out: Sequence[LeftOut] = ()) -> str:
        """Return in a sentence what keeps a party below its floor.

        ``left_out`` are the pairs of the party that are not held.
        """
        seats = self.seats
        pairs = seats.pairs_of[party]
        usable = [pair for pair in pairs if seats.modes_of[pair]]
        if len(usable) < seats.parties[party].min:
            if len(usable) == len(pairs):
                return f"only {len(pairs)} {_word(len(pairs), 'pair')} with it may be held"
            return f"only {len(usable)} of its {len(pairs)} wanted pairs can be held at all"
        sentence = self.hall(party)
        if sentence:
            return sentence
        counted = Counter(left.reason for left in left_out).most_common()
        reasons = ", ".join(f"{count} {reason}" for reason, count in counted)
        return (
            f"of its {len(pairs)} pairs are left out: {reasons}"
            if reasons
            else "its limits forbid it"
        )

    def hall(self, party: int) -> str:
        """Return the Hall-type set that keeps a party short, or an empty text where counts allow
        it.
        """
        demand = self._demand = self._demand or demand_of(self.seats)
        ours, theirs = (
            ("project", "investor") if party < demand.projects else ("investor", "project")
        )
        side = party < demand.projects
        if side not in self._rivalries:
            self._rivalries[side] = _Rivalry(demand, side=side)
        found = self._rivalries[side].around(party)
        if found is None:
            return ""
        reached, others, besides = found
        room = sum(demand.caps[other] for other in others)
        need = sum(demand.floors[one] for one in reached)
        if not others or need <= room + besides:
            return ""
        count, shared = len(reached), len(others)
        sentence = (
            f"{count} {_word(count, ours)} ({_names(self.seats, reached)}) need {need} meetings and"
            f" share only {shared} {_word(shared, theirs)} ({_names(self.seats, others)}) with room"
            f" for {room}"
        )
        more = f", besides {besides} {_word(besides, 'pair')} with others"
        return sentence + (more if besides else "")


class _Rivalry:
    """The parties of one side in a largest flow, and who competes with whom."""

    def __init__(self, demand: Demand, *, side: bool) -> None:
        self.demand = demand
        self.side = side
        usable = [pair for pair, ok in enumerate(demand.usable) if ok]
        self.held, self.got = _largest(demand.ends, usable, demand.floors, demand.caps, side=side)
        self.pairs_of: dict[int, list[int]] = {}
        for pair in usable:
            for end in demand.ends[pair]:
                self.pairs_of.setdefault(end, []).append(pair)

    def around(self, party: int) -> tuple[set[int], set[int], int] | None:
        """Return the parties reached from one along alternating paths, those of the other side
        whose meetings they compete for, and how many pairs they have with anybody else; None where
        the flow gives it enough.
        """
        demand = self.demand
        if self.got[party] >= min(demand.floors[party], demand.caps[party]) and self.got[party]:
            return None
        mine, theirs = (0, 1) if self.side else (1, 0)
        reached, others = {party}, set[int]()
        queue = deque([party])
        while queue:
            for pair in self.pairs_of.get(queue.popleft(), ()):
                other = demand.ends[pair][theirs]
                if pair in self.held or other in others:
                    continue
                others.add(other)
                for back in self.pairs_of.get(other, ()):
                    rival = demand.ends[back][mine]
                    if back in self.held and rival not in reached:
                        reached.add(rival)
                        queue.append(rival)
        besides = sum(
            demand.ends[pair][theirs] not in others
            for one in reached
            for pair in self.pairs_of.get(one, ())
        )
        return reached, others, besides


def _largest(
    ends: Sequence[tuple[int, int]],
    usable: Sequence[int],
    floors: Sequence[int],
    caps: Sequence[int],
    *,
    side: bool,
) -> tuple[set[int], Counter[int]]:
    """Return a largest set of pairs within the floors of one side and the caps of the other."""
    from ortools.graph.python import max_flow  # noqa: PLC0415 -- slow import

    flow = max_flow.SimpleMaxFlow()
    source, sink = len(caps), len(caps) + 1
    arcs = {}
    for pair in usable:
        tail, head = ends[pair] if side else ends[pair][::-1]
        arcs[pair] = flow.add_arc_with_capacity(tail, head, 1)
    tails = {ends[pair][0 if side else 1] for pair in usable}
    heads = {ends[pair][1 if side else 0] for pair in usable}
    for at in sorted(tails):
        flow.add_arc_with_capacity(source, at, min(floors[at], caps[at]))
    for at in sorted(heads):
        flow.add_arc_with_capacity(at, sink, caps[at])
    flow.solve(source, sink)
    held = {pair for pair, arc in arcs.items() if flow.flow(arc) > 0}
    got = Counter(ends[pair][0 if side else 1] for pair in held)
    return held, got


def _names(seats: Seats, parties: set[int]) -> str:
    names = [seats.parties[at].id for at in sorted(parties)]
    shown = ", ".join(names[:SHOWN])
    return shown if len(names) <= SHOWN else f"{shown} and {len(names) - SHOWN} more"


def _word(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"
