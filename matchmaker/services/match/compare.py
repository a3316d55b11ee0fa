"""What changed between two runs, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from matchmaker.services.match.carrying import counted_evidence
from matchmaker.services.match.runs import scores
from matchmaker.store.match import Match, MatchRun

WORTH_TELLING = 0.5  # points of a facet; less is the shadow of other profiles' changes
MOST_MOVES = 200


@dataclass(frozen=True, slots=True)
class Moved:
    """A pair whose score or exclusion changed. Scores are None where the pair was out.

    ``causes`` are (facet, points more or less) of the facets that moved it, the strongest first.
    """

    project_id: str
    investor_id: str
    before: float | None
    after: float | None
    rank_before: int | None
    rank_after: int | None
    causes: tuple[tuple[str, float], ...]

    @property
    def by(self) -> float:
        return (self.after or 0.0) - (self.before or 0.0)


@dataclass(frozen=True, slots=True)
class RunComparison:
    """Two runs side by side; ids of profiles that changed, came and went."""

    moved: tuple[Moved, ...]
    total_moved: int
    same: int
    projects_changed: frozenset[str]
    investors_changed: frozenset[str]
    appeared: frozenset[str]
    vanished: frozenset[str]
    is_other_model: bool


def compare_runs(session: Session, before: MatchRun, after: MatchRun) -> RunComparison:
    """Return what changed, the largest changes first (at most 200 of them)."""
    old, new = scores(session, before), scores(session, after)
    moved = [move for key, now in new.items() if key in old and (move := _moved(old[key], now))]
    moved.sort(key=lambda move: (-abs(move.by), move.project_id, move.investor_id))
    was = {**before.data.get("projects", {}), **before.data.get("investors", {})}
    now_is = {**after.data.get("projects", {}), **after.data.get("investors", {})}
    return RunComparison(
        moved=tuple(moved[:MOST_MOVES]),
        total_moved=len(moved),
        same=len(old.keys() & new.keys()) - len(moved),
        projects_changed=_changed(before, after, "projects"),
        investors_changed=_changed(before, after, "investors"),
        appeared=frozenset(now_is.keys() - was.keys()),
        vanished=frozenset(was.keys() - now_is.keys()),
        is_other_model=_made_with(before) != _made_with(after),
    )


def _moved(old: Match, new: Match) -> Moved | None:
    if old.excluded == new.excluded and abs((new.score or 0.0) - (old.score or 0.0)) < 0.05:
        return None
    return Moved(
        project_id=new.project_id,
        investor_id=new.investor_id,
        before=old.score,
        after=new.score,
        rank_before=old.rank_for_investor,
        rank_after=new.rank_for_investor,
        causes=_causes(old, new),
    )


def _causes(old: Match, new: Match) -> tuple[tuple[str, float], ...]:
    if old.excluded or new.excluded:
        reasons = new.reasons if new.excluded else old.reasons
        return tuple((str(facet), 0.0) for facet, *_ in reasons[:1])
    was = {facet: points for facet, points, *_ in old.reasons}
    now = {facet: points for facet, points, *_ in new.reasons}
    steps = {facet: now.get(facet, 0.0) - was.get(facet, 0.0) for facet in was.keys() | now.keys()}
    told = [(facet, step) for facet, step in steps.items() if abs(step) >= WORTH_TELLING]
    return tuple(sorted(told, key=lambda one: (-abs(one[1]), one[0])))


def _made_with(run: MatchRun) -> tuple[Any, ...]:
    """Return what of a run's model makes scores; what was tried beside it does not."""
    return (
        *(run.model.get(name) for name in ("version", "parameters", "weights")),
        counted_evidence(run.model),
    )


def _changed(before: MatchRun, after: MatchRun, kind: str) -> frozenset[str]:
    was, now = before.data.get(kind, {}), after.data.get(kind, {})
    return frozenset(key for key in was.keys() & now.keys() if was[key] != now[key])
