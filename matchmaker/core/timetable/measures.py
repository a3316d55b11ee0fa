"""What the solvers count while they work: the goals of a plan in their order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from matchmaker.core.instance import Instance, Party, WantedPair
from matchmaker.core.instance.seats import Seats


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


def halves_missed(seats: Seats) -> list[list[int]]:
    """Return per pair and slot how many of its two parties wish for the other half of the day."""
    morning = [slot.start.hour < 12 for slot in seats.instance.slots]
    missed = {
        None: [0] * len(morning),
        "morning": [int(not early) for early in morning],
        "afternoon": [int(early) for early in morning],
    }
    rows = [missed[party.prefers] for party in seats.parties]
    return [
        [a + b for a, b in zip(rows[project], rows[investor], strict=True)]
        for project, investor in seats.party_of
    ]
