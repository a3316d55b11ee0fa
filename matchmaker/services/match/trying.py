"""Tries the stages of the model on decisions, and says which one ranks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from matchmaker.core.match import Trial, calibrate, compare, joined, older, try_learned
from matchmaker.core.profile import Evidence
from matchmaker.core.similarity import FACETS, WEIGHTS
from matchmaker.core.similarity.categories import Floats
from matchmaker.services.match.decisions import with_history
from matchmaker.services.match.labels import Base, base_of, labelled_pairs, lists_of
from matchmaker.services.match.settings import STAGES
from matchmaker.services.match.stages import Choice, Known

DECIMALS = 4
MOST_PAIRS = 2_000_000  # beyond, every pair's lifts at once are more than a machine has to hold


def choose(known: Known) -> tuple[Choice, Base | None]:
    """Try the stages in order; the answer is the same for the same decisions.

    Also returns the profiles with the estimator fitted on them, None where there are too many.
    """
    here = known.now
    if not here.pitches or not here.mandates:
        return Choice(number=known.number), None
    if len(here.pitches) * len(here.mandates) > MOST_PAIRS:
        return _untried(known), None
    base = base_of(here.pitches, here.mandates)
    evidence, base, history = _try_evidence(known, base)
    learned, weights = _try_learned(known, base)
    scale, temperature = _try_scale(known, base, weights)
    choice = Choice(
        stage="learned" if learned.won else "evidence" if evidence.won else "declared",
        weights=weights,
        temperature=temperature,
        by_hand=bool(known.weights),
        number=known.number,
        trials=tuple(_told(one) for one in (evidence, learned, scale)),
        known=history,
    )
    return choice, base


def _untried(known: Known) -> Choice:
    trials = (_told(Trial(stage=stage, reason="too-large")) for stage in STAGES)
    weights = dict(known.weights) or None
    return Choice(weights=weights, by_hand=bool(weights), number=known.number, trials=tuple(trials))


def _told(trial: Trial) -> dict[str, Any]:
    return {
        key: round(value, DECIMALS) if isinstance(value, float) else value
        for key, value in asdict(trial).items()
    }


def _try_evidence(
    known: Known, base: Base
) -> tuple[Trial, Base, Mapping[str, tuple[Evidence, ...]]]:
    if not known.allowed["evidence"]:
        return Trial(stage="evidence", reason="refused"), base, {}
    if not any(one.id in known.known for one in base.mandates):
        return Trial(stage="evidence", reason="no-evidence"), base, {}
    plain = lists_of(base, known.now.decided)
    if plain is None:
        return Trial(stage="evidence", reason="few-decisions"), base, {}
    richer = base_of(base.pitches, with_history(base.mandates, known.known))
    told = lists_of(richer, known.now.decided)
    assert told is not None
    start = _vector(known.weights)
    trial = compare("evidence", plain, older(plain), told.features @ start, plain.features @ start)
    return (trial, richer, known.known) if trial.won else (trial, base, {})


def _try_learned(known: Known, base: Base) -> tuple[Trial, Mapping[str, float] | None]:
    by_hand = dict(known.weights) or None
    if by_hand:
        return Trial(stage="learned", reason="by-hand"), by_hand
    if not known.allowed["learned"]:
        return Trial(stage="learned", reason="refused"), None
    earlier = [
        lists_of(base_of(one.pitches, one.mandates), one.decided)
        for one in known.before
        if one.pitches and one.mandates
    ]
    parts = [one for one in (*earlier, lists_of(base, known.now.decided)) if one is not None]
    if not parts:
        return Trial(stage="learned", reason="few-decisions"), None
    trial, weights = try_learned(joined(parts), _vector({}))
    if not trial.won:
        return trial, None
    return trial, dict(zip(FACETS, (round(float(one), 3) for one in weights), strict=True))


def _try_scale(
    known: Known, base: Base, weights: Mapping[str, float] | None
) -> tuple[Trial, float]:
    if not known.allowed["calibrated"]:
        return Trial(stage="calibrated", reason="refused"), 1.0
    if not any(one.gain > 0 for one in known.now.decided):
        return Trial(stage="calibrated", reason="few-decisions"), 1.0
    pairs = labelled_pairs(base.score(weights), base.out, base.names, known.now.decided)
    found = calibrate(pairs.scores, pairs.wanted, pairs.owner)
    count = int(pairs.wanted.sum())
    if found.loss == 0.0:
        return Trial(stage="calibrated", reason="few-decisions", decisions=count), 1.0
    trial = Trial(
        stage="calibrated",
        reason="won" if found.is_on else "lost",
        decisions=count,
        found=found.loss,
        against=found.plain_loss,
    )
    return trial, round(found.temperature, 3) if found.is_on else 1.0


def _vector(weights: Mapping[str, float]) -> Floats:
    return np.array([weights.get(facet, WEIGHTS[facet]) for facet in FACETS])
