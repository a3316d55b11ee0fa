"""What came of meetings, as a ladder: each step includes the ones below it."""

from __future__ import annotations

from collections.abc import Sequence

from matchmaker.core.journey import OutcomeKind

LADDER = (
    OutcomeKind.SECOND_MEETING,
    OutcomeKind.CDA,
    OutcomeKind.DUE_DILIGENCE,
    OutcomeKind.TERM_SHEET,
    OutcomeKind.CLOSED,
)


def furthest(kinds: Sequence[OutcomeKind | None]) -> OutcomeKind | None:
    """Return how far a meeting led by the words of its sides: the highest step anybody states.

    ``DECLINED`` only when nobody states a step, ``None`` when nobody said anything.
    """
    steps = [LADDER.index(kind) for kind in kinds if kind in LADDER]
    if steps:
        return LADDER[max(steps)]
    return OutcomeKind.DECLINED if OutcomeKind.DECLINED in kinds else None


def funnel(outcomes: Sequence[OutcomeKind | None]) -> dict[OutcomeKind, int]:
    """Return for each step how many meetings reached it or a higher one, and the declined.

    ``outcomes`` has one entry a meeting: what ``furthest`` says of it.
    """
    reached = [LADDER.index(kind) for kind in outcomes if kind in LADDER]
    counts = {step: sum(1 for height in reached if height >= at) for at, step in enumerate(LADDER)}
    counts[OutcomeKind.DECLINED] = sum(1 for kind in outcomes if kind is OutcomeKind.DECLINED)
    return counts
