"""How well pitches and mandates speak for each other, facet by facet, in log-lifts."""

from matchmaker.core.similarity.estimator import ProfileSimilarity
from matchmaker.core.similarity.facets import FACETS, WEIGHTS
from matchmaker.core.similarity.reading import Offers, Wants
from matchmaker.core.similarity.signals import ACTIVITY, Signals

__all__ = ["ACTIVITY", "FACETS", "WEIGHTS", "Offers", "ProfileSimilarity", "Signals", "Wants"]
