"""Choosing pairs as a staged integer program (HiGHS): what a flow cannot say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array

from matchmaker.core.pairing.demand import Demand

Row = dict[int, float]


def choose_by_program(demand: Demand) -> tuple[int, ...]:
    """Return the best pairs, with the limits of shared people, one goal after the other."""
    program = Program(demand)
    for goal in program.goals():
        program.raise_goal(goal)
    return program.pairs()


class Program:
    """Variables: one per pair, then one per party and depth of shortfall."""

    def __init__(self, demand: Demand) -> None:
        self.demand = demand
        self.count = len(demand.ends)
        self.upper = [float(one) for one in demand.usable]
        self.rows: list[Row] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.lacks: dict[int, list[int]] = {}
        self._limits()
        self.solution: NDArray[np.float64] | None = None

    def _limits(self) -> None:
        demand = self.demand
        members: list[list[int]] = [[] for _ in demand.caps]
        for pair, ends in enumerate(demand.ends):
            for end in ends:
                members[end].append(pair)
        for at, cap in enumerate(demand.caps):
            self.row(dict.fromkeys(members[at], 1.0), high=cap)
            floor = demand.floors[at]
            self.lacks[at] = [self._variable() for _ in range(floor)]
            if floor:
                row = dict.fromkeys([*members[at], *self.lacks[at]], 1.0)
                self.row(row, low=floor)
            for deeper, shallower in zip(self.lacks[at][1:], self.lacks[at], strict=False):
                self.row({shallower: 1.0, deeper: -1.0}, low=0.0)
        for pairs, room in demand.shared:
            self.row(dict.fromkeys(pairs, 1.0), high=room)
        self.row(dict.fromkeys(range(self.count), 1.0), high=demand.seats)

    def _variable(self) -> int:
        self.upper.append(1.0)
        return len(self.upper) - 1

    def row(self, row: Row, low: float = -np.inf, high: float = np.inf) -> None:
        """Add a limit."""
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)

    def goals(self) -> list[Row]:
        """Return what is to be raised, in order."""
        demand, all_pairs = self.demand, range(self.count)
        goals = [
            {at: 1.0 for at in all_pairs if demand.pinned[at]},
            {at: 1.0 for at in all_pairs if demand.chosen[at]},
            {at: float(demand.musts[at]) for at in all_pairs if demand.musts[at]},
        ]
        parties = range(len(demand.caps))
        for side in (parties[: demand.projects], parties[demand.projects :]):
            goals += self._depths(side)
        goals.append({at: demand.worth[at] for at in all_pairs if demand.worth[at]})
        goals.append({at: 1.0 + demand.published[at] for at in all_pairs})
        return [goal for goal in goals if goal]

    def _depths(self, side: Sequence[int]) -> list[Row]:
        deepest = max((self.demand.floors[at] for at in side), default=0)
        return [
            {self.lacks[at][depth]: -1.0 for at in side if len(self.lacks[at]) > depth}
            for depth in range(deepest - 1, -1, -1)
        ]

    def raise_goal(self, goal: Row) -> None:
        """Find the most of a goal and keep it from here on."""
        width = len(self.upper)
        cost = np.zeros(width)
        for at, price in goal.items():
            cost[at] = -price
        result = milp(
            cost,
            integrality=np.ones(width),
            bounds=Bounds(0, np.array(self.upper)),
            constraints=LinearConstraint(self.matrix(), self.low, self.high),
            options={"mip_rel_gap": 0.0},
        )
        if result.x is None:
            raise RuntimeError(f"the program of pairs ended with: {result.message}")
        self.solution = np.rint(result.x)
        self.row(goal, low=float(-cost @ self.solution) - 1e-7)

    def matrix(self) -> csr_array:
        """Return the coefficients of all rows."""
        counts = [len(row) for row in self.rows]
        lines = np.repeat(np.arange(len(self.rows)), counts)
        columns = np.fromiter((at for row in self.rows for at in row), dtype=np.int64)
        values = np.fromiter((v for row in self.rows for v in row.values()), dtype=np.float64)
        shape = (len(self.rows), len(self.upper))
        return csr_array(coo_array((values, (lines, columns)), shape=shape))

    def pairs(self) -> tuple[int, ...]:
        """Return the chosen pairs of the last solution."""
        if self.solution is None:
            return ()
        return tuple(int(at) for at in np.flatnonzero(self.solution[: self.count] > 0.5))
