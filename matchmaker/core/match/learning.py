"""Weights and temperature learned from decisions, and whether they win on newer ones.

Stages of one estimator: *declared* (weights as shipped), *evidence* (earlier decisions of the same
investor counted like past deals) and *learned* (weights fitted on decisions, pulled towards the
shipped ones). A later stage is used only when it wins on the newest decisions, which it has not
seen: its lists must be better by a margin that luck seldom explains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from matchmaker.core.match import scale
from matchmaker.core.match.quality import TOP, ndcg
from matchmaker.core.similarity.categories import Floats

FEWEST_WANTED = 100  # wanted pairs from which weights are learned: with 30 they lost
FEWEST_LISTS = 20  # held-out lists from which a win can be told from luck
NEWEST = 0.3  # share of decisions, the newest, that judge
PULL = 20.0  # how strongly a weight is pulled to where it started, in squared weights
HEAVIEST = 2.0  # no learned weight is above it
RESAMPLES = 1000
CONFIDENCE = 0.99  # at 0.95, 7 of 60 draws won without a cause, at 0.99 one
FEWEST_TO_CALIBRATE = 30
FOLDS = 5
LEAST_GAIN = (
    0.002  # nats of loss per pair that a fitted scale must save: less is the luck of a draw
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """Deciders' lists: each pair's facets, whether it was wanted, when, and whose list it is in.

    ``features`` are lifts before weights (pairs by facets); ``gain`` is 0 for silence and for a
    no; ``at`` (any rising number of time) counts where ``gain`` is above 0.
    """

    facets: tuple[str, ...]
    features: Floats
    gain: Floats
    at: Floats
    owner: NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A stage that was tried: its held-out nDCG beside that of the stage below, and the verdict.

    ``low`` and ``high`` bound the difference with 98 % confidence. Of the scale, ``found`` and
    ``against`` are losses per pair, where less is better. ``reason`` is won, lost, unclear,
    few-decisions, few-lists, no-evidence, too-large, by-hand or refused.
    """

    stage: str
    reason: str
    decisions: int = 0
    lists: int = 0
    found: float | None = None
    against: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def won(self) -> bool:
        return self.reason == "won"


def joined(parts: Sequence[Lists]) -> Lists:
    """Return the lists of several roadshows as one collection."""
    starts = np.cumsum([0, *(int(one.owner.max(initial=-1)) + 1 for one in parts)])
    return Lists(
        facets=parts[0].facets,
        features=np.concatenate([one.features for one in parts]),
        gain=np.concatenate([one.gain for one in parts]),
        at=np.concatenate([one.at for one in parts]),
        owner=np.concatenate(
            [one.owner + start for one, start in zip(parts, starts[:-1], strict=True)]
        ),
    )


def fit_weights(lists: Lists, start: Floats, known: NDArray[np.bool_]) -> Floats:
    """Return the weights under which the wanted pairs of ``known`` are likeliest.

    A logistic model with an intercept per list (features are centred within each), weights not
    negative and pulled towards ``start``.
    """
    x = _centred(lists)[known]
    y = (lists.gain[known] > 0).astype(float)
    owner = lists.owner[known]
    _, owner = np.unique(owner, return_inverse=True)
    rate = np.bincount(owner, y) / np.bincount(owner)
    offset = np.log(np.clip(rate, 0.02, 0.98) / (1 - np.clip(rate, 0.02, 0.98)))[owner]

    def loss(weights: Floats) -> tuple[float, Floats]:
        logit = offset + x @ weights
        away = weights - start
        value = np.logaddexp(0.0, logit).sum() - y @ logit + PULL * away @ away
        slope = x.T @ (1.0 / (1.0 + np.exp(-logit)) - y) + 2.0 * PULL * away
        return float(value), slope

    limits = [(0.0, HEAVIEST)] * len(start)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=limits)
    return np.asarray(found.x)


def older(lists: Lists) -> NDArray[np.bool_]:
    """Return which pairs are known before the newest decisions: all but those."""
    wanted = np.flatnonzero(lists.gain > 0)
    order = wanted[np.argsort(lists.at[wanted], kind="stable")]
    newest = order[len(order) - round(NEWEST * len(order)) :]
    known = np.ones(len(lists.gain), dtype=bool)
    known[newest] = False
    return known


def try_learned(lists: Lists, start: Floats) -> tuple[Trial, Floats]:
    """Fit weights on older decisions, judge them on the newest, and fit again on all if they win.

    Returns the trial and the weights to use: ``start`` unless it was won.
    """
    count = int((lists.gain > 0).sum())
    if count < FEWEST_WANTED:
        return Trial(stage="learned", reason="few-decisions", decisions=count), start
    known = older(lists)
    learned = fit_weights(lists, start, known)
    trial = compare("learned", lists, known, lists.features @ learned, lists.features @ start)
    if not trial.won:
        return trial, start
    return trial, fit_weights(lists, start, np.ones(len(known), dtype=bool))


