"""Choosing the pairs that should meet, by the cheapest method that is exact."""

from __future__ import annotations

from dataclasses import dataclass, replace

from matchmaker.core.pairing.demand import Demand
from matchmaker.core.pairing.flow import choose_by_flow


@dataclass(frozen=True, slots=True)
class Choice:
    """The chosen pairs (indices), and a limit on the score of any choice."""

    pairs: tuple[int, ...]
    bound: float
    solver: str


def choose(demand: Demand) -> Choice:
    """Return the choice that is best in the order of the goals."""
    pairs = choose_by_flow(demand)
    if pairs is not None and respects_shared(demand, pairs):
        solver = "min-cost flow"
    else:
        from matchmaker.core.pairing.program import choose_by_program  # noqa: PLC0415

        pairs, solver = choose_by_program(demand), "integer program"
    return Choice(pairs, sum(demand.worth[at] for at in pairs), solver)


def score_limit(demand: Demand) -> float:
    """Return the most score that any choice could have, whatever the higher goals."""
    count = len(demand.ends)
    free = replace(
        demand,
        musts=(0,) * count,
        pinned=(False,) * count,
        chosen=(False,) * count,
        floors=(0,) * len(demand.floors),
    )
    pairs = choose_by_flow(free)
    return sum(demand.worth if pairs is None else (demand.worth[at] for at in pairs))


def respects_shared(demand: Demand, pairs: tuple[int, ...]) -> bool:
    """Tell whether no shared person is needed more often than possible."""
    taken = set(pairs)
    return all(len(taken.intersection(some)) <= room for some, room in demand.shared)
