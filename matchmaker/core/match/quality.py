"""How good a ranking was: its lists against decisions, its scores against what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from matchmaker.core.similarity.categories import Floats

TOP = 10
BANDS = (0.0, 35.0, 45.0, 50.0, 55.0, 60.0, 65.0, 75.0, 100.0)
"""Edges of the bands of scores in which predicted and observed are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuality:
    """Mean quality of the lists of those who decided; ``chance`` is what a random order gets.

    ``lists`` have at least one wanted entry. ``precision``, ``recall`` and ``ndcg`` are at
    ``top``; ``auc`` is the chance that a wanted pair stands above a refused one of the same list
    (None where nobody refused anything).
    """

    lists: int
    wanted: int
    refused: int
    top: int
    precision: float
    recall: float
    ndcg: float
    chance_precision: float
    chance_ndcg: float
    auc: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Pairs with scores from ``low`` up to ``high``: how many were wanted, and how many of how
    many were expected (``predicted`` and ``observed`` are shares of 1, ``None`` without pairs).
    """

    low: float
    high: float
    pairs: int
    predicted: float | None
    observed: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """How evenly the top places of lists fall: a group's parties, those who stand in a top list at
    all, and how often a party does in the mean.
    """

    group: str
    parties: int
    seen: int
    mean: float


def ndcg(order_gains: Floats, ideal_gains: Floats, top: int = TOP) -> float:
    """Return the discounted gain of a list over that of the best one, 0 to 1."""
    best = _dcg(np.sort(ideal_gains)[::-1], top)
    return _dcg(order_gains, top) / best if best > 0 else 0.0


def list_quality(
    score: Floats, out: NDArray[np.bool_], gains: Floats, top: int = TOP
) -> ListQuality | None:
    """Judge the lists in rows: ``gains`` above 0 is wanted, below 0 refused, 0 silent.

    Excluded pairs (``out``) are in no list. None where nobody wanted anything.
    """
    kept = []
    for row in range(len(score)):
        open_ = ~out[row]
        own = gains[row][open_]
        if (own > 0).any():
            kept.append(_one_list(score[row][open_], own, top))
    if not kept:
        return None
    table = np.array(kept)
    weights = table[:, 7]
    auc = float((table[:, 6] * weights).sum() / weights.sum()) if weights.sum() else None
    means = table.mean(axis=0)
    open_gains = np.where(out, 0.0, gains)
    return ListQuality(
        lists=len(kept),
        wanted=int((open_gains > 0).sum()),
        refused=int((open_gains < 0).sum()),
        top=top,
        precision=float(means[0]),
        recall=float(means[1]),
        ndcg=float(means[2]),
        chance_precision=float(means[3]),
        chance_ndcg=float(means[4]),
        auc=auc,
    )


def _one_list(score: Floats, gains: Floats, top: int) -> tuple[float, ...]:
    wanted = np.maximum(gains, 0.0)
    order = np.argsort(-score, kind="stable")
    hits = (wanted[order][:top] > 0).sum()
    count = (wanted > 0).sum()
    shown = min(top, len(score))
    discount = 1.0 / np.log2(np.arange(2, shown + 2))
    ideal = _dcg(np.sort(wanted)[::-1], top)
    chance = float(wanted.mean() * discount.sum() / ideal)
    refused = gains < 0
    pairs = int(count * refused.sum())
    won = 0.0
    if pairs:
        above = score[wanted > 0][:, None] - score[refused][None, :]
        won = float(((above > 0) + 0.5 * (above == 0)).mean())
    return (
        float(hits / shown),
        float(hits / count),
        ndcg(wanted[order], wanted, top),
        float(count / len(score)),
        chance,
        float(count),
        won,
        float(pairs),
    )


def _dcg(gains: Floats, top: int) -> float:
    kept = gains[:top]
    return float((kept / np.log2(np.arange(2, len(kept) + 2))).sum())


def bands(
    scores: Floats, wanted: NDArray[np.bool_], predicted: Floats, edges: Sequence[float] = BANDS
) -> tuple[Band, ...]:
    """Return predicted against observed shares by band of score."""
    found = []
    for low, high in pairwise(edges):
        inside = (scores >= low) & ((scores < high) | (high == edges[-1]))
        count = int(inside.sum())
        found.append(
            Band(
                low=low,
                high=high,
                pairs=count,
                predicted=float(predicted[inside].mean()) if count else None,
                observed=float(wanted[inside].mean()) if count else None,
            )
        )
    return tuple(found)


def gini(counts: Floats) -> float:
    """Return how uneven counts are: 0 all alike, towards 1 one has everything."""
    ordered = np.sort(np.asarray(counts, dtype=float))
    total = ordered.sum()
    if not len(ordered) or total <= 0:
        return 0.0
    places = np.arange(1, len(ordered) + 1)
    return float((2 * places - len(ordered) - 1) @ ordered / (len(ordered) * total))


def exposure(counts: Mapping[str, int], groups: Mapping[str, str]) -> tuple[Exposure, ...]:
    """Return exposure by group, the largest groups first; ``counts`` are places in top lists."""
    members: dict[str, list[int]] = {}
    for party, group in groups.items():
        members.setdefault(group, []).append(counts.get(party, 0))
    found = [
        Exposure(
            group=group,
            parties=len(own),
            seen=sum(one > 0 for one in own),
            mean=sum(own) / len(own),
        )
        for group, own in members.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.parties, one.group)))


def stability(before: Floats, after: Floats, bins: int = 10) -> float:
    """Return the population stability index of scores: below 0.1 is calm, above 0.25 is not."""
    if not len(before) or not len(after):
        return 0.0
    edges = np.linspace(0.0, 100.0, bins + 1)
    shares = []
    for one in (before, after):
        counts = np.histogram(one, bins=edges)[0] + 0.5
        shares.append(counts / counts.sum())
    return float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())
