"""Who fits whom, how well, and why."""

from matchmaker.core.affinity import Affinity, Contribution, Outside
from matchmaker.core.match.best import Best, best
from matchmaker.core.match.coach import Edit, coach
from matchmaker.core.match.copies import NearCopy, near_copies
from matchmaker.core.match.counts import CriterionCount, CriterionCounts, criterion_counts
from matchmaker.core.match.learning import (
    Calibration,
    Lists,
    Trial,
    calibrate,
    compare,
    joined,
    older,
    try_learned,
)
from matchmaker.core.match.outside import why_outside
from matchmaker.core.match.ranking import Ranking, rank
from matchmaker.core.match.reasons import contributions
from matchmaker.core.match.rerank import reranked
from matchmaker.core.match.whatif import Change, changes, what_if

__all__ = [
    "Affinity",
    "Best",
    "Calibration",
    "Change",
    "Contribution",
    "CriterionCount",
    "CriterionCounts",
    "Edit",
    "Lists",
    "NearCopy",
    "Outside",
    "Ranking",
    "Trial",
    "best",
    "calibrate",
    "changes",
    "coach",
    "compare",
    "contributions",
    "criterion_counts",
    "joined",
    "near_copies",
    "older",
    "rank",
    "reranked",
    "try_learned",
    "what_if",
    "why_outside",
]
