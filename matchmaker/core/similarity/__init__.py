"""How well pitches and mandates speak for each other, facet by facet, in log-lifts."""

from matchmaker.core.similarity.estimator import ACTIVITY, ProfileSimilarity, Signals
from matchmaker.core.similarity.facets import FACETS, WEIGHTS

__all__ = ["ACTIVITY", "FACETS", "WEIGHTS", "ProfileSimilarity", "Signals"]
