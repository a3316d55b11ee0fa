"""Choosing the pairs that should meet, by the cheapest method that is exact."""

from __future__ import annotations

from dataclasses import dataclass, replace

from matchmaker.core.pairing.demand import Demand
from matchmaker.core.pairing.flow import choose_by_flow


@dataclass(frozen=True, slots=True)
class Selection:
    """The selected pairs (indices), and how they were found."""

    pairs: tuple[int, ...]
    solver: str


def select(demand: Demand) -> Selection:
    """Return the selection that is best in the order of the goals."""
    pairs = choose_by_flow(demand)
    if pairs is not None and respects_shared(demand, pairs):
        return Selection(pairs, "min-cost flow")
    from matchmaker.core.pairing.program import choose_by_program  # noqa: PLC0415 -- slow import

    return Selection(choose_by_program(demand), "integer program")


def score_limit(demand: Demand) -> float:
    """Return the most score that any selection could have, whatever the higher goals."""
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
