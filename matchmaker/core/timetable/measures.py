"""What the solvers count while they work: the goals of a plan in their order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matchmaker.core.instance import Instance, Party, WantedPair


@dataclass(frozen=True, slots=True, order=True)
class Goals:
    """The higher goals, larger is better: pins, chosen pairs, musts, floors of the projects, of
    the investors (each the shortfalls from the largest, negated), total score.
    """

    pins: int
    chosen: int
    musts: int
    project_floors: tuple[int, ...]
    investor_floors: tuple[int, ...]
    score: float


def weigh(instance: Instance, placed: Iterable[WantedPair]) -> Goals:
    """Return the goals that a set of placed pairs reaches."""
    pairs = list(placed)
    got: dict[tuple[str, str], int] = {}
    for pair in pairs:
        for who in (("project", pair.project), ("investor", pair.investor)):
            got[who] = got.get(who, 0) + 1
    return Goals(
        pins=sum(pair.state == "pinned" for pair in pairs),
        chosen=sum(pair.state == "chosen" for pair in pairs),
        musts=sum(pair.musts for pair in pairs),
        project_floors=_shortfalls("project", instance.projects, got),
        investor_floors=_shortfalls("investor", instance.investors, got),
        score=round(sum(pair.score for pair in pairs), 6),
    )


def _shortfalls(
    kind: str, parties: Sequence[Party], got: Mapping[tuple[str, str], int]
) -> tuple[int, ...]:
    return tuple(
        sorted(-max(0, party.min - got.get((kind, party.id), 0)) for party in parties if party.min)
    )
