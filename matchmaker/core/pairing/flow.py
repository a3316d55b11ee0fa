"""Choosing pairs as a min-cost flow: exact and integral, the goals in their order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.core.pairing.demand import Demand

LARGEST_COST = 2**62  # OR-Tools multiplies costs by the number of nodes in 64 bits
RESOLUTIONS = (1, 10, 100, 1_000, 10_000)  # steps of a score point: the first that is exact


@dataclass(frozen=True, slots=True)
class Units:
    """The price of one unit of each goal: a higher goal outweighs all lower ones together."""

    score: int
    investor_floor: int
    project_floor: int
    must: int
    chosen: int
    pinned: int


def choose_by_flow(demand: Demand) -> tuple[int, ...] | None:
    """Return the best pairs, or None where the goals' prices do not fit into 64 bits.

    Ignores ``demand.shared``; the result is exact when those limits happen to hold.
    """
    depths = (_depth(demand, range(demand.projects)), _depth(demand, _investors(demand)))
    for resolution in _resolutions(demand):
        units = _units(demand, resolution, depths)
        nodes = len(demand.caps) + 2
        if (units.pinned * 2 + 2) * nodes < LARGEST_COST:
            return _solve(demand, units, resolution)
    return None


def _resolutions(demand: Demand) -> list[int]:
    """Return the coarsest resolution that tells all scores apart, then ever coarser ones."""
    worth = np.array(demand.worth)
    for at, resolution in enumerate(RESOLUTIONS):
        if np.allclose(worth * resolution, np.rint(worth * resolution), rtol=0, atol=1e-6):
            return list(reversed(RESOLUTIONS[: at + 1]))
    return list(reversed(RESOLUTIONS))


def _investors(demand: Demand) -> range:
    return range(demand.projects, len(demand.caps))


def _depth(demand: Demand, parties: range) -> int:
    """Return the largest shortfall that must be told apart."""
    return max((demand.floors[at] for at in parties), default=0)


def _most(demand: Demand) -> int:
    sides = (range(demand.projects), _investors(demand))
    return min(demand.seats, *(sum(demand.caps[at] for at in side) for side in sides))


def _units(demand: Demand, resolution: int, depths: tuple[int, int]) -> Units:
    most = _most(demand)
    highest = max((round(worth * resolution) for worth in demand.worth), default=0)
    step = 2 * most + 1  # below one step of score: a wanted or published pair without score
    investor = step * (most * highest + 1)
    project = investor * _floor_range(len(demand.caps) - demand.projects, depths[1])
    must = project * _floor_range(demand.projects, depths[0])
    chosen = must * (2 * most + 1 if any(demand.musts) else 1)
    pinned = chosen * (most + 1 if any(demand.chosen) else 1)
    return Units(step, investor, project, must, chosen, pinned)


def _floor_range(parties: int, depth: int) -> int:
    return parties * depth**2 + 1


def _solve(demand: Demand, units: Units, resolution: int) -> tuple[int, ...]:
    from ortools.graph.python import min_cost_flow  # noqa: PLC0415

    flow = min_cost_flow.SimpleMinCostFlow()
    source, sink, hub = len(demand.caps), len(demand.caps) + 1, len(demand.caps) + 2
    most = _most(demand)
    flow.add_arc_with_capacity_and_unit_cost(source, hub, most, 0)
    flow.add_arc_with_capacity_and_unit_cost(source, sink, most, 0)
    for at, cap in enumerate(demand.caps):
        is_project = at < demand.projects
        unit = units.project_floor if is_project else units.investor_floor
        for room, price in _steps(cap, demand.floors[at], unit):
            tail, head = (hub, at) if is_project else (at, sink)
            flow.add_arc_with_capacity_and_unit_cost(tail, head, room, -price)
    pairs = np.flatnonzero(np.array(demand.usable, dtype=bool))
    if len(pairs) == 0:
        return ()
    ends = np.array([demand.ends[at] for at in pairs], dtype=np.int32)
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        ends[:, 0],
        ends[:, 1],
        np.ones(len(pairs), dtype=np.int64),
        -_prices(demand, units, resolution)[pairs],
    )
    flow.set_node_supply(source, most)
    flow.set_node_supply(sink, -most)
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"min-cost flow ended with {status}")
    return tuple(int(at) for at in pairs[flow.flows(arcs) > 0])


def _steps(cap: int, floor: int, unit: int) -> list[tuple[int, int]]:
    """Return (room, price) of a party's meetings: the first ones under its floor weigh most.

    The squares of the shortfalls are lowered. What a flow can give to the parties is an M-convex
    set, on which that also is the lexicographic optimum from the worst off (Frank and Murota 2022).
    """
    low = min(cap, floor)
    steps = [(1, unit * (2 * (floor - got) - 1)) for got in range(low)]
    return [*steps, (cap - low, 0)] if cap > low else steps


def _prices(demand: Demand, units: Units, resolution: int) -> NDArray[np.int64]:
    worth = np.rint(np.array(demand.worth) * resolution).astype(np.int64)
    price: NDArray[np.int64] = worth * units.score + 1 + np.array(demand.published, dtype=np.int64)
    price += np.array(demand.musts, dtype=np.int64) * units.must
    price += np.array(demand.chosen, dtype=np.int64) * units.chosen
    price += np.array(demand.pinned, dtype=np.int64) * units.pinned
    return price
