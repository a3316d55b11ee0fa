"""Lists that do not say the same thing ten times: maximal marginal relevance.

Each next entry is the one with the most of ``share * score - (1 - share) * likeness``, likeness
being the most that it has in common with one already in the list (Carbonell and Goldstein, 1998).
The share was chosen on half of the investors of two public benchmarks as the smallest that costs
nothing; for the other half 5.9 different fields stand in a top 10 instead of 4.4, at an nDCG of
.095 instead of .094 (``tests/benchmarks/match_choices.py``).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matchmaker.core.places import place_path
from matchmaker.core.taxonomy import Taxonomy

BEST = 100.0  # points: the scale of scores, so that a list's length and spread change nothing
SHARE = 0.96  # one that is wholly like another in the list stands about 4 points lower


def varied(
    scores: Sequence[float],
    own: Sequence[frozenset[str]],
    *,
    share: float = SHARE,
    top: int = 10,
) -> list[int]:
    """Return the places of a list, its first ``top`` varied, the rest by score; ties by place.

    ``own`` are what entries can have in common; likeness is the shared part of both's.
    """
    order = sorted(range(len(scores)), key=lambda at: (-scores[at], at))
    if not order:
        return []
    worth = np.array([scores[at] for at in order], dtype=float) / BEST
    nearest = np.zeros(len(order))
    left = np.ones(len(order), dtype=bool)
    chosen: list[int] = []
    for _ in range(min(top, len(order))):
        gain = np.where(left, share * worth - (1.0 - share) * nearest, -np.inf)
        best = int(gain.argmax())
        chosen.append(best)
        left[best] = False
        alike = [_likeness(own[order[best]], own[at]) for at in order]
        nearest = np.maximum(nearest, alike)
    return [order[at] for at in chosen] + [order[at] for at in np.flatnonzero(left)]


def traits(fields: Sequence[str], country: str | None, taxonomy: Taxonomy) -> frozenset[str]:
    """Return what entries of a list have in common: fields with their ancestors, and places."""
    found = {one for code in fields for one in taxonomy.path(code)}
    return frozenset(found | set(place_path(country) if country else ()))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    together = len(one | other)
    return len(one & other) / together if together else 0.0
