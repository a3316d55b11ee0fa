"""Who fits whom, how well, and why."""

from matchmaker.core.affinity import Affinity, Contribution, Outside
from matchmaker.core.match.counts import CriterionCount, CriterionCounts, criterion_counts
from matchmaker.core.match.outside import why_outside
from matchmaker.core.match.ranking import Ranking, rank
from matchmaker.core.match.reasons import contributions
from matchmaker.core.match.whatif import Change, changes, what_if

__all__ = [
    "Affinity",
    "Change",
    "Contribution",
    "CriterionCount",
    "CriterionCounts",
    "Outside",
    "Ranking",
    "changes",
    "contributions",
    "criterion_counts",
    "rank",
    "what_if",
    "why_outside",
]
