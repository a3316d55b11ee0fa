"""What a run's model rests on: how much profiles say, and how much each facet moves scores."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from matchmaker.core.match.reasons import says_mandate, says_pitch
from matchmaker.core.profile import Mandate, Pitch
from matchmaker.services.match.runs import profiles_to_rank
from matchmaker.services.match.settings import default_weights
from matchmaker.store.match import Match, MatchRun
from matchmaker.store.roadshow import Roadshow

MOST_READ = 5000  # pairs whose reasons are read for the mean points
FROM_HISTORY = ("deals", "activity")


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetCard:
    """One facet of a run: its weight and the shipped one, the share of projects and of mandates
    that say something about it, and by how many points it moves a score in the mean.
    """

    facet: str
    weight: float
    shipped: float
    projects: float
    mandates: float
    points: float


def facet_cards(session: Session, roadshow: Roadshow, run: MatchRun) -> list[FacetCard]:
    """Return the facets in the order in which reasons are told."""
    pitches, mandates = profiles_to_rank(session, roadshow)
    points = _points(session, run)
    weights = run.model.get("weights", {})
    return [
        FacetCard(
            facet=facet,
            weight=float(weights.get(facet, shipped)),
            shipped=shipped,
            projects=_share_of_pitches(facet, pitches),
            mandates=_share_of_mandates(facet, mandates, run),
            points=points.get(facet, 0.0),
        )
        for facet, shipped in default_weights().items()
    ]


def _points(session: Session, run: MatchRun) -> dict[str, float]:
    rows = session.scalars(
        select(Match.reasons)
        .where(Match.run_id == run.id, Match.excluded.is_(None))
        .order_by(Match.project_id, Match.investor_id)
        .limit(MOST_READ)
    ).all()
    totals: dict[str, float] = defaultdict(float)
    told = [reasons for reasons in rows if reasons]
    for reasons in told:
        for facet, points, *_ in reasons:
            totals[facet] += abs(points)
    return {facet: total / len(told) for facet, total in totals.items()}


def _share_of_pitches(facet: str, pitches: Sequence[Pitch]) -> float:
    if facet in FROM_HISTORY or not pitches:
        return 1.0
    return sum(says_pitch(facet, one) for one in pitches) / len(pitches)


def _share_of_mandates(facet: str, mandates: Sequence[Mandate], run: MatchRun) -> float:
    if not mandates:
        return 0.0
    if facet in FROM_HISTORY:
        return len(run.data.get("evidence", {})) / len(mandates)
    return sum(says_mandate(facet, one) for one in mandates) / len(mandates)
