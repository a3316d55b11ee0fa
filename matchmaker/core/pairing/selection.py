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
    forced = _forced(demand)
    rest = demand.given(forced)
    if not any(rest.usable):
        return Selection(tuple(sorted(forced)), "all that is possible")
    pairs = choose_by_flow(rest)
    if respects_shared(rest, pairs):
        return Selection(tuple(sorted(forced.union(pairs))), "min-cost flow")
    from matchmaker.core.pairing.program import choose_by_program  # noqa: PLC0415 -- slow import

    return Selection(choose_by_program(demand), "integer program")


def _forced(demand: Demand) -> frozenset[int]:
    """Return pairs that every best selection holds: whole tiers of goals that fit together."""
    tiers = (
        (at for at, one in enumerate(demand.pinned) if one),
        (at for at, one in enumerate(demand.chosen) if one),
        (at for at, one in enumerate(demand.musts) if one),
        range(len(demand.ends)),
    )
    forced: frozenset[int] = frozenset()
    for tier in tiers:
        more = forced.union(at for at in tier if demand.usable[at])
        if not demand.allows(more):
            break
        forced = more
    return forced


def select_fairly(demand: Demand) -> Selection:
    """Return the selection that keeps the goals above the score, then raises the project with the
    lowest sum of scores as far as possible, then the total.
    """
    from matchmaker.core.pairing.fair import choose_fairly  # noqa: PLC0415 -- slow import

    return Selection(choose_fairly(demand, select(demand).pairs), "max-min integer program")


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
    return sum(demand.worth[at] for at in choose_by_flow(free))


def respects_shared(demand: Demand, pairs: tuple[int, ...]) -> bool:
    """Tell whether no shared person is needed more often than possible."""
    taken = set(pairs)
    return all(len(taken.intersection(some)) <= room for some, room in demand.shared)
