"""Choosing pairs as a min-cost flow: exact and integral, the goals in their order."""

from __future__ import annotations

import numpy as np

from matchmaker.core.pairing.demand import Demand
from matchmaker.core.pairing.network import Cost, Ints, Network, cheapest_flow

RESOLUTIONS = (1, 10, 100, 1_000, 10_000)  # steps of a score point: the first that is exact


def choose_by_flow(demand: Demand) -> tuple[int, ...]:
    """Return the best pairs.

    Ignores ``demand.shared``; the result is exact when those limits happen to hold.
    """
    pairs = np.flatnonzero(np.array(demand.usable, dtype=bool))
    if len(pairs) == 0 or demand.seats <= 0:
        return ()
    ends = np.array([demand.ends[at] for at in pairs], dtype=np.int64)
    arcs = _Arcs(demand, ends)
    flow = cheapest_flow(arcs.network(), _costs(demand, pairs, arcs))
    return tuple(int(at) for at in pairs[flow[: len(pairs)] > 0])


class _Arcs:
    """The pairs' arcs first, then those of the parties, then two from the source."""

    def __init__(self, demand: Demand, ends: Ints) -> None:
        count = len(demand.caps)
        source, sink, hub = count, count + 1, count + 2
        self.most = _most(demand, len(ends))
        rows: list[tuple[int, int, int]] = []
        self.floor: list[tuple[int, int, int]] = []  # arc, side, how much it lowers the squares
        for at, cap in enumerate(demand.caps):
            side = int(at >= demand.projects)
            tail, head = (at, sink) if side else (hub, at)
            low = min(cap, demand.floors[at])
            for got in range(low):
                self.floor.append((len(ends) + len(rows), side, 2 * (demand.floors[at] - got) - 1))
                rows.append((tail, head, 1))
            if cap > low:
                rows.append((tail, head, cap - low))
        rows += [(source, hub, self.most), (source, sink, self.most)]
        table = np.array(rows, dtype=np.int64)
        self.tail = np.concatenate([ends[:, 0], table[:, 0]])
        self.head = np.concatenate([ends[:, 1], table[:, 1]])
        self.upper = np.concatenate([np.ones(len(ends), dtype=np.int64), table[:, 2]])
        self.supply = np.zeros(count + 3, dtype=np.int64)
        self.supply[source], self.supply[sink] = self.most, -self.most

    def network(self) -> Network:
        return Network(self.tail, self.head, np.zeros_like(self.upper), self.upper, self.supply)


def _most(demand: Demand, usable: int) -> int:
    sides = (demand.caps[: demand.projects], demand.caps[demand.projects :])
    return min(demand.seats, usable, *map(sum, sides))


def _costs(demand: Demand, pairs: Ints, arcs: _Arcs) -> list[Cost]:
    """Return what is lowered, in order: goals are negative costs.

    Of the floors the squares of the shortfalls are lowered. What a flow can give to the parties
    is an M-convex set, on which that also is the lexicographic optimum from the worst off (Frank
    and Murota, Decreasing minimization on M-convex sets, 2022).
    """
    worth = np.array(demand.worth)[pairs]
    scale = _resolution(worth)
    wanted = 1 + np.array(demand.published, dtype=np.int64)[pairs]
    goals = [
        _pair_cost(np.array(demand.pinned, dtype=np.int64)[pairs], arcs),
        _pair_cost(np.array(demand.chosen, dtype=np.int64)[pairs], arcs),
        _pair_cost(np.array(demand.musts, dtype=np.int64)[pairs], arcs),
        *(_floor_cost(side, arcs) for side in (0, 1)),
        _pair_cost(np.rint(worth * scale).astype(np.int64), arcs),
        _pair_cost(wanted, arcs),
    ]
    return [goal for goal in goals if goal.total] or goals[-1:]


def _resolution(worth: np.ndarray) -> int:
    """Return the coarsest resolution that tells all scores apart."""
    for resolution in RESOLUTIONS:
        scaled = worth * resolution
        if np.allclose(scaled, np.rint(scaled), rtol=0, atol=1e-6):
            return resolution
    return RESOLUTIONS[-1]


def _pair_cost(value: Ints, arcs: _Arcs) -> Cost:
    of_arc = np.zeros(len(arcs.upper), dtype=np.int64)
    of_arc[: len(value)] = -value
    largest = np.sort(value)[::-1][: arcs.most]
    return Cost(of_arc, int(largest.sum()))


def _floor_cost(side: int, arcs: _Arcs) -> Cost:
    of_arc = np.zeros(len(arcs.upper), dtype=np.int64)
    for arc, where, step in arcs.floor:
        if where == side:
            of_arc[arc] = -step
    return Cost(of_arc, int(-of_arc.sum()))
