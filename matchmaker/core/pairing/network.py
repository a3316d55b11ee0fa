"""Min-cost flow with several costs in order: a higher one is never given up for a lower one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
LARGEST_COST = 2**61  # OR-Tools multiplies costs by the number of nodes in 64 bits


@dataclass(frozen=True)
class Network:
    """Arcs with lower and upper limits of flow, and what each node gives (or takes, negative)."""

    tail: Ints
    head: Ints
    lower: Ints
    upper: Ints
    supply: Ints


@dataclass(frozen=True)
class Cost:
    """The cost of a unit of flow on each arc, and the largest total that can occur."""

    of_arc: Ints
    total: int


def cheapest_flow(network: Network, costs: list[Cost]) -> Ints:
    """Return a flow that is cheapest by the first cost, among those by the second, and so on.

    Costs are joined into one as far as 64 bits allow. Between two groups the arcs whose reduced
    cost is not zero are fixed: what is left are exactly the cheapest flows so far.
    """
    groups = _joined(costs, len(network.supply) + 1)
    flow = _solve(network, groups[0])
    for done, cost in pairwise(groups):
        network = _cheapest_only(network, done, flow)
        flow = _solve(network, cost)
    return flow


def _joined(costs: list[Cost], nodes: int) -> list[Ints]:
    groups: list[Cost] = []
    for cost in costs:
        if groups:
            last = groups[-1]
            unit = 2 * cost.total + 1
            total = last.total * unit + cost.total
            largest = int(np.abs(last.of_arc).max(initial=0)) * unit + cost.total
            if largest * nodes < LARGEST_COST:
                groups[-1] = Cost(last.of_arc * unit + cost.of_arc, total)
                continue
        groups.append(cost)
    return [group.of_arc for group in groups]


def _solve(network: Network, cost: Ints) -> Ints:
    from ortools.graph.python import min_cost_flow  # noqa: PLC0415 -- slow import

    solver = min_cost_flow.SimpleMinCostFlow()
    free = np.flatnonzero(network.upper > network.lower)
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        network.tail[free].astype(np.int32),
        network.head[free].astype(np.int32),
        (network.upper - network.lower)[free],
        cost[free],
    )
    supply = network.supply.copy()
    np.subtract.at(supply, network.tail, network.lower)
    np.add.at(supply, network.head, network.lower)
    solver.set_nodes_supplies(np.arange(len(supply), dtype=np.int32), supply)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise RuntimeError(f"min-cost flow ended with {status}")
    flow = network.lower.copy()
    flow[free] += np.asarray(solver.flows(arcs), dtype=np.int64)
    return flow


def _cheapest_only(network: Network, cost: Ints, flow: Ints) -> Network:
    """Return the network whose flows are exactly the cheapest ones."""
    potential = np.zeros(len(network.supply), dtype=np.int64)
    more, less = flow < network.upper, flow > network.lower
    ends = (
        np.concatenate([network.tail[more], network.head[less]]),
        np.concatenate([network.head[more], network.tail[less]]),
    )
    price = np.concatenate([cost[more], -cost[less]])
    for _ in range(len(potential) + 1):
        reached = potential.copy()
        np.minimum.at(reached, ends[1], potential[ends[0]] + price)
        if np.array_equal(reached, potential):
            break
        potential = reached
    reduced = cost + potential[network.tail] - potential[network.head]
    settled = reduced != 0
    return replace(
        network,
        lower=np.where(settled, flow, network.lower),
        upper=np.where(settled, flow, network.upper),
    )
