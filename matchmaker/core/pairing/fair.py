"""Choosing pairs so that the project with the lowest sum of scores has as much as possible."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array

from matchmaker.core.pairing.demand import Demand
from matchmaker.core.pairing.program import Program, Row

FINEST = 0.02  # score points: the lowest sum is within this of what can be proven
NODES = 20_000  # of a search tree; a limit in time would not give the same answer twice
FEW_NODES = 200  # for the first try, which may be hopeless
CLOSE = 1e-4  # relative gap of the total once the lowest sum is settled


class Found(NamedTuple):
    """A choice, and how far at most its total is from the best one, relatively."""

    pairs: tuple[int, ...]
    gap: float


def choose_fairly(demand: Demand, start: tuple[int, ...]) -> tuple[int, ...]:
    """Return the pairs of a choice as good as ``start`` in all goals above the score, with the
    highest lowest sum of scores over the projects, then the highest total.

    The bound of the linear relaxation is nearly always reached, so that is tried first; then
    bisection between the lowest sum of ``start`` and that bound.
    """
    program = Program(demand)
    _keep_goals(program, demand, start)
    sums = _sums(program, demand)
    if not sums:
        return start
    low = _lowest(sums, start)
    high = _relaxed(program, sums)
    first = _with_lowest(program, demand, sums, high - FINEST / 2, gap=CLOSE, nodes=FEW_NODES)
    if first and first.gap <= CLOSE:
        return first.pairs
    if first:
        low = high - FINEST / 2
    while high - low > FINEST:
        aim = (low + high) / 2
        found = _with_lowest(program, demand, sums, aim)
        if found is None:
            high = aim
        else:
            low = max(aim, _lowest(sums, found.pairs))
    best = _with_lowest(program, demand, sums, low, gap=CLOSE) or first
    return best.pairs if best else start


def _lowest(sums: list[Row], pairs: tuple[int, ...]) -> float:
    return min(sum(row.get(pair, 0.0) for pair in pairs) for row in sums)


def _keep_goals(program: Program, demand: Demand, start: tuple[int, ...]) -> None:
    """Add the values of the goals above the score as limits."""
    taken = set(start)
    values = np.zeros(len(program.upper))
    values[list(taken)] = 1.0
    got = Counter(end for pair in taken for end in demand.ends[pair])
    for at, lacks in program.lacks.items():
        short = max(0, demand.floors[at] - got[at])
        values[lacks[:short]] = 1.0
    for goal in program.goals()[:-2]:
        program.row(goal, low=sum(price * values[at] for at, price in goal.items()) - 1e-7)


def _sums(program: Program, demand: Demand) -> list[Row]:
    """Return per project with usable pairs its scores by pair."""
    rows: dict[int, Row] = {}
    for pair, (project, _) in enumerate(demand.ends):
        if program.upper[pair]:
            rows.setdefault(project, {})[pair] = demand.worth[pair]
    return [rows[project] for project in sorted(rows)]


def _relaxed(program: Program, sums: list[Row]) -> float:
    """Return the highest lowest sum where pairs may be held in part."""
    count = len(program.upper)
    below = np.array(program.low)
    above = np.array(program.high)
    matrix = program.matrix().tocoo()
    rows, columns, values = list(matrix.row), list(matrix.col), list(matrix.data)
    for at, row in enumerate(sums):
        line = len(below) + at
        rows += [line] * (len(row) + 1)
        columns += [*row, count]
        values += [*row.values(), -1.0]
    table = _sparse(values, rows, columns, (len(below) + len(sums), count + 1))
    result = milp(
        np.append(np.zeros(count), -1.0),
        bounds=Bounds(0, np.append(np.array(program.upper), np.inf)),
        constraints=LinearConstraint(
            table,
            np.append(below, np.zeros(len(sums))),
            np.append(above, np.full(len(sums), np.inf)),
        ),
    )
    return float(-result.fun) if result.x is not None else 0.0


def _sparse(
    values: list[float], rows: list[int], columns: list[int], shape: tuple[int, int]
) -> object:
    return csr_array(coo_array((values, (rows, columns)), shape=shape))


def _with_lowest(
    program: Program,
    demand: Demand,
    sums: list[Row],
    lowest: float,
    *,
    gap: float = 0.5,
    nodes: int = NODES,
) -> Found | None:
    """Return a choice in which no project's sum is below ``lowest``, None where none is found."""
    kept = len(program.rows)
    for row in sums:
        program.row(row, low=lowest - 1e-9)
    cost: NDArray[np.float64] = np.zeros(len(program.upper))
    cost[: len(demand.worth)] = [-one - 1e-4 for one in demand.worth]
    result = milp(
        cost,
        integrality=np.ones(len(cost)),
        bounds=Bounds(0, np.array(program.upper)),
        constraints=LinearConstraint(program.matrix(), program.low, program.high),
        options={"mip_rel_gap": gap, "node_limit": nodes},
    )
    del program.rows[kept:], program.low[kept:], program.high[kept:]
    if result.x is None:
        return None
    pairs = np.flatnonzero(result.x[: len(demand.worth)] > 0.5)
    return Found(tuple(int(at) for at in pairs), result.mip_gap)