def compare(
    stage: str, lists: Lists, known: NDArray[np.bool_], scores: Floats, against: Floats
) -> Trial:
    """Judge two scorings on the wanted pairs outside ``known``, list by list."""
    pairs = []
    for owner in np.unique(lists.owner[~known & (lists.gain > 0)]):
        own = np.flatnonzero(lists.owner == owner)
        own = own[~(known[own] & (lists.gain[own] > 0))]
        gain = lists.gain[own]
        each = [
            ndcg(gain[np.argsort(-one[own], kind="stable")], gain, TOP) for one in (scores, against)
        ]
        pairs.append(each)
    decisions = int((lists.gain > 0).sum())
    if len(pairs) < FEWEST_LISTS:
        return Trial(stage=stage, reason="few-lists", decisions=decisions, lists=len(pairs))
    table = np.array(pairs)
    low, high = _bounds(table[:, 0] - table[:, 1])
    reason = "won" if low > 0 else "lost" if high < 0 else "unclear"
    return Trial(
        stage=stage,
        reason=reason,
        decisions=decisions,
        lists=len(pairs),
        found=float(table[:, 0].mean()),
        against=float(table[:, 1].mean()),
        low=low,
        high=high,
    )


def _bounds(differences: Floats) -> tuple[float, float]:
    """Return between what values the mean difference lies, by resampling lists."""
    draw = np.random.default_rng(0).integers(0, len(differences), (RESAMPLES, len(differences)))
    means = np.sort(differences[draw].mean(axis=1))
    tail = int(RESAMPLES * (1 - CONFIDENCE))
    return float(means[tail]), float(means[-tail - 1])


def _centred(lists: Lists) -> Floats:
    _, owner = np.unique(lists.owner, return_inverse=True)
    count = np.bincount(owner)
    means = np.array([np.bincount(owner, column) / count for column in lists.features.T]).T
    return np.asarray(lists.features - means[owner])


def nats_of(points: Floats) -> Floats:
    """Return the nats that make these points: the inverse of ``scale.points``."""
    share = np.clip((points - scale.MIDDLE) / scale.MIDDLE, -0.9999, 0.9999)
    return np.asarray(np.arctanh(share) * scale.MIDDLE / scale.POINTS_PER_NAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Scores against what was wanted, each pair predicted by a fit that has not seen its list.

    ``temperature`` is what a nat of the score was worth; ``predicted`` the share expected of each
    pair; ``loss`` and ``plain_loss`` the log losses per pair with it and at face value. It is used
    (``is_on``) when it saves something and there are decisions enough.
    """

    temperature: float
    base: float
    predicted: Floats
    loss: float
    plain_loss: float
    is_on: bool


def calibrate(scores: Floats, wanted: NDArray[np.bool_], owner: NDArray[np.intp]) -> Calibration:
    """Fit the share of wanted pairs by score, in folds of whole lists."""
    nats, y = nats_of(scores), wanted.astype(float)
    base = float(y.mean()) if len(y) else 0.0
    enough = min(int(y.sum()), int((1 - y).sum())) >= FEWEST_TO_CALIBRATE
    if not enough:
        flat = np.full(len(y), base)
        return Calibration(
            temperature=1.0, base=base, predicted=flat, loss=0.0, plain_loss=0.0, is_on=False
        )
    _, fold = np.unique(owner, return_inverse=True)
    fold = fold % FOLDS
    predicted, plain = np.zeros(len(y)), np.zeros(len(y))
    for one in range(FOLDS):
        rest, own = fold != one, fold == one
        predicted[own] = _share(nats[own], *_logistic(nats[rest], y[rest]))
        plain[own] = _share(nats[own], *_logistic(nats[rest], y[rest], slope=1.0))
    intercept_slope = _logistic(nats, y)
    loss, plain_loss = _log_loss(predicted, y), _log_loss(plain, y)
    return Calibration(
        temperature=max(intercept_slope[1], 0.05),
        base=base,
        predicted=predicted,
        loss=loss,
        plain_loss=plain_loss,
        is_on=loss < plain_loss - LEAST_GAIN and intercept_slope[1] > 0,
    )


def _logistic(x: Floats, y: Floats, slope: float | None = None) -> tuple[float, float]:
    """Return intercept and slope of the likeliest logistic curve (Newton's steps)."""
    a, b = 0.0, 1.0 if slope is None else slope
    for _ in range(50):
        p = _share(x, a, b)
        weight = np.maximum(p * (1 - p), 1e-9)
        rest = y - p
        if slope is not None:
            step = float(rest.sum() / weight.sum())
            a += step
            if abs(step) < 1e-9:
                break
            continue
        h = np.array([[weight.sum(), weight @ x], [weight @ x, weight @ (x * x)]])
        da, db = np.linalg.solve(h + 1e-6 * np.eye(2), [rest.sum(), rest @ x])
        a, b = a + float(da), b + float(db)
        if abs(da) + abs(db) < 1e-9:
            break
    return a, b


def _share(x: Floats, intercept: float, slope: float) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-(intercept + slope * x))))


def _log_loss(p: Floats, y: Floats) -> float:
    p = np.clip(p, 1e-6, 1 - 1e-6)
    return float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).mean())
