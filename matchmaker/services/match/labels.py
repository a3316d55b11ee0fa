"""Decisions laid over a ranking: arrays that the judges of the core read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.core.match import Lists
from matchmaker.core.match.outside import Limits
from matchmaker.core.match.ranking import score_signals
from matchmaker.core.profile import Mandate, Pitch
from matchmaker.core.similarity import FACETS, ProfileSimilarity
from matchmaker.core.similarity.categories import Floats, Lifts
from matchmaker.services.fields import taxonomy
from matchmaker.services.match.decisions import Decision
from matchmaker.services.match.encoders import in_use

SIDES = ("investor", "project")


@dataclass(frozen=True, slots=True)
class Pairs:
    """Open pairs of those who decided: score, whether the pair was wanted, and whose list it is."""

    scores: Floats
    wanted: NDArray[np.bool_]
    owner: NDArray[np.intp]


def gains_of(
    decided: Iterable[Decision], side: str, rows: Sequence[str], columns: Sequence[str]
) -> tuple[Floats, Floats]:
    """Return gains and times by investor (rows) and project (columns) of one side's wishes."""
    row_of = {name: at for at, name in enumerate(rows)}
    column_of = {name: at for at, name in enumerate(columns)}
    gains, times = np.zeros((len(rows), len(columns))), np.zeros((len(rows), len(columns)))
    for one in decided:
        if one.side == side and one.investor in row_of and one.project in column_of:
            at = row_of[one.investor], column_of[one.project]
            gains[at], times[at] = one.gain, one.at
    return gains, times


def labelled_pairs(
    score: Floats,
    out: NDArray[np.bool_],
    names: tuple[Sequence[str], Sequence[str]],
    decided: Sequence[Decision],
) -> Pairs:
    """Return the scores of both sides' lists, of those who want at least one.

    ``score`` and ``out`` have the investors of ``names`` in rows, the projects in columns.
    """
    scores, wanted, owners = [], [], []
    start = 0
    for side in SIDES:
        gains, _ = gains_of(decided, side, *names)
        own, shut = score, out
        if side == "project":
            gains, own, shut = gains.T, own.T, shut.T
        for row in np.flatnonzero(((gains > 0) & ~shut).any(axis=1)):
            open_ = ~shut[row]
            scores.append(own[row][open_])
            wanted.append(gains[row][open_] > 0)
            owners.append(np.full(int(open_.sum()), start + row))
        start += len(gains)
    if not scores:
        return Pairs(np.zeros(0), np.zeros(0, dtype=bool), np.zeros(0, dtype=np.intp))
    return Pairs(np.concatenate(scores), np.concatenate(wanted), np.concatenate(owners))


@dataclass(frozen=True, eq=False)
class Base:
    """Profiles by id, the estimator fitted on them, and every pair's lifts before weights."""

    pitches: list[Pitch]
    mandates: list[Mandate]
    model: ProfileSimilarity
    lifts: dict[str, Lifts]
    out: NDArray[np.bool_]

    @property
    def names(self) -> tuple[list[str], list[str]]:
        return [one.id for one in self.mandates], [one.id for one in self.pitches]

    def score(self, weights: Mapping[str, float] | None, temperature: float = 1.0) -> Floats:
        """Return the joint scores under other weights."""
        model = self.model.reweighted(weights, temperature)
        return score_signals(model.weigh(self.lifts, self.mandates), self.out)[0]


def base_of(pitches: Sequence[Pitch], mandates: Sequence[Mandate]) -> Base:
    """Fit the product's estimator on these profiles and keep every pair's lifts."""
    pitches = sorted(pitches, key=lambda one: one.id)
    mandates = sorted(mandates, key=lambda one: one.id)
    model = ProfileSimilarity(encoders=in_use()).fit(pitches, mandates, taxonomy=taxonomy())
    limits = Limits(pitches, taxonomy())
    out = np.array([limits.mask(one) for one in mandates], dtype=bool)
    out = out.reshape(len(mandates), len(pitches))
    return Base(pitches, mandates, model, model.lifts(pitches, mandates), out)


def lists_of(base: Base, decided: Sequence[Decision]) -> Lists | None:
    """Return every open pair of those who want at least one, with its lifts before weights."""
    features, gains, times, owners = [], [], [], []
    start = 0
    for side in SIDES:
        gain, at = gains_of(decided, side, *base.names)
        shut = base.out
        if side == "project":
            gain, at, shut = gain.T, at.T, shut.T
        rows = np.flatnonzero(((gain > 0) & ~shut).any(axis=1))
        if len(rows):
            parts = [_seen_from(side, base.lifts[facet], rows) for facet in FACETS]
            cube = np.stack(parts, axis=2)
        for place, row in enumerate(rows):
            open_ = ~shut[row]
            features.append(cube[place][open_])
            gains.append(np.maximum(gain[row][open_], 0.0))
            times.append(at[row][open_])
            owners.append(np.full(int(open_.sum()), start + row))
        start += len(gain)
    if not gains:
        return None
    return Lists(
        facets=FACETS,
        features=np.concatenate(features),
        gain=np.concatenate(gains),
        at=np.concatenate(times),
        owner=np.concatenate(owners),
    )


def _seen_from(side: str, lifts: Lifts, rows: NDArray[np.intp]) -> Floats:
    """Return some lists: lifts against the other projects, or against the other investors."""
    if side == "investor":
        return np.asarray(lifts.log[rows])
    against = (
        lifts.log[:, rows]
        - np.outer(lifts.wants, lifts.usual[rows])
        + np.outer(~lifts.wants, lifts.unasked[rows])
    )
    return np.asarray(against.T)
