"""Which stage of the model ranks: each one above the first has to win on newer decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from matchmaker.core.profile import Evidence, Mandate, Pitch
from matchmaker.services.match.decisions import (
    Decision,
    decisions,
    earlier_roadshows,
    histories,
)
from matchmaker.services.match.encoders import in_use
from matchmaker.services.match.settings import STAGES, setting
from matchmaker.store.roadshow import Roadshow


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A roadshow's profiles and what was decided on them."""

    pitches: Sequence[Pitch]
    mandates: Sequence[Mandate]
    decided: Sequence[Decision]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a run is made with. ``weights`` is None for the shipped ones; ``trials`` tells what was
    tried and why it is on or not, ``number`` is the setting that allowed it (0: none).
    """

    stage: str = "declared"
    weights: Mapping[str, float] | None = None
    temperature: float = 1.0
    by_hand: bool = False
    number: int = 0
    trials: tuple[Mapping[str, Any], ...] = ()
    known: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)

    def parameters(self) -> dict[str, Any]:
        """Return the estimator's parameters that differ from the shipped ones."""
        found: dict[str, Any] = {"encoders": in_use()} if in_use() else {}
        if self.weights:
            found["weights"] = dict(self.weights)
        if self.temperature != 1.0:
            found["temperature"] = self.temperature
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that choosing a stage needs, read in one transaction."""

    now: Labelled
    before: Sequence[Labelled]
    known: Mapping[str, tuple[Evidence, ...]]
    weights: Mapping[str, float]
    allowed: Mapping[str, bool]
    number: int


def gather(
    session: Session,
    roadshow: Roadshow,
    pitches: Sequence[Pitch],
    mandates: Sequence[Mandate],
) -> Known:
    """Read the decisions here and at earlier roadshows, and what the organisers allow."""
    from matchmaker.services.match.runs import profiles_to_rank  # noqa: PLC0415 -- each needs the other

    row = setting(session, roadshow)
    allowed = {name: getattr(row, name, True) for name in STAGES}
    before = []
    if allowed["learned"]:
        for earlier in earlier_roadshows(session, roadshow):
            decided = decisions(session, earlier)
            if decided:
                own, theirs = profiles_to_rank(session, earlier)
                before.append(Labelled(pitches=own, mandates=theirs, decided=decided))
    return Known(
        now=Labelled(pitches=pitches, mandates=mandates, decided=decisions(session, roadshow)),
        before=before,
        known=histories(session, roadshow) if allowed["evidence"] else {},
        weights=dict(row.weights) if row else {},
        allowed=allowed,
        number=row.number if row else 0,
    )
